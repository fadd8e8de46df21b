//! What the audio thread says about its stream beside samples: numbers in atomics.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// What a sound server said about a stream, in rising order of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
#[repr(u8)]
pub enum Fault {
    /// The server lost samples, or ran out of them.
    Xrun = 1,
    /// Real-time scheduling was refused; the stream runs.
    RealtimeDenied,
    /// The server moved the stream to another device.
    DeviceChanged,
    /// An error without a name: the end if no callback follows.
    Backend,
    /// The end: the device is gone.
    DeviceLost,
    /// The end: the stream is void.
    Invalidated,
    /// The end: access was withdrawn.
    PermissionDenied,
    /// The end: the server is gone.
    HostGone,
}

impl Fault {
    const ALL: [Self; 8] = [
        Self::Xrun,
        Self::RealtimeDenied,
        Self::DeviceChanged,
        Self::Backend,
        Self::DeviceLost,
        Self::Invalidated,
        Self::PermissionDenied,
        Self::HostGone,
    ];

    /// Whether the stream gives nothing more.
    pub fn is_end(self) -> bool {
        self > Self::Backend
    }
}

/// What is known of a stream from outside its audio thread.
#[derive(Debug, Default)]
pub struct StreamState {
    callbacks: AtomicU64,
    /// Errors without a name so far.
    errors: AtomicU64,
    /// The heaviest fault so far, 0 for none.
    fault: AtomicU8,
    closed: AtomicBool,
}

impl StreamState {
    /// Callbacks so far.
    pub fn callbacks(&self) -> u64 {
        self.callbacks.load(Ordering::Acquire)
    }

    /// The heaviest fault so far.
    pub fn fault(&self) -> Option<Fault> {
        let code = self.fault.load(Ordering::Acquire);
        Fault::ALL.into_iter().find(|&fault| fault as u8 == code)
    }

    /// Errors without a name so far: a dead server may have them reported half a million times a second.
    pub fn errors(&self) -> u64 {
        self.errors.load(Ordering::Acquire)
    }

    /// Notes a fault: two atomics at most, whatever thread the server calls from and however often.
    pub fn report(&self, fault: Fault) {
        if fault == Fault::Backend {
            self.errors.fetch_add(1, Ordering::Release);
        }
        self.fault.fetch_max(fault as u8, Ordering::AcqRel);
    }

    /// Whether the stream was dropped: no callback follows.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Forgets an unnamed error after which callbacks went on.
    pub(crate) fn forgive(&self) {
        let codes = (Fault::Backend as u8, Fault::Xrun as u8);
        // A heavier one that came meanwhile stays.
        let _ = self.fault.compare_exchange(codes.0, codes.1, Ordering::AcqRel, Ordering::Acquire);
    }

    pub(super) fn called(&self) {
        self.callbacks.fetch_add(1, Ordering::Release);
    }
}

//! What holds this crate to its promises, in tests only: traps around every callback, and sound cards of a test's own.
//!
//! The feature `proof` brings it. Every program built with it runs on an allocator that ends the process when the audio
//! thread's part allocates or frees, whoever calls that part: a test, or a real sound server. Built with
//! `RTSAN_ENABLE=1` (`make rtsan`), the same part runs under RealtimeSanitizer.

#![expect(
    clippy::disallowed_types,
    reason = "not the audio thread's: a test's own host is set before streams open"
)]

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};

#[global_allocator]
static TRAP: AllocDisabler = AllocDisabler;

static OWN_HOST: OnceLock<fn() -> cpal::Host> = OnceLock::new();

/// For how long the next callback is held up, in milliseconds.
static HELD_UP_MS: AtomicU64 = AtomicU64::new(0);

/// Holds up the next callback of any stream for so long, once, as a program with too much to do there would.
pub fn hold_up_a_callback(length: Duration) {
    HELD_UP_MS.store(length.as_millis() as u64, Ordering::Release);
}

/// Runs the audio thread's part in the traps.
pub fn trapped<R>(part: impl FnOnce() -> R) -> R {
    match HELD_UP_MS.swap(0, Ordering::AcqRel) {
        0 => {}
        length_ms => std::thread::sleep(Duration::from_millis(length_ms)),
    }
    assert_no_alloc(|| {
        let _sanitizer = rtsan_standalone::ScopedSanitizeRealtime::default();
        part()
    })
}

/// Has [`Choice::host`](crate::Choice::host) `custom` mean this host from now on. The first call counts.
pub fn set_own_host(host: fn() -> cpal::Host) {
    // Every test of a program sets the same.
    let _ = OWN_HOST.set(host);
}

/// The test's own host, if this is its name.
pub(crate) fn own_host(name: &str) -> Option<cpal::Host> {
    let host = OWN_HOST.get().filter(|_| name == "custom")?;
    Some(host())
}

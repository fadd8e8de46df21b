//! A ring whose every step a model checker sees: `loom` runs both threads in every order, and gives each the
//! older values that the memory model allows it.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::{Pull, Push};

struct Ring {
    /// Counts of all that went in and came out.
    written: AtomicUsize,
    read: AtomicUsize,
    /// As `ringbuf`'s slots, they have no order of their own.
    slots: Vec<AtomicU64>,
}

pub(super) struct Writer(Arc<Ring>);
pub(super) struct Reader(Arc<Ring>);

pub(super) fn ring(capacity: usize) -> (Writer, Reader) {
    let slots = (0..capacity).map(|_| AtomicU64::new(u64::MAX)).collect();
    let ring = Arc::new(Ring { written: AtomicUsize::new(0), read: AtomicUsize::new(0), slots });
    (Writer(Arc::clone(&ring)), Reader(ring))
}

/// What fits into a slot.
pub(super) trait Slot: Copy {
    fn into_slot(self) -> u64;
    fn from_slot(slot: u64) -> Self;
}

impl Slot for i16 {
    fn into_slot(self) -> u64 {
        self as u64
    }

    fn from_slot(slot: u64) -> Self {
        assert_ne!(slot, u64::MAX, "a slot that nothing was written to");
        slot as Self
    }
}

impl<T: Slot> Push<T> for Writer {
    fn push(&mut self, items: &[T]) -> usize {
        let count = items.len().min(Push::<T>::room(self));
        let Self(ring) = &*self;
        let written = ring.written.load(Ordering::Relaxed);
        for (at, item) in (written..).zip(&items[..count]) {
            ring.slots[at % ring.slots.len()].store(item.into_slot(), Ordering::Relaxed);
        }
        ring.written.store(written + count, Ordering::Release);
        count
    }

    fn room(&self) -> usize {
        let Self(ring) = self;
        ring.slots.len() - (ring.written.load(Ordering::Relaxed) - ring.read.load(Ordering::Acquire))
    }
}

impl<T: Slot> Pull<T> for Reader {
    fn waiting(&self) -> usize {
        let Self(ring) = self;
        ring.written.load(Ordering::Acquire) - ring.read.load(Ordering::Relaxed)
    }

    fn peek(&self) -> Option<T> {
        let Self(ring) = self;
        let read = ring.read.load(Ordering::Relaxed);
        let is_there = Pull::<T>::waiting(self) > 0;
        is_there.then(|| T::from_slot(ring.slots[read % ring.slots.len()].load(Ordering::Relaxed)))
    }

    fn pull(&mut self, out: &mut [T]) -> usize {
        let count = out.len().min(Pull::<T>::waiting(self));
        let Self(ring) = &*self;
        let read = ring.read.load(Ordering::Relaxed);
        for (at, to) in (read..).zip(&mut out[..count]) {
            *to = T::from_slot(ring.slots[at % ring.slots.len()].load(Ordering::Relaxed));
        }
        ring.read.store(read + count, Ordering::Release);
        count
    }

    fn skip_one(&mut self) {
        let Self(ring) = self;
        ring.read.store(ring.read.load(Ordering::Relaxed) + 1, Ordering::Release);
    }
}

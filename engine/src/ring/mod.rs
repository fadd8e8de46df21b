//! Between an audio thread and one that works: samples in order, what stands between them, and what is taken back.
//!
//! Each end belongs to one thread and none of its methods waits, locks, allocates, panics or calls the system, so that
//! either end may be the audio thread's. [`marked`] keeps marks in their places among the samples: what is missing, or when
//! they came.
//!
//! The rings themselves are `ringbuf`'s. What is ours is the order in which two of them are read and written, and that is
//! written over the few methods of [`Push`], [`Pull`] and [`Count`], so that a model checker can try every order of both
//! threads' steps, and every value that the memory model lets each of them see.

mod marked;
mod retractable;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use ringbuf::traits::{Consumer, Observer, Producer};
use ringbuf::{HeapCons, HeapProd};

pub use marked::{MarkedConsumer, MarkedProducer, Placed, Taken, marked};
pub use retractable::{Listener, Speaker, retractable};

/// The writing end of a ring.
pub trait Push<T> {
    /// Puts in as many of these as there is room for, in order, and tells how many.
    fn push(&mut self, items: &[T]) -> usize;
    /// For how many there is room.
    fn room(&self) -> usize;
}

/// The reading end of a ring.
pub trait Pull<T> {
    /// How many lie in it.
    fn waiting(&self) -> usize;
    /// The oldest, which stays in it.
    fn peek(&self) -> Option<T>;
    /// Takes the oldest ones out, as many as there are and `out` has room for; tells how many.
    fn pull(&mut self, out: &mut [T]) -> usize;
    /// Takes the oldest one out, to nowhere.
    fn skip_one(&mut self);
}

/// A count that both threads see, without an order among other things.
pub trait Count {
    /// Sets it.
    fn set(&self, count: u64);
    /// What it was set to.
    fn get(&self) -> u64;
}

impl<T: Copy> Push<T> for HeapProd<T> {
    fn push(&mut self, items: &[T]) -> usize {
        self.push_slice(items)
    }

    fn room(&self) -> usize {
        self.vacant_len()
    }
}

impl<T: Copy> Pull<T> for HeapCons<T> {
    fn waiting(&self) -> usize {
        self.occupied_len()
    }

    fn peek(&self) -> Option<T> {
        self.try_peek().copied()
    }

    fn pull(&mut self, out: &mut [T]) -> usize {
        self.pop_slice(out)
    }

    fn skip_one(&mut self) {
        self.try_pop();
    }
}

impl Count for AtomicU64 {
    fn set(&self, count: u64) {
        self.store(count, Relaxed);
    }

    fn get(&self) -> u64 {
        self.load(Relaxed)
    }
}

#[cfg(all(test, not(miri)))]
mod model;
#[cfg(test)]
mod tests;

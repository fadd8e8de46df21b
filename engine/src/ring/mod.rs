//! Between an audio thread and one that works: samples in order, and what stands between them.
//!
//! Each end belongs to one thread and none of its methods waits, locks, allocates, panics or calls the system, so that
//! either end may be the audio thread's. [`marked`] keeps marks in their places among the samples: what is missing there.
//!
//! The rings themselves are `ringbuf`'s. What is ours is the order in which two of them are read and written, and that is
//! written over the few methods of [`Push`] and [`Pull`], so that a model checker can try every order of both threads' steps,
//! and every value that the memory model lets each of them see.

mod marked;

use ringbuf::traits::{Consumer, Observer, Producer};
use ringbuf::{HeapCons, HeapProd};

pub use marked::{MarkedConsumer, MarkedProducer, Placed, Taken, marked};

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

#[cfg(all(test, not(miri)))]
mod model;
#[cfg(test)]
mod tests;

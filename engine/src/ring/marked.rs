//! Samples from one thread to another, with marks between them.

use ringbuf::traits::Split;
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::{Pull, Push};

/// A mark, and how many samples went before it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Placed<M> {
    after: u64,
    mark: M,
}

/// The writing end of a [`marked`] ring.
pub struct MarkedProducer<M, S = HeapProd<i16>, R = HeapProd<Placed<M>>> {
    samples: S,
    marks: R,
    /// Samples that went into the ring.
    pushed: u64,
    of: std::marker::PhantomData<M>,
}

/// The reading end of a [`marked`] ring.
pub struct MarkedConsumer<M, S = HeapCons<i16>, R = HeapCons<Placed<M>>> {
    samples: S,
    marks: R,
    /// Samples that came out of the ring.
    taken: u64,
    of: std::marker::PhantomData<M>,
}

/// What came out of a [`MarkedConsumer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken<M> {
    /// So many samples are at the start of the frame.
    Samples(usize),
    /// This stands between what was taken before and what follows.
    Mark(M),
    /// There is nothing now.
    Nothing,
}

/// A ring with room for so many samples, at least one, and so many marks that lie between them unread.
///
/// ```
/// use afterbeep::ring::{Taken, marked};
/// let (mut producer, mut consumer) = marked(4, 2);
/// assert_eq!(producer.push(&[1, 2]), 2);
/// assert!(producer.mark("lost"));
/// assert_eq!(producer.push(&[3, 4, 5]), 2);
/// let mut frame = [0; 4];
/// assert_eq!(consumer.take(&mut frame), Taken::Samples(2));
/// assert_eq!(consumer.take(&mut frame), Taken::Mark("lost"));
/// assert_eq!((consumer.take(&mut frame), frame[..2] == [3, 4]), (Taken::Samples(2), true));
/// assert_eq!(consumer.take(&mut frame), Taken::Nothing);
/// ```
pub fn marked<M: Copy>(samples: usize, marks: usize) -> (MarkedProducer<M>, MarkedConsumer<M>) {
    let (pushed, taken) = HeapRb::new(samples.max(1)).split();
    let (told, read) = HeapRb::new(marks.max(1)).split();
    over((pushed, taken), (told, read))
}

/// The same over given rings.
pub(super) fn over<M, S, T, R, Q>(
    (pushed, taken): (S, T),
    (told, read): (R, Q),
) -> (MarkedProducer<M, S, R>, MarkedConsumer<M, T, Q>) {
    let of = std::marker::PhantomData;
    (
        MarkedProducer { samples: pushed, marks: told, pushed: 0, of },
        MarkedConsumer { samples: taken, marks: read, taken: 0, of },
    )
}

impl<M: Copy, S: Push<i16>, R: Push<Placed<M>>> MarkedProducer<M, S, R> {
    /// Puts in as many samples as there is room for, and tells how many.
    pub fn push(&mut self, samples: &[i16]) -> usize {
        let count = self.samples.push(samples);
        self.pushed += count as u64;
        count
    }

    /// Puts a mark before the samples that follow; false where there is no room for it, or for none of them. Then none may
    /// follow until it was put.
    pub fn mark(&mut self, mark: M) -> bool {
        self.samples.room() > 0 && self.marks.push(&[Placed { after: self.pushed, mark }]) == 1
    }

    /// Samples for which there is room.
    pub fn room(&self) -> usize {
        self.samples.room()
    }
}

impl<M: Copy, S: Pull<i16>, R: Pull<Placed<M>>> MarkedConsumer<M, S, R> {
    /// Takes what lies next, as many samples as the frame has room for, and never across a mark.
    pub fn take(&mut self, frame: &mut [i16]) -> Taken<M> {
        // In this order: whoever sees samples that follow a mark sees the mark before them.
        let there = self.samples.waiting();
        let mut count = there.min(frame.len());
        if let Some(Placed { after, mark }) = self.marks.peek() {
            if after == self.taken {
                self.marks.skip_one();
                return Taken::Mark(mark);
            }
            count = count.min(usize::try_from(after - self.taken).unwrap_or(usize::MAX));
        }
        let count = self.samples.pull(&mut frame[..count]);
        self.taken += count as u64;
        if count == 0 { Taken::Nothing } else { Taken::Samples(count) }
    }

    /// Samples that were taken so far.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Samples that lie in the ring.
    pub fn waiting(&self) -> usize {
        self.samples.waiting()
    }
}

#[cfg(all(test, not(miri)))]
mod tests;

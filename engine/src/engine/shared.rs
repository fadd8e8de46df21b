//! What the two ends of a call's line share.

use std::sync::Arc;

use super::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use super::ring::Ring;

/// Marks that may lie unread between the samples on their way to the worker.
const MARKS: usize = 8;
/// What says in a mark that the network told no count.
const NO_POSITION: u64 = u64::MAX;

/// Between two samples on their way to the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The samples that went into the ring before it.
    pub(super) after: u64,
    /// Samples that are missing here.
    pub(super) missing: u64,
    /// The network's count of the sample that follows, where it has told.
    pub(super) position: Option<u32>,
}

/// A count that one thread writes, and any may read.
#[derive(Debug)]
pub(super) struct Count(AtomicU64);

/// Samples in both directions, marks between them, and how far everybody is.
///
/// What the audio thread writes is on one line of the cache, what the worker writes on another: with thousands of calls none of them is
/// in the cache when its turn comes, and each line that is fetched costs as much as hearing ten samples.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Shared {
    // The audio thread's.
    /// Captured samples that went into their ring.
    pub(super) pushed: Count,
    /// Marks that were made.
    marks_made: Count,
    /// Samples that came out of the playback's ring.
    pub(super) popped: Count,
    /// Captured samples that found no room: the worker was late.
    pub(super) overrun: Count,
    /// Samples that the network lost.
    pub(super) missing: Count,
    /// Samples that came too late or twice.
    pub(super) late: Count,
    /// Samples that were to be played and were not there.
    pub(super) underrun: Count,
    /// How many samples may lie in each ring.
    pub(super) capture_room: u32,
    pub(super) playback_room: u32,

    // The worker's.
    /// Captured samples that came out of their ring.
    pub(super) taken: Count,
    /// Marks that were read.
    marks_taken: Count,
    /// Samples that went into the playback's ring.
    pub(super) given: Count,
    /// Samples of the playback up to this one are not to be heard any more.
    pub(super) muted_until: Count,
    /// Samples of the playback from this one on are silence, and were not written: nearly all of a recording's.
    pub(super) silent_from: Count,
    pub(super) captured: Ring,

    pub(super) playback: Ring,
    marks: [[AtomicU64; 3]; MARKS],
}

impl Shared {
    /// Rings of `capture_room` and `playback_room` samples; the playback's holds `cushion` samples of silence.
    pub(super) fn new(capture_room: usize, playback_room: usize, cushion: usize) -> Arc<Self> {
        let room = |samples| u32::try_from(samples).unwrap_or(u32::MAX);
        let zero = Count::new;
        Arc::new(Self {
            pushed: zero(0),
            marks_made: zero(0),
            popped: zero(0),
            overrun: zero(0),
            missing: zero(0),
            late: zero(0),
            underrun: zero(0),
            capture_room: room(capture_room),
            playback_room: room(playback_room),
            taken: zero(0),
            marks_taken: zero(0),
            given: zero(cushion as u64),
            muted_until: zero(0),
            silent_from: zero(0),
            captured: Ring::new(capture_room),
            playback: Ring::new(playback_room),
            marks: Default::default(),
        })
    }

    /// Puts a mark, on the audio thread; false where there is no room for one.
    pub(super) fn put(&self, mark: Mark) -> bool {
        let made = self.marks_made.mine();
        if made - self.marks_taken.theirs() >= MARKS as u64 {
            return false;
        }
        let position = mark.position.map_or(NO_POSITION, u64::from);
        for (to, word) in self.slot(made).iter().zip([mark.after, mark.missing, position]) {
            to.store(word, Relaxed);
        }
        self.marks_made.tell(made + 1);
        true
    }

    /// The next mark, on the worker.
    pub(super) fn mark(&self) -> Option<Mark> {
        let taken = self.marks_taken.mine();
        if self.marks_made.theirs() == taken {
            return None;
        }
        let [after, missing, position] = self.slot(taken).each_ref().map(|word| word.load(Relaxed));
        Some(Mark { after, missing, position: u32::try_from(position).ok() })
    }

    /// The next mark was read, on the worker.
    pub(super) fn take_mark(&self) {
        self.marks_taken.add(1);
    }

    fn slot(&self, number: u64) -> &[AtomicU64; 3] {
        &self.marks[number as usize % MARKS]
    }
}

impl Count {
    /// What is not there yet at all.
    pub(super) const NEVER: u64 = u64::MAX;

    fn new(value: u64) -> Self {
        Self(AtomicU64::new(value))
    }

    /// For whoever writes it, or only looks.
    pub(super) fn mine(&self) -> u64 {
        self.0.load(Relaxed)
    }

    /// For whoever uses what the other thread did before it wrote this.
    pub(super) fn theirs(&self) -> u64 {
        self.0.load(Acquire)
    }

    /// Tells the other thread, and with it all that was done before.
    pub(super) fn tell(&self, value: u64) {
        self.0.store(value, Release);
    }

    /// Tells of so many more.
    pub(super) fn add(&self, more: u64) {
        if more > 0 {
            self.tell(self.mine() + more);
        }
    }
}

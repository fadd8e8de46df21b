//! The last frames, kept so that they can be judged again without what was said not to be speech.

use crate::decide::Decider;
use crate::limits::REDO_FRAMES;
use crate::sight::Sight;

/// Frames kept: those that may be judged again, and as many back to the older copy at most.
const KEPT: usize = 2 * REDO_FRAMES;
const EVERY: u64 = REDO_FRAMES as u64;

/// What was seen of late, and two copies of the decider: the older was made before any frame that may be judged again.
/// A copy every few frames costs little; another decider that runs behind would cost as much as the first.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    older: Decider,
    newer: Decider,
    sights: [Sight; KEPT],
    excluded: [bool; KEPT],
    /// Frames seen in all.
    frames: u64,
}

impl Past {
    pub(crate) fn new(decider: Decider) -> Self {
        Self {
            older: decider.clone(),
            newer: decider,
            sights: [Sight::NOTHING; KEPT],
            excluded: [false; KEPT],
            frames: 0,
        }
    }

    /// Keeps a frame; `before` is the decider that has not taken it yet.
    pub(crate) fn keep(&mut self, before: &Decider, sight: &Sight, excluded: bool) {
        if self.frames.is_multiple_of(EVERY) {
            core::mem::swap(&mut self.older, &mut self.newer);
            self.newer.clone_from(before);
        }
        let place = place(self.frames);
        (self.sights[place], self.excluded[place]) = (*sight, excluded);
        self.frames += 1;
    }

    /// The last frame.
    pub(crate) fn last(&self) -> &Sight {
        &self.sights[place(self.frames + KEPT as u64 - 1)]
    }

    /// The decider after the last frame, had it known from the start of them what is excluded.
    pub(crate) fn redo(&mut self, excluded: impl Fn(u64) -> bool) -> Decider {
        let mut decider = self.older.clone();
        let newer = self.frames.saturating_sub(1) / EVERY * EVERY;
        for frame in newer.saturating_sub(EVERY)..self.frames {
            if frame == newer {
                self.newer.clone_from(&decider);
            }
            let place = place(frame);
            if frame + EVERY >= self.frames {
                self.excluded[place] = excluded(frame);
            }
            decider.step(&self.sights[place], self.excluded[place]);
        }
        decider
    }
}

fn place(frame: u64) -> usize {
    (frame % KEPT as u64) as usize
}

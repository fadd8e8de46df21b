//! The last frames, kept so that they can be judged again without what was said not to be speech.

use crate::decide::Decider;
use crate::limits::REDO_FRAMES;
use crate::sight::Sight;

/// The decider as it was some frames ago, and what was seen since.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    decider: Decider,
    sights: [Sight; REDO_FRAMES],
    /// Frames seen in all.
    frames: u64,
}

impl Past {
    pub(crate) fn new(decider: Decider) -> Self {
        Self { decider, sights: [Sight::NOTHING; REDO_FRAMES], frames: 0 }
    }

    /// Keeps a frame; the oldest is judged for good.
    pub(crate) fn keep(&mut self, sight: &Sight, excluded: impl Fn(u64) -> bool) {
        let place = &mut self.sights[(self.frames % REDO_FRAMES as u64) as usize];
        if let Some(oldest) = self.frames.checked_sub(REDO_FRAMES as u64) {
            self.decider.step(place, excluded(oldest));
        }
        *place = *sight;
        self.frames += 1;
    }

    /// The last frame.
    pub(crate) fn last(&self) -> &Sight {
        &self.sights[((self.frames + REDO_FRAMES as u64 - 1) % REDO_FRAMES as u64) as usize]
    }

    /// The decider after the last frame, had it known from the start of them what is excluded.
    pub(crate) fn redo(&self, excluded: impl Fn(u64) -> bool) -> Decider {
        let mut decider = self.decider.clone();
        for frame in self.frames.saturating_sub(REDO_FRAMES as u64)..self.frames {
            decider.step(&self.sights[(frame % REDO_FRAMES as u64) as usize], excluded(frame));
        }
        decider
    }
}

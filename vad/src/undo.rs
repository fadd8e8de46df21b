//! Taking back what the last frames did, once they were said not to be speech.

use crate::limits::REDO_FRAMES;

/// What the last frames changed that silence would not have, and that nothing else tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Undo {
    /// How loud the talker was held to be before each of the last frames, in whole dBFS, oldest first.
    talker_dbfs: [i8; REDO_FRAMES],
}

impl Undo {
    pub(crate) const fn new() -> Self {
        Self { talker_dbfs: [i8::MIN; REDO_FRAMES] }
    }

    /// A frame comes, before which the talker was at `talker_db`.
    pub(crate) fn keep(&mut self, talker_db: f32) {
        self.talker_dbfs.copy_within(1.., 0);
        // Rounded up: the talker must not become fainter by being rounded.
        let whole = talker_db as i8;
        self.talker_dbfs[REDO_FRAMES - 1] = whole.saturating_add(i8::from(talker_db > f32::from(whole)));
    }

    /// How loud the talker was before the last `frames` frames, in dBFS.
    pub(crate) fn talker_db(&self, frames: usize) -> f32 {
        f32::from(self.talker_dbfs[REDO_FRAMES - frames.clamp(1, REDO_FRAMES)])
    }
}

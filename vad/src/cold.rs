//! A line whose noise nobody has heard alone yet: what comes before the first voice, and what follows its first phrase.

use crate::limits::*;

/// A level that stays where it is.
#[derive(Clone, Copy, Debug)]
struct Flat {
    mean_db: f32,
    /// Frames of it.
    frames: u32,
    /// Those of them that lay off it.
    astray: u32,
}

impl Flat {
    const NONE: Self = Self { mean_db: 0.0, frames: 0, astray: 0 };

    /// Takes a frame's level; when one in four strays too far another level begins.
    fn take(&mut self, level_db: f32) {
        self.astray += u32::from((level_db - self.mean_db).abs() > FLAT_DB);
        if FLAT_SHARE * self.astray > self.frames {
            *self = Self { mean_db: level_db, frames: 0, astray: 0 };
        }
        self.frames += 1;
        // Those astray count as well: they are the noise's own.
        self.mean_db += (level_db - self.mean_db) / self.frames as f32;
    }
}

/// What a frame says of the talker's silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hush {
    /// Nothing.
    None,
    /// He has been silent for [`HUSH_FRAMES`]: what was heard in them is the noise.
    Found,
    /// What was taken for the noise was his own, a weak consonant: it falls to the noise only now.
    Further,
}

/// What the first sound and the first pause say of the noise, until it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cold {
    /// From the first full window on, until a voice rises out of it.
    lead: Flat,
    risen_at: Option<u64>,
    /// Since the talker fell silent.
    hush: Flat,
    hushed: bool,
    /// Frames of pauses that were learnt.
    heard: u32,
}

impl Cold {
    pub(crate) const fn new() -> Self {
        Self { lead: Flat::NONE, risen_at: None, hush: Flat::NONE, hushed: false, heard: 0 }
    }

    /// Whether the noise has not been heard alone for long enough.
    pub(crate) fn is_unheard(&self) -> bool {
        self.heard < COLD_FRAMES
    }

    /// A frame of a pause was learnt.
    pub(crate) fn hear(&mut self) {
        self.heard = self.heard.saturating_add(1);
    }

    /// Takes a frame of a sound that was there from the first sample; whether something rises out of it that is
    /// another: the sound before stayed where it was, and is the noise.
    pub(crate) fn rises(&mut self, level_db: f32, frame: u64) -> bool {
        if self.risen_at.is_some() || frame < FILLING_FRAMES - 1 {
            return false;
        }
        let flat = self.lead.frames >= LEAD_FRAMES;
        let risen = level_db > self.lead.mean_db + TOPPED_DB && flat;
        self.risen_at = risen.then_some(frame);
        if !risen {
            self.lead.take(level_db);
        }
        risen
    }

    /// Whether a sound that rose at frame `start` out of the first one stands too little above it for that one to be
    /// the noise: it was its own weak first consonant.
    pub(crate) fn is_weak_start(&self, start: u64, loudest_db: f32) -> bool {
        let short = |at: u64| at <= WEAK_FRAMES && start <= at + u64::from(HUSH_FRAMES);
        self.risen_at.is_some_and(short) && loudest_db < self.lead.mean_db + WEAK_DB
    }

    /// Takes a frame after the talker was heard at `talker_db`.
    pub(crate) fn hushes(&mut self, level_db: f32, talker_db: f32) -> Hush {
        let further = self.hushed && level_db < self.hush.mean_db - TOPPED_DB;
        if further || level_db > talker_db - HUSH_DB {
            (self.hush, self.hushed) = (Flat::NONE, false);
        }
        if level_db > talker_db - HUSH_DB {
            return Hush::None;
        }
        self.hush.take(level_db);
        let found = !self.hushed && self.hush.frames >= HUSH_FRAMES;
        self.hushed |= found;
        match (found, further) {
            (true, _) => Hush::Found,
            (_, true) => Hush::Further,
            _ => Hush::None,
        }
    }

    /// Whether the noise that was found so is still all that is heard at `level_db`.
    pub(crate) fn is_hush(&self, level_db: f32) -> bool {
        self.hushed && level_db < self.hush.mean_db + TOPPED_DB
    }

    /// The talker's speech is over.
    pub(crate) fn rest(&mut self) {
        self.hushed = false;
    }

    /// Whether the frame taken last began a stretch that may be the noise.
    pub(crate) fn hush_begins(&self) -> bool {
        self.hush.frames == 1
    }
}

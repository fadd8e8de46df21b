//! Whether the spectrum of a sound changes its shape: speech goes from sound to sound, a breath does not.

use crate::lanes::{Lanes, Plain};
use crate::limits::*;
use crate::row::Row;
use crate::sight::Sight;

/// The shape of the sound under way, and how often it turned into another.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    smooth: [i16; BANDS],
    anchor: [i16; BANDS],
    loudest_db: f32,
    since: u32,
    turns: u32,
}

impl Shape {
    pub(crate) const fn new() -> Self {
        Self { smooth: [0; BANDS], anchor: [0; BANDS], loudest_db: -200.0, since: 0, turns: 0 }
    }

    /// Another sound begins.
    pub(crate) fn begin(&mut self) {
        *self = Self { smooth: self.smooth, ..Self::new() };
    }

    /// How often its shape turned into another.
    pub(crate) fn turns(&self) -> u32 {
        self.turns
    }

    /// Takes a frame of the sound; or of what is none, which only smooths the shape that the next sound begins with.
    #[inline(always)]
    pub(crate) fn take<L: Lanes>(&mut self, lanes: L, sight: &Sight, noise: &[f32; BANDS], rises: bool) {
        let least = Row::load(lanes, noise).plus(SHAPE_FLOOR_DB);
        let smooth = Row::unpacked(lanes, &self.smooth);
        let step = (Row::load(lanes, &sight.levels).higher(least) - smooth).times(SHAPE_RATE);
        self.smooth = (smooth + step).packed();
        if rises {
            self.compare(sight.level_db);
        }
    }

    /// Counts the turns of a sound's shape.
    fn compare(&mut self, level_db: f32) {
        self.since += 1;
        self.loudest_db = self.loudest_db.max(level_db);
        if level_db < self.loudest_db - SHAPE_RANGE_DB {
            return;
        }
        if self.since <= SHAPE_FRAMES {
            self.anchor = self.smooth;
        } else if self.distance() > TURN_DB {
            self.anchor = self.smooth;
            self.turns += 1;
        }
    }

    fn distance(&self) -> f32 {
        let apart = Row::unpacked(Plain, &self.smooth) - Row::unpacked(Plain, &self.anchor);
        let mean = apart.total() / BANDS as f32;
        apart.plus(-mean).unsigned().total() / BANDS as f32
    }
}

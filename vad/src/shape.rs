//! Whether the spectrum of a sound changes its shape: speech goes from sound to sound, a breath does not.

use crate::bands::total;
use crate::limits::*;
use crate::packed::{self, pack_levels};
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
    pub(crate) fn take(&mut self, sight: &Sight, noise: &[f32; BANDS], rises: bool) {
        self.smooth(&sight.levels, noise);
        if rises {
            self.compare(sight.level_db);
        }
    }

    #[inline(always)]
    fn smooth(&mut self, levels: &[f32; BANDS], noise: &[f32; BANDS]) {
        let mut smoothed = packed::levels(&self.smooth);
        for ((smooth, level), noise) in smoothed.iter_mut().zip(levels).zip(noise) {
            let least = noise + SHAPE_FLOOR_DB;
            *smooth += SHAPE_RATE * (if *level > least { *level } else { least } - *smooth);
        }
        self.smooth = pack_levels(&smoothed);
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

    #[inline(always)]
    fn distance(&self) -> f32 {
        let (smooth, anchor) = (packed::levels(&self.smooth), packed::levels(&self.anchor));
        let mut apart = [0.0; BANDS];
        for b in 0..BANDS {
            apart[b] = smooth[b] - anchor[b];
        }
        let mean = total(&apart) / BANDS as f32;
        for d in &mut apart {
            *d = (*d - mean).abs();
        }
        total(&apart) / BANDS as f32
    }
}

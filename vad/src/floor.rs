//! The noise floor of each band, and how far the noise strays from it.

use crate::limits::*;

/// Noise floors, in dBFS: learnt in pauses, drawn down at once, and up by minimum statistics.
#[derive(Clone, Debug)]
pub(crate) struct Floor {
    /// The floor of each band.
    pub noise: [f32; BANDS],
    /// How far a frame of noise strays from the floor, in dB squared.
    variance: [f32; BANDS],
    /// Levels smoothed over about 80 ms.
    smooth: [f32; BANDS],
    /// Smallest smoothed level of the block under way and of the two before it.
    least: [[f32; BANDS]; 3],
    in_block: u32,
    frames: u32,
    /// What the sound is compared with to see whether it moves.
    anchor: [f32; BANDS],
    anchor_level: f32,
    /// Where each band has stayed since when, in frames.
    held: [f32; BANDS],
    held_for: [u8; BANDS],
    /// Frames since its shape or its level changed.
    pub steady: u32,
    /// Frames since its shape changed.
    pub same_shape: u32,
}

/// How an unproved rise is learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slow {
    No,
    Mean,
    Both,
}

impl Floor {
    pub(crate) fn new() -> Self {
        Self {
            noise: [UNHEARD_DB; BANDS],
            variance: STRAY_DB.map(|db| db * db),
            smooth: [UNHEARD_DB; BANDS],
            least: [[f32::MAX; BANDS]; 3],
            in_block: 0,
            frames: 0,
            anchor: [UNHEARD_DB; BANDS],
            anchor_level: UNHEARD_DB,
            held: [UNHEARD_DB; BANDS],
            held_for: [0; BANDS],
            steady: 0,
            same_shape: 0,
        }
    }

    /// Height of each band over its floor, in strays of its noise.
    pub(crate) fn heights(&self, levels: &[f32; BANDS]) -> [f32; BANDS] {
        core::array::from_fn(|b| {
            let stray = self.variance[b].max(LEAST_STRAY_DB * LEAST_STRAY_DB);
            ((levels[b] - self.noise[b]) / libm::sqrtf(stray)).clamp(HEIGHT_LEAST, HEIGHT_MOST)
        })
    }

    /// Takes a frame; `pause` when nothing in it speaks against its being noise.
    pub(crate) fn learn(&mut self, levels: &[f32; BANDS], pause: bool, slow: Slow) {
        self.smooth_and_keep_least(levels);
        let rate = if slow == Slow::Mean { SLOW_MEAN_RATE } else if slow == Slow::Both { SLOW_RATE } else if self.frames < COLD_FRAMES { COLD_RATE } else { PAUSE_RATE };
        let stray_rate = match slow {
            Slow::No => STRAY_RATE,
            Slow::Mean => 0.0,
            Slow::Both => SLOW_RATE,
        };
        for b in 0..BANDS {
            let off = levels[b] - self.noise[b];
            if pause {
                self.noise[b] += rate * off;
                let bound = off.clamp(-STRAY_REACH_DB, STRAY_REACH_DB);
                self.variance[b] += stray_rate * (bound * bound - self.variance[b]);
            } else if self.smooth[b] < self.noise[b] - FALL_FROM_DB {
                self.noise[b] += FALL_RATE * (self.smooth[b] + FALL_FROM_DB - self.noise[b]);
            }
            self.held_for[b] = self.held_for[b].saturating_add(1);
            if (self.smooth[b] - self.held[b]).abs() > HELD_DB {
                (self.held[b], self.held_for[b]) = (self.smooth[b], 0);
            } else if self.held_for[b] > HELD_FRAMES && self.smooth[b] > self.noise[b] + RISE_FROM_DB {
                self.noise[b] = self.smooth[b];
            }
            let least = self.least.iter().map(|block| block[b]).fold(f32::MAX, f32::min) + LEAST_BIAS_DB;
            if self.frames >= BLOCK_FRAMES && least > self.noise[b] + RISE_FROM_DB {
                self.noise[b] += RISE_RATE * (least - self.noise[b]);
            }
        }
    }

    fn smooth_and_keep_least(&mut self, levels: &[f32; BANDS]) {
        if self.in_block == BLOCK_FRAMES {
            self.least = [self.least[1], self.least[2], [f32::MAX; BANDS]];
            self.in_block = 0;
        }
        if self.frames <= FILLING_FRAMES {
            self.smooth = *levels;
        }
        for ((smooth, least), level) in self.smooth.iter_mut().zip(&mut self.least[2]).zip(levels) {
            *smooth += SMOOTH_RATE * (level - *smooth);
            *least = least.min(*smooth);
        }
        self.in_block += 1;
        self.frames = self.frames.saturating_add(1);
        self.compare();
    }

    /// Counts the frames for which the sound has kept its shape, and its level too.
    fn compare(&mut self) {
        let risen: [f32; BANDS] =
            core::array::from_fn(|b| if self.smooth[b] > self.noise[b] + RISEN_DB { 1.0 } else { 0.0 });
        let count = risen.iter().sum::<f32>().max(1.0);
        let mean = |values: [f32; BANDS]| values.iter().zip(&risen).map(|(v, r)| v * r).sum::<f32>() / count;
        let apart: [f32; BANDS] = core::array::from_fn(|b| self.smooth[b] - self.anchor[b]);
        let louder = mean(apart);
        let turned = mean(apart.map(|d| (d - louder).abs()));
        let level = mean(self.smooth);
        self.same_shape += 1;
        self.steady += 1;
        if turned > STEADY_DB {
            self.anchor = self.smooth;
            self.same_shape = 0;
        }
        if (level - self.anchor_level).abs() > STEADY_DB || self.same_shape == 0 {
            self.anchor_level = level;
            self.steady = 0;
        }
    }

    /// Whether most bands stand over their floors: noise that grows does so everywhere, a voice in noise does not.
    pub(crate) fn is_broad(&self) -> bool {
        let risen = |b: &usize| self.smooth[*b] > self.noise[*b] + RISEN_DB;
        (0..BANDS).filter(risen).count() >= BROAD_BANDS
    }

    /// Height of the strongest band over its floor, in dB.
    pub(crate) fn peak_db(&self, levels: &[f32; BANDS]) -> f32 {
        levels.iter().zip(&self.noise).map(|(level, noise)| level - noise).fold(f32::MIN, f32::max)
    }

    /// Takes what is heard now for the noise.
    pub(crate) fn relearn(&mut self) {
        self.noise = self.smooth;
        self.variance = STRAY_DB.map(|db| db * db);
        (self.steady, self.same_shape) = (0, 0);
        self.least = [[f32::MAX; BANDS], [f32::MAX; BANDS], self.smooth];
    }
}

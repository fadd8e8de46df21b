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
    /// Frames since it moved.
    pub steady: u32,
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
            steady: 0,
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
    pub(crate) fn learn(&mut self, levels: &[f32; BANDS], pause: bool) {
        self.smooth_and_keep_least(levels);
        let rate = if self.frames < COLD_FRAMES { COLD_RATE } else { PAUSE_RATE };
        for b in 0..BANDS {
            let off = levels[b] - self.noise[b];
            if pause {
                self.noise[b] += rate * off;
                let bound = off.clamp(-STRAY_REACH_DB, STRAY_REACH_DB);
                self.variance[b] += STRAY_RATE * (bound * bound - self.variance[b]);
            } else if self.smooth[b] < self.noise[b] {
                self.noise[b] += FALL_RATE * (self.smooth[b] - self.noise[b]);
            }
            let least = self.least.iter().map(|block| block[b]).fold(f32::MAX, f32::min) + LEAST_BIAS_DB;
            if self.frames >= BLOCK_FRAMES && least > self.noise[b] {
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

    fn compare(&mut self) {
        let distance: f32 = self.smooth.iter().zip(&self.anchor).map(|(a, b)| (a - b).abs()).sum();
        self.steady += 1;
        if distance > STEADY_DB * BANDS as f32 {
            self.anchor = self.smooth;
            self.steady = 0;
        }
    }

    /// Height of the strongest band over its floor, in dB.
    pub(crate) fn peak_db(&self, levels: &[f32; BANDS]) -> f32 {
        levels.iter().zip(&self.noise).map(|(level, noise)| level - noise).fold(f32::MIN, f32::max)
    }

    /// Takes what is heard now for the noise.
    pub(crate) fn relearn(&mut self) {
        self.noise = self.smooth;
        self.steady = 0;
        self.least = [[f32::MAX; BANDS], [f32::MAX; BANDS], self.smooth];
    }
}

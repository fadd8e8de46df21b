//! The noise floor of each band, and how the score of noise alone spreads.

use crate::limits::*;

/// Noise floors, in dBFS, tracked up in pauses and by minimum statistics, and down at once.
#[derive(Clone, Debug)]
pub(crate) struct Floor {
    /// The floor of each band.
    pub noise: [f32; BANDS],
    /// Levels smoothed over about 80 ms.
    smooth: [f32; BANDS],
    /// Smallest smoothed level of the block under way and of the two before it.
    least: [[f32; BANDS]; 3],
    in_block: u32,
    frames: u32,
}

impl Floor {
    pub(crate) fn new() -> Self {
        Self {
            noise: [UNHEARD_DB; BANDS],
            smooth: [UNHEARD_DB; BANDS],
            least: [[f32::MAX; BANDS]; 3],
            in_block: 0,
            frames: 0,
        }
    }

    /// Takes a frame; `pause` when nothing in it speaks against its being noise.
    pub(crate) fn learn(&mut self, levels: &[f32; BANDS], pause: bool) {
        let rate = if self.frames < COLD_FRAMES { COLD_RATE } else { PAUSE_RATE };
        self.smooth_and_keep_least(levels);
        for b in 0..BANDS {
            let noise = &mut self.noise[b];
            if pause {
                *noise += rate * (levels[b] - *noise);
            } else if self.smooth[b] < *noise {
                *noise += FALL_RATE * (self.smooth[b] - *noise);
            }
            let least = self.least.iter().map(|block| block[b]).fold(f32::MAX, f32::min) + LEAST_BIAS_DB;
            if self.frames >= BLOCK_FRAMES && least > *noise {
                *noise += RISE_RATE * (least - *noise);
            }
        }
    }

    fn smooth_and_keep_least(&mut self, levels: &[f32; BANDS]) {
        if self.in_block == BLOCK_FRAMES {
            self.least = [self.least[1], self.least[2], [f32::MAX; BANDS]];
            self.in_block = 0;
        }
        if self.frames == 0 {
            self.smooth = *levels;
        }
        for ((smooth, least), level) in self.smooth.iter_mut().zip(&mut self.least[2]).zip(levels) {
            *smooth += SMOOTH_RATE * (level - *smooth);
            *least = least.min(*smooth);
        }
        self.in_block += 1;
        self.frames = self.frames.saturating_add(1);
    }

    /// Takes what is heard now for the noise.
    pub(crate) fn relearn(&mut self) {
        self.noise = self.smooth;
        self.least = [[f32::MAX; BANDS], [f32::MAX; BANDS], self.smooth];
    }
}

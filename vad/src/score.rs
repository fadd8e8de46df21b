//! How far a frame rises over the noise, and over how the noise itself moves.

use crate::limits::*;

/// Height of each band over its floor, in dB.
pub(crate) fn heights(levels: &[f32; BANDS], noise: &[f32; BANDS]) -> [f32; BANDS] {
    core::array::from_fn(|b| (levels[b] - noise[b]).clamp(-HEIGHT_MOST_DB, HEIGHT_MOST_DB))
}

/// The score of a frame, in dB: the mean height of the strongest bands (formants stand out of noise).
pub(crate) fn score(heights: &[f32; BANDS]) -> f32 {
    let mut best = [-HEIGHT_MOST_DB; STRONGEST];
    for &h in heights {
        let mut h = h;
        for slot in &mut best {
            if h > *slot {
                core::mem::swap(slot, &mut h);
            }
        }
    }
    let peak = best.iter().sum::<f32>() / STRONGEST as f32;
    let breadth = heights.iter().map(|h| (h - BREADTH_FROM_DB).max(0.0)).sum::<f32>() / BANDS as f32;
    peak + BREADTH_WEIGHT * breadth
}

/// Mean and spread of the score of noise alone.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    mean: f32,
    variance: f32,
}

impl Spread {
    pub(crate) const fn new() -> Self {
        Self { mean: NOISE_MEAN_DB, variance: NOISE_SPREAD_DB * NOISE_SPREAD_DB }
    }

    /// Takes the score of a frame of noise.
    pub(crate) fn learn(&mut self, score: f32) {
        let off = (score - self.mean).clamp(-HEIGHT_MOST_DB, SPREAD_REACH_DB);
        self.mean += SPREAD_RATE * off;
        self.variance += SPREAD_RATE * (off * off - self.variance);
    }

    /// From which score a frame may be speech, and below which it is not.
    pub(crate) fn thresholds(&self, sensitivity_db: f32) -> (f32, f32) {
        let spread = libm::sqrtf(self.variance).max(LEAST_SPREAD_DB);
        let on = (self.mean + ON_SPREADS * spread).max(sensitivity_db);
        let off = (self.mean + OFF_SPREADS * spread).max(OFF_SHARE * sensitivity_db);
        (on, off.min(on))
    }
}

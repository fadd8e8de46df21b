//! Whether what is left of a block is our own sound: no more than may be left of the echo, and noise.

use super::band::Band;
use super::limits::{FADES, LEFT, NOISE, NOISE_GROWS, NOISE_MEAN, SILENT};

/// Compares levels in the middle of the band, as mean squares.
#[derive(Debug)]
pub(super) struct Judge {
    left_band: Band,
    echo_band: Band,
    /// The estimate, fading.
    echo: f32,
    /// The level, smoothed, once there is one; and the noise under it.
    level: Option<f32>,
    noise: f32,
}

impl Judge {
    pub(super) fn new(hz: f32) -> Self {
        Self { left_band: Band::new(hz), echo_band: Band::new(hz), echo: 0.0, level: None, noise: f32::MAX }
    }

    /// Whether a block of 10 ms or less is ours: `left` of it after the estimate `echo`, and the mean square of that by which it is more,
    /// bin by bin, than may be left of what is not known of the echo, `excess`.
    pub(super) fn is_own(&mut self, left: &[f32], echo: &[f32], excess: f32) -> bool {
        let left = mean_square(&mut self.left_band, left);
        self.echo = mean_square(&mut self.echo_band, echo).max(FADES * self.echo);
        let level = self.level.map_or(left, |level| level + NOISE_MEAN * (left - level));
        self.level = Some(level);
        self.noise = level.min(NOISE_GROWS * self.noise + f32::MIN_POSITIVE);
        left > SILENT && left.min(excess) <= LEFT * self.echo + NOISE * self.noise
    }
}

fn mean_square(band: &mut Band, samples: &[f32]) -> f32 {
    let squares: f32 = samples.iter().map(|&sample| band.next(sample)).map(|sample| sample * sample).sum();
    squares / samples.len().max(1) as f32
}

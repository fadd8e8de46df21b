//! Whether what is left of a block is our own sound: no more than may be left of the echo, and noise.

use super::band::Band;
use super::limits::{
    FADES, LEFT, LEFT_AGAIN, LEFT_SURE, NOISE, NOISE_GROWS, NOISE_MEAN, SILENT, SPEAKS_FROM, SPEAKS_MOST,
};

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
    /// Blocks lately that were not ours, less those that were.
    spoken: u32,
}

impl Judge {
    pub(super) fn new(hz: f32) -> Self {
        Self {
            left_band: Band::new(hz),
            echo_band: Band::new(hz),
            echo: 0.0,
            level: None,
            noise: f32::MAX,
            spoken: 0,
        }
    }

    /// Whether a block of 10 ms or less is ours: `left` of it after the estimate `echo`, and the mean square of that by which it is more,
    /// bin by bin, than may be left of what is not known of the echo, `excess`.
    /// Where the path `is_sure`, less of it is; and least while someone is heard.
    pub(super) fn is_own(&mut self, left: &[f32], echo: &[f32], excess: f32, is_sure: bool) -> bool {
        let left = mean_square(&mut self.left_band, left);
        self.echo = mean_square(&mut self.echo_band, echo).max(FADES * self.echo);
        let level = self.level.map_or(left, |level| level + NOISE_MEAN * (left - level));
        self.level = Some(level);
        self.noise = level.min(NOISE_GROWS * self.noise + f32::MIN_POSITIVE);
        let share = match (is_sure, self.spoken >= SPEAKS_FROM) {
            (false, _) => LEFT,
            (true, false) => LEFT_SURE,
            (true, true) => LEFT_AGAIN,
        };
        let is_own = left > SILENT && left.min(excess) <= share * self.echo + NOISE * self.noise;
        self.spoken = if is_own { self.spoken.saturating_sub(1) } else { (self.spoken + 1).min(SPEAKS_MOST) };
        is_own
    }
}

fn mean_square(band: &mut Band, samples: &[f32]) -> f32 {
    let squares: f32 = samples.iter().map(|&sample| band.next(sample)).map(|sample| sample * sample).sum();
    squares / samples.len().max(1) as f32
}

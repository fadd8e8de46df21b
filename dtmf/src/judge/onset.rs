//! The sample at which a pair started: the most likely place of a change from silence to the model.

use super::model::{Model, STRANDS};
use crate::{
    limits::{ONSET_BREAK_MAX, ONSET_FLOOR, ONSET_SHARE_MAX},
    samples::SAMPLES,
};

/// Where to look for a start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search {
    /// The rest's power over the pair's.
    pub(crate) noise: f32,
    /// The first sample that may be the start.
    pub(crate) earliest: f64,
    /// The only tone that starts, if the other one was there before.
    pub(crate) only: Option<usize>,
}

impl Search {
    /// The start as an index into `samples`.
    ///
    /// Going back from the newest sample, every sample that looks like the model speaks for a start before it, and every
    /// one that does not, against it: the sum of x·s − θ·s² is greatest at the start. θ is the share of the full
    /// amplitude from which on a rising tone counts.
    pub(crate) fn run(self, samples: &[f32; SAMPLES], model: &Model) -> usize {
        let share = (ONSET_FLOOR + self.noise).min(ONSET_SHARE_MAX);
        let power: f32 = model.amplitudes().iter().map(|a| 0.5 * a * a).sum();
        let give_up = ONSET_BREAK_MAX * share * power;
        let earliest = libm::ceil(self.earliest.max(0.0)) as usize;
        let starts = self.only.map_or([1.0, 1.0], |tone| if tone == 0 { [1.0, 0.0] } else { [0.0, 1.0] });
        let (mut sum, mut best, mut start) = (0.0f32, 0.0f32, SAMPLES - 1);
        let [mut low, mut high] = model.backwards();
        let (blocks, _) = samples.as_chunks();
        for (block, samples) in blocks.iter().enumerate().rev() {
            if sum < best - give_up {
                break;
            }
            let gains = gains(samples, &low.re, &high.re, starts, share);
            low.go_back();
            high.go_back();
            let whole: f32 = gains.iter().sum();
            let at_most: f32 = gains.iter().map(|gain| gain.max(0.0)).sum();
            if sum + at_most <= best && block * STRANDS >= earliest {
                sum += whole;
                continue;
            }
            for n in (0..STRANDS).rev() {
                let at = block * STRANDS + n;
                sum += if at < earliest { 0.0 } else { gains[n] };
                if sum > best {
                    (best, start) = (sum, at);
                }
            }
        }
        start
    }
}

/// What each of a block's samples speaks for, of the tones that start in that share. Not inlined: alone, it is worked out for
/// several samples at once.
#[inline(never)]
fn gains(
    samples: &[f32; STRANDS],
    low: &[f32; STRANDS],
    high: &[f32; STRANDS],
    starts: [f32; 2],
    share: f32,
) -> [f32; STRANDS] {
    let mut gains = [0.0; STRANDS];
    for n in 0..STRANDS {
        let starting = starts[0] * low[n] + starts[1] * high[n];
        let other = low[n] + high[n] - starting;
        gains[n] = starting * (samples[n] - other - share * starting);
    }
    gains
}

//! The sample at which a pair started: the most likely place of a change from silence to the model.

use super::model::{Model, STRANDS};
use crate::{
    limits::{BREAK_MAX, ONSET_FLOOR, ONSET_SHARE_MAX},
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
        let give_up = BREAK_MAX * share * power;
        let (mut sum, mut best, mut start) = (0.0f32, 0.0f32, SAMPLES - 1);
        for (last, tones) in (0..SAMPLES).rev().step_by(STRANDS).zip(model.backwards()) {
            let gains = self.gains(&samples[last + 1 - STRANDS..=last], &tones, share);
            for (n, gain) in gains.into_iter().enumerate() {
                if ((last - n) as f64) < self.earliest || sum < best - give_up {
                    return start;
                }
                sum += gain;
                if sum > best {
                    (best, start) = (sum, last - n);
                }
            }
        }
        start
    }

    /// What each of a block's samples speaks for, the newest first.
    fn gains(self, samples: &[f32], tones: &[[f32; STRANDS]; 2], share: f32) -> [f32; STRANDS] {
        let [low, high] = tones;
        let mut gains = [0.0; STRANDS];
        for (n, sample) in samples.iter().rev().enumerate().take(STRANDS) {
            let (starting, other) = match self.only {
                None => (low[n] + high[n], 0.0),
                Some(0) => (low[n], high[n]),
                Some(_) => (high[n], low[n]),
            };
            gains[n] = starting * (sample - other - share * starting);
        }
        gains
    }
}

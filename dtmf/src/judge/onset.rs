//! The sample at which a pair started: the most likely place of a change from silence to the model.

use super::model::{Model, STRANDS, Strands};
use crate::{
    limits::{HOP, ONSET_BREAK_MAX, ONSET_FLOOR, ONSET_SHARE_MAX},
    samples::{HOPS, SAMPLES, Samples},
};

/// Where to look for a start. Places are counted in samples from the oldest that is remembered.
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
    /// The place of the start.
    ///
    /// Going back from the newest sample, every sample that looks like the model speaks for a start before it, and
    /// every one that does not, against it: the sum of x·s − θ·s² is greatest at the start. θ is the share of the full
    /// amplitude from which on a rising tone counts.
    pub(crate) fn run(self, samples: &Samples, model: &Model) -> usize {
        let share = (ONSET_FLOOR + self.noise).min(ONSET_SHARE_MAX);
        let power: f32 = model.amplitudes().iter().map(|a| 0.5 * a * a).sum();
        let mut going = Going {
            tones: model.backwards(),
            starts: self.only.map_or([1.0, 1.0], |tone| if tone == 0 { [1.0, 0.0] } else { [0.0, 1.0] }),
            share,
            give_up: ONSET_BREAK_MAX * share * power,
            earliest: libm::ceil(self.earliest.max(0.0)) as usize,
            sum: 0.0,
            best: 0.0,
            start: SAMPLES - 1,
        };
        for age in 0..HOPS {
            let mut hop = [0.0; HOP];
            samples.copy(age * HOP, &mut hop);
            let (blocks, _) = hop.as_chunks();
            for (n, block) in blocks.iter().enumerate().rev() {
                going.back(block, SAMPLES - (age + 1) * HOP + n * STRANDS);
                if going.has_given_up() {
                    return going.start;
                }
            }
        }
        going.start
    }
}

/// A search on its way back.
struct Going {
    tones: [Strands; 2],
    starts: [f32; 2],
    share: f32,
    give_up: f32,
    earliest: usize,
    sum: f32,
    best: f32,
    start: usize,
}

impl Going {
    fn has_given_up(&self) -> bool {
        self.sum < self.best - self.give_up
    }

    /// Goes over a block of samples that begins at `first`.
    fn back(&mut self, samples: &[f32; STRANDS], first: usize) {
        let gains = self.gains(samples);
        for tone in &mut self.tones {
            tone.go_back();
        }
        let whole = sum(&gains);
        let at_most = sum(&gains.map(|gain| if gain > 0.0 { gain } else { 0.0 }));
        if self.sum + at_most <= self.best && first >= self.earliest {
            self.sum += whole;
            return;
        }
        for (n, gain) in gains.into_iter().enumerate().rev() {
            self.sum += if first + n < self.earliest { 0.0 } else { gain };
            if self.sum > self.best {
                (self.best, self.start) = (self.sum, first + n);
            }
        }
    }

    /// What each of a block's samples speaks for, of the tones that start in that share.
    #[inline(never)]
    fn gains(&self, samples: &[f32; STRANDS]) -> [f32; STRANDS] {
        let [low, high] = &self.tones;
        let mut gains = [0.0; STRANDS];
        for n in 0..STRANDS {
            let starting = self.starts[0] * low.re[n] + self.starts[1] * high.re[n];
            let other = low.re[n] + high.re[n] - starting;
            gains[n] = starting * (samples[n] - other - self.share * starting);
        }
        gains
    }
}

fn sum(values: &[f32; STRANDS]) -> f32 {
    let mut halves = [0.0; STRANDS / 2];
    for n in 0..STRANDS / 2 {
        halves[n] = values[n] + values[n + STRANDS / 2];
    }
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

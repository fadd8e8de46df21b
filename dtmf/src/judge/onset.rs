//! The sample at which a pair started: the most likely place of a change from silence to the model.

use super::{
    model::{Backwards, Model},
    window::STRANDS,
};
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
            going.back(&hop, SAMPLES - (age + 1) * HOP);
            if going.has_given_up() {
                break;
            }
        }
        going.start
    }
}

/// A search on its way back.
struct Going {
    tones: [Backwards; 2],
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

    /// Goes over a hop of samples that begins at `first`.
    fn back(&mut self, samples: &[f32; HOP], first: usize) {
        let gains = self.gains(samples);
        let cannot_start = self.sum + positive(&gains) <= self.best && first >= self.earliest;
        let (blocks, _) = gains.as_chunks();
        for (n, block) in blocks.iter().enumerate().rev() {
            let (first, whole) = (first + n * STRANDS, sum(block));
            if cannot_start {
                self.sum += whole;
            } else if least(block) >= 0.0 && self.sum + whole > self.best && first >= self.earliest {
                self.sum += whole;
                (self.best, self.start) = (self.sum, first);
            } else {
                self.sample_by_sample(block, first);
            }
            if self.has_given_up() {
                return;
            }
        }
    }

    fn sample_by_sample(&mut self, gains: &[f32; STRANDS], first: usize) {
        for (n, gain) in gains.iter().enumerate().rev() {
            self.sum += if first + n < self.earliest { 0.0 } else { *gain };
            if self.sum > self.best {
                (self.best, self.start) = (self.sum, first + n);
            }
        }
    }

    /// What each of a hop's samples speaks for, of the tones that start in that share.
    fn gains(&mut self, samples: &[f32; HOP]) -> [f32; HOP] {
        let mut gains = [0.0; HOP];
        let (sample_blocks, _) = samples.as_chunks::<STRANDS>();
        let (gain_blocks, _) = gains.as_chunks_mut::<STRANDS>();
        for (gains, samples) in gain_blocks.iter_mut().zip(sample_blocks).rev() {
            let [low, high] = &mut self.tones;
            let (low, high) = (low.next(), high.next());
            for n in 0..STRANDS {
                let starting = self.starts[0] * low[n] + self.starts[1] * high[n];
                let other = low[n] + high[n] - starting;
                gains[n] = starting * (samples[n] - other - self.share * starting);
            }
        }
        gains
    }
}

/// The sum of those that are positive.
fn positive(gains: &[f32; HOP]) -> f32 {
    let mut sums = [0.0; STRANDS];
    let (blocks, _) = gains.as_chunks::<STRANDS>();
    for block in blocks {
        for n in 0..STRANDS {
            sums[n] += if block[n] > 0.0 { block[n] } else { 0.0 };
        }
    }
    sum(&sums)
}

fn least(values: &[f32; STRANDS]) -> f32 {
    let lesser = |a: f32, b: f32| if a < b { a } else { b };
    let mut halves = [0.0; STRANDS / 2];
    for n in 0..STRANDS / 2 {
        halves[n] = lesser(values[n], values[n + STRANDS / 2]);
    }
    lesser(lesser(halves[0], halves[2]), lesser(halves[1], halves[3]))
}

fn sum(values: &[f32; STRANDS]) -> f32 {
    let mut halves = [0.0; STRANDS / 2];
    for n in 0..STRANDS / 2 {
        halves[n] = values[n] + values[n + STRANDS / 2];
    }
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

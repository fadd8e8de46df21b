//! From the stream's rate to the one rate at which all listening is done.
//!
//! ```text
//! input rate → Decimator (FIR, whole factor) → 8–16 kHz → Interpolator (only if needed) → 8 kHz
//! ```
//! Both filters are symmetric and centred, so that sample `m` at 8 kHz stands for the input at `m · rate / 8000`:
//! no delay remains to be subtracted.

mod decimator;
mod interpolator;

use crate::{
    SampleRate,
    limits::{HOP, INTERNAL_HZ},
    machine::Lanes,
    samples::{FULL_SCALE, Samples, kept},
};
use decimator::{Decimator, FRACTION};
use interpolator::Interpolator;

/// Samples between the two filters that a hop is made of, at most: at less than 16 kHz, and the first one of more than the others.
const COARSE: usize = 2 * HOP + 8;

/// The way of the samples up to the bank of tones.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    decimator: Decimator,
    interpolator: Interpolator,
    direct: bool,
    rate: u32,
}

impl Front {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let mut decimator = Decimator::new(rate);
        let interpolator = Interpolator::new(rate, decimator.factor());
        decimator.advance(0, interpolator.samples_for(HOP));
        Self { decimator, interpolator, direct: rate.hz() == INTERNAL_HZ, rate: rate.hz() }
    }

    /// Takes from `samples` until `to` has its hop or they are used up; how many were used.
    #[inline(always)]
    pub(crate) fn feed<L: Lanes>(&mut self, lanes: L, samples: &[i16], to: &mut Samples) -> usize {
        if self.direct {
            return scale(lanes, samples, to);
        }
        let used = self.decimator.gather(samples);
        if self.decimator.is_ready() {
            self.resample(lanes, to.whole());
        }
        used
    }

    /// Fills the hop with silence if it has begun.
    pub(crate) fn finish<L: Lanes>(&mut self, lanes: L, to: &mut Samples) {
        if self.direct {
            if !to.is_empty() {
                to.next(HOP).fill(0);
            }
            return;
        }
        let has = |&values: &usize| self.decimator.has(self.interpolator.samples_for(values));
        let ready = (1..HOP).take_while(has).count();
        if ready > 0 {
            let hop = to.whole();
            self.resample(lanes, hop);
            hop[ready..].fill(0);
        }
    }

    /// A hop out of the samples that are gathered.
    #[inline(always)]
    fn resample<L: Lanes>(&mut self, lanes: L, hop: &mut [i16; HOP]) {
        let coarse = self.interpolator.samples_for(HOP);
        let mut values = [0; HOP];
        if self.interpolator.is_idle() {
            self.decimator.work_out(lanes, &mut values);
        } else {
            let mut outputs = [0; COARSE];
            self.decimator.work_out(lanes, &mut outputs[..self.decimator.worked_out_for(coarse)]);
            values = self.interpolator.feed(&outputs[..coarse]);
        }
        self.decimator.advance(coarse, self.interpolator.samples_for(HOP));
        hop.iter_mut().zip(values).for_each(|(place, value)| *place = rounded(value));
    }

    /// How many more input samples it takes until all that was given has come out at 8 kHz.
    pub(crate) fn delay(&self) -> usize {
        if self.direct {
            0
        } else {
            self.decimator.delay() + self.interpolator.delay() * self.decimator.factor()
        }
    }

    /// The input sample for a position at 8 kHz.
    pub(crate) fn input_position(&self, internal: f64) -> u64 {
        if internal <= 0.0 {
            return 0;
        }
        libm::round(internal * f64::from(self.rate) / f64::from(INTERNAL_HZ)) as u64
    }
}

/// Samples that are at 8 kHz already, as they are kept; how many there was room for.
#[inline(always)]
fn scale<L: Lanes>(lanes: L, samples: &[i16], to: &mut Samples) -> usize {
    if to.is_empty()
        && let Some(samples) = samples.first_chunk::<HOP>()
    {
        for (block, from) in to.whole().as_chunks_mut().0.iter_mut().zip(samples.as_chunks().0) {
            *block = lanes.scaled(from, FULL_SCALE);
        }
        return HOP;
    }
    let places = to.next(samples.len());
    let count = places.len();
    let (blocks, places) = places.as_chunks_mut();
    let (from, rest) = samples[..count].as_chunks();
    blocks.iter_mut().zip(from).for_each(|(block, from)| *block = lanes.scaled(from, FULL_SCALE));
    places.iter_mut().zip(rest).for_each(|(place, &sample)| *place = kept(sample));
    count
}

/// What a filter gives as it is kept: a filter may go beyond full scale.
#[inline(always)]
fn rounded(output: i32) -> i16 {
    const MOST: i32 = FULL_SCALE as i32;
    const HALF: i32 = FRACTION / 2;
    ((output.min(i32::MAX - HALF) + HALF) >> FRACTION.trailing_zeros()).clamp(-MOST, MOST) as i16
}

#[cfg(test)]
mod tests;

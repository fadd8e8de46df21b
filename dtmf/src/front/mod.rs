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
    machine::{Lanes, STRANDS},
    samples::{FULL_SCALE, Samples, kept},
};
use decimator::{Decimator, FRACTION};
use interpolator::Interpolator;

/// Samples between the two filters, at a time: a hop's at less than 16 kHz.
const COARSE: usize = 2 * HOP;

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
        let decimator = Decimator::new(rate);
        let interpolator = Interpolator::new(rate, decimator.factor());
        Self { decimator, interpolator, direct: rate.hz() == INTERNAL_HZ, rate: rate.hz() }
    }

    /// Feeds `to` from `samples` until its hop is full or they are used up; how many were used.
    #[inline(always)]
    pub(crate) fn feed<L: Lanes>(&mut self, lanes: L, samples: &[i16], to: &mut Samples) -> usize {
        if !self.direct {
            return self.feed_resampled(lanes, samples, to);
        }
        let places = to.next(samples.len());
        let (blocks, rest) = places.as_chunks_mut();
        let (from, rest_from) = samples[..STRANDS * blocks.len() + rest.len()].as_chunks();
        for (block, from) in blocks.iter_mut().zip(from) {
            *block = lanes.scaled(from, FULL_SCALE);
        }
        for (place, &sample) in rest.iter_mut().zip(rest_from) {
            *place = kept(sample);
        }
        places.len()
    }

    #[inline(always)]
    fn feed_resampled<L: Lanes>(&mut self, lanes: L, samples: &[i16], to: &mut Samples) -> usize {
        let mut rest = samples;
        while !rest.is_empty() && !to.is_full() {
            let mut coarse = [0; COARSE];
            let wanted = self.interpolator.samples_for(to.missing()).min(COARSE);
            let (taken, given) = self.decimator.feed(lanes, rest, &mut coarse[..wanted]);
            rest = rest.get(taken..).unwrap_or_default();
            self.interpolate(&coarse[..given.min(wanted)], to);
        }
        samples.len() - rest.len()
    }

    #[inline(always)]
    fn interpolate(&mut self, coarse: &[i32], to: &mut Samples) {
        if self.interpolator.is_idle() {
            for (place, &output) in to.next(coarse.len()).iter_mut().zip(coarse) {
                *place = rounded(output);
            }
            return;
        }
        let mut values = [0; HOP];
        let given = self.interpolator.feed(coarse, &mut values);
        for (place, &value) in to.next(given).iter_mut().zip(&values) {
            *place = rounded(value);
        }
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

/// What a filter gives as it is kept: a filter may go beyond full scale.
#[inline(always)]
fn rounded(output: i32) -> i16 {
    const MOST: i32 = FULL_SCALE as i32;
    (output.saturating_add(FRACTION / 2) >> FRACTION.trailing_zeros()).clamp(-MOST, MOST) as i16
}

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
    samples::Samples,
};
use decimator::Decimator;
use interpolator::Interpolator;

/// Samples between the two filters, at a time: a hop's at less than 16 kHz.
const COARSE: usize = 2 * HOP;

/// The way of the samples up to the bank of tones.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    decimator: Decimator,
    interpolator: Interpolator,
    direct: bool,
    rate: u64,
}

impl Front {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let decimator = Decimator::new(rate);
        let interpolator = Interpolator::new(rate, decimator.factor());
        Self { decimator, interpolator, direct: rate.hz() == INTERNAL_HZ, rate: u64::from(rate.hz()) }
    }

    /// Feeds `to` from `samples` until its hop is full or they are used up; how many were used.
    pub(crate) fn feed(&mut self, samples: &[f32], to: &mut Samples) -> usize {
        if self.direct { to.gather(samples) } else { self.feed_resampled(samples, to) }
    }

    fn feed_resampled(&mut self, samples: &[f32], to: &mut Samples) -> usize {
        let mut rest = samples;
        while !rest.is_empty() && !to.is_full() {
            let mut coarse = [0.0; COARSE];
            let wanted = self.interpolator.samples_for(to.missing()).min(COARSE);
            let (taken, given) = self.decimator.feed(rest, &mut coarse[..wanted]);
            rest = rest.get(taken..).unwrap_or(&[]);
            self.interpolate(&coarse[..given.min(wanted)], to);
        }
        samples.len() - rest.len()
    }

    fn interpolate(&mut self, coarse: &[f32], to: &mut Samples) {
        if self.interpolator.is_idle() {
            to.gather(coarse);
            return;
        }
        let mut values = [0.0; HOP];
        let given = self.interpolator.feed(coarse, &mut values);
        to.gather(&values[..given]);
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
        libm::round(internal * self.rate as f64 / f64::from(INTERNAL_HZ)) as u64
    }
}

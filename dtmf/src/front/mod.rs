//! From the stream's rate to the one rate at which all listening is done.
//!
//! ```text
//! input rate → Decimator (FIR, whole factor) → 8–16 kHz → Interpolator (only if needed) → 8 kHz
//! ```
//! Both filters are symmetric and centred, so that sample `m` at 8 kHz stands for the input at `m · rate / 8000`:
//! no delay remains to be subtracted.

mod decimator;
mod interpolator;

use crate::{SampleRate, bank::Hop, limits::INTERNAL_HZ};
use decimator::Decimator;
use interpolator::Interpolator;

/// Anything beyond this is no audio (60 dB over full scale) and is heard as silence, as is what is not a number.
const LOUDEST: f32 = 1000.0;

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

    /// Feeds `hop` from `samples` until it is full or they are used up; how many were used.
    pub(crate) fn feed(&mut self, samples: &[f32], hop: &mut Hop) -> usize {
        if self.direct { feed_direct(samples, hop) } else { self.feed_resampled(samples, hop) }
    }

    fn feed_resampled(&mut self, samples: &[f32], hop: &mut Hop) -> usize {
        for (used, &sample) in samples.iter().enumerate() {
            let Some(coarse) = self.decimator.push(sane(sample)) else { continue };
            let Some(sample) = self.interpolator.push(coarse) else { continue };
            hop.push(sample);
            if hop.is_full() {
                return used + 1;
            }
        }
        samples.len()
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

fn feed_direct(samples: &[f32], hop: &mut Hop) -> usize {
    let free = hop.free_mut();
    let used = free.len().min(samples.len());
    for (to, &from) in free.iter_mut().zip(samples) {
        *to = sane(from);
    }
    hop.advance(used);
    used
}

/// The sample, or silence for what no microphone delivers: NaN, infinities, absurd levels.
fn sane(sample: f32) -> f32 {
    if sample.abs() < LOUDEST { sample } else { 0.0 }
}

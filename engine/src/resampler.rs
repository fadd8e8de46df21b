//! Conversion between sampling rates, in a stream or at one go.

use std::fmt;

use crate::SampleRate;
use filter::Filter;

mod filter;

/// The rates that can be converted, in Hz: a damaged header must not ask for gigabytes.
const RATES_HZ: std::ops::RangeInclusive<u32> = 1_000..=384_000;

/// Converts a stream of mono samples from one sampling rate to another.
///
/// Output sample `k` stands for the time `k / to`: the filter's own delay is taken out, within some thousandths of a
/// sample. The result is the same, bit for bit, however the input is split into slices. Equal rates pass through
/// untouched and at once.
///
/// Flat within 0.1 dB up to 0.9 of the lower Nyquist frequency; whatever lies above that frequency, or would be
/// mirrored, is at least 90 dB down. Measured at all 60 pairs of a sound card's rate and a recording's
/// (`tests/rates.rs`): a ripple of 0.0002 dB; everything that comes with a tone is at −92 dB, and what is left of one
/// beyond the lower Nyquist frequency at −98 dB, which is the rounding to 16 bits; no tone is off its time by more
/// than 0.0009 samples of the lower rate.
///
/// Holds back 30 ms at most (from 8 kHz on). Between rates that have a block of 20 ms in common (all usual ones) it
/// costs two Fourier transforms per block, between others (22,222 to 16,000 Hz) a sum of 640 products or more per
/// output sample.
///
/// ```
/// use afterbeep::{Resampler, SampleRate};
/// let mut resampler = Resampler::new(SampleRate::HZ_48000, SampleRate::HZ_16000)?;
/// let mut out = Vec::new();
/// resampler.process(&[0; 4_800], &mut out);
/// resampler.finish(&mut out);
/// assert_eq!(out.len(), 1_600);
/// # Ok::<(), afterbeep::ResamplerError>(())
/// ```
pub struct Resampler {
    from_hz: u32,
    to_hz: u32,
    /// None where the rates are equal.
    filter: Option<Filter>,
    /// Input samples since the start.
    taken: u64,
    /// Output samples since the start.
    given: u64,
}

impl Resampler {
    /// A converter between the rates of two streams.
    ///
    /// # Errors
    /// [`ResamplerError::Refused`] if the filter cannot be built.
    pub fn new(from: SampleRate, to: SampleRate) -> Result<Self, ResamplerError> {
        Self::between(from.hz(), to.hz())
    }

    /// A converter between rates of 1,000–384,000 Hz: those of files are wider than those of streams.
    ///
    /// # Errors
    /// [`ResamplerError::Rate`] for a rate out of range, [`ResamplerError::Refused`] if the filter cannot be built.
    pub fn between(from_hz: u32, to_hz: u32) -> Result<Self, ResamplerError> {
        if let Some(hz) = [from_hz, to_hz].into_iter().find(|hz| !RATES_HZ.contains(hz)) {
            return Err(ResamplerError::Rate { hz });
        }
        let filter = if from_hz == to_hz { None } else { Some(Filter::new(from_hz, to_hz)?) };
        Ok(Self { from_hz, to_hz, filter, taken: 0, given: 0 })
    }

    /// Converts `input` and appends what can be said so far to `output`.
    ///
    /// Takes any length. Does not allocate where `output` has room for [`max_output`](Self::max_output) samples more.
    pub fn process(&mut self, input: &[i16], output: &mut Vec<i16>) {
        let before = output.len();
        match &mut self.filter {
            None => output.extend_from_slice(input),
            Some(filter) => filter.process(input, output),
        }
        self.taken += input.len() as u64;
        self.given += (output.len() - before) as u64;
    }

    /// Appends what is held back: the output is then `round(input * to / from)` samples in all.
    ///
    /// The converter is as new afterwards.
    pub fn finish(&mut self, output: &mut Vec<i16>) {
        let (from, to) = (u64::from(self.from_hz), u64::from(self.to_hz));
        let total = (self.taken * to + from / 2) / from;
        let missing = usize::try_from(total.saturating_sub(self.given)).unwrap_or(0);
        if let Some(filter) = &mut self.filter {
            filter.finish(output, missing);
        }
        (self.taken, self.given) = (0, 0);
    }

    /// The most input samples that are ever held back: latency, in samples at the input's rate.
    pub fn delay(&self) -> usize {
        self.filter.as_ref().map_or(0, Filter::delay)
    }

    /// The most samples that one call of [`process`](Self::process) with `input` samples, or of
    /// [`finish`](Self::finish) with 0, appends.
    pub fn max_output(&self, input: usize) -> usize {
        self.filter.as_ref().map_or(input, |filter| filter.max_output(input))
    }

    /// Samples per second taken, in Hz.
    pub fn from_hz(&self) -> u32 {
        self.from_hz
    }

    /// Samples per second given, in Hz.
    pub fn to_hz(&self) -> u32 {
        self.to_hz
    }
}

impl fmt::Debug for Resampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from_hz, to_hz, taken, given, .. } = self;
        write!(f, "Resampler({from_hz} Hz → {to_hz} Hz, {taken} samples taken, {given} given)")
    }
}

/// Converts whole sounds.
///
/// The result has `round(samples * to / from)` samples and is that of a [`Resampler`].
///
/// # Errors
/// Those of [`Resampler::between`].
pub fn convert(samples: &[i16], from_hz: u32, to_hz: u32) -> Result<Vec<i16>, ResamplerError> {
    let mut resampler = Resampler::between(from_hz, to_hz)?;
    let mut output = Vec::with_capacity(resampler.max_output(samples.len()));
    resampler.process(samples, &mut output);
    resampler.finish(&mut output);
    Ok(output)
}

/// Rates that cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResamplerError {
    /// A rate out of range.
    #[error("sample rate: {hz} Hz cannot be converted, only 1000–384000 Hz can")]
    Rate {
        /// The rate that was asked for, in Hz.
        hz: u32,
    },
    /// The filter could not be built.
    #[error("no filter from {from_hz} Hz to {to_hz} Hz: {reason}")]
    Refused {
        /// The input's rate, in Hz.
        from_hz: u32,
        /// The output's rate, in Hz.
        to_hz: u32,
        /// What the library said.
        reason: String,
    },
}

#[cfg(test)]
mod tests;

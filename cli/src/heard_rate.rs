//! At which rate a file is heard.

use afterbeep::{Resampler, ResamplerError, SampleRate};

/// The rate of the copy that is heard where a file's own is higher than the detectors serve.
const COPY_RATE: SampleRate = SampleRate::HZ_48000;

/// The rate at which a file of `rate_hz` is heard: its own, or that of a copy with what makes it.
///
/// # Errors
/// [`ResamplerError`] when there is no way from the one to the other.
pub(crate) fn of(rate_hz: u32) -> Result<(SampleRate, Option<Resampler>), ResamplerError> {
    match SampleRate::new(rate_hz) {
        Ok(rate) => Ok((rate, None)),
        Err(_) => Ok((COPY_RATE, Some(Resampler::between(rate_hz, COPY_RATE.hz())?))),
    }
}

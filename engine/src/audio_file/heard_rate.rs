//! At which rate a file is heard.

use crate::{Resampler, ResamplerError, SampleRate};

/// The rate of the copy that is heard where a file's own is higher than the detectors serve: that of most sound cards.
const COPY_RATE: SampleRate = SampleRate::HZ_48000;

/// The rate at which a file of `rate_hz` (in Hz, [`AudioFile::rate_hz`](crate::AudioFile::rate_hz)) is heard: its own, or that of a
/// copy with what makes it.
///
/// ```
/// let (rate, copy) = afterbeep::heard_rate(192_000)?;
/// assert!(rate.hz() == 48_000 && copy.is_some());
/// let (rate, copy) = afterbeep::heard_rate(8_000)?;
/// assert!(rate.hz() == 8_000 && copy.is_none());
/// # Ok::<(), afterbeep::ResamplerError>(())
/// ```
///
/// # Errors
/// [`ResamplerError`] when there is no way from the one to the other.
pub fn heard_rate(rate_hz: u32) -> Result<(SampleRate, Option<Resampler>), ResamplerError> {
    match SampleRate::new(rate_hz) {
        Ok(rate) => Ok((rate, None)),
        Err(_) => Ok((COPY_RATE, Some(Resampler::between(rate_hz, COPY_RATE.hz())?))),
    }
}

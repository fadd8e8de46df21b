//! How much sound a ring holds.

use std::time::Duration;

/// How much sound the ring between the audio thread and a program's thread holds, from 200 ms to 10 s: 500 ms unless said.
///
/// A microphone's reader that is late by more loses what finds no room, counted to the sample and told in its place. The least is
/// two of the longest callbacks: PulseAudio's bring 100 ms each. The most takes 2 MB at 96 kHz.
///
/// ```
/// use std::time::Duration;
/// use afterbeep_capture::RingLength;
///
/// let patient = RingLength::new(Duration::from_secs(2))?;
/// assert_eq!(RingLength::default().duration(), Duration::from_millis(500));
/// assert!(RingLength::new(Duration::from_millis(50)).is_err());
/// # Ok::<(), afterbeep_capture::RingOutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RingLength(Duration);

/// A ring cannot be so long, or so short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a ring of {asked:?} is out of range: choose from {:?} to {:?}", RingLength::LEAST.0, RingLength::MOST.0)]
pub struct RingOutOfRange {
    /// The length that was asked for.
    pub asked: Duration,
}

impl RingLength {
    /// 200 ms.
    pub const LEAST: Self = Self(Duration::from_millis(200));
    /// 10 s.
    pub const MOST: Self = Self(Duration::from_secs(10));
    /// 500 ms.
    pub const DEFAULT: Self = Self(Duration::from_millis(500));
    /// 2 s: for a reader that may stand still for a second, with as much again to catch up.
    pub const PATIENT: Self = Self(Duration::from_secs(2));

    /// A ring of this length.
    ///
    /// # Errors
    /// [`RingOutOfRange`] if it is not from 200 ms to 10 s.
    pub fn new(length: Duration) -> Result<Self, RingOutOfRange> {
        let range = Self::LEAST.0..=Self::MOST.0;
        range.contains(&length).then_some(Self(length)).ok_or(RingOutOfRange { asked: length })
    }

    /// Its length in time.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// Samples that it holds, at so many per second.
    pub(crate) fn samples(self, rate_hz: u32) -> usize {
        (self.0.as_secs_f64() * f64::from(rate_hz)).ceil() as usize
    }
}

impl Default for RingLength {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_out_of_range_is_refused_with_the_range() {
        for ms in [0, 199, 10_001] {
            let error = RingLength::new(Duration::from_millis(ms)).unwrap_err().to_string();
            assert!(error.contains("from 200ms to 10s"), "{error}");
        }
        for length in [RingLength::LEAST, RingLength::PATIENT, RingLength::MOST] {
            assert_eq!(RingLength::new(length.duration()), Ok(length));
        }
        assert_eq!(RingLength::default().samples(44_100), 22_050);
    }
}

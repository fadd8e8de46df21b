//! The sampling rates that the detector can be built for.

use core::fmt;

/// A sampling rate that the detector serves: 8–96 kHz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleRate(u32);

impl SampleRate {
    /// The lowest rate served, in Hz: the telephone's.
    pub const MIN_HZ: u32 = 8_000;
    /// The highest rate served, in Hz.
    pub const MAX_HZ: u32 = 96_000;

    /// A rate of `hz` samples per second.
    ///
    /// # Errors
    /// [`UnsupportedRate`] outside of [`Self::MIN_HZ`]–[`Self::MAX_HZ`].
    ///
    /// ```
    /// use afterbeep_dtmf::SampleRate;
    /// assert_eq!(SampleRate::new(8_000)?.hz(), 8_000);
    /// assert!(SampleRate::new(7_999).is_err());
    /// # Ok::<(), afterbeep_dtmf::UnsupportedRate>(())
    /// ```
    pub const fn new(hz: u32) -> Result<Self, UnsupportedRate> {
        if hz < Self::MIN_HZ || hz > Self::MAX_HZ {
            return Err(UnsupportedRate { hz });
        }
        Ok(Self(hz))
    }

    /// Samples per second.
    pub const fn hz(self) -> u32 {
        self.0
    }
}

impl fmt::Display for SampleRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz", self.0)
    }
}

/// A sampling rate outside of what the detector serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sample rate: {hz} Hz is outside of {}–{} Hz", SampleRate::MIN_HZ, SampleRate::MAX_HZ)]
pub struct UnsupportedRate {
    /// The rate that was asked for, in Hz.
    pub hz: u32,
}

//! Sampling rates: what can be heard, and what can be recorded.

use std::fmt;

use afterbeep_dtmf as dtmf;
use afterbeep_vad as vad;

/// The sampling rate of a capture stream: 8–96 kHz, the rates that both detectors serve.
///
/// ```
/// use afterbeep::SampleRate;
/// assert_eq!(SampleRate::new(44_100)?.hz(), 44_100);
/// assert!(SampleRate::new(384_000).is_err());
/// # Ok::<(), afterbeep::UnsupportedRate>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleRate {
    // One proof each that the rate suits the detector, so that building a detector cannot fail later.
    dtmf: dtmf::SampleRate,
    vad: vad::SampleRate,
}

impl SampleRate {
    /// The telephone's rate.
    pub const HZ_8000: Self = proven(8_000);
    /// Wide-band telephony's rate, and the default of recordings.
    pub const HZ_16000: Self = proven(16_000);
    /// Twice the rate of the wireless and of older voice codecs.
    pub const HZ_24000: Self = proven(24_000);
    /// The compact disc's rate.
    pub const HZ_44100: Self = proven(44_100);
    /// The rate of most sound cards.
    pub const HZ_48000: Self = proven(48_000);

    /// A rate of `hz` samples per second.
    ///
    /// # Errors
    /// [`UnsupportedRate`] outside of 8,000–96,000 Hz.
    pub const fn new(hz: u32) -> Result<Self, UnsupportedRate> {
        match (dtmf::SampleRate::new(hz), vad::SampleRate::new(hz)) {
            (Ok(dtmf), Ok(vad)) => Ok(Self { dtmf, vad }),
            _ => Err(UnsupportedRate { hz }),
        }
    }

    /// Samples per second.
    pub const fn hz(self) -> u32 {
        self.dtmf.hz()
    }

    pub(crate) const fn dtmf(self) -> dtmf::SampleRate {
        self.dtmf
    }

    pub(crate) const fn vad(self) -> vad::SampleRate {
        self.vad
    }
}

impl fmt::Display for SampleRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.dtmf.fmt(f)
    }
}

/// A sampling rate that no capture stream may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sample rate: {hz} Hz is outside of 8000–96000 Hz")]
pub struct UnsupportedRate {
    /// The rate that was asked for, in Hz.
    pub hz: u32,
}

/// A rate that is known to be in range when this crate is compiled.
#[expect(clippy::panic, reason = "only constants call it: the panic is a compile error")]
const fn proven(hz: u32) -> SampleRate {
    match SampleRate::new(hz) {
        Ok(rate) => rate,
        Err(_) => panic!("a constant rate is out of range"),
    }
}

/// The sampling rate of a recording: one that every player opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordingRate {
    /// 8 kHz.
    Hz8000,
    /// 16 kHz, the default (`record-response` §4).
    #[default]
    Hz16000,
    /// 24 kHz.
    Hz24000,
    /// 44.1 kHz.
    Hz44100,
    /// 48 kHz.
    Hz48000,
}

impl RecordingRate {
    /// Every rate, from the lowest to the highest.
    pub const ALL: [Self; 5] = [Self::Hz8000, Self::Hz16000, Self::Hz24000, Self::Hz44100, Self::Hz48000];

    /// Samples per second.
    pub const fn hz(self) -> u32 {
        self.as_sample_rate().hz()
    }

    /// The same rate as that of a capture stream.
    pub const fn as_sample_rate(self) -> SampleRate {
        match self {
            Self::Hz8000 => SampleRate::HZ_8000,
            Self::Hz16000 => SampleRate::HZ_16000,
            Self::Hz24000 => SampleRate::HZ_24000,
            Self::Hz44100 => SampleRate::HZ_44100,
            Self::Hz48000 => SampleRate::HZ_48000,
        }
    }
}

impl TryFrom<u32> for RecordingRate {
    type Error = UnsupportedRecordingRate;

    fn try_from(hz: u32) -> Result<Self, UnsupportedRecordingRate> {
        Self::ALL.into_iter().find(|rate| rate.hz() == hz).ok_or(UnsupportedRecordingRate { hz })
    }
}

impl fmt::Display for RecordingRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_sample_rate().fmt(f)
    }
}

/// A sampling rate that no recording may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recording rate: {hz} Hz is none of 8000, 16000, 24000, 44100, 48000 Hz")]
pub struct UnsupportedRecordingRate {
    /// The rate that was asked for, in Hz.
    pub hz: u32,
}

//! Profiles: which line the detector listens to.

mod builder;
mod limit;
mod measures;

pub use builder::{InvalidLimit, ProfileBuilder};
pub use limit::Limit;
pub(crate) use limit::Values;
pub(crate) use measures::Measures;

use crate::limits::{self, PROFILE_LIMITS};

/// A table of limits: what is a digit on this line. [`Profile::Q24`] serves every line that the standards describe; the others
/// are for special ones.
///
/// ```
/// use afterbeep_dtmf::{Detector, Profile, SampleRate};
///
/// let quiet_line = Profile::Q24.builder().level_min_dbm0(-50.0).digit_min_ms(36.0).build()?;
/// let detector = Detector::with_profile(SampleRate::new(8_000)?, &quiet_line);
/// let wrong = Profile::Q24.builder().digit_min_ms(5.0).build();
/// assert_eq!(wrong.unwrap_err().to_string(), "profile: digit_min_ms is 5 ms, outside of 28–56");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    values: Values,
    over_speech: bool,
}

impl Profile {
    /// The default: whatever any column of ITU-T Q.24 and ETSI ES 201 235-3 ask to be heard, and what they ask not to be heard.
    pub const Q24: Self = Self { values: limits::Q24, over_speech: true };
    /// ETSI ES 201 235-3 with a margin of measurement, and no more: twist 6 dB, 1.5 % + 2 Hz, from −26 dBm0 on. Weaker tones
    /// and lopsided pairs are none.
    pub const ETSI: Self = Self { values: limits::ETSI, over_speech: true };
    /// Talk-off first: no digit is taken out of speech or music, and a lone one must be purer and longer. It still hears 40 ms
    /// of a digit in tune (Q.24 AT&T: 1.5 %) on a line that is not noisy.
    pub const STRICT: Self = Self { values: limits::STRICT, over_speech: false };
    /// Tones through the air or out of overdriven microphones: quieter, more lopsided and less pure pairs, longer fadings and
    /// stronger echoes. Digits less than 40 ms apart may be taken for one.
    pub const WIDE: Self = Self { values: limits::WIDE, over_speech: true };

    /// A builder in which everything that is not said is as in this profile.
    pub const fn builder(self) -> ProfileBuilder {
        ProfileBuilder { profile: self }
    }

    /// Every limit and its value.
    pub fn limits(&self) -> impl Iterator<Item = (&'static Limit, f32)> {
        PROFILE_LIMITS.iter().zip(self.values)
    }

    /// Whether a pair is taken for a digit although there is a louder third tone, if it is exactly in tune.
    pub const fn over_speech(&self) -> bool {
        self.over_speech
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::Q24
    }
}

//! What a caller of the detector may choose.

use core::time::Duration;

/// How readily the detector hears speech. The default needs no tuning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    sensitivity_db: f32,
    min_speech: Duration,
}

impl Default for Settings {
    /// 9 dB above the noise floor, 100 ms.
    fn default() -> Self {
        Self { sensitivity_db: 9.0, min_speech: Duration::from_millis(100) }
    }
}

impl Settings {
    /// How far above the noise floor a sound must rise to count as speech, in dB: 3–30.
    ///
    /// # Errors
    /// [`BadSetting::Sensitivity`] outside of that range, or not a number.
    pub fn with_sensitivity_db(self, db: f32) -> Result<Self, BadSetting> {
        if !(3.0..=30.0).contains(&db) {
            return Err(BadSetting::Sensitivity { db });
        }
        Ok(Self { sensitivity_db: db, ..self })
    }

    /// How long a sound must last to be speech: 20–1000 ms.
    ///
    /// # Errors
    /// [`BadSetting::MinSpeech`] outside of that range.
    pub fn with_min_speech(self, min_speech: Duration) -> Result<Self, BadSetting> {
        if !(Duration::from_millis(20)..=Duration::from_secs(1)).contains(&min_speech) {
            return Err(BadSetting::MinSpeech { min_speech });
        }
        Ok(Self { min_speech, ..self })
    }

    /// How far above the noise floor a sound must rise to count as speech, in dB.
    pub const fn sensitivity_db(self) -> f32 {
        self.sensitivity_db
    }

    /// How long a sound must last to be speech.
    pub const fn min_speech(self) -> Duration {
        self.min_speech
    }
}

/// A setting outside of its range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BadSetting {
    /// The sensitivity is out of range or not a number.
    #[error("sensitivity: {db} dB is outside of 3–30 dB")]
    Sensitivity {
        /// The value that was given, in dB.
        db: f32,
    },
    /// The shortest speech is out of range.
    #[error("min speech: {min_speech:?} is outside of 20–1000 ms")]
    MinSpeech {
        /// The value that was given.
        min_speech: Duration,
    },
}

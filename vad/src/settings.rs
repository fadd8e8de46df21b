//! What a caller of the detector may choose.

use core::time::Duration;

/// How readily the detector hears speech. The default needs no tuning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    sensitivity_db: f32,
    min_speech: Duration,
    hangover: Duration,
}

impl Default for Settings {
    /// 9 dB above the noise floor, 100 ms of speech, 300 ms of silence.
    fn default() -> Self {
        Self {
            sensitivity_db: 9.0,
            min_speech: Duration::from_millis(100),
            hangover: Duration::from_millis(300),
        }
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

    /// How long it must be silent for speech to have ended: 100–2000 ms, counted in steps of 10 ms. It does not move
    /// the end that is told, only when it is told, and which pauses part two stretches of speech.
    ///
    /// # Errors
    /// [`BadSetting::Hangover`] outside of that range.
    pub fn with_hangover(self, hangover: Duration) -> Result<Self, BadSetting> {
        if !(Duration::from_millis(100)..=Duration::from_secs(2)).contains(&hangover) {
            return Err(BadSetting::Hangover { hangover });
        }
        Ok(Self { hangover, ..self })
    }

    /// How far above the noise floor a sound must rise to count as speech, in dB.
    pub const fn sensitivity_db(self) -> f32 {
        self.sensitivity_db
    }

    /// How long a sound must last to be speech.
    pub const fn min_speech(self) -> Duration {
        self.min_speech
    }

    /// How long it must be silent for speech to have ended; 60 ms longer where noise less than 20 dB under the talker hides
    /// the edges of his pauses, and up to 60 ms longer while a word near his level has just set in.
    pub const fn hangover(self) -> Duration {
        self.hangover
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
    /// The silence after speech is out of range.
    #[error("hangover: {hangover:?} is outside of 100–2000 ms")]
    Hangover {
        /// The value that was given.
        hangover: Duration,
    },
}

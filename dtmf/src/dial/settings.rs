//! How a digit's tones are to sound.

use super::Dialing;
use crate::{Digit, SampleRate};

/// How a digit is sent: levels, lengths, and what may be wrong with it.
///
/// ```
/// use afterbeep_dtmf::{Digit, SampleRate, Tone};
///
/// let tone = Tone::builder().level_dbfs(-12.0).length_s(0.08).pause_s(0.08).build()?;
/// let digits = ['4', '2', '#'].into_iter().filter_map(|key| Digit::try_from(key).ok());
/// let samples: Vec<f32> = tone.dial(digits, SampleRate::new(16_000)?).collect();
/// assert_eq!(samples.len(), 3 * 2 * 1_280);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    pub(super) level_dbfs: f32,
    pub(super) twist_db: f32,
    pub(super) deviation: [f32; 2],
    pub(super) rise_s: f32,
    pub(super) length_s: f32,
    pub(super) pause_s: f32,
}

impl Tone {
    /// A tone as most telephones send it: 100 ms, a pause of 100 ms, −12 dBFS for each tone, 2 ms of rise.
    pub const fn new() -> Self {
        Self {
            level_dbfs: -12.0,
            twist_db: 0.0,
            deviation: [0.0; 2],
            rise_s: 0.002,
            length_s: 0.1,
            pause_s: 0.1,
        }
    }

    /// A tone in which everything that is not said is as in [`Tone::new`].
    pub const fn builder() -> ToneBuilder {
        ToneBuilder { tone: Self::new() }
    }

    /// The samples of these digits, each followed by its pause.
    pub fn dial<D>(self, digits: D, rate: SampleRate) -> Dialing<D::IntoIter>
    where
        D: IntoIterator<Item = Digit>,
    {
        Dialing::new(self, digits.into_iter(), rate)
    }

    /// The amplitudes of the low and of the high tone; 1 is full scale.
    pub(super) fn amplitudes(&self) -> [f32; 2] {
        let low = self.level_dbfs - self.twist_db.max(0.0);
        let high = self.level_dbfs + self.twist_db.min(0.0);
        [low, high].map(|dbfs| libm::powf(10.0, dbfs / 20.0))
    }
}

impl Default for Tone {
    fn default() -> Self {
        Self::new()
    }
}

/// Builds a [`Tone`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a builder does nothing until `build`"]
pub struct ToneBuilder {
    tone: Tone,
}

impl ToneBuilder {
    /// The level of the stronger tone in dBFS, 0 being a full-scale sine: −80 to −3.
    pub const fn level_dbfs(mut self, dbfs: f32) -> Self {
        self.tone.level_dbfs = dbfs;
        self
    }

    /// The high tone's level over the low tone's in dB: −30 to 30.
    pub const fn twist_db(mut self, db: f32) -> Self {
        self.tone.twist_db = db;
        self
    }

    /// How far the low and the high tone are off, as shares of their frequencies: −0.1 to 0.1.
    pub const fn deviation(mut self, low: f32, high: f32) -> Self {
        self.tone.deviation = [low, high];
        self
    }

    /// How long the tones rise and fall, in seconds; both lie within the length.
    pub const fn rise_s(mut self, seconds: f32) -> Self {
        self.tone.rise_s = seconds;
        self
    }

    /// How long the digit sounds, in seconds: up to 60.
    pub const fn length_s(mut self, seconds: f32) -> Self {
        self.tone.length_s = seconds;
        self
    }

    /// How long the silence after the digit is, in seconds: up to 60.
    pub const fn pause_s(mut self, seconds: f32) -> Self {
        self.tone.pause_s = seconds;
        self
    }

    /// The tone.
    ///
    /// # Errors
    /// [`InvalidTone`] names the first setting that is outside of its range, or not a number.
    pub fn build(self) -> Result<Tone, InvalidTone> {
        let Tone { level_dbfs, twist_db, deviation: [low, high], rise_s, length_s, pause_s } = self.tone;
        within("level_dbfs", level_dbfs, -80.0, -3.0)?;
        within("twist_db", twist_db, -30.0, 30.0)?;
        within("deviation of the low tone", low, -0.1, 0.1)?;
        within("deviation of the high tone", high, -0.1, 0.1)?;
        within("length_s", length_s, 0.001, 60.0)?;
        within("pause_s", pause_s, 0.0, 60.0)?;
        within("rise_s", rise_s, 0.0, length_s / 2.0)?;
        let sum: f32 = self.tone.amplitudes().iter().sum();
        if sum > 1.0 {
            return Err(InvalidTone::Clips { peak: sum });
        }
        Ok(self.tone)
    }
}

fn within(name: &'static str, value: f32, least: f32, most: f32) -> Result<(), InvalidTone> {
    if value >= least && value <= most {
        return Ok(());
    }
    Err(InvalidTone::OutOfRange { name, value, least, most })
}

/// A tone that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidTone {
    /// A setting is outside of its range.
    #[error("tone: {name} is {value}, outside of {least}–{most}")]
    OutOfRange {
        /// Which setting.
        name: &'static str,
        /// What was given.
        value: f32,
        /// The least that is allowed.
        least: f32,
        /// The most that is allowed.
        most: f32,
    },
    /// Both tones together exceed full scale.
    #[error("tone: both tones together reach {peak} of full scale")]
    Clips {
        /// The amplitudes' sum; 1 is full scale.
        peak: f32,
    },
}

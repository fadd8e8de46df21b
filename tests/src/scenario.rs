//! The scenario file.

use serde::Deserialize;

use afterbeep::RecordResponse;

/// One caller, one request, one outcome. `tests/README.md` explains every key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, in one line.
    pub title: String,
    /// The streams.
    #[serde(default)]
    pub line: Setting,
    /// The request: the contract's JSON.
    #[serde(default)]
    pub request: toml::Table,
    /// What is heard.
    #[serde(default, rename = "sound")]
    pub sounds: Vec<Piece>,
    /// What happens beside it.
    #[serde(default)]
    pub happens: Trouble,
    /// What must come of it.
    pub expect: Expect,
}

/// The streams of a scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Setting {
    /// The capture's rate in Hz.
    pub capture_rate: u32,
    /// The recording's rate in Hz.
    pub recording_rate: u32,
    /// Whether the caller is held until the recording begins.
    pub mode: Mode,
    /// How long a sample that was given out takes until it is heard, in seconds.
    pub output_latency: f64,
    /// The largest file in bytes.
    pub max_bytes: Option<u64>,
    /// What is played before the recording.
    pub prompt: Option<Prompt>,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            capture_rate: 8_000,
            recording_rate: 8_000,
            mode: Mode::Held,
            output_latency: 0.0,
            max_bytes: None,
            prompt: None,
        }
    }
}

/// Whether the caller is heard while prompt and beep play.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Not heard: what is captured begins with sample 0.
    #[default]
    Held,
    /// Heard, as on a line.
    FullDuplex,
}

/// A prompt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Prompt {
    /// A file that is not audio.
    Broken,
    /// A file that is not there.
    Missing,
    /// A voice for so many seconds.
    Seconds(f64),
    /// One digit for so many seconds: a prompt that says what a key sounds like.
    Digit(char),
}

/// Something that is heard. Times in seconds, 0 is where sample 0 is once prompt and beep have played to their ends;
/// levels in dBFS (root of the mean square).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "lowercase")]
pub enum Piece {
    /// A voice.
    Speech {
        /// Where it begins.
        at: f64,
        /// How long it lasts.
        #[serde(rename = "for")]
        length: f64,
        /// How loud it is.
        #[serde(default = "voice_level")]
        level: f64,
        /// Which speaker says what.
        #[serde(default = "one")]
        seed: u64,
    },
    /// A sine.
    Tone {
        /// Where it begins.
        at: f64,
        /// How long it lasts.
        #[serde(rename = "for")]
        length: f64,
        /// Its frequency.
        hz: f64,
        /// How loud it is.
        #[serde(default = "voice_level")]
        level: f64,
    },
    /// Keys pressed one after the other.
    Digits {
        /// Where the first begins.
        at: f64,
        /// Which.
        keys: String,
        /// How long each lasts.
        #[serde(rename = "for", default = "key_length")]
        length: f64,
        /// The pause between two.
        #[serde(default = "key_length")]
        pause: f64,
        /// How loud they are.
        #[serde(default = "key_level")]
        level: f64,
    },
    /// Noise.
    Noise {
        /// Where it begins; before everything by default.
        at: Option<f64>,
        /// How long it lasts; to the end by default.
        #[serde(rename = "for")]
        length: Option<f64>,
        /// Its spectrum.
        #[serde(default)]
        color: Color,
        /// How loud it is.
        level: f64,
        /// Another seed, other noise.
        #[serde(default = "one")]
        seed: u64,
    },
    /// What is played, heard back.
    Echo {
        /// After how long.
        delay: f64,
        /// How much softer than it was played, in dB: negative.
        level: f64,
    },
}

/// The spectrum of noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// The same power in every hertz.
    #[default]
    White,
    /// The same power in every octave.
    Pink,
}

fn voice_level() -> f64 {
    -20.0
}

fn key_level() -> f64 {
    -12.0
}

fn key_length() -> f64 {
    0.1
}

fn one() -> u64 {
    1
}

/// What happens beside what is heard. Times as in [`Piece`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Trouble {
    /// Cancelled before its turn.
    pub cancel_queued: bool,
    /// Failed before its turn, with the cause `the disk is full`.
    pub fail_queued: bool,
    /// The embedder cancels, or the caller hangs up.
    pub cancel_at: Option<f64>,
    /// No samples come from here on.
    pub media_stops_at: Option<f64>,
    /// The output fails under the prompt.
    pub prompt_fails_at: Option<f64>,
    /// The output fails under the beep.
    pub beep_fails_at: Option<f64>,
    /// Something else fails, with the cause `the disk is full`.
    pub fails_at: Option<f64>,
    /// Samples are lost on the way.
    pub lose: Vec<Lose>,
}

/// Samples that are lost on the way.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lose {
    /// Where, in seconds.
    pub at: f64,
    /// How many.
    pub samples: u64,
}

/// What must come of it; what is not said is not compared.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The contract's completion reason.
    pub reason: String,
    /// The contract's code.
    pub code: u16,
    /// The contract's subcode.
    pub subcode: u16,
    /// The contract's message.
    pub message: Option<String>,
    /// The digit that ended it; none where the key is absent.
    pub stop_tone: Option<char>,
    /// Every digit heard, in order; none where the key is absent.
    #[serde(default)]
    pub digits: String,
    /// The recording's length in samples.
    pub samples: Option<Range>,
    /// The recording ends here or up to 5 ms before, in seconds.
    pub cut_at: Option<f64>,
    /// Every segment of speech.
    pub speech: Option<Vec<SpeechAt>>,
    /// Every phase, in order.
    pub phases: Option<Vec<String>>,
    /// Where phases began, in seconds, to the sample.
    #[serde(default)]
    pub phase_at: Names,
    /// Whether there is a recording.
    #[serde(default = "yes")]
    pub recording: bool,
    /// Samples lost on the way.
    #[serde(default)]
    pub lost_samples: u64,
    /// Whether it was too short to be kept.
    #[serde(default)]
    pub too_short: bool,
    /// The recording's peak.
    pub peak_dbfs: Option<Span>,
    /// Every DTMF frequency is softer than this in the last 40 ms, in dBFS.
    pub tone_free_end_dbfs: Option<f64>,
}

/// Seconds by the name of a phase; a phase that began more than once is compared where it began first.
pub type Names = std::collections::BTreeMap<String, f64>;

fn yes() -> bool {
    true
}

/// A count, exact or between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Range {
    /// This one.
    Exact(u64),
    /// Between these, both allowed.
    Between([u64; 2]),
}

impl Range {
    pub(crate) fn holds(self, count: u64) -> bool {
        match self {
            Self::Exact(exact) => count == exact,
            Self::Between([low, high]) => (low..=high).contains(&count),
        }
    }
}

/// From the first to the second, both allowed.
pub type Span = [f64; 2];

/// Where speech must have been heard, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeechAt {
    /// Where it began.
    pub start: f64,
    /// Where it ended.
    pub end: f64,
    /// How far off the start may be.
    #[serde(default = "start_within")]
    pub start_within: f64,
    /// How far off the end may be.
    #[serde(default = "end_within")]
    pub end_within: f64,
}

/// Issue 3's first numbers: 60 ms for a start, 100 ms for an end.
fn start_within() -> f64 {
    0.06
}

fn end_within() -> f64 {
    0.1
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// In words, with line and column where the file is at fault.
    pub fn read(text: &str) -> Result<Self, String> {
        let scenario: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        scenario.request()?;
        Ok(scenario)
    }

    /// The request, as the contract's JSON reads it. The contract ignores unknown fields; a scenario does not.
    ///
    /// # Errors
    /// In words.
    pub fn request(&self) -> Result<RecordResponse, String> {
        let known = serde_json::to_value(RecordResponse::default()).map_err(|error| error.to_string())?;
        let asked = serde_json::to_value(&self.request).map_err(|error| error.to_string())?;
        no_unknown(&asked, &known)?;
        no_unknown(&asked["afterbeep"], &known["afterbeep"])?;
        RecordResponse::from_json(&asked.to_string()).map_err(|error| error.to_string())
    }
}

fn no_unknown(asked: &serde_json::Value, known: &serde_json::Value) -> Result<(), String> {
    let fields = asked.as_object().into_iter().flatten();
    for (field, _) in fields {
        if known.get(field).is_none() {
            return Err(format!("request: the contract has no field `{field}`"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECT: &str = "[expect]\nreason = 'maxSilenceTimeout'\ncode = 200\nsubcode = 8509\n";

    #[test]
    fn a_key_that_is_not_known_is_an_error_wherever_it_stands() {
        assert!(Scenario::read(&format!("title = ''\n{EXPECT}")).is_ok());
        for wrong in [
            "titel = ''\n",
            "title = ''\n[line]\nrate = 8000\n",
            "title = ''\n[request]\nplaybeep = true\n",
            "title = ''\n[request.afterbeep]\nsensitivty = 9\n",
            "title = ''\n[[sound]]\nkind = 'speech'\nat = 0\nfor = 1\nvolume = 3\n",
            "title = ''\n[[sound]]\nkind = 'echo'\ndelay = 0.1\nlevel = -6\nat = 1\n",
            "title = ''\n[happens]\ncancel = 1\n",
        ] {
            let error = Scenario::read(&format!("{wrong}{EXPECT}")).unwrap_err();
            assert!(error.contains("unknown") || error.contains("no field"), "{wrong}: {error}");
        }
        let expect = format!("title = ''\n{EXPECT}sample = 1\n");
        assert!(Scenario::read(&expect).unwrap_err().contains("sample"), "in [expect]");
    }
}

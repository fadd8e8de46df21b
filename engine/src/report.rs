//! The result as JSON: what the command line prints, and what lies beside a recording.

use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};

use crate::{
    Analysis, CompletionReason, DigitHeard, Failure, Level, Outcome, Position, ResultInfo, SampleRate,
    SpeechSegment, Status, recording::SavedRecording,
};

/// An [`Outcome`] as the contract and `command-line.md` spell it: times in seconds, 0 is the recording's first sample.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Why it ended.
    #[serde(rename = "completionReason")]
    pub completion_reason: CompletionReason,
    /// Completed or failed.
    pub status: Status,
    /// The contract's code, subcode and message.
    #[serde(rename = "resultInfo")]
    pub result_info: ResultInfo,
    /// The request's own text.
    #[serde(rename = "clientContext", skip_serializing_if = "Option::is_none")]
    pub client_context: Option<String>,
    /// The file; none where nothing was kept.
    pub recording: Option<RecordingReport>,
    /// The digit that ended it.
    pub stop_tone: Option<String>,
    /// Every digit heard.
    pub digits: Vec<DigitReport>,
    /// Every segment of speech.
    pub speech: Vec<SpeechReport>,
    /// How loud the recording is.
    pub level: LevelReport,
    /// Samples lost on the way from the microphone.
    pub lost_samples: u64,
    /// Samples that passed while it was paused; no time counts them. Left out where there are none.
    #[serde(skip_serializing_if = "is_zero")]
    pub paused_samples: u64,
    /// Whether the message was too short to be kept.
    pub too_short: bool,
    /// Whether the recording was found unfinished, of a process that had ended, and completed afterwards. Left out
    /// where it was not.
    #[serde(skip_serializing_if = "is_false")]
    pub recovered: bool,
    /// Every phase, with where it began.
    pub phases: Vec<PhaseReport>,
}

/// The file of a recording.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordingReport {
    /// Where it is; what of its name is no Unicode is replaced.
    #[serde(serialize_with = "lossy")]
    pub file: PathBuf,
    /// Its sampling rate, in Hz.
    pub sample_rate: u32,
    /// Always 1.
    pub channels: u16,
    /// Its length in samples.
    pub samples: u64,
    /// Its length in seconds.
    pub duration_s: f64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Where the part begins that was appended to an earlier recording, in samples; the times of the result count
    /// from there. Left out where there is no earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appended_at_sample: Option<u64>,
    /// How many of its samples are silence because the disk was too slow. Left out where it was not.
    #[serde(skip_serializing_if = "is_zero")]
    pub lost_to_disk_samples: u64,
}

impl RecordingReport {
    /// The file at `path` with `samples` samples at `rate_hz`, `bytes` long.
    pub fn new(path: &Path, rate_hz: u32, samples: u64, bytes: u64) -> Self {
        let duration_s = samples as f64 / f64::from(rate_hz);
        Self {
            file: path.to_owned(),
            sample_rate: rate_hz,
            channels: 1,
            samples,
            duration_s,
            bytes,
            appended_at_sample: None,
            lost_to_disk_samples: 0,
        }
    }

    /// The file of a recording that was saved.
    pub fn of(saved: &SavedRecording) -> Self {
        Self {
            appended_at_sample: (saved.earlier > 0).then_some(saved.earlier),
            lost_to_disk_samples: saved.lost,
            ..Self::new(&saved.path, saved.rate.hz(), saved.samples, saved.bytes)
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

fn lossy<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// A digit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DigitReport {
    /// Which.
    pub digit: String,
    /// Where its tones began, in seconds.
    pub start_s: f64,
    /// Where they ended, in seconds; none when they still sounded at the end.
    pub end_s: Option<f64>,
    /// Where it was known, in seconds.
    pub reported_s: f64,
}

impl DigitReport {
    /// The digit in seconds of a stream at `rate`.
    pub fn new(digit: &DigitHeard, rate: SampleRate) -> Self {
        Self {
            digit: digit.digit.to_string(),
            start_s: digit.start.seconds(rate),
            end_s: digit.end.map(|end| end.seconds(rate)),
            reported_s: digit.reported.seconds(rate),
        }
    }
}

/// A segment of speech.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SpeechReport {
    /// Where it began, in seconds.
    pub start_s: f64,
    /// Where it ended, in seconds.
    pub end_s: f64,
    /// Where its start was known, in seconds.
    pub onset_reported_s: f64,
    /// Where its end was known, in seconds.
    pub offset_reported_s: f64,
}

impl SpeechReport {
    /// The segment in seconds of a stream at `rate`.
    pub fn new(segment: &SpeechSegment, rate: SampleRate) -> Self {
        Self {
            start_s: segment.start.seconds(rate),
            end_s: segment.end.seconds(rate),
            onset_reported_s: segment.onset_reported.seconds(rate),
            offset_reported_s: segment.offset_reported.seconds(rate),
        }
    }
}

/// How loud something is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LevelReport {
    /// The largest sample, in dBFS; −120 is digital silence.
    pub peak_dbfs: f64,
    /// The root of the mean square, in dBFS; −120 is digital silence.
    pub rms_dbfs: f64,
    /// Samples at full scale.
    pub clipped_samples: u64,
}

impl From<Level> for LevelReport {
    fn from(level: Level) -> Self {
        let tenths = |db: f64| (db * 10.0).round() / 10.0;
        Self {
            peak_dbfs: tenths(level.peak_dbfs()),
            rms_dbfs: tenths(level.rms_dbfs()),
            clipped_samples: level.clipped_samples(),
        }
    }
}

/// A phase.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PhaseReport {
    /// Which.
    pub phase: &'static str,
    /// Where it began, in seconds.
    pub start_s: f64,
}

impl Report {
    /// The report of `outcome`, with the file if there is one.
    pub fn new(outcome: &Outcome, recording: Option<RecordingReport>) -> Self {
        let rate = outcome.capture_rate;
        let seconds = |position: Position| position.seconds(rate);
        Self {
            completion_reason: outcome.reason,
            status: outcome.reason.status(),
            result_info: outcome.result_info(),
            client_context: None,
            recording,
            stop_tone: outcome.stop_tone.map(|digit| digit.to_string()),
            digits: outcome.digits.iter().map(|digit| DigitReport::new(digit, rate)).collect(),
            speech: outcome.speech.iter().map(|segment| SpeechReport::new(segment, rate)).collect(),
            level: outcome.level.into(),
            lost_samples: outcome.lost_samples,
            paused_samples: outcome.paused_samples,
            too_short: outcome.too_short,
            recovered: false,
            phases: outcome
                .phases
                .iter()
                .map(|start| PhaseReport { phase: start.phase.name(), start_s: seconds(start.start) })
                .collect(),
        }
    }
}

impl Report {
    /// The report of a recording whose process ended before it: the reason is [`CompletionReason::UnspecifiedError`],
    /// and what was heard is not known, but for the level.
    pub(crate) fn recovered(saved: &SavedRecording, level: Level) -> Self {
        let reason = CompletionReason::UnspecifiedError;
        let cause = "The process ended before the recording did; what had reached the disk was recovered.";
        let failure = Failure::Other { cause: cause.to_owned() };
        Self {
            completion_reason: reason,
            status: reason.status(),
            result_info: ResultInfo::new(reason, Some(&failure)),
            client_context: None,
            recording: Some(RecordingReport::of(saved)),
            stop_tone: None,
            digits: Vec::new(),
            speech: Vec::new(),
            level: level.into(),
            lost_samples: 0,
            paused_samples: 0,
            too_short: false,
            recovered: true,
            phases: Vec::new(),
        }
    }
}

/// An [`Analysis`] of one file as `command-line.md` spells it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnalysisReport {
    /// The file; what of its name is no Unicode is replaced.
    #[serde(serialize_with = "lossy")]
    pub file: PathBuf,
    /// Its sampling rate, in Hz.
    pub sample_rate: u32,
    /// Its channels.
    pub channels: u16,
    /// Its length in seconds.
    pub duration_s: f64,
    /// Every digit heard.
    pub digits: Vec<DigitReport>,
    /// Every segment of speech.
    pub speech: Vec<SpeechReport>,
    /// How loud it is.
    pub level: LevelReport,
}

impl AnalysisReport {
    /// The report of what was heard in the file at `path`, which has `frames` frames at `sample_rate`.
    pub fn new(analysis: &Analysis, path: &Path, sample_rate: u32, channels: u16, frames: u64) -> Self {
        let rate = analysis.rate;
        Self {
            file: path.to_owned(),
            sample_rate,
            channels,
            duration_s: frames as f64 / f64::from(sample_rate),
            digits: analysis.digits.iter().map(|digit| DigitReport::new(digit, rate)).collect(),
            speech: analysis.speech.iter().map(|segment| SpeechReport::new(segment, rate)).collect(),
            level: analysis.level.into(),
        }
    }
}

//! What is known of a recording when it is over.

use afterbeep_dtmf::Digit;

use crate::{CompletionReason, Failure, Level, Phase, Position, RecordingRate, ResultInfo, SampleRate};

/// The end of one operation: one for each, with one reason, whatever happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Why it ended.
    pub reason: CompletionReason,
    /// What failed, where something did.
    pub failure: Option<Failure>,
    /// The digit that ended it.
    pub stop_tone: Option<Digit>,
    /// Every digit heard, in order, the stop tone included.
    pub digits: Vec<DigitHeard>,
    /// Every segment of speech, in order.
    pub speech: Vec<SpeechSegment>,
    /// Every phase, with where it began; the last is [`Phase::Finished`].
    pub phases: Vec<PhaseStart>,
    /// What was recorded; `None` where the operation ended before sample 0, or the message is too short to be kept.
    pub recording: Option<Recorded>,
    /// The level of what was recorded.
    pub level: Level,
    /// Samples lost on the way from the microphone, at the capture's rate; silence stands in their place.
    pub lost_samples: u64,
    /// Samples that passed while the recording was paused, at the capture's rate; no position counts them.
    pub paused_samples: u64,
    /// Whether the message was shorter than the request's `min_duration`, and so not kept.
    pub too_short: bool,
    /// The rate that positions count in.
    pub capture_rate: SampleRate,
}

impl Outcome {
    /// The end of an operation that never began, on a stream at `rate`.
    pub(crate) fn unbegun(reason: CompletionReason, failure: Option<Failure>, rate: SampleRate) -> Self {
        Self {
            reason,
            failure,
            stop_tone: None,
            digits: Vec::new(),
            speech: Vec::new(),
            phases: vec![PhaseStart { phase: Phase::Finished, start: Position::ZERO }],
            recording: None,
            level: Level::default(),
            lost_samples: 0,
            paused_samples: 0,
            too_short: false,
            capture_rate: rate,
        }
    }

    /// The contract's code, subcode and message.
    pub fn result_info(&self) -> ResultInfo {
        ResultInfo::new(self.reason, self.failure.as_ref())
    }
}

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The recording's sampling rate.
    pub rate: RecordingRate,
    /// How many samples it holds. A file that was given more is cut to this length: what came after is the stop tone,
    /// or the trimmed pause.
    pub samples: u64,
}

/// A digit that was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigitHeard {
    /// Which.
    pub digit: Digit,
    /// Where its tones began.
    pub start: Position,
    /// Where they ended; `None` when they still sounded at the end of the recording.
    pub end: Option<Position>,
    /// Where it was known.
    pub reported: Position,
}

/// A segment of speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpeechSegment {
    /// Where it began.
    pub start: Position,
    /// Where it ended: at the latest with the recording.
    pub end: Position,
    /// Where its start was known.
    pub onset_reported: Position,
    /// Where its end was known: for a segment that ended with the recording, there.
    pub offset_reported: Position,
}

/// Where a phase began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseStart {
    /// Which.
    pub phase: Phase,
    /// Where.
    pub start: Position,
}

//! What a recording tells while it goes on.

use afterbeep_dtmf::Digit;

use crate::{Phase, Position};

/// Something that happened. Positions before the recording began suppose that prompt and beep play to their ends.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// Another phase began.
    PhaseChanged {
        /// The phase that began.
        phase: Phase,
        /// Where.
        at: Position,
    },
    /// A digit sounds.
    DigitStarted {
        /// Which.
        digit: Digit,
        /// Where its tones began.
        start: Position,
        /// Where that was known.
        reported: Position,
    },
    /// The digit has ended.
    DigitEnded {
        /// Which.
        digit: Digit,
        /// Where its tones began.
        start: Position,
        /// Where they ended.
        end: Position,
        /// Where that was known.
        reported: Position,
    },
    /// The caller speaks.
    SpeechStarted {
        /// Where the speech began.
        start: Position,
        /// Where that was known.
        reported: Position,
    },
    /// The caller has paused.
    SpeechEnded {
        /// Where the speech began.
        start: Position,
        /// Where it ended.
        end: Position,
        /// Where that was known.
        reported: Position,
    },
    /// How loud it is: ten times a second.
    Level(Reading),
    /// The last 10 ms in detail, where the request asks for a trace.
    Trace(Trace),
}

/// A reading of the level meter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Where.
    pub at: Position,
    /// How many samples were recorded so far, at the recording's rate.
    pub samples: u64,
    /// The level of the last 10 ms, in dBFS.
    pub level_dbfs: f32,
    /// The noise floor, in dBFS.
    pub floor_dbfs: f32,
    /// The timer that runs, if one does.
    pub timer: Option<Timer>,
}

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timer {
    /// What ends when it does.
    pub kind: TimerKind,
    /// What is left of it, in capture samples.
    pub left: u64,
}

/// The timers of a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimerKind {
    /// `initialSilenceTimeout`.
    InitialSilence,
    /// `maxSilenceTimeout`.
    MaxSilence,
    /// `maxRecordDuration`.
    MaxDuration,
}

/// 10 ms as the detectors saw them: why it was decided as it was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trace {
    /// The end of these 10 ms.
    pub at: Position,
    /// The phase in which they were heard.
    pub phase: Phase,
    /// The level, in dBFS.
    pub level_dbfs: f32,
    /// The noise floor, in dBFS.
    pub floor_dbfs: f32,
    /// The level from which it is speech, in dBFS.
    pub threshold_dbfs: f32,
    /// Whether it counted as speech.
    pub active: bool,
    /// Whether it was our own prompt or beep coming back.
    pub echo: bool,
    /// The power of the eight DTMF tones, low group first, in dBFS.
    pub tones_dbfs: [f32; 8],
}

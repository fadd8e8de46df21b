//! The phases of a recording, as one table: `(Phase, Input) → (Phase, Action)`.
//!
//! Nothing here knows of samples, timers or detectors: those turn what happens into an [`Input`], and do what the
//! [`Action`] says. `record-response` §2 is the contract's text of this table.

use std::fmt;

use crate::CompletionReason;

/// Where a recording stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Accepted, not begun.
    Queued,
    /// The prompt plays.
    Prompt,
    /// The beep plays.
    Beep,
    /// The recording runs; the caller has not spoken yet.
    InitialSilence,
    /// The caller speaks.
    Speaking,
    /// The caller has spoken and pauses.
    TrailingSilence,
    /// Over, for one [`CompletionReason`].
    Finished,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Prompt,
        Self::Beep,
        Self::InitialSilence,
        Self::Speaking,
        Self::TrailingSilence,
        Self::Finished,
    ];

    /// Whether what is captured in this phase is recorded.
    pub const fn is_recording(self) -> bool {
        matches!(self, Self::InitialSilence | Self::Speaking | Self::TrailingSilence)
    }

    /// The contract's name of the phase.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Prompt => "Prompt",
            Self::Beep => "Beep",
            Self::InitialSilence => "InitialSilence",
            Self::Speaking => "Speaking",
            Self::TrailingSilence => "TrailingSilence",
            Self::Finished => "Finished",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What can happen to a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Input {
    /// Its turn has come.
    Start,
    /// The prompt was played to its end.
    PromptEnded,
    /// The caller cut the prompt short, and was allowed to.
    PromptInterrupted,
    /// The prompt cannot be opened, decoded or played.
    PromptFailed,
    /// The beep was played to its end.
    BeepEnded,
    /// The output failed under the beep.
    BeepFailed,
    /// Speech has started.
    SpeechStarted,
    /// Speech has stopped.
    SpeechEnded,
    /// `initialSilenceTimeout` has passed.
    InitialSilenceElapsed,
    /// The pause has reached `maxSilenceTimeout`.
    MaxSilenceElapsed,
    /// A stop tone was confirmed.
    StopTone,
    /// The recording has reached its cap.
    MaxDurationReached,
    /// Cancelled: by the embedder, a barging-in operation or a hang-up.
    Cancelled,
    /// No capture samples came for the media-receive timeout.
    MediaReceiveTimeout,
    /// Anything else failed.
    Failed,
}

impl Input {
    /// Every input.
    pub const ALL: [Self; 15] = [
        Self::Start,
        Self::PromptEnded,
        Self::PromptInterrupted,
        Self::PromptFailed,
        Self::BeepEnded,
        Self::BeepFailed,
        Self::SpeechStarted,
        Self::SpeechEnded,
        Self::InitialSilenceElapsed,
        Self::MaxSilenceElapsed,
        Self::StopTone,
        Self::MaxDurationReached,
        Self::Cancelled,
        Self::MediaReceiveTimeout,
        Self::Failed,
    ];
}

/// What is to be done on the way into the next phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Nothing beyond the change of phase.
    Nothing,
    /// Begin to play the prompt.
    PlayPrompt,
    /// Begin to play the beep.
    PlayBeep,
    /// The next captured sample is the recording's sample 0.
    StartRecording,
    /// The recording is over.
    Finish(CompletionReason),
}

/// What a request asks to be played before the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    /// There is a prompt.
    pub prompt: bool,
    /// There is a beep.
    pub beep: bool,
}

impl Plan {
    /// The phase that follows on the prompt, or on nothing.
    const fn after_prompt(self) -> (Phase, Action) {
        if self.beep {
            (Phase::Beep, Action::PlayBeep)
        } else {
            (Phase::InitialSilence, Action::StartRecording)
        }
    }
}

/// The table. `None` where the input means nothing in that phase: the phase stays, nothing is done.
pub const fn next(phase: Phase, input: Input, plan: Plan) -> Option<(Phase, Action)> {
    use CompletionReason as Reason;
    use Phase::{Beep, Finished, InitialSilence, Prompt, Queued, Speaking, TrailingSilence};

    Some(match (phase, input) {
        (Queued, Input::Start) if plan.prompt => (Prompt, Action::PlayPrompt),
        (Queued, Input::Start) => plan.after_prompt(),

        (Prompt, Input::PromptEnded | Input::PromptInterrupted) => plan.after_prompt(),
        (Prompt, Input::PromptFailed) => finish(Reason::PlayPromptFailed),
        (Beep, Input::BeepEnded) => (InitialSilence, Action::StartRecording),
        (Beep, Input::BeepFailed) => finish(Reason::PlayBeepFailed),

        (InitialSilence, Input::SpeechStarted) => (Speaking, Action::Nothing),
        (InitialSilence, Input::InitialSilenceElapsed) => finish(Reason::InitialSilenceTimeout),
        (Speaking, Input::SpeechEnded) => (TrailingSilence, Action::Nothing),
        (TrailingSilence, Input::SpeechStarted) => (Speaking, Action::Nothing),
        (TrailingSilence, Input::MaxSilenceElapsed) => finish(Reason::MaxSilenceTimeout),

        (InitialSilence | Speaking | TrailingSilence, Input::StopTone) => finish(Reason::StopToneDetected),
        (InitialSilence | Speaking | TrailingSilence, Input::MaxDurationReached) => {
            finish(Reason::MaxRecordDurationReached)
        }

        (Finished, _) => return None,
        (_, Input::Cancelled) => finish(Reason::OperationCanceled),
        (_, Input::Failed) => finish(Reason::UnspecifiedError),
        (Prompt | Beep | InitialSilence | Speaking | TrailingSilence, Input::MediaReceiveTimeout) => {
            finish(Reason::MediaReceiveTimeout)
        }
        _ => return None,
    })
}

const fn finish(reason: CompletionReason) -> (Phase, Action) {
    (Phase::Finished, Action::Finish(reason))
}

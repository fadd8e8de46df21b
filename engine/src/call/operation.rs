//! What a call can be asked to do, and what comes of it.

use std::fmt;

use crate::{CompletionReason, Failure, Outcome, Prompt, RecordResponse, ResultInfo, Setup, Sound, Status};

/// One operation of a call; its number is its own within that call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub(crate) u64);

impl OperationId {
    /// The number: 1 for a call's first operation, then one more for each.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A request to play prompts to the caller, one after the other, and to record nothing.
#[derive(Clone, Debug)]
pub struct PlayPrompt {
    pub(super) prompts: Vec<Sound>,
    pub(super) times: u32,
    pub(super) barge_in_allowed: bool,
}

impl PlayPrompt {
    /// Plays these, once; those that could not be opened end it where their turn comes.
    pub fn new(prompts: impl IntoIterator<Item = Result<Prompt, Failure>>) -> Self {
        let sound = |prompt: Result<_, _>| prompt.map_or_else(Sound::Failed, Sound::Ready);
        Self { prompts: prompts.into_iter().map(sound).collect(), times: 1, barge_in_allowed: false }
    }

    /// Plays all of them so many times; 0 is as 1.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times.max(1);
        self
    }

    pub(crate) fn barges_in(&self) -> bool {
        self.barge_in_allowed
    }

    /// Whether it cancels every queued and running operation of the call. Default: false.
    #[must_use]
    pub fn barge_in_allowed(mut self, allowed: bool) -> Self {
        self.barge_in_allowed = allowed;
        self
    }
}

/// How an operation ended: once for each, whatever happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum OperationOutcome {
    /// Of [`super::Call::record_response`].
    RecordResponse(Outcome),
    /// Of [`super::Call::play_prompt`].
    PlayPrompt(PlayOutcome),
}

impl OperationOutcome {
    /// Completed or failed.
    pub fn status(&self) -> Status {
        match self {
            Self::RecordResponse(outcome) => outcome.reason.status(),
            Self::PlayPrompt(outcome) => outcome.status(),
        }
    }

    /// The contract's code, subcode and message.
    pub fn result_info(&self) -> ResultInfo {
        match self {
            Self::RecordResponse(outcome) => outcome.result_info(),
            Self::PlayPrompt(outcome) => outcome.result_info(),
        }
    }
}

/// The end of an operation that played.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayOutcome {
    /// Why it ended.
    pub end: PlayEnd,
    /// Samples that were given out.
    pub played: u64,
}

/// Why playing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlayEnd {
    /// All of it was played.
    Played,
    /// Somebody cancelled.
    Canceled,
    /// Something failed.
    Failed(Failure),
}

impl PlayOutcome {
    /// Completed or failed.
    pub fn status(&self) -> Status {
        if self.end == PlayEnd::Played { Status::Completed } else { Status::Failed }
    }

    /// The contract's code, subcode and message.
    pub fn result_info(&self) -> ResultInfo {
        match &self.end {
            PlayEnd::Played => {
                ResultInfo { code: 200, subcode: 0, message: "Action completed, prompt played.".to_owned() }
            }
            PlayEnd::Canceled => ResultInfo::new(CompletionReason::OperationCanceled, None),
            PlayEnd::Failed(failure) => ResultInfo::new(failure.reason(), Some(failure)),
        }
    }
}

/// An operation that waits.
#[derive(Debug)]
pub(super) enum Waiting {
    Record(Box<(RecordResponse, Setup)>),
    Play(PlayPrompt),
}

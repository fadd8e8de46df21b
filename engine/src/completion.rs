//! How an operation ends, with the contract's codes.

use std::fmt;

use serde::Serialize;

/// Why an operation ended: the contract's closed list (`record-response` §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CompletionReason {
    /// A stop tone was heard.
    StopToneDetected,
    /// The recording reached its cap.
    MaxRecordDurationReached,
    /// The caller paused for longer than was allowed: the usual end of a message.
    MaxSilenceTimeout,
    /// The caller did not start to speak.
    InitialSilenceTimeout,
    /// Somebody cancelled.
    OperationCanceled,
    /// The prompt could not be played.
    PlayPromptFailed,
    /// The beep could not be played.
    PlayBeepFailed,
    /// No audio arrived.
    MediaReceiveTimeout,
    /// Anything else failed.
    UnspecifiedError,
}

/// Whether an operation did what it was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// It waits.
    NotStarted,
    /// It runs.
    Running,
    /// It ended as it was meant to.
    Completed,
    /// It ended otherwise.
    Failed,
}

impl CompletionReason {
    /// Every reason, in the contract's order.
    pub const ALL: [Self; 9] = [
        Self::StopToneDetected,
        Self::MaxRecordDurationReached,
        Self::MaxSilenceTimeout,
        Self::InitialSilenceTimeout,
        Self::OperationCanceled,
        Self::PlayPromptFailed,
        Self::PlayBeepFailed,
        Self::MediaReceiveTimeout,
        Self::UnspecifiedError,
    ];

    /// The contract's spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StopToneDetected => "stopToneDetected",
            Self::MaxRecordDurationReached => "maxRecordDurationReached",
            Self::MaxSilenceTimeout => "maxSilenceTimeout",
            Self::InitialSilenceTimeout => "initialSilenceTimeout",
            Self::OperationCanceled => "operationCanceled",
            Self::PlayPromptFailed => "playPromptFailed",
            Self::PlayBeepFailed => "playBeepFailed",
            Self::MediaReceiveTimeout => "mediaReceiveTimeout",
            Self::UnspecifiedError => "unspecifiedError",
        }
    }

    /// Completed or failed.
    pub const fn status(self) -> Status {
        match self.code() {
            200 => Status::Completed,
            _ => Status::Failed,
        }
    }

    /// The contract's `code`: 200, 400 or 500.
    pub const fn code(self) -> u16 {
        match self {
            Self::StopToneDetected | Self::MaxRecordDurationReached | Self::MaxSilenceTimeout => 200,
            Self::InitialSilenceTimeout | Self::OperationCanceled => 400,
            Self::PlayPromptFailed
            | Self::PlayBeepFailed
            | Self::MediaReceiveTimeout
            | Self::UnspecifiedError => 500,
        }
    }

    /// The contract's `subcode`, where the cause makes no difference.
    pub const fn subcode(self) -> u16 {
        match self {
            Self::StopToneDetected => 8514,
            Self::MaxRecordDurationReached => 8515,
            Self::MaxSilenceTimeout => 8509,
            Self::InitialSilenceTimeout => 8510,
            Self::OperationCanceled => 8508,
            Self::PlayPromptFailed => 8511,
            Self::PlayBeepFailed => 8512,
            Self::MediaReceiveTimeout => 8513,
            Self::UnspecifiedError => 9999,
        }
    }

    /// The contract's message; for [`Self::UnspecifiedError`] the cause takes its place.
    pub const fn message(self) -> &'static str {
        match self {
            Self::StopToneDetected => "Action completed, stop tone detected.",
            Self::MaxRecordDurationReached => "Action completed, max record duration reached.",
            Self::MaxSilenceTimeout => "Action completed, max silence timeout reached.",
            Self::InitialSilenceTimeout => "Action failed, initial silence timeout reached.",
            Self::OperationCanceled => "Action failed, the operation was cancelled.",
            Self::PlayPromptFailed => "Action failed, encountered failure while trying to play the prompt.",
            Self::PlayBeepFailed => "Action failed, encountered failure while trying to play the beep.",
            Self::MediaReceiveTimeout => "Action failed, media receive timeout reached.",
            Self::UnspecifiedError => "Action failed.",
        }
    }
}

impl fmt::Display for CompletionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A failure that comes from outside of the core: a prompt, an output, a device, a disk.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The prompt cannot be played.
    #[error("{cause}")]
    Prompt {
        /// What is wrong with it.
        kind: PromptFault,
        /// The cause in words.
        cause: String,
    },
    /// The beep cannot be played.
    #[error("{cause}")]
    Beep {
        /// The cause in words.
        cause: String,
    },
    /// No capture samples came for the media-receive timeout.
    #[error("no audio arrived")]
    MediaReceiveTimeout,
    /// Anything else.
    #[error("{cause}")]
    Other {
        /// The cause in words: it becomes the result's message.
        cause: String,
    },
}

impl Failure {
    /// The contract's reason for it.
    pub const fn reason(&self) -> CompletionReason {
        match self {
            Self::Prompt { .. } => CompletionReason::PlayPromptFailed,
            Self::Beep { .. } => CompletionReason::PlayBeepFailed,
            Self::MediaReceiveTimeout => CompletionReason::MediaReceiveTimeout,
            Self::Other { .. } => CompletionReason::UnspecifiedError,
        }
    }
}

/// What can be wrong with a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptFault {
    /// It could not be fetched: no such file, no permission.
    NotFetched,
    /// It is not audio that we read.
    NotAudio,
    /// The output failed under it.
    NotPlayed,
}

impl PromptFault {
    /// The contract's `subcode`.
    pub const fn subcode(self) -> u16 {
        match self {
            Self::NotPlayed => 8511,
            Self::NotAudio => 8535,
            Self::NotFetched => 8536,
        }
    }
}

/// The contract's `resultInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ResultInfo {
    /// 200, 400 or 500.
    pub code: u16,
    /// The reason's number.
    pub subcode: u16,
    /// The reason in words.
    pub message: String,
}

impl ResultInfo {
    /// The info of an operation that ended for `reason`, because of `failure` if there was one.
    pub fn new(reason: CompletionReason, failure: Option<&Failure>) -> Self {
        let subcode = match failure {
            Some(Failure::Prompt { kind, .. }) if reason == CompletionReason::PlayPromptFailed => {
                kind.subcode()
            }
            _ => reason.subcode(),
        };
        let message = match failure {
            Some(Failure::Other { cause }) if reason == CompletionReason::UnspecifiedError => cause.clone(),
            _ => reason.message().to_owned(),
        };
        Self { code: reason.code(), subcode, message }
    }
}

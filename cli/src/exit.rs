//! The codes with which the command leaves: the table of `afterbeep record`.

use std::fmt::Display;

use afterbeep::CompletionReason;

use crate::output::say;

/// It did what it was asked to.
pub(crate) const DONE: u8 = 0;
/// The command line, the input or the output is wrong; nothing was written.
pub(crate) const USAGE: u8 = 2;

/// Something failed once audio had started.
pub(crate) const FAILED: u8 = 1;
/// The beep could not be played.
pub(crate) const NO_BEEP: u8 = 12;
/// No audio arrived.
pub(crate) const NO_AUDIO: u8 = 13;

/// The code of an operation that ended for `reason`.
pub(crate) fn of(reason: CompletionReason) -> u8 {
    match reason {
        CompletionReason::StopToneDetected
        | CompletionReason::MaxSilenceTimeout
        | CompletionReason::MaxRecordDurationReached => DONE,
        CompletionReason::UnspecifiedError => FAILED,
        CompletionReason::InitialSilenceTimeout => 10,
        CompletionReason::PlayPromptFailed => 11,
        CompletionReason::PlayBeepFailed => NO_BEEP,
        CompletionReason::MediaReceiveTimeout => NO_AUDIO,
        CompletionReason::OperationCanceled => 130,
    }
}

/// Says what is wrong on standard error, and gives the code for it.
pub(crate) fn refuse(error: &dyn Display) -> u8 {
    say!("afterbeep: {error}");
    USAGE
}

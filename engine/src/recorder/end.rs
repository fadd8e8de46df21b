//! The end of an operation: where the recording ends, and what is known of it.

use std::time::Duration;

use super::state::State;
use crate::{
    CompletionReason, Failure, Outcome, Phase, Recorded,
    phase::{self, Action, Input},
    timeout::samples_in,
};

/// What a trimmed recording keeps after the last speech.
const TRIM_KEEPS: Duration = Duration::from_millis(200);

impl State {
    /// Ends the operation because of `failure`.
    pub(super) fn fail(&mut self, failure: Failure) -> Outcome {
        let input = match failure {
            Failure::Prompt { .. } => Input::PromptFailed,
            Failure::Beep { .. } => Input::BeepFailed,
            Failure::MediaReceiveTimeout => Input::MediaReceiveTimeout,
            Failure::Other { .. } => Input::Failed,
        };
        self.failure = Some(failure);
        self.end(input)
    }

    /// Ends the operation for the reason that the table gives; what means nothing in this phase is a failure.
    pub(super) fn end(&mut self, input: Input) -> Outcome {
        let reason = match phase::next(self.phase, input, self.plan) {
            Some((_, Action::Finish(reason))) => reason,
            _ => CompletionReason::UnspecifiedError,
        };
        self.enter(Phase::Finished);
        self.finish(reason)
    }

    /// Where a recording that ends now for `reason` ends.
    fn end_for(&self, reason: CompletionReason) -> u64 {
        let trims = self.request.options().trim_trailing_silence;
        match (reason, self.stop_tone, self.last_speech) {
            (CompletionReason::StopToneDetected, Some((_, cut)), _) => cut,
            (CompletionReason::MaxSilenceTimeout, _, Some(end)) if trims => self.trimmed(end).min(self.clock),
            _ => self.clock,
        }
    }

    /// The end of a trimmed recording whose last speech ended at `last_speech`.
    pub(super) fn trimmed(&self, last_speech: u64) -> u64 {
        last_speech + samples_in(TRIM_KEEPS, self.rate.hz())
    }

    /// Closes the recording and says what came of it.
    pub(super) fn finish(&mut self, reason: CompletionReason) -> Outcome {
        if self.timers.cap != u64::MAX {
            self.begin_at(self.zero);
        }
        let end = self.end_for(reason);
        let started = self.timers.cap != u64::MAX;
        let captured = if started { end - self.zero } else { 0 };
        let longest = match reason {
            CompletionReason::InitialSilenceTimeout => self.longest_silence(),
            _ => self.cap,
        };
        let samples = self.take.length(captured).min(longest);
        let level = self.take.finish(samples);
        let min = samples_in(self.request.options().min_duration, self.rate.hz());
        let too_short = started && captured < min;
        let zero = self.zero as i64;
        Outcome {
            reason,
            failure: self.failure.take(),
            stop_tone: self.stop_tone.map(|(digit, _)| digit),
            digits: self.log.digits(zero),
            speech: self.log.speech(zero, end as i64, self.clock as i64),
            phases: self.log.phases(zero),
            recording: (started && !too_short).then_some(Recorded { rate: self.recording_rate, samples }),
            level,
            lost_samples: self.lost,
            paused_samples: self.paused,
            too_short,
            capture_rate: self.rate,
        }
    }
}

//! How operations begin and end: each once.

use std::collections::VecDeque;

use super::{
    Call, OperationId, OperationOutcome, PlayEnd, PlayOutcome, Running, operation::Waiting, player::Player,
};
use crate::{
    CompletionReason, Failure, Outcome, RecordResponse, SampleRate, Setup, VadSettings,
    recorder::{Ears, State},
};

/// Why an operation is ended from outside.
pub(super) enum Cause {
    Canceled,
    Failed(Failure),
}

impl Call {
    /// Begins what waits, if nothing runs.
    pub(super) fn begin_next(&mut self) {
        while self.running.is_none()
            && let Some((id, waiting)) = self.waiting.pop_front()
        {
            match waiting {
                Waiting::Play(request) => {
                    self.ears().expect_echo(0, true);
                    self.settle(id, Player::new(request));
                }
                Waiting::Record(operation) => self.begin(id, &operation.0, operation.1),
            }
        }
        if self.waiting.is_empty() {
            // Mostly nothing waits, and then needs no room.
            self.waiting = VecDeque::new();
        }
    }

    pub(super) fn begin(&mut self, id: OperationId, request: &RecordResponse, setup: Setup) {
        let ears = self.ears.take().unwrap_or_else(|| Box::new(Ears::new(self.rate, request.options().vad)));
        match State::new(request, setup, ears) {
            Ok(recorder) => {
                let mut recorder = Box::new(recorder);
                recorder.borrow_room(&mut self.outputs.room);
                recorder.start();
                self.turned(id, recorder);
            }
            Err(error) => {
                let cause = Cause::Failed(Failure::Other { cause: error.to_string() });
                self.outputs.finished(id, cause.unbegun(self.rate));
            }
        }
    }

    pub(super) fn ears(&mut self) -> &mut Ears {
        self.ears.get_or_insert_with(|| Box::new(Ears::new(self.rate, VadSettings::default())))
    }

    /// Takes a recorder's outputs, and the room that it had for them; it goes on to run, or has ended.
    pub(super) fn turned(&mut self, id: OperationId, mut recorder: Box<State>) {
        self.gave(id, &recorder);
        match recorder.take_outcome() {
            None => {
                recorder.return_room(&mut self.outputs.room);
                self.running = Some((id, Running::Record(recorder)));
            }
            Some(outcome) => self.ended(id, recorder, outcome),
        }
    }

    pub(super) fn gave(&mut self, id: OperationId, recorder: &State) {
        for event in recorder.events() {
            self.outputs.event(id, *event);
        }
        self.outputs.recorded(id, recorder.recorded());
        let (before, after) = recorder.playback().split_at(recorder.playback_cut().unwrap_or(0));
        self.outputs.playback(before);
        if recorder.playback_cut().is_some() {
            self.outputs.playback_cut();
        }
        self.outputs.playback(after);
    }

    pub(super) fn ended(&mut self, id: OperationId, recorder: Box<State>, outcome: Outcome) {
        self.ears = Some(recorder.into_ears());
        self.outputs.finished(id, OperationOutcome::RecordResponse(outcome));
    }

    pub(super) fn end(&mut self, operation: OperationId, cause: Cause) -> bool {
        if self.running() == Some(operation) {
            self.end_running(cause);
            self.begin_next();
            return true;
        }
        let Ok(at) = self.waiting.binary_search_by_key(&operation, |(id, _)| *id) else { return false };
        if let Some((id, waiting)) = self.waiting.remove(at) {
            self.end_waiting(id, &waiting, cause);
        }
        true
    }

    pub(super) fn end_running(&mut self, cause: Cause) {
        match self.running.take() {
            Some((id, Running::Record(mut recorder))) => {
                let played = recorder.is_playing();
                let outcome = match cause {
                    Cause::Canceled => recorder.cancel(),
                    Cause::Failed(failure) => recorder.fail_now(failure),
                };
                self.gave(id, &recorder);
                if played {
                    self.outputs.playback_cut();
                }
                self.ended(id, recorder, outcome);
            }
            Some((id, Running::Play(player))) => {
                self.outputs.playback_cut();
                self.outputs.finished(id, OperationOutcome::PlayPrompt(player.ended(cause.into())));
            }
            None => {}
        }
    }

    pub(super) fn end_waiting(&mut self, id: OperationId, waiting: &Waiting, cause: Cause) {
        let outcome = match waiting {
            Waiting::Record(_) => cause.unbegun(self.rate),
            Waiting::Play(_) => OperationOutcome::PlayPrompt(PlayOutcome { end: cause.into(), played: 0 }),
        };
        self.outputs.finished(id, outcome);
    }
}

impl Cause {
    /// The outcome of a recording that never began.
    pub(super) fn unbegun(self, rate: SampleRate) -> OperationOutcome {
        OperationOutcome::RecordResponse(match self {
            Self::Canceled => Outcome::unbegun(CompletionReason::OperationCanceled, None, rate),
            Self::Failed(failure) => {
                // Nothing was played yet, and nothing listened for.
                let reason = CompletionReason::UnspecifiedError;
                Outcome::unbegun(reason, Some(failure), rate)
            }
        })
    }
}

impl From<Cause> for PlayEnd {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Canceled => Self::Canceled,
            Cause::Failed(failure) => Self::Failed(failure),
        }
    }
}

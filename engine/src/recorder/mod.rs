//! The heart: captured samples in; playback, events and the recording out.

mod decide;
mod ears;
mod end;
mod grid;
mod hear;
mod log;
mod look_back;
mod network;
mod outgoing;
mod pre_roll;
mod room;
mod setup;
mod state;
mod take;
mod timers;

use std::time::Duration;

use crate::{Event, Failure, Outcome, Phase, RecordResponse, ResamplerError};
pub(crate) use ears::Ears;
pub(crate) use room::Room;
pub(crate) use state::State;

pub use setup::{Setup, Sound};

/// An operation that waits for its turn.
///
/// The recorder has no thread, no clock and no file. The caller brings the samples, and the samples are the time: the same
/// input gives the same events and the same recording, sample for sample, in frames of any size and at any speed.
#[derive(Debug)]
#[must_use = "nothing is played or recorded before `start`"]
pub struct Queued {
    state: Box<State>,
}

impl Queued {
    /// An operation that does what `request` asks for, on streams as `setup` describes them.
    ///
    /// # Errors
    /// [`ResamplerError`] when there is no way from the capture's rate to the recording's.
    pub fn new(request: &RecordResponse, setup: Setup) -> Result<Self, ResamplerError> {
        let ears = Box::new(Ears::new(setup.capture_rate, request.options().vad));
        Ok(Self { state: Box::new(State::new(request, setup, ears)?) })
    }

    /// Its turn has come.
    pub fn start(mut self) -> Turn {
        self.state.start();
        Turn { state: self.state }
    }

    /// Ends it before its turn.
    pub fn cancel(mut self) -> Ending {
        let outcome = self.state.cancel();
        Ending { state: self.state, outcome }
    }

    /// Ends it before its turn because something around it failed.
    pub fn fail(mut self, failure: Failure) -> Ending {
        let outcome = self.state.fail_now(failure);
        Ending { state: self.state, outcome }
    }
}

/// A recording that goes on. Every call takes it and gives a [`Turn`]; whoever has dealt with that gets it back.
///
/// A second push before the events of the first were taken does not compile:
///
/// ```compile_fail
/// # fn run(recorder: afterbeep::Recorder, captured: &[i16]) {
/// let turn = recorder.push(captured);
/// let other = recorder.push(captured); // error: use of moved value
/// # }
/// ```
///
/// Nor does a push into a recording that is over: the end gives an [`Outcome`] in the recorder's place.
///
/// ```compile_fail
/// # fn run(recorder: afterbeep::Recorder, captured: &[i16]) {
/// let ending = recorder.cancel();
/// let turn = recorder.push(captured); // error: use of moved value
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a recorder that is dropped gives no outcome; cancel it"]
pub struct Recorder {
    state: Box<State>,
}

impl Recorder {
    /// Hears `captured` (any number of samples at the capture's rate) and plays as many.
    pub fn push(mut self, captured: &[i16]) -> Turn {
        self.state.push(captured);
        Turn { state: self.state }
    }

    /// Takes `samples` that were lost on the way here as silence, and counts them.
    pub fn lose(mut self, samples: u64) -> Turn {
        self.state.lose(samples);
        Turn { state: self.state }
    }

    /// Plays at most `samples` of prompt and beep while nothing is heard: for a caller that is held until the recording
    /// begins. Stops at sample 0.
    pub fn play(mut self, samples: usize) -> Turn {
        self.state.play(samples);
        Turn { state: self.state }
    }

    /// Corrects how long it takes until a sample that is given out from now on is heard, as it is measured now; see
    /// [`Setup::output_latency`]. Sample 0 waits for the last that was told before it. Without prompt and beep it says nothing.
    pub fn set_output_latency(&mut self, latency: Duration) {
        self.state.set_output_latency(latency);
    }

    /// Stops to record, and to count any of the recording's times, until [`Self::resume`]. Does nothing before sample 0.
    pub fn pause(&mut self) {
        self.state.set_paused(true);
    }

    /// Goes on with a recording that was paused.
    pub fn resume(&mut self) {
        self.state.set_paused(false);
    }

    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.state.phase()
    }

    /// Whether prompt or beep play, and [`Self::play`] has something to do.
    pub fn is_playing(&self) -> bool {
        self.state.is_playing()
    }

    /// Ends it at the caller's wish. What was recorded is kept.
    pub fn cancel(mut self) -> Ending {
        let outcome = self.state.cancel();
        Ending { state: self.state, outcome }
    }

    /// Ends it because something around it failed. What was recorded is kept.
    pub fn fail(mut self, failure: Failure) -> Ending {
        let outcome = self.state.fail_now(failure);
        Ending { state: self.state, outcome }
    }
}

/// What came of one call: take the outputs, then go on with [`Self::next`].
#[derive(Debug)]
#[must_use = "it holds the events, the recorded samples and the recorder itself"]
pub struct Turn {
    state: Box<State>,
}

impl Turn {
    /// What happened, in order.
    pub fn events(&self) -> &[Event] {
        self.state.events()
    }

    /// What is to be appended to the recording.
    pub fn recorded(&self) -> &[i16] {
        self.state.recorded()
    }

    /// What is to be played: as many samples as were taken.
    pub fn playback(&self) -> &[i16] {
        self.state.playback()
    }

    /// How many samples of [`Self::playback`] belong to a prompt that was interrupted in this turn: neither they nor what
    /// waits before them is to be heard any more.
    pub fn playback_cut(&self) -> Option<usize> {
        self.state.playback_cut()
    }

    /// How many of the samples were taken: fewer than given only when the recording ended among them.
    pub fn consumed(&self) -> usize {
        self.state.consumed()
    }

    /// The recorder, or the outcome when it is over.
    pub fn next(mut self) -> Next {
        match self.state.take_outcome() {
            Some(outcome) => Next::Finished(outcome),
            None => Next::Running(Recorder { state: self.state }),
        }
    }
}

/// What follows on a [`Turn`].
#[derive(Debug)]
#[must_use = "it is the recorder or its outcome"]
pub enum Next {
    /// The recording goes on.
    Running(Recorder),
    /// It is over.
    Finished(Outcome),
}

/// The last turn of a recording that was ended from outside.
#[derive(Debug)]
#[must_use = "it holds the last recorded samples and the outcome"]
pub struct Ending {
    state: Box<State>,
    outcome: Outcome,
}

impl Ending {
    /// What happened, in order.
    pub fn events(&self) -> &[Event] {
        self.state.events()
    }

    /// What is to be appended to the recording.
    pub fn recorded(&self) -> &[i16] {
        self.state.recorded()
    }

    /// How it ended.
    pub fn outcome(self) -> Outcome {
        self.outcome
    }
}

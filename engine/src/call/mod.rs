//! One call: its queue of operations, in front of whatever runs.
//!
//! Sans-IO as the [`crate::Recorder`] is: the caller brings samples, digits and wishes, and takes [`Output`]s.

mod arrivals;
mod ending;
mod operation;
mod output;
mod player;
mod taking;

use std::collections::VecDeque;
use std::time::Duration;

use afterbeep_dtmf::Digit;

use crate::{
    Failure, Phase, RecordResponse, SampleRate, Setup,
    recorder::{Ears, State},
};
pub(crate) use arrivals::Arrivals;
use ending::Cause;
use operation::Waiting;
pub(crate) use output::Outputs;
use player::Player;

pub use operation::{OperationId, OperationOutcome, PlayEnd, PlayOutcome, PlayPrompt};
pub use output::Output;

/// Operations that may wait in one call, unless said otherwise.
const MOST_WAITING: usize = 1_000;
/// Digits of the network that may wait for the audio to come as far.
const MOST_DIGITS: usize = 32;

/// The operations of one call, one after the other.
///
/// ```
/// use afterbeep::{Call, CompletionReason, OperationOutcome, Output, RecordResponse, SampleRate, Setup};
///
/// let mut call = Call::new(SampleRate::HZ_8000);
/// let request = RecordResponse::builder().stop_tones("#".parse()?).build()?;
/// let message = call.record_response(&request, Setup::new(call.rate()))?;
/// let mut recording: Vec<i16> = Vec::new();
/// let outcome = 'call: loop {
///     call.capture(&[0; 160]); // what the network brought
///     while let Some(output) = call.poll() {
///         match output {
///             Output::Playback(samples) => assert!(!samples.is_empty()), // to the network
///             Output::Recorded(_, samples) => recording.extend(samples),
///             Output::Finished(operation, outcome) if operation == message => break 'call outcome,
///             _ => {}
///         }
///     }
/// };
/// let OperationOutcome::RecordResponse(outcome) = outcome else { panic!() };
/// assert_eq!(outcome.reason, CompletionReason::MaxRecordDurationReached);
/// assert_eq!(recording.len(), 80_000, "five seconds at 16 kHz");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Call {
    rate: SampleRate,
    most_waiting: usize,
    last_id: u64,
    waiting: VecDeque<(OperationId, Waiting)>,
    running: Option<(OperationId, Running)>,
    arrivals: Arrivals,
    /// Samples that the call has taken: captured, lost, and passed over while a recording was paused.
    clock: u64,
    /// The network's digits for which the audio has not come far enough, by start.
    digits: VecDeque<NetworkDigit>,
    late: u64,
    has_hung_up: bool,
    /// With the recorder while one runs; made for the first.
    ears: Option<Box<Ears>>,
    outputs: Outputs,
}

/// What runs.
#[derive(Debug)]
enum Running {
    Record(Box<State>),
    Play(Player),
}

/// A digit on the call's clock.
#[derive(Clone, Copy, Debug)]
struct NetworkDigit {
    digit: Digit,
    start: i64,
    end: i64,
}

/// Why a call does not take an operation; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The queue is full.
    #[error(
        "operations waiting: {waiting} are there, and no more than {waiting} may wait; cancel one, or barge in"
    )]
    QueueFull {
        /// How many wait.
        waiting: usize,
    },
    /// The call is over.
    #[error("the call was hung up")]
    HungUp,
    /// The operation's sounds and streams are at another rate than the call.
    #[error("capture rate: the operation's is {operation_hz} Hz, the call's {call_hz} Hz")]
    OtherRate {
        /// The operation's, in Hz.
        operation_hz: u32,
        /// The call's, in Hz.
        call_hz: u32,
    },
}

/// Nothing records that could be paused, or resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no recording runs in this call")]
pub struct NotRecording;

impl Call {
    /// A call whose samples come and go at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        Self {
            rate,
            most_waiting: MOST_WAITING,
            last_id: 0,
            waiting: VecDeque::new(),
            running: None,
            arrivals: Arrivals::new(rate),
            clock: 0,
            digits: VecDeque::new(),
            late: 0,
            has_hung_up: false,
            ears: None,
            outputs: Outputs::default(),
        }
    }

    /// How many operations may wait behind the one that runs: 1000 unless said.
    #[must_use]
    pub fn most_waiting(self, most_waiting: usize) -> Self {
        Self { most_waiting, ..self }
    }

    /// Records a message, once what was asked for before has ended; at once, and in place of all that, where the request
    /// allows to barge in.
    ///
    /// # Errors
    /// [`Refused`], and nothing has changed.
    pub fn record_response(
        &mut self,
        request: &RecordResponse,
        setup: Setup,
    ) -> Result<OperationId, Refused> {
        if setup.capture_rate != self.rate {
            let (operation_hz, call_hz) = (setup.capture_rate.hz(), self.rate.hz());
            return Err(Refused::OtherRate { operation_hz, call_hz });
        }
        let barges_in = request.barge_in_allowed();
        self.accept(Waiting::Record(Box::new((request.clone(), setup))), barges_in)
    }

    /// Plays prompts, in its turn as [`Self::record_response`].
    ///
    /// # Errors
    /// [`Refused`], and nothing has changed.
    pub fn play_prompt(&mut self, request: PlayPrompt) -> Result<OperationId, Refused> {
        let barges_in = request.barge_in_allowed;
        self.accept(Waiting::Play(request), barges_in)
    }

    fn accept(&mut self, operation: Waiting, barges_in: bool) -> Result<OperationId, Refused> {
        if self.has_hung_up {
            return Err(Refused::HungUp);
        }
        if barges_in {
            self.cancel_all();
        } else if self.waiting.len() >= self.most_waiting {
            return Err(Refused::QueueFull { waiting: self.waiting.len() });
        }
        self.last_id += 1;
        let id = OperationId(self.last_id);
        self.waiting.push_back((id, operation));
        self.begin_next();
        Ok(id)
    }

    /// Ends an operation, whether it runs or waits; what was recorded is kept. False where it has ended already, or never was.
    pub fn cancel(&mut self, operation: OperationId) -> bool {
        self.end(operation, Cause::Canceled)
    }

    /// Ends every operation of the call.
    pub fn cancel_all(&mut self) {
        // Those that wait first: none of them must begin.
        for (id, waiting) in std::mem::take(&mut self.waiting) {
            self.end_waiting(id, &waiting, Cause::Canceled);
        }
        self.end_running(Cause::Canceled);
    }

    /// Ends an operation because something around it failed: its device, its disk, its fetching. What was recorded is kept. False
    /// where it has ended already.
    pub fn fail(&mut self, operation: OperationId, failure: Failure) -> bool {
        self.end(operation, Cause::Failed(failure))
    }

    /// The call is over: every operation ends as cancelled, nothing more is taken.
    pub fn hang_up(&mut self) {
        self.cancel_all();
        self.digits.clear();
        self.has_hung_up = true;
        self.ears = None;
    }

    /// Stops to record, and to count any of the recording's times, until [`Self::resume`]. What is said meanwhile is not kept.
    ///
    /// # Errors
    /// [`NotRecording`] where no operation records, prompt and beep included.
    pub fn pause(&mut self) -> Result<(), NotRecording> {
        self.set_paused(true)
    }

    /// Goes on with the recording that was paused.
    ///
    /// # Errors
    /// [`NotRecording`] where no operation records.
    pub fn resume(&mut self) -> Result<(), NotRecording> {
        self.set_paused(false)
    }

    fn set_paused(&mut self, is_paused: bool) -> Result<(), NotRecording> {
        let is_done = match &mut self.running {
            Some((_, Running::Record(recorder))) => recorder.set_paused(is_paused),
            _ => false,
        };
        if is_done { Ok(()) } else { Err(NotRecording) }
    }

    /// Takes captured samples, any number, that follow on those before.
    pub fn capture(&mut self, captured: &[i16]) {
        self.arrivals.follow(captured.len());
        self.hear(captured);
    }

    /// Takes captured samples from a network that counts them: `position` is the first one's, as an RTP timestamp is.
    ///
    /// What is missing before them is lost, and silence in its place. What came before, or comes too late, is left out and
    /// counted. A step of more than a second either way is the sender's, who counts anew from there: nothing is missing.
    pub fn capture_at(&mut self, position: u32, captured: &[i16]) {
        let arrival = self.arrivals.at(position, captured.len());
        self.take_as_lost(u64::from(arrival.missing));
        self.late += arrival.late as u64;
        self.hear(&captured[arrival.late..]);
    }

    /// The sample that comes next is the network's `position`.
    pub(crate) fn count_from(&mut self, position: u32) {
        self.arrivals.count_from(position);
    }

    /// Takes `samples` that were lost on the way here as silence, and counts them.
    pub fn lose(&mut self, samples: u64) {
        self.arrivals.follow(samples as usize);
        self.take_as_lost(samples);
    }

    /// A digit that the network told (an event of RFC 4733, an INFO of SIP), with its start and end, as [`Self::capture_at`] counts,
    /// or from the call's first sample on. It is a digit like one that is heard, and one that is heard as well counts once.
    pub fn digit(&mut self, digit: Digit, start: u32, end: u32) {
        let clock = self.clock as i64;
        let start = clock - self.arrivals.behind(start);
        let end = (clock - self.arrivals.behind(end)).max(start);
        let told = NetworkDigit { digit, start, end };
        let at = self.digits.partition_point(|other| other.start <= start);
        self.digits.insert(at, told);
        self.take_digits();
        if self.digits.len() > MOST_DIGITS
            && let Some(earliest) = self.digits.pop_front()
        {
            self.press(earliest);
        }
    }

    /// Corrects how long it takes until a sample that is given out is heard; see [`Setup::output_latency`].
    pub fn set_output_latency(&mut self, latency: Duration) {
        if let Some((_, Running::Record(recorder))) = &mut self.running {
            recorder.set_output_latency(latency);
        }
    }

    /// The next output, until there is none: to be asked after every call of another method, as outputs wait for it.
    pub fn poll(&mut self) -> Option<Output<'_>> {
        self.outputs.take()
    }

    /// Lends `outputs`, which holds nothing, or takes it back: what a call gives is then put there, and no call needs room of its own.
    pub(crate) fn lend(&mut self, outputs: &mut Outputs) {
        std::mem::swap(&mut self.outputs, outputs);
    }

    /// The rate of the call's samples.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The operation that runs.
    pub fn running(&self) -> Option<OperationId> {
        self.running.as_ref().map(|(id, _)| *id)
    }

    /// Where the recording that runs stands.
    pub fn phase(&self) -> Option<Phase> {
        match &self.running {
            Some((_, Running::Record(recorder))) => Some(recorder.phase()),
            _ => None,
        }
    }

    /// Operations that wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Samples that came too late or twice, or after the call was hung up, and were left out.
    pub fn late(&self) -> u64 {
        self.late
    }
}

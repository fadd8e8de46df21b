//! One call on its worker: samples from the line to the call, and what it gives to those who want it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::command::{CallId, Command};
use super::finished::{Finished, Kept, Promise};
use super::line::{Came, Line};
use super::mailbox::{CallEvent, Teller};
use super::message::Order;
use super::tape::Tape;
use super::telemetry::{self, Trail};
use crate::call::Outputs;
use crate::recording::{StorageError, Store};
use crate::{Call, Event, Failure, OperationId, OperationOutcome, Output, Phase, PlayPrompt, Report};

/// Frames that are taken at once, per second: 40 ms, however much waits, since buffers grow to what is taken.
const FRAMES_PER_SECOND: usize = 25;
/// The longest such frame, in samples: at 96 kHz.
const FRAME: usize = 96_000 / FRAMES_PER_SECOND;

/// What a worker has for whichever call it looks at: so no call needs it of its own, and it stays in the cache.
pub(super) struct Hands {
    frame: [i16; FRAME],
    outputs: Outputs,
    /// When it began to look.
    pub(super) now: Instant,
    /// Samples that were heard and not told of.
    pub(super) heard: u64,
}

impl Hands {
    pub(super) fn new() -> Self {
        Self { frame: [0; FRAME], outputs: Outputs::default(), now: Instant::now(), heard: 0 }
    }
}

/// A call that a worker runs.
pub(super) struct Task {
    id: CallId,
    call: Call,
    line: Line,
    /// Absent where recordings stay in memory.
    store: Option<Arc<Store>>,
    operations: Vec<Running>,
    mailbox: Option<Teller>,
    output_latency: Duration,
    media_receive_timeout: Duration,
    /// When the last sample came.
    last_came: Instant,
    has_hung_up: bool,
    told: telemetry::Told,
}

/// An operation that has not ended.
struct Running {
    id: OperationId,
    trail: Trail,
    promise: Promise,
    client_context: Option<String>,
    tape: Tape,
}

impl Task {
    pub(super) fn new(
        id: CallId,
        call: Call,
        line: Line,
        store: Option<Arc<Store>>,
        output_latency: Duration,
        media_receive_timeout: Duration,
    ) -> Self {
        telemetry::call_opened();
        Self {
            id,
            call,
            line,
            store,
            operations: Vec::new(),
            mailbox: None,
            output_latency,
            media_receive_timeout,
            last_came: Instant::now(),
            has_hung_up: false,
            told: telemetry::Told::default(),
        }
    }

    pub(super) fn id(&self) -> CallId {
        self.id
    }

    /// Whether nothing more comes of it.
    pub(super) fn is_over(&self) -> bool {
        self.has_hung_up
    }

    /// It has panicked.
    pub(super) fn give_up(&mut self) {
        self.has_hung_up = true;
    }

    /// Reads a little of it, that it be fetched from memory.
    pub(super) fn touch(&self) -> u64 {
        let Self { id, line, operations, output_latency, has_hung_up, .. } = self;
        id.0 + line.touch()
            + operations.len() as u64
            + u64::from(output_latency.subsec_nanos() + u32::from(*has_hung_up))
    }

    /// The same of what lies beside it.
    pub(super) fn touch_what_it_holds(&self) -> u64 {
        self.line.touch_shared() + self.call.touch()
    }

    /// The same of what waits for it, and of what hears it.
    pub(super) fn touch_what_came(&self) -> u64 {
        self.line.touch_samples() + self.call.touch_ears()
    }

    /// Does what a control thread wants.
    pub(super) fn obey(&mut self, command: Command, hands: &mut Hands) {
        self.call.lend(&mut hands.outputs);
        self.follow(command, hands);
        self.give();
        self.call.lend(&mut hands.outputs);
    }

    fn follow(&mut self, command: Command, hands: &mut Hands) {
        match command {
            Command::Open(_) => {}
            Command::Record(id, order, promise) => self.record(id, *order, promise),
            Command::Play(id, request, promise) => self.play(id, *request, promise),
            Command::Cancel(id) => drop(self.call.cancel(id)),
            Command::CancelAll => self.call.cancel_all(),
            Command::Fail(id, failure) => drop(self.call.fail(id, failure)),
            Command::Digit { digit, start, end } => self.call.digit(digit, start, end),
            Command::Pause(pause, answer) => {
                let done = if pause { self.call.pause() } else { self.call.resume() };
                // Who asked may have gone.
                let _ = answer.try_send(done);
            }
            Command::Listen(mailbox) => self.mailbox = Some(mailbox),
            Command::HangUp => self.hang_up(hands),
        }
    }

    /// What the call refuses ends with its promise: a call that was hung up has no more to say.
    fn record(&mut self, id: OperationId, order: Order, promise: Promise) {
        let setup = order.setup.output_latency(self.output_latency);
        if self.call.running().is_none() {
            self.last_came = Instant::now();
        }
        let rate = setup.recording_rate;
        let tape = match (&self.store, order.path) {
            (Some(store), Some(path)) => {
                Tape::Blank { store: Arc::clone(store), path, earlier: order.earlier, rate }
            }
            _ => Tape::Memory(Vec::new()),
        };
        let client_context = order.request.client_context().map(str::to_owned);
        let asked = self.call.record_response(&order.request, setup);
        if asked.is_ok() {
            let trail = Trail::begin(self.id, id, "recordResponse");
            self.add(Running { id, trail, promise, client_context, tape });
        }
    }

    fn play(&mut self, id: OperationId, request: PlayPrompt, promise: Promise) {
        if self.call.play_prompt(request).is_ok() {
            let (trail, tape) = (Trail::begin(self.id, id, "playPrompt"), Tape::Memory(Vec::new()));
            self.add(Running { id, trail, promise, client_context: None, tape });
        }
    }

    /// Most calls have one at a time, and room for no more.
    fn add(&mut self, running: Running) {
        self.operations.reserve_exact(1);
        self.operations.push(running);
    }

    /// Looks what has come: so much is heard in the next run.
    pub(super) fn look(&mut self) {
        self.line.look();
    }

    /// Takes what has come.
    pub(super) fn run(&mut self, hands: &mut Hands) {
        if !self.has_hung_up {
            self.call.lend(&mut hands.outputs);
            self.listen(hands);
            self.watch(hands.now);
            self.call.lend(&mut hands.outputs);
        }
    }

    fn listen(&mut self, hands: &mut Hands) {
        let most = self.call.rate().hz() as usize / FRAMES_PER_SECOND;
        let frame = &mut hands.frame[..most.min(FRAME)];
        loop {
            match self.line.take(frame) {
                Came::Samples(count) => {
                    self.last_came = hands.now;
                    hands.heard += count as u64;
                    self.call.capture(&frame[..count]);
                }
                Came::Mark(mark) => {
                    self.call.lose(mark.missing);
                    if let Some(position) = mark.position {
                        self.call.count_from(position);
                    }
                }
                Came::Nothing => break,
            }
            self.give();
        }
        telemetry::lost(&self.line.shared, &mut self.told);
    }

    /// Ends what waits for samples that do not come.
    fn watch(&mut self, now: Instant) {
        if now.saturating_duration_since(self.last_came) < self.media_receive_timeout {
            return;
        }
        if self.call.phase().is_some_and(|phase| phase != Phase::Queued) {
            self.call.lose(self.line.missing_at_the_end());
            if let Some(running) = self.call.running() {
                self.call.fail(running, Failure::MediaReceiveTimeout);
            }
            self.last_came = now;
            self.give();
        }
    }

    fn hang_up(&mut self, hands: &mut Hands) {
        if self.has_hung_up {
            return;
        }
        // What came before the end is still of the call.
        self.look();
        self.listen(hands);
        self.call.lose(self.line.missing_at_the_end());
        self.call.hang_up();
        self.has_hung_up = true;
        self.give();
        self.mailbox = None;
    }

    /// Gives what the call gave to those who want it.
    fn give(&mut self) {
        while let Some((id, error)) = self.give_out() {
            self.call.fail(id, Failure::Other { cause: error.to_string() });
        }
    }

    /// The same, up to the end of it; an operation whose recording cannot be written.
    fn give_out(&mut self) -> Option<(OperationId, StorageError)> {
        let mut failed = None;
        while let Some(output) = self.call.poll() {
            match output {
                Output::Playback(samples) => self.line.play(samples),
                Output::PlaybackCut => self.line.cut(),
                Output::Recorded(id, samples) => {
                    if let Some(running) = self.operations.iter_mut().find(|running| running.id == id)
                        && let Err(error) = running.tape.append(samples)
                    {
                        failed = Some((id, error));
                    }
                }
                Output::Event(id, event) => {
                    if let Event::PhaseChanged { phase, .. } = event
                        && let Some(running) = self.operations.iter().find(|running| running.id == id)
                    {
                        telemetry::phase_began(phase);
                        running.trail.phase(phase);
                    }
                    if let Some(mailbox) = &self.mailbox {
                        mailbox.tell(CallEvent::Event(id, event));
                    }
                }
                Output::Finished(id, outcome) => {
                    let Some(at) = self.operations.iter().position(|running| running.id == id) else {
                        continue;
                    };
                    let running = self.operations.swap_remove(at);
                    running.finish(outcome, self.mailbox.clone());
                }
            }
        }
        failed.filter(|(id, _)| self.operations.iter().any(|running| running.id == *id))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        telemetry::call_ended();
    }
}

impl Running {
    fn finish(self, mut outcome: OperationOutcome, mailbox: Option<Teller>) {
        let Self { id, trail, promise, client_context, tape } = self;
        if let OperationOutcome::RecordResponse(outcome) = &mut outcome
            && let Some(recorded) = outcome.recording
        {
            // Of the recording's own samples.
            let lost = tape.lost() * u64::from(outcome.capture_rate.hz());
            outcome.lost_samples += lost / u64::from(recorded.rate.hz());
        }
        trail.end(&outcome);
        if let Some(mailbox) = &mailbox {
            mailbox.tell(CallEvent::Finished(id, outcome.clone()));
        }
        let keep = match &outcome {
            OperationOutcome::RecordResponse(outcome) => outcome.recording.map(|recorded| {
                let report = Report { client_context, ..Report::new(outcome, None) };
                (recorded.samples, report)
            }),
            OperationOutcome::PlayPrompt(_) => None,
        };
        let ready = move |kept| {
            let finished = Finished { outcome, kept };
            if let Some(mailbox) = mailbox {
                mailbox.tell(CallEvent::Ready(id, finished.clone()));
            }
            promise.keep(finished);
        };
        match keep {
            Some((samples, report)) => tape.keep(samples, report, ready),
            None => {
                tape.discard();
                ready(Kept::Nothing);
            }
        }
    }
}

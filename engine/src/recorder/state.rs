//! The recorder's inside: one clock, and everything that hangs on it.

use std::time::Duration;

use afterbeep_dtmf::Digit;

use super::{
    Setup, Sound,
    grid::{Grid, STEPS_PER_SECOND},
    log::Log,
    take::Take,
    timers::Timers,
};
use crate::{
    Event, Failure, Outcome, Phase, RecordResponse, RecordingRate, SampleRate,
    echo::EchoGuard,
    hearing::{Heard, Hearing},
    phase::{self, Action, Input, Plan},
    playback::Playback,
    resampler::ResamplerError,
    timeout::samples_in,
};

/// Level readings per second.
const READINGS_PER_SECOND: u64 = 10;

/// Everything that a recorder is. Boxed, so that a recorder moves as a pointer.
#[derive(Debug)]
pub(crate) struct State {
    pub(super) request: RecordResponse,
    pub(super) plan: Plan,
    pub(super) rate: SampleRate,
    pub(super) recording_rate: RecordingRate,
    /// The longest recording, in its own samples.
    pub(super) cap: u64,
    /// Samples from giving a sound out until the caller hears it.
    pub(super) latency: usize,
    pub(super) prompt_failure: Option<Failure>,

    /// Samples since the start.
    pub(super) clock: u64,
    /// The clock at sample 0: where it will be, until it is.
    pub(super) zero: u64,
    pub(super) phase: Phase,
    pub(super) grid: Grid,
    pub(super) timers: Timers,

    pub(super) playback: Playback,
    pub(super) hearing: Hearing,
    pub(super) echo: Option<EchoGuard>,
    /// The captured samples of the current step that no detector has heard yet, and what was played meanwhile.
    pub(super) block: Vec<i16>,
    pub(super) played: Vec<i16>,
    pub(super) heard: Vec<Heard>,
    /// The digit that sounds is our own prompt's.
    pub(super) own_digit: bool,
    /// Where the caller last stopped to speak.
    pub(super) last_speech: Option<u64>,
    /// The digit that ends the recording, and where it is cut for it.
    pub(super) stop_tone: Option<(Digit, u64)>,
    /// What failed around the recorder.
    pub(super) failure: Option<Failure>,

    pub(super) take: Take,
    pub(super) log: Log,
    pub(super) lost: u64,

    /// This turn's outputs.
    pub(super) events: Vec<Event>,
    pub(super) playback_out: Vec<i16>,
    /// Where in them the prompt was interrupted.
    pub(super) cut: Option<usize>,
    pub(super) consumed: usize,
    pub(super) outcome: Option<Outcome>,
}

impl State {
    pub(crate) fn new(request: &RecordResponse, setup: Setup) -> Result<Self, ResamplerError> {
        let rate = setup.capture_rate;
        let beep = if request.play_beep() { setup.beep.samples(rate) } else { Vec::new() };
        let plan = Plan { prompt: !matches!(setup.prompt, Sound::None), beep: !beep.is_empty() };
        let plays = plan.prompt || plan.beep;
        let latency = if plays { samples_in(setup.output_latency, rate.hz()) } else { 0 };
        let (prompt, prompt_failure) = setup.prompt.into_parts();
        let recording = setup.recording_rate;
        let by_time = request.max_record_duration().samples(recording.as_sample_rate());
        let by_bytes = setup.max_bytes.map_or(u64::MAX, |bytes| bytes.saturating_sub(44) / 2);
        let step = (rate.hz() as usize).div_ceil(STEPS_PER_SECOND as usize);
        Ok(Self {
            plan,
            rate,
            recording_rate: recording,
            cap: by_time.min(by_bytes),
            latency: latency as usize,
            prompt_failure,
            clock: 0,
            zero: 0,
            phase: Phase::Queued,
            grid: Grid::new(rate),
            timers: Timers::IDLE,
            hearing: Hearing::new(rate, request.options().vad),
            echo: plays.then(|| EchoGuard::new(rate, latency)),
            playback: Playback::new(prompt, beep.into()),
            block: Vec::with_capacity(step),
            played: Vec::with_capacity(step),
            heard: Vec::with_capacity(16),
            own_digit: false,
            last_speech: None,
            stop_tone: None,
            failure: None,
            take: Take::new(rate, recording)?,
            log: Log::default(),
            lost: 0,
            events: Vec::with_capacity(64),
            playback_out: Vec::with_capacity(4 * step),
            cut: None,
            consumed: 0,
            outcome: None,
            request: request.clone(),
        })
    }

    pub(crate) fn start(&mut self) {
        let prompt = if self.plan.prompt { self.playback.prompt_len() } else { 0 };
        self.plan_zero(prompt);
        self.apply(Input::Start);
        match self.prompt_failure.take() {
            Some(failure) => self.outcome = Some(self.fail(failure)),
            None => self.end_what_was_played(),
        }
    }

    /// Hears `captured` and plays as many samples.
    pub(crate) fn push(&mut self, captured: &[i16]) {
        self.begin_turn();
        self.run(captured);
    }

    /// Takes `count` lost samples as silence, and counts them.
    pub(crate) fn lose(&mut self, count: u64) {
        const SILENCE: [i16; 480] = [0; 480];
        self.begin_turn();
        let mut left = count;
        while left > 0 && self.phase != Phase::Finished {
            let part = &SILENCE[..left.min(SILENCE.len() as u64) as usize];
            self.hearing.exclude_next((self.block.len() + part.len()) as u64);
            let before = self.consumed;
            self.run(part);
            let taken = (self.consumed - before) as u64;
            self.lost += taken;
            left -= taken;
        }
        // The recording may have ended among them, with a count that was not yet theirs.
        if let Some(outcome) = &mut self.outcome {
            outcome.lost_samples = self.lost;
        }
    }

    /// Plays up to `count` samples while nothing is heard; stops at sample 0.
    pub(crate) fn play(&mut self, count: usize) {
        self.begin_turn();
        while self.playback_out.len() < count && self.is_playing() {
            let from = self.playback_out.len();
            let span = (count - from).min(self.playback.left());
            self.give_out(span);
            if let Some(echo) = &mut self.echo {
                echo.play(&self.playback_out[from..]);
            }
            self.clock += span as u64;
            self.grid.restart(self.clock);
            self.end_what_was_played();
        }
    }

    /// What is given out from now on is heard after `latency`; sample 0 waits for it.
    pub(crate) fn set_output_latency(&mut self, latency: Duration) {
        if !self.is_playing() {
            return;
        }
        self.latency = samples_in(latency, self.rate.hz()) as usize;
        if self.plan.beep && self.phase == Phase::Prompt {
            return self.plan_zero(self.playback.left());
        }
        self.playback.wait_after(self.latency);
        self.zero = self.clock + self.playback.left() as u64;
    }

    pub(crate) fn cancel(&mut self) -> Outcome {
        self.begin_turn();
        self.end(Input::Cancelled)
    }

    pub(crate) fn fail_now(&mut self, failure: Failure) -> Outcome {
        self.begin_turn();
        self.fail(failure)
    }

    pub(crate) fn phase(&self) -> Phase {
        self.phase
    }

    pub(crate) fn is_playing(&self) -> bool {
        matches!(self.phase, Phase::Prompt | Phase::Beep)
    }

    pub(crate) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(crate) fn recorded(&self) -> &[i16] {
        self.take.fresh()
    }

    pub(crate) fn playback(&self) -> &[i16] {
        &self.playback_out
    }

    pub(crate) fn playback_cut(&self) -> Option<usize> {
        self.cut
    }

    pub(crate) fn consumed(&self) -> usize {
        self.consumed
    }

    pub(crate) fn take_outcome(&mut self) -> Option<Outcome> {
        self.outcome.take()
    }

    fn begin_turn(&mut self) {
        self.events.clear();
        self.playback_out.clear();
        self.cut = None;
        self.consumed = 0;
        self.take.begin_turn();
    }

    fn run(&mut self, captured: &[i16]) {
        let mut rest = captured;
        while !rest.is_empty() && self.phase != Phase::Finished {
            let (now, later) = rest.split_at(self.span(rest.len()));
            self.advance(now);
            self.consumed += now.len();
            rest = later;
        }
    }

    /// How many of the next `most` samples may be taken at once: until a step, a timer or a sound ends.
    fn span(&self, most: usize) -> usize {
        let next = self.grid.end().min(self.timers.next(self.phase)) - self.clock;
        let sound = if self.is_playing() { self.playback.left() } else { usize::MAX };
        most.min(sound).min(next.max(1) as usize)
    }

    fn advance(&mut self, captured: &[i16]) {
        let from = self.playback_out.len();
        self.give_out(captured.len());
        self.block.extend_from_slice(captured);
        self.played.extend_from_slice(&self.playback_out[from..]);
        if self.phase.is_recording() {
            self.take.push(captured);
        }
        self.clock += captured.len() as u64;
        if self.clock == self.grid.end() {
            self.step();
        } else if self.clock >= self.timers.next(self.phase) {
            self.end_what_elapsed();
        }
        self.end_what_was_played();
    }

    fn give_out(&mut self, count: usize) {
        let from = self.playback_out.len();
        self.playback_out.resize(from + count, 0);
        self.playback.fill(&mut self.playback_out[from..]);
    }

    /// A step of the grid has ended: what was heard in it is known now.
    fn step(&mut self) {
        self.hear();
        let steps = self.grid.advance();
        let phase = self.phase;
        self.decide();
        if self.request.options().trace {
            self.trace(phase);
        }
        let reads = steps.is_multiple_of(STEPS_PER_SECOND / READINGS_PER_SECOND);
        if reads && self.phase != Phase::Finished {
            self.read_level();
        }
    }

    fn end_what_was_played(&mut self) {
        while self.is_playing() && self.playback.left() == 0 {
            let ended = if self.phase == Phase::Prompt { Input::PromptEnded } else { Input::BeepEnded };
            if !self.block.is_empty() {
                self.hear();
                self.decide();
            }
            self.apply(ended);
        }
    }

    /// Does what the table says.
    pub(super) fn apply(&mut self, input: Input) {
        let Some((phase, action)) = phase::next(self.phase, input, self.plan) else { return };
        if action == Action::StartRecording {
            self.zero = self.clock;
        }
        self.enter(phase);
        match action {
            Action::PlayPrompt => self.playback.start_prompt(if self.plan.beep { 0 } else { self.latency }),
            Action::PlayBeep => self.playback.start_beep(self.latency),
            Action::StartRecording => self.start_recording(),
            Action::Finish(reason) => self.outcome = Some(self.finish(reason)),
            Action::Nothing => {}
        }
    }

    pub(super) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.log.phase(phase, self.clock);
        self.events.push(Event::PhaseChanged { phase, at: self.position(self.clock as i64) });
    }

    fn start_recording(&mut self) {
        self.grid.restart(self.clock);
        self.timers.cap = self.clock + self.captured_for(self.cap);
        self.timers.initial_silence = self.clock + self.captured_for(self.longest_silence());
        if self.hearing.speech() {
            self.apply(Input::SpeechStarted);
        }
    }

    /// The capture samples that a recording of `recorded` samples takes.
    fn captured_for(&self, recorded: u64) -> u64 {
        (recorded * u64::from(self.rate.hz())).div_ceil(u64::from(self.recording_rate.hz()))
    }

    /// The length of a recording in which nobody spoke.
    pub(super) fn longest_silence(&self) -> u64 {
        self.request.initial_silence_timeout().samples(self.recording_rate.as_sample_rate())
    }

    /// Expects sample 0 after `prompt` more samples, the beep, and the time until it is heard.
    pub(super) fn plan_zero(&mut self, prompt: usize) {
        let beep = self.playback.beep_len();
        self.zero = self.clock + (prompt + beep + self.latency) as u64;
    }
}

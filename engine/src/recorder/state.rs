//! The recorder's inside: one clock, and everything that hangs on it.

use std::time::Duration;

use afterbeep_dtmf::Digit;

use super::{
    Setup, Sound,
    ears::Ears,
    grid::{Grid, STEPS_PER_SECOND},
    log::Log,
    outgoing::Outgoing,
    pre_roll::PreRoll,
    take::Take,
    timers::Timers,
};
use crate::{
    Event, Failure, Outcome, Phase, RecordResponse, RecordingRate, SampleRate,
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
    pub(super) ears: Box<Ears>,
    /// Where the caller last stopped to speak.
    pub(super) last_speech: Option<u64>,
    /// The digit that ends the recording, and where it is cut for it.
    pub(super) stop_tone: Option<(Digit, u64)>,
    /// What failed around the recorder.
    pub(super) failure: Option<Failure>,

    pub(super) take: Take,
    pub(super) pre_roll: Option<PreRoll>,
    pub(super) log: Log,
    pub(super) lost: u64,
    is_paused: bool,
    /// Samples that were passed over meanwhile.
    pub(super) paused: u64,

    /// This turn's outputs.
    pub(super) events: Vec<Event>,
    pub(super) outgoing: Outgoing,
    /// Where in what is played the prompt was interrupted.
    pub(super) cut: Option<usize>,
    pub(super) consumed: usize,
    pub(super) outcome: Option<Outcome>,
}

impl State {
    pub(crate) fn new(
        request: &RecordResponse,
        setup: Setup,
        mut ears: Box<Ears>,
    ) -> Result<Self, ResamplerError> {
        let rate = setup.capture_rate;
        let beep = if request.play_beep() { setup.beep.samples(rate) } else { Vec::new() };
        let plan = Plan { prompt: !matches!(setup.prompt, Sound::None), beep: !beep.is_empty() };
        let plays = plan.prompt || plan.beep;
        let latency = if plays { samples_in(setup.output_latency, rate.hz()) } else { 0 };
        let (prompt, prompt_failure) = setup.prompt.into_parts();
        let recording = setup.recording_rate;
        let by_time = request.max_record_duration().samples(recording.as_sample_rate());
        let by_bytes = setup.max_bytes.map_or(u64::MAX, |bytes| bytes.saturating_sub(44) / 2);
        ears.tune(request.options().vad);
        if plays {
            ears.expect_echo(latency, plan.prompt);
        }
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
            ears,
            playback: Playback::new(prompt, beep.into()),
            last_speech: None,
            stop_tone: None,
            failure: None,
            take: Take::new(rate, recording, request.options().trim_trailing_silence)?,
            pre_roll: None,
            log: Log::default(),
            lost: 0,
            is_paused: false,
            paused: 0,
            events: Vec::new(),
            outgoing: Outgoing::default(),
            cut: None,
            consumed: 0,
            outcome: None,
            request: request.clone(),
        })
    }

    pub(crate) fn start(&mut self) {
        let prompt = if self.plan.prompt { self.playback.prompt_len() } else { 0 };
        self.plan_zero(prompt);
        self.take_over_speech();
        self.apply(Input::Start);
        match self.prompt_failure.take() {
            Some(failure) => self.outcome = Some(self.fail(failure)),
            None => self.end_what_was_played(),
        }
    }

    /// Whoever spoke in the operation before speaks in this one.
    fn take_over_speech(&mut self) {
        if self.ears.hearing.speech() {
            self.log.speech_started(0, 0);
            let start = self.position(0);
            self.events.push(Event::SpeechStarted { start, reported: start });
        }
    }

    /// Hears `captured` and plays as many samples.
    pub(crate) fn push(&mut self, captured: &[i16]) {
        self.begin_turn();
        self.run(captured, false);
    }

    /// Takes `count` lost samples as silence, and counts them.
    pub(crate) fn lose(&mut self, count: u64) {
        const SILENCE: [i16; 480] = [0; 480];
        self.begin_turn();
        if self.is_paused {
            return self.pass_over(count as usize);
        }
        let mut left = count;
        while left > 0 && self.phase != Phase::Finished {
            let part = &SILENCE[..left.min(SILENCE.len() as u64) as usize];
            self.ears.hearing.exclude_next((self.ears.block.len() + part.len()) as u64);
            let before = self.consumed;
            self.run(part, true);
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
        while self.outgoing.len() < count && self.is_playing() {
            let from = self.outgoing.len();
            let span = (count - from).min(self.playback.left());
            self.outgoing.play(&mut self.playback, span);
            if let Some(echo) = &mut self.ears.echo {
                echo.play(&self.outgoing.samples()[from..]);
            }
            self.clock += span as u64;
            self.grid.restart(self.clock);
            self.await_speech_from_here();
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

    /// Stops to record and to count, or goes on; false where nothing is recorded.
    pub(crate) fn set_paused(&mut self, is_paused: bool) -> bool {
        let may = self.phase.is_recording();
        if may {
            self.is_paused = is_paused;
        }
        may
    }

    /// Samples since the start, without those of pauses.
    pub(crate) fn clock(&self) -> u64 {
        self.clock
    }

    /// What it heard with, for the operation that follows.
    pub(crate) fn into_ears(self) -> Box<Ears> {
        self.ears
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
        self.outgoing.samples()
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

    pub(super) fn begin_turn(&mut self) {
        self.events.clear();
        self.outgoing.begin_turn();
        self.cut = None;
        self.consumed = 0;
        self.take.begin_turn();
    }

    fn run(&mut self, captured: &[i16], are_lost: bool) {
        if self.is_paused {
            return self.pass_over(captured.len());
        }
        let mut rest = captured;
        while !rest.is_empty() && self.phase != Phase::Finished {
            let (now, later) = rest.split_at(self.span(rest.len()));
            self.advance(now, are_lost);
            self.consumed += now.len();
            rest = later;
        }
    }

    /// Paused: nobody listens, nothing counts.
    fn pass_over(&mut self, count: usize) {
        self.outgoing.be_silent(count);
        self.consumed += count;
        self.paused += count as u64;
    }

    /// How many of the next `most` samples may be taken at once: until a step, a timer or a sound ends.
    fn span(&self, most: usize) -> usize {
        let next = self.grid.end().min(self.timers.next(self.phase)) - self.clock;
        let sound = if self.is_playing() { self.playback.left() } else { usize::MAX };
        most.min(sound).min(next.max(1) as usize)
    }

    fn advance(&mut self, captured: &[i16], are_lost: bool) {
        let from = self.outgoing.len();
        self.outgoing.play(&mut self.playback, captured.len());
        self.keep(captured);
        self.clock += captured.len() as u64;
        let played = &self.outgoing.samples()[from..];
        if self.clock != self.grid.end() {
            self.ears.gather(captured, played, are_lost);
            if self.clock >= self.timers.next(self.phase) {
                self.end_what_elapsed();
            }
        } else if self.ears.block.is_empty() && self.ears.echo.is_none() {
            // A step that came whole, and of which nothing is to be taken, needs no gathering.
            self.hear(captured);
            self.step();
        } else {
            self.ears.gather(captured, played, are_lost);
            self.hear_gathered();
            self.step();
        }
        self.end_what_was_played();
    }

    /// A step of the grid has ended: what was heard in it is known now.
    fn step(&mut self) {
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
            if !self.ears.block.is_empty() {
                self.hear_gathered();
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
            Action::PlayBeep => {
                self.playback.start_beep(self.latency);
                self.await_speech_in_beep();
            }
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
        self.playback.stop();
        self.grid.restart(self.clock);
        self.timers.cap = self.clock + self.captured_for(self.cap);
        self.timers.initial_silence = self.clock + self.captured_for(self.longest_silence());
        self.settle_pre_roll();
        if self.ears.hearing.speech() {
            self.apply(Input::SpeechStarted);
        }
        // What was spoken during the beep may be as long as the recording may be.
        self.end_what_elapsed();
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

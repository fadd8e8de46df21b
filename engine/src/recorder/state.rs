//! The recorder's inside: one clock, and everything that hangs on it.

use std::{mem, time::Duration};

use afterbeep_dtmf::Digit;

use super::{
    Setup, Sound,
    grid::{Grid, STEPS_PER_SECOND},
    log::Log,
    take::Take,
    timers::Timers,
};
use crate::{
    CompletionReason, Event, Failure, Outcome, Phase, Position, Reading, RecordResponse, Recorded,
    RecordingRate, SampleRate, Trace,
    echo::EchoGuard,
    hearing::{Heard, Hearing},
    phase::{self, Action, Input, Plan},
    playback::Playback,
    resampler::ResamplerError,
    timeout::samples_in,
};

/// How long before the start of a stop tone the recording is cut: the detector may be late by 1 ms, and 5 ms before the
/// tone are allowed (`record-response` §2).
const STOP_TONE_MARGIN: Duration = Duration::from_millis(2);
/// What a trimmed recording keeps after the last speech.
const TRIM_KEEPS: Duration = Duration::from_millis(200);
/// Level readings per second.
const READINGS_PER_SECOND: u64 = 10;

/// Everything that a recorder is. Boxed, so that a recorder moves as a pointer.
#[derive(Debug)]
pub(crate) struct State {
    request: RecordResponse,
    plan: Plan,
    rate: SampleRate,
    recording_rate: RecordingRate,
    /// The longest recording, in its own samples.
    cap: u64,
    /// Samples from giving a sound out until the caller hears it.
    latency: usize,
    prompt_failure: Option<Failure>,

    /// Samples since the start.
    clock: u64,
    /// The clock at sample 0: where it will be, until it is.
    zero: u64,
    phase: Phase,
    grid: Grid,
    timers: Timers,

    playback: Playback,
    hearing: Hearing,
    echo: Option<EchoGuard>,
    /// The captured samples of the current step that no detector has heard yet, and what was played meanwhile.
    block: Vec<i16>,
    played: Vec<i16>,
    heard: Vec<Heard>,
    /// The digit that sounds is our own prompt's.
    own_digit: bool,
    last_speech: Option<u64>,

    take: Take,
    log: Log,
    lost: u64,

    /// This turn's outputs.
    events: Vec<Event>,
    playback_out: Vec<i16>,
    consumed: usize,
    outcome: Option<Outcome>,
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
            take: Take::new(rate, recording)?,
            log: Log::default(),
            lost: 0,
            events: Vec::with_capacity(64),
            playback_out: Vec::with_capacity(4 * step),
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

    pub(crate) fn cancel(&mut self) -> Outcome {
        self.begin_turn();
        self.enter(Phase::Finished);
        self.finish(CompletionReason::OperationCanceled, self.clock, None, None)
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

    pub(crate) fn consumed(&self) -> usize {
        self.consumed
    }

    pub(crate) fn take_outcome(&mut self) -> Option<Outcome> {
        self.outcome.take()
    }

    fn begin_turn(&mut self) {
        self.events.clear();
        self.playback_out.clear();
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

    /// Lets the detectors hear the block, and notes what they heard on the recorder's clock.
    fn hear(&mut self) {
        let block = self.block.len() as u64;
        let echo = self.echo.as_mut().and_then(|guard| guard.compare(&self.played, &self.block));
        if let Some(own) = echo {
            self.hearing.exclude_last(own.saturating_sub(block));
            self.hearing.exclude_next(block);
        }
        self.heard.clear();
        self.heard.extend_from_slice(self.hearing.hear(&self.block));
        self.block.clear();
        self.played.clear();
        let mut heard = mem::take(&mut self.heard);
        heard.retain(|heard| self.note(*heard));
        self.heard = heard;
    }

    /// Logs what was heard and tells of it; false where it is our own sound.
    fn note(&mut self, heard: Heard) -> bool {
        match heard {
            Heard::DigitStarted { digit, start, known } => {
                self.own_digit = self.echo.as_ref().is_some_and(EchoGuard::is_echo);
                if self.own_digit {
                    return false;
                }
                self.log.digit_started(digit, self.clock_at(start), self.clock_at(known));
                let (start, reported) = (self.position_at(start), self.position_at(known));
                self.events.push(Event::DigitStarted { digit, start, reported });
            }
            Heard::DigitEnded { digit, start, end, known } => {
                if self.own_digit {
                    return false;
                }
                self.log.digit_ended(self.clock_at(end));
                let (start, end, reported) =
                    (self.position_at(start), self.position_at(end), self.position_at(known));
                self.events.push(Event::DigitEnded { digit, start, end, reported });
            }
            Heard::SpeechStarted { start, known } => {
                self.log.speech_started(self.clock_at(start), self.clock_at(known));
                let (start, reported) = (self.position_at(start), self.position_at(known));
                self.events.push(Event::SpeechStarted { start, reported });
            }
            Heard::SpeechEnded { start, end, known } => {
                self.log.speech_ended(self.clock_at(end), self.clock_at(known));
                let (start, end, reported) =
                    (self.position_at(start), self.position_at(end), self.position_at(known));
                self.events.push(Event::SpeechEnded { start, end, reported });
            }
        }
        true
    }

    /// Draws the consequences of a step, in the contract's order of ties: stop tone, cap, speech, silence.
    fn decide(&mut self) {
        match self.phase {
            Phase::Prompt => self.interrupt_prompt(),
            phase if phase.is_recording() => {
                if let Some((digit, start)) = self.stop_tone() {
                    return self.stop(digit, start);
                }
                if self.clock >= self.timers.cap {
                    return self.apply(Input::MaxDurationReached);
                }
                self.follow_speech();
                self.end_what_elapsed();
            }
            _ => {}
        }
    }

    fn interrupt_prompt(&mut self) {
        let by = self.request.options().prompt_interruption;
        let interrupts = |heard: &Heard| match heard {
            Heard::DigitStarted { .. } => by.by_dtmf(),
            Heard::SpeechStarted { .. } => by.by_speech(),
            _ => false,
        };
        if self.heard.iter().any(interrupts) {
            self.playback.stop();
            self.plan_zero(0);
            self.apply(Input::PromptInterrupted);
        }
    }

    fn stop_tone(&self) -> Option<(Digit, i64)> {
        let tones = self.request.stop_tones();
        self.heard.iter().find_map(|heard| match *heard {
            Heard::DigitStarted { digit, start, .. } if tones.contains(digit) => {
                Some((digit, self.clock_at(start)))
            }
            _ => None,
        })
    }

    fn stop(&mut self, digit: Digit, start: i64) {
        let margin = samples_in(STOP_TONE_MARGIN, self.rate.hz()) as i64;
        let cut = (start - margin).max(self.zero as i64) as u64;
        self.enter(Phase::Finished);
        self.outcome = Some(self.finish(CompletionReason::StopToneDetected, cut, Some(digit), None));
    }

    fn follow_speech(&mut self) {
        for at in 0..self.heard.len() {
            match self.heard[at] {
                Heard::SpeechStarted { .. } => self.apply(Input::SpeechStarted),
                Heard::SpeechEnded { end, .. } => {
                    let end = self.clock_at(end).max(self.zero as i64) as u64;
                    self.last_speech = Some(end);
                    if self.request.options().trim_trailing_silence {
                        self.take.mark(self.trimmed(end) - self.zero);
                    }
                    let timeout = self.request.max_silence_timeout().samples(self.rate);
                    self.timers.max_silence = (end + timeout).max(self.clock);
                    self.apply(Input::SpeechEnded);
                }
                _ => {}
            }
        }
    }

    fn end_what_elapsed(&mut self) {
        if self.clock >= self.timers.cap && self.phase.is_recording() {
            self.apply(Input::MaxDurationReached);
        } else if self.clock >= self.timers.next(self.phase) {
            match self.phase {
                Phase::InitialSilence => self.apply(Input::InitialSilenceElapsed),
                Phase::TrailingSilence => self.apply(Input::MaxSilenceElapsed),
                _ => {}
            }
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
    fn apply(&mut self, input: Input) {
        let Some((phase, action)) = phase::next(self.phase, input, self.plan) else { return };
        if action == Action::StartRecording {
            self.zero = self.clock;
        }
        self.enter(phase);
        match action {
            Action::PlayPrompt => self.playback.start_prompt(if self.plan.beep { 0 } else { self.latency }),
            Action::PlayBeep => self.playback.start_beep(self.latency),
            Action::StartRecording => self.start_recording(),
            Action::Finish(reason) => {
                self.outcome = Some(self.finish(reason, self.end_for(reason), None, None));
            }
            Action::Nothing => {}
        }
    }

    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.log.phase(phase, self.clock);
        self.events.push(Event::PhaseChanged { phase, at: self.position(self.clock as i64) });
    }

    fn start_recording(&mut self) {
        self.grid.restart(self.clock);
        let cap_hz = u64::from(self.rate.hz());
        let cap = (self.cap * cap_hz).div_ceil(u64::from(self.recording_rate.hz()));
        let initial = self.request.initial_silence_timeout().samples(self.rate);
        self.timers.cap = self.clock + cap;
        self.timers.initial_silence = self.clock + initial;
        if self.hearing.speech() {
            self.apply(Input::SpeechStarted);
        }
    }

    fn fail(&mut self, failure: Failure) -> Outcome {
        let input = match failure {
            Failure::Prompt { .. } => Input::PromptFailed,
            Failure::Beep { .. } => Input::BeepFailed,
            Failure::MediaReceiveTimeout => Input::MediaReceiveTimeout,
            Failure::Other { .. } => Input::Failed,
        };
        let reason = match phase::next(self.phase, input, self.plan) {
            Some((_, Action::Finish(reason))) => reason,
            _ => CompletionReason::UnspecifiedError,
        };
        self.enter(Phase::Finished);
        self.finish(reason, self.clock, None, Some(failure))
    }

    /// Where a recording that ends now for `reason` ends.
    fn end_for(&self, reason: CompletionReason) -> u64 {
        let trims = self.request.options().trim_trailing_silence;
        match self.last_speech {
            Some(end) if trims && reason == CompletionReason::MaxSilenceTimeout => {
                self.trimmed(end).min(self.clock)
            }
            _ => self.clock,
        }
    }

    fn trimmed(&self, last_speech: u64) -> u64 {
        last_speech + samples_in(TRIM_KEEPS, self.rate.hz())
    }

    fn finish(
        &mut self,
        reason: CompletionReason,
        end: u64,
        stop_tone: Option<Digit>,
        failure: Option<Failure>,
    ) -> Outcome {
        let started = self.timers.cap != u64::MAX;
        let captured = if started { end - self.zero } else { 0 };
        let samples = self.take.length(captured).min(self.cap);
        let level = self.take.finish(samples);
        let min = samples_in(self.request.options().min_duration, self.rate.hz());
        let too_short = started && captured < min;
        let zero = self.zero as i64;
        Outcome {
            reason,
            failure,
            stop_tone,
            digits: self.log.digits(zero),
            speech: self.log.speech(zero, end as i64, self.clock as i64),
            phases: self.log.phases(zero),
            recording: (started && !too_short).then_some(Recorded { rate: self.recording_rate, samples }),
            level,
            lost_samples: self.lost,
            too_short,
            capture_rate: self.rate,
        }
    }

    /// Expects sample 0 after `prompt` more samples, the beep, and the time until it is heard.
    fn plan_zero(&mut self, prompt: usize) {
        let beep = self.playback.beep_len();
        self.zero = self.clock + (prompt + beep + self.latency) as u64;
    }

    /// The clock at the sample that the detectors count as `heard`.
    fn clock_at(&self, heard: u64) -> i64 {
        let behind = self.hearing.taken() as i64 - heard as i64;
        self.clock as i64 - behind
    }

    fn position_at(&self, heard: u64) -> Position {
        self.position(self.clock_at(heard))
    }

    fn position(&self, clock: i64) -> Position {
        Position(clock - self.zero as i64)
    }

    fn read_level(&mut self) {
        let frame = self.hearing.frame();
        self.events.push(Event::Level(Reading {
            at: self.position(self.clock as i64),
            samples: self.take.samples(),
            level_dbfs: frame.level_dbfs,
            floor_dbfs: frame.floor_dbfs,
            timer: self.timers.watched(self.phase, self.clock),
        }));
    }

    fn trace(&mut self, phase: Phase) {
        let frame = self.hearing.frame();
        self.events.push(Event::Trace(Trace {
            at: self.position(self.clock as i64),
            phase,
            level_dbfs: frame.level_dbfs,
            floor_dbfs: frame.floor_dbfs,
            threshold_dbfs: frame.threshold_dbfs,
            active: frame.active,
            echo: self.echo.as_ref().is_some_and(EchoGuard::is_echo),
            tones_dbfs: self.hearing.tones_dbfs(),
        }));
    }
}

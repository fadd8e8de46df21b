//! A scenario played to a recorder.

use std::{path::Path, time::Duration};

use afterbeep::{
    Beep, Ending, Event, Failure, Next, Outcome, PromptFault, Queued, RecordResponse, Recorder,
    RecordingRate, SampleRate, Setup, Sound, Turn,
};

use crate::{Line, Mode, Prompt, Random, Scenario, sound, voice};

/// In what frames samples come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frames {
    /// Always as many.
    Of(usize),
    /// 1–600 at a time, differently for each seed.
    Random(u64),
}

/// What came of a scenario.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was heard.
    pub captured: Vec<i16>,
    /// What was played.
    pub played: Vec<i16>,
    /// What happened.
    pub events: Vec<Event>,
    /// The recording, as its file holds it.
    pub recorded: Vec<i16>,
    /// How it ended.
    pub outcome: Outcome,
}

/// Plays `scenario` in frames of `frames`. Echoes are heard sample by sample, so the first run is made in frames of one
/// and its [`Run::captured`] is what later runs hear.
///
/// # Errors
/// In words: the scenario is at fault, or never ends.
pub fn run(scenario: &Scenario, frames: Frames, captured: Option<&[i16]>) -> Result<Run, String> {
    let request = scenario.request()?;
    let setup = setup(scenario)?;
    let line = line(scenario, &request)?;
    let queued = Queued::new(&request, setup).map_err(|error| error.to_string())?;
    if scenario.happens.cancel_queued {
        return Ok(Call::new(scenario, &line, captured).end(queued.cancel()));
    }
    if scenario.happens.fail_queued {
        return Ok(Call::new(scenario, &line, captured).end(queued.fail(disk_full())));
    }
    Call::new(scenario, &line, captured).run(queued, frames)
}

fn rate(scenario: &Scenario) -> Result<SampleRate, String> {
    SampleRate::new(scenario.line.capture_rate).map_err(|error| error.to_string())
}

fn prompt_samples(scenario: &Scenario) -> Result<Option<Vec<i16>>, String> {
    let hz = scenario.line.capture_rate;
    let samples = match scenario.line.prompt {
        Some(Prompt::Seconds(seconds)) => voice(hz, (seconds * f64::from(hz)) as usize, -18.0, 77),
        Some(Prompt::Digit(key)) => {
            let key = key.try_into().map_err(|error: afterbeep::NotADigit| error.to_string())?;
            sound::digit(hz, hz as usize / 2, key, -15.0)
        }
        _ => return Ok(None),
    };
    Ok(Some(samples.iter().map(|x| (x * 32_768.0).round() as i16).collect()))
}

fn setup(scenario: &Scenario) -> Result<Setup, String> {
    let rate = rate(scenario)?;
    let line = &scenario.line;
    let open = |path: &str| match afterbeep::Prompt::open(Path::new(path), rate) {
        Ok(prompt) => Sound::Ready(prompt),
        Err(failure) => Sound::Failed(failure),
    };
    let sound = match line.prompt {
        None => Sound::None,
        Some(Prompt::Broken) => open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")),
        Some(Prompt::Missing) => open("/nowhere/welcome.wav"),
        Some(Prompt::Seconds(_) | Prompt::Digit(_)) => {
            let samples = prompt_samples(scenario)?.unwrap_or_default();
            Sound::Ready(afterbeep::Prompt::from_samples(samples))
        }
    };
    let recording = RecordingRate::try_from(line.recording_rate).map_err(|error| error.to_string())?;
    let mut setup = Setup::new(rate)
        .recording_rate(recording)
        .prompt(sound)
        .output_latency(Duration::from_secs_f64(line.output_latency));
    if let Some(bytes) = line.max_bytes {
        setup = setup.max_bytes(bytes);
    }
    Ok(setup)
}

/// The line, its origin where sample 0 is if prompt and beep are played to their ends.
fn line(scenario: &Scenario, request: &RecordResponse) -> Result<Line, String> {
    let hz = scenario.line.capture_rate;
    let prompt = prompt_samples(scenario)?.map_or(0, |samples| samples.len());
    let beep = if request.play_beep() { Beep::default().samples(rate(scenario)?).len() } else { 0 };
    let plays = prompt + beep > 0;
    let latency = if plays { (scenario.line.output_latency * f64::from(hz)).round() as usize } else { 0 };
    let origin = prompt + beep + latency;
    let recording = request.max_record_duration().samples(rate(scenario)?) as usize;
    Line::new(scenario, origin, origin + recording + hz as usize / 10)
}

#[derive(Clone, Debug)]
enum Action {
    Cancel,
    Fail(Failure),
    Lose(u64),
}

fn disk_full() -> Failure {
    Failure::Other { cause: "the disk is full".to_owned() }
}

fn actions(scenario: &Scenario, line: &Line) -> Vec<(usize, Action)> {
    let happens = &scenario.happens;
    let cause = || "the output is gone".to_owned();
    let once = [
        (happens.cancel_at, Action::Cancel),
        (happens.media_stops_at, Action::Fail(Failure::MediaReceiveTimeout)),
        (
            happens.prompt_fails_at,
            Action::Fail(Failure::Prompt { kind: PromptFault::NotPlayed, cause: cause() }),
        ),
        (happens.beep_fails_at, Action::Fail(Failure::Beep { cause: cause() })),
        (happens.fails_at, Action::Fail(disk_full())),
    ];
    let place = |at: f64| usize::try_from(line.sample_at(at)).unwrap_or(0);
    let mut actions: Vec<_> = once
        .into_iter()
        .filter_map(|(at, action)| Some((place(at?), action)))
        .chain(happens.lose.iter().map(|lose| (place(lose.at), Action::Lose(lose.samples))))
        .collect();
    actions.sort_by_key(|(at, _)| *at);
    actions
}

/// One operation on its line. The clock counts the samples that were played, which are as many as were taken.
struct Call<'a> {
    scenario: &'a Scenario,
    line: &'a Line,
    actions: Vec<(usize, Action)>,
    replay: Option<&'a [i16]>,
    captured: Vec<i16>,
    played: Vec<i16>,
    events: Vec<Event>,
    recorded: Vec<i16>,
}

enum Step {
    On(Turn),
    Over(Ending),
}

impl<'a> Call<'a> {
    fn new(scenario: &'a Scenario, line: &'a Line, replay: Option<&'a [i16]>) -> Self {
        Self {
            scenario,
            line,
            actions: actions(scenario, line),
            replay,
            captured: Vec::new(),
            played: Vec::new(),
            events: Vec::new(),
            recorded: Vec::new(),
        }
    }

    fn run(mut self, queued: Queued, frames: Frames) -> Result<Run, String> {
        let mut random = Random::new(match frames {
            Frames::Random(seed) => seed,
            Frames::Of(_) => 0,
        });
        let mut turn = queued.start();
        let patience = self.line.len() + 2 * self.scenario.line.capture_rate as usize;
        loop {
            self.take(&turn);
            let recorder = match turn.next() {
                Next::Running(recorder) => recorder,
                Next::Finished(outcome) => return Ok(self.over(outcome)),
            };
            if self.played.len() > patience {
                return Err(format!("it never ends; it stands at {}", recorder.phase()));
            }
            let frame = match frames {
                Frames::Of(samples) => samples,
                Frames::Random(_) => 1 + (random.bits() % 600) as usize,
            };
            turn = match self.step(recorder, frame) {
                Step::On(turn) => turn,
                Step::Over(ending) => return Ok(self.end(ending)),
            };
        }
    }

    fn step(&mut self, recorder: Recorder, frame: usize) -> Step {
        let clock = self.played.len();
        let next = self.actions.first().map_or(usize::MAX, |(at, _)| *at);
        if next <= clock {
            return match self.actions.remove(0).1 {
                Action::Cancel => Step::Over(recorder.cancel()),
                Action::Fail(failure) => Step::Over(recorder.fail(failure)),
                Action::Lose(samples) => Step::On(recorder.lose(samples)),
            };
        }
        let frame = frame.min(next - clock);
        if self.scenario.line.mode == Mode::Held && recorder.is_playing() {
            return Step::On(recorder.play(frame));
        }
        let from = self.captured.len();
        match self.replay {
            Some(replay) => {
                let end = (from + frame).min(replay.len());
                self.captured.extend_from_slice(&replay[from.min(end)..end]);
                // A run that ends later than the first one did hears the line without its echo.
                (self.captured.len()..from + frame).for_each(|_| self.captured.push(0));
            }
            None => {
                // An echo of the same frame cannot be known yet: the first run goes sample by sample.
                (clock..clock + frame).for_each(|at| self.captured.push(self.line.heard(at, &self.played)));
            }
        }
        let turn = recorder.push(&self.captured[from..]);
        self.captured.truncate(from + turn.consumed());
        Step::On(turn)
    }

    fn take(&mut self, turn: &Turn) {
        self.played.extend_from_slice(turn.playback());
        self.events.extend_from_slice(turn.events());
        self.recorded.extend_from_slice(turn.recorded());
    }

    fn end(mut self, ending: Ending) -> Run {
        self.events.extend_from_slice(ending.events());
        self.recorded.extend_from_slice(ending.recorded());
        self.over(ending.outcome())
    }

    fn over(mut self, outcome: Outcome) -> Run {
        self.recorded.truncate(outcome.recording.map_or(0, |recording| recording.samples as usize));
        Run {
            captured: self.captured,
            played: self.played,
            events: self.events,
            recorded: self.recorded,
            outcome,
        }
    }
}

//! One case: a prompt, how it comes back, and what happens over it.

use std::{ops::Range, sync::Mutex, thread};

use afterbeep::{
    Beep, Event, Next, Phase, Prompt, PromptInterruption, Queued, RecordResponse, SampleRate, Setup, Sound,
};
use afterbeep_tests::{Color, EchoPath, Random, digit, noise, voice};

/// Of a prompt, as it is played, in dBFS.
pub(super) const PROMPT_DBFS: f64 = -16.0;
pub(super) const PROMPT_S: f64 = 4.0;
/// So much longer is one over a line that is not open all the time, in seconds.
const LONGER_S: f64 = 1.0;
/// Who speaks is heard within this time of his first sample, in seconds; most are within 0.2 s.
pub(super) const HEARD_S: f64 = 1.5;
/// The same for a key: it is 80 ms long.
pub(super) const KEY_S: f64 = 0.1;
pub(super) const KEYS: [char; 4] = ['1', '5', '9', '#'];

pub(super) const LEVELS_DB: [f64; 5] = [-6.0, -12.0, -18.0, -24.0, -30.0];
pub(super) const DELAYS_S: [f64; 5] = [0.0, 0.05, 0.1, 0.15, 0.2];

/// What the echo is like beside its delay and level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// Over a still line.
    Line,
    /// Through a room without noise.
    Room,
    /// Through a room in noise of −50 dBFS.
    NoisyRoom,
}

/// When the line carries anything but a caller; before and between it is digital silence, or comfort noise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Open {
    Always,
    /// From 0.5 to 2 s after the prompt's first sample on.
    Late,
    /// With gaps of 200 to 500 ms.
    Bursts,
}

/// What happens over the prompt; levels are over the echo's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Caller {
    Silent,
    /// Speaks, 6 dB over it.
    Speaks,
    /// Presses a key, 3 dB over it.
    Presses,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub(super) hz: u32,
    pub(super) way: Way,
    pub(super) level: f64,
    pub(super) delay: f64,
    pub(super) open: Open,
    pub(super) caller: Caller,
    pub(super) seed: u64,
}

impl Case {
    pub(super) fn seconds(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.hz)) as usize
    }

    /// When the caller begins, in seconds: when the echo has sounded for a while.
    pub(super) fn onset(&self) -> f64 {
        let mut random = Random::new(self.seed);
        match self.open {
            Open::Late => self.opens() + random.between(0.4, 1.2),
            _ => random.between(0.8, 2.0),
        }
    }

    /// When a line opens late, in seconds.
    fn opens(&self) -> f64 {
        Random::new(self.seed ^ 0x1A7E).between(0.5, 2.0)
    }

    /// How long the prompt is, in seconds.
    pub(super) fn length(&self) -> f64 {
        if self.open == Open::Always { PROMPT_S } else { PROMPT_S + LONGER_S }
    }

    /// When the line is closed, in seconds.
    fn closed(&self) -> Vec<Range<f64>> {
        match self.open {
            Open::Always => Vec::new(),
            Open::Late => vec![0.0..self.opens()],
            Open::Bursts => {
                let mut random = Random::new(self.seed ^ 0xB0B0);
                let (mut gaps, mut at) = (Vec::new(), random.between(0.0, 1.0));
                while at < self.length() {
                    let end = at + random.between(0.2, 0.5);
                    gaps.push(at..end);
                    at = end + random.between(0.15, 0.8);
                }
                gaps
            }
        }
    }

    /// What is heard of a line while it is closed.
    fn close(&self, heard: &mut [f64]) {
        for gap in self.closed() {
            let gap = &mut heard[self.seconds(gap.start)..self.seconds(gap.end)];
            if self.seed.is_multiple_of(2) {
                gap.fill(0.0);
            } else {
                gap.copy_from_slice(&noise(gap.len(), Color::White, -65.0, self.seed + 1));
            }
        }
    }

    pub(super) fn key(&self) -> char {
        KEYS[self.seed as usize % KEYS.len()]
    }

    pub(super) fn prompt(&self) -> Vec<i16> {
        let samples = voice(self.hz, self.seconds(self.length()), PROMPT_DBFS, 9_000 + self.seed);
        samples.iter().map(|x| (x * 32_768.0).round() as i16).collect()
    }

    /// What is heard of what is played, a second of silence after it, and the caller.
    pub(super) fn heard(&self, prompt: &[i16]) -> Vec<i16> {
        let beep = Beep::default().samples(SampleRate::new(self.hz).unwrap());
        let mut played: Vec<f64> = prompt.iter().chain(&beep).map(|&s| f64::from(s) / 32_768.0).collect();
        played.resize(played.len() + self.seconds(1.0), 0.0);
        let room = (self.way != Way::Line).then_some(self.seed);
        let mut heard = EchoPath { delay: self.delay, level: self.level, room }.echo(self.hz, &played);
        let squares: f64 = heard[..prompt.len()].iter().map(|x| x * x).sum();
        let echo_dbfs = 10.0 * (squares / prompt.len() as f64).log10();
        let add = |heard: &mut [f64], at: f64, samples: Vec<f64>| {
            heard[self.seconds(at)..].iter_mut().zip(samples).for_each(|(to, from)| *to += from);
        };
        match self.way {
            Way::Line => add(&mut heard, 0.0, noise(played.len(), Color::White, -65.0, self.seed)),
            Way::Room => {}
            Way::NoisyRoom => add(&mut heard, 0.0, noise(played.len(), Color::White, -50.0, self.seed)),
        }
        self.close(&mut heard);
        let key = self.key().try_into().unwrap();
        match self.caller {
            Caller::Silent => {}
            Caller::Speaks => {
                let voice = voice(self.hz, self.seconds(1.5), echo_dbfs + 6.0, 19_000 + self.seed);
                add(&mut heard, self.onset(), voice);
            }
            Caller::Presses => {
                add(&mut heard, self.onset(), digit(self.hz, self.seconds(0.08), key, echo_dbfs + 3.0));
            }
        }
        heard.iter().map(|x| (x * 32_768.0).round() as i16).collect()
    }

    /// What is wrong with the case, if anything is.
    pub(super) fn fault(&self) -> Option<String> {
        let prompt = self.prompt();
        let heard = self.heard(&prompt);
        let events = self.events(prompt, &heard, self.seconds(0.01));
        let cut = events.iter().find_map(|&(at, event)| match event {
            Event::PhaseChanged { phase: Phase::Beep, .. } => Some(at),
            _ => None,
        });
        let cut = cut.unwrap_or(f64::MAX);
        let speech = events.iter().filter(|(_, event)| matches!(event, Event::SpeechStarted { .. })).count();
        let keys: String = events
            .iter()
            .filter_map(|(_, event)| match event {
                Event::DigitStarted { digit, .. } => Some(digit.as_char()),
                _ => None,
            })
            .collect();
        let after = cut - self.onset();
        let good = match self.caller {
            Caller::Silent => cut >= self.length() && speech == 0 && keys.is_empty(),
            Caller::Speaks => (0.0..HEARD_S).contains(&after) && keys.is_empty(),
            Caller::Presses => (0.0..KEY_S).contains(&after) && keys == self.key().to_string(),
        };
        (!good).then(|| format!("{self:?}: cut {after:.2} s after the onset, {speech} voices, keys {keys:?}"))
    }

    /// What happened, and when it was known, in seconds.
    pub(super) fn events(&self, prompt: Vec<i16>, heard: &[i16], frame: usize) -> Vec<(f64, Event)> {
        events(self.hz, prompt, heard, frame, 0..0)
    }
}

/// What happened, and when it was known, in seconds, where frames that begin in `lost` do not arrive.
pub(super) fn events(
    hz: u32,
    prompt: Vec<i16>,
    heard: &[i16],
    frame: usize,
    lost: Range<usize>,
) -> Vec<(f64, Event)> {
    let request = RecordResponse::builder().prompt_interruption(PromptInterruption::Any).build().unwrap();
    let setup = Setup::new(SampleRate::new(hz).unwrap()).prompt(Sound::Ready(Prompt::from_samples(prompt)));
    let mut turn = Queued::new(&request, setup).unwrap().start();
    let (mut events, mut at) = (Vec::new(), 0);
    for frame in heard.chunks(frame) {
        let Next::Running(recorder) = turn.next() else { break };
        turn = if lost.contains(&at) { recorder.lose(frame.len() as u64) } else { recorder.push(frame) };
        at += frame.len();
        events.extend(turn.events().iter().map(|&event| (at as f64 / f64::from(hz), event)));
    }
    events
}

/// Plays the cases on both of a machine's least cores, and tells of all that went wrong.
pub(super) fn play(cases: &[Case]) {
    let next = Mutex::new(cases.iter());
    let faults = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = { next.lock().unwrap().next() } {
                    faults.lock().unwrap().extend(case.fault());
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

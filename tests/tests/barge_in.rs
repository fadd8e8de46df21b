//! A prompt comes back while it plays: it does not interrupt itself, and who speaks or presses a key over it does.
//!
//! Prompts, callers, rooms and noise come of seeds that the echo canceller was not made on. `CASES=all` plays four
//! times as many callers; there one who speaks in noise (seed 325, echo 30 dB down and 50 ms late) is not heard. Of 600
//! other prompts at 8 kHz, made and recorded, over which nobody spoke, one interrupted itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

use std::{ops::Range, sync::Mutex, thread};

use afterbeep::{
    Beep, Event, Next, Phase, Prompt, PromptInterruption, Queued, RecordResponse, SampleRate, Setup, Sound,
};
use afterbeep_tests::{Color, EchoPath, Random, digit, noise, voice};

/// Of a prompt, as it is played, in dBFS.
const PROMPT_DBFS: f64 = -16.0;
const PROMPT_S: f64 = 4.0;
/// Who speaks is heard within this time of his first sample, in seconds; most are within 0.2 s.
const HEARD_S: f64 = 1.5;
/// The same for a key: it is 80 ms long.
const KEY_S: f64 = 0.1;
const KEYS: [char; 4] = ['1', '5', '9', '#'];

const LEVELS_DB: [f64; 5] = [-6.0, -12.0, -18.0, -24.0, -30.0];
const DELAYS_S: [f64; 5] = [0.0, 0.05, 0.1, 0.15, 0.2];

/// What the echo is like beside its delay and level.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// Over a still line.
    Line,
    /// Through a room without noise.
    Room,
    /// Through a room in noise of −50 dBFS.
    NoisyRoom,
}

/// What happens over the prompt; levels are over the echo's.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Caller {
    Silent,
    /// Speaks, 6 dB over it.
    Speaks,
    /// Presses a key, 3 dB over it.
    Presses,
}

#[derive(Clone, Copy, Debug)]
struct Case {
    hz: u32,
    way: Way,
    level: f64,
    delay: f64,
    caller: Caller,
    seed: u64,
}

impl Case {
    fn seconds(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.hz)) as usize
    }

    /// When the caller begins, in seconds: when the prompt has sounded for a while.
    fn onset(&self) -> f64 {
        Random::new(self.seed).between(0.8, 2.0)
    }

    fn key(&self) -> char {
        KEYS[self.seed as usize % KEYS.len()]
    }

    fn prompt(&self) -> Vec<i16> {
        let samples = voice(self.hz, self.seconds(PROMPT_S), PROMPT_DBFS, 9_000 + self.seed);
        samples.iter().map(|x| (x * 32_768.0).round() as i16).collect()
    }

    /// What is heard of what is played, a second of silence after it, and the caller.
    fn heard(&self, prompt: &[i16]) -> Vec<i16> {
        let beep = Beep::default().samples(SampleRate::new(self.hz).unwrap());
        let mut played: Vec<f64> = prompt.iter().chain(&beep).map(|&s| f64::from(s) / 32_768.0).collect();
        played.resize(played.len() + self.seconds(1.0), 0.0);
        let room = (self.way != Way::Line).then_some(self.seed);
        let mut heard = EchoPath { delay: self.delay, level: self.level, room }.echo(self.hz, &played);
        let squares: f64 = heard[..prompt.len()].iter().map(|x| x * x).sum();
        let echo_dbfs = 10.0 * (squares / prompt.len() as f64).log10();
        let mut add = |at: f64, samples: Vec<f64>| {
            heard[self.seconds(at)..].iter_mut().zip(samples).for_each(|(to, from)| *to += from);
        };
        match self.way {
            Way::Line => add(0.0, noise(played.len(), Color::White, -65.0, self.seed)),
            Way::Room => {}
            Way::NoisyRoom => add(0.0, noise(played.len(), Color::White, -50.0, self.seed)),
        }
        let key = self.key().try_into().unwrap();
        match self.caller {
            Caller::Silent => {}
            Caller::Speaks => {
                add(self.onset(), voice(self.hz, self.seconds(1.5), echo_dbfs + 6.0, 19_000 + self.seed));
            }
            Caller::Presses => add(self.onset(), digit(self.hz, self.seconds(0.08), key, echo_dbfs + 3.0)),
        }
        heard.iter().map(|x| (x * 32_768.0).round() as i16).collect()
    }

    /// What is wrong with the case, if anything is.
    fn fault(&self) -> Option<String> {
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
            Caller::Silent => cut >= PROMPT_S && speech == 0 && keys.is_empty(),
            Caller::Speaks => (0.0..HEARD_S).contains(&after) && keys.is_empty(),
            Caller::Presses => (0.0..KEY_S).contains(&after) && keys == self.key().to_string(),
        };
        (!good).then(|| format!("{self:?}: cut {after:.2} s after the onset, {speech} voices, keys {keys:?}"))
    }

    /// What happened, and when it was known, in seconds.
    fn events(&self, prompt: Vec<i16>, heard: &[i16], frame: usize) -> Vec<(f64, Event)> {
        events(self.hz, prompt, heard, frame, 0..0)
    }
}

/// What happened, and when it was known, in seconds, where frames that begin in `lost` do not arrive.
fn events(hz: u32, prompt: Vec<i16>, heard: &[i16], frame: usize, lost: Range<usize>) -> Vec<(f64, Event)> {
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

/// Where the first voice that was heard begins, in seconds, and when it was known.
fn first_voice(hz: u32, events: &[(f64, Event)]) -> Option<(f64, f64)> {
    events.iter().find_map(|&(at, event)| match event {
        Event::SpeechStarted { start, reported } => {
            Some((at - (reported.0 - start.0) as f64 / f64::from(hz), at))
        }
        _ => None,
    })
}

/// Plays the cases on both of a machine's least cores, and tells of all that went wrong.
fn play(cases: &[Case]) {
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

/// Every level and delay of some, each with a seed of its own, or with four at 8 kHz where nobody speaks, or with `CASES=all`.
fn cases(hz: u32, caller: Caller, levels: &[f64], delays: &[f64]) -> Vec<Case> {
    let all = std::env::var("CASES").is_ok_and(|cases| cases == "all");
    let each = if all || (caller == Caller::Silent && hz == 8_000) { 4 } else { 1 };
    let mut cases = Vec::new();
    for way in [Way::Line, Way::Room, Way::NoisyRoom] {
        for &level in levels {
            for &delay in delays {
                for _ in 0..each {
                    let seed = 40 + cases.len() as u64;
                    cases.push(Case { hz, way, level, delay, caller, seed });
                }
            }
        }
    }
    cases
}

#[test]
fn a_prompt_never_interrupts_itself() {
    play(&cases(8_000, Caller::Silent, &LEVELS_DB, &DELAYS_S));
}

#[test]
fn who_speaks_over_a_prompt_interrupts_it() {
    play(&cases(8_000, Caller::Speaks, &LEVELS_DB, &DELAYS_S));
}

#[test]
fn a_key_over_a_prompt_interrupts_it() {
    play(&cases(8_000, Caller::Presses, &LEVELS_DB, &DELAYS_S));
}

#[test]
fn it_is_so_at_higher_rates() {
    for hz in [16_000, 48_000] {
        for caller in [Caller::Silent, Caller::Speaks, Caller::Presses] {
            play(&cases(hz, caller, &[-6.0, -30.0], &[0.0, 0.2]));
        }
    }
}

#[test]
fn keys_in_a_prompt_that_comes_back_are_not_pressed() {
    let hz = 8_000;
    let silence = || vec![0.0; 800];
    let keys = KEYS.map(|key| [digit(hz, 800, key.try_into().unwrap(), PROMPT_DBFS), silence()].concat());
    let prompt: Vec<i16> = keys.concat().iter().map(|x| (x * 32_768.0).round() as i16).collect();
    for case in cases(hz, Caller::Silent, &LEVELS_DB, &[0.0, 0.1, 0.2]) {
        let events = case.events(prompt.clone(), &case.heard(&prompt), 80);
        let heard = events
            .iter()
            .find(|(_, event)| matches!(event, Event::DigitStarted { .. } | Event::SpeechStarted { .. }));
        assert!(heard.is_none(), "{case:?}: {heard:?}");
    }
}

/// A line that suppresses silence carries neither noise nor echo: all that is heard is who speaks.
#[test]
fn on_a_line_of_zeros_who_speaks_over_a_prompt_or_after_it_is_heard_at_once() {
    for hz in [8_000, 48_000] {
        let case = Case { hz, way: Way::Line, level: 0.0, delay: 0.0, caller: Caller::Speaks, seed: 400 };
        let prompt = case.prompt();
        for (onset, lost) in [0.3, 1.0, 3.9, PROMPT_S, 4.1].into_iter().zip([0.0, 0.5, 0.0, 3.5, 0.0]) {
            for level in [-20.0, -35.0] {
                let caller = voice(hz, case.seconds(1.0), level, 500 + (10.0 * onset) as u64);
                let mut heard = vec![0; case.seconds(PROMPT_S + 1.5)];
                for (to, from) in heard[case.seconds(onset)..].iter_mut().zip(caller) {
                    *to = (from * 32_768.0).round() as i16;
                }
                // A fifth of a second does not arrive.
                let lost = case.seconds(lost)..case.seconds(if lost > 0.0 { lost + 0.2 } else { 0.0 });
                let events = events(hz, prompt.clone(), &heard, case.seconds(0.01), lost);
                let (start, known) = first_voice(hz, &events).expect("a voice");
                let what =
                    format!("{hz} Hz, {onset} s, {level} dBFS: from {start:.3} s, known at {known:.2} s");
                assert!((start - onset).abs() < 0.05 && known - onset < 0.25, "{what}");
            }
        }
    }
}

#[test]
fn samples_lost_in_a_prompt_that_comes_back_change_nothing() {
    for (caller, level) in [(Caller::Silent, -6.0), (Caller::Silent, -24.0), (Caller::Speaks, -12.0)] {
        for way in [Way::Line, Way::Room, Way::NoisyRoom] {
            for frame in [80, 133] {
                let case = Case { hz: 8_000, way, level, delay: 0.1, caller, seed: 60 };
                let (prompt, hz) = (case.prompt(), case.hz);
                let events = events(hz, prompt.clone(), &case.heard(&prompt), frame, 4_000..5_600);
                match first_voice(hz, &events) {
                    Some((start, _)) if caller == Caller::Speaks => {
                        assert!((start - case.onset()).abs() < 0.3, "{case:?}: {start}");
                    }
                    heard => assert!(heard.is_none() && caller == Caller::Silent, "{case:?}: {heard:?}"),
                }
            }
        }
    }
}

#[test]
fn frames_of_any_size_hear_the_same_over_an_echo() {
    for hz in [8_000, 44_100] {
        for (caller, seed) in [(Caller::Silent, 301), (Caller::Speaks, 302), (Caller::Presses, 303)] {
            let case = Case { hz, way: Way::NoisyRoom, level: -12.0, delay: 0.07, caller, seed };
            let prompt = case.prompt();
            let heard = case.heard(&prompt);
            let in_frames = |frame| {
                case.events(prompt.clone(), &heard, frame)
                    .into_iter()
                    .map(|(_, event)| event)
                    .collect::<Vec<_>>()
            };
            let whole = in_frames(4_096);
            assert!(whole.len() > 20);
            for frame in [1, 7, 160, 480] {
                // The last frame of the others may end later.
                let events = in_frames(frame);
                let both = events.len().min(whole.len());
                assert!(both > 20 && events[..both] == whole[..both], "{case:?} in frames of {frame}");
            }
        }
    }
}

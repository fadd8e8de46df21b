//! The same input gives the same output, however it is cut into frames; and lengths are exact.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::{f64::consts::TAU, time::Duration};

use afterbeep::{
    CompletionReason, Digit, Event, Next, Outcome, Prompt, PromptInterruption, Queued, RecordResponse,
    Recorder, RecordingRate, SampleRate, Setup, Sound, StopTones, Turn,
};
use proptest::{collection::vec, prelude::*};

const FRAMES: [usize; 5] = [7, 80, 160, 480, 4_096];
const CAPTURE_HZ: [u32; 5] = [8_000, 11_025, 16_000, 44_100, 48_000];

/// A piece of a signal; times in ms, levels in dB below full scale.
#[derive(Clone, Debug)]
enum Piece {
    Silence {
        ms: u32,
    },
    Noise {
        ms: u32,
        down: u8,
        seed: u32,
    },
    Tone {
        ms: u32,
        down: u8,
        hz: u16,
    },
    Digit {
        ms: u32,
        down: u8,
        key: u8,
    },
    /// Harmonics under the rhythm of syllables: enough to be taken for speech.
    Speech {
        ms: u32,
        down: u8,
        pitch: u16,
    },
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        2 => (1..600u32).prop_map(|ms| Piece::Silence { ms }),
        1 => (1..600u32, 20..80u8, any::<u32>()).prop_map(|(ms, down, seed)| Piece::Noise { ms, down, seed }),
        1 => (1..300u32, 6..50u8, 100..3_500u16).prop_map(|(ms, down, hz)| Piece::Tone { ms, down, hz }),
        2 => (20..150u32, 8..40u8, 0..16u8).prop_map(|(ms, down, key)| Piece::Digit { ms, down, key }),
        3 => (100..900u32, 10..40u8, 90..220u16).prop_map(|(ms, down, pitch)| Piece::Speech { ms, down, pitch }),
    ]
}

fn render(pieces: &[Piece], hz: u32) -> Vec<i16> {
    let rate = f64::from(hz);
    let mut samples = Vec::new();
    for piece in pieces {
        let (Piece::Silence { ms }
        | Piece::Noise { ms, .. }
        | Piece::Tone { ms, .. }
        | Piece::Digit { ms, .. }
        | Piece::Speech { ms, .. }) = *piece;
        let count = (rate * f64::from(ms) / 1e3) as usize;
        let mut state = 1u32;
        let mut sample = |n: usize| -> f64 {
            let t = n as f64 / rate;
            let amplitude = |down: u8| 10f64.powf(-f64::from(down) / 20.0);
            match *piece {
                Piece::Silence { .. } => 0.0,
                Piece::Noise { down, seed, .. } => {
                    state = (state ^ seed).wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    amplitude(down) * f64::from(state as i32) / f64::from(i32::MAX)
                }
                Piece::Tone { down, hz, .. } => amplitude(down) * (TAU * f64::from(hz) * t).sin(),
                Piece::Digit { down, key, .. } => {
                    let low = [697.0, 770.0, 852.0, 941.0][usize::from(key / 4)];
                    let high = [1_209.0, 1_336.0, 1_477.0, 1_633.0][usize::from(key % 4)];
                    amplitude(down) * ((TAU * low * t).sin() + (TAU * high * t).sin()) / 2.0
                }
                Piece::Speech { down, pitch, .. } => {
                    let pitch = f64::from(pitch) * (1.0 + 0.05 * (TAU * 3.0 * t).sin());
                    let harmonic = |k: i32| (TAU * pitch * f64::from(k) * t).sin() / f64::from(k);
                    let syllable = 0.6 - 0.4 * (TAU * 5.0 * t).cos();
                    amplitude(down) * syllable * (1..12).map(harmonic).sum::<f64>() / 2.0
                }
            }
        };
        samples.extend((0..count).map(|n| (sample(n) * 32_767.0).round() as i16));
    }
    samples
}

#[derive(Clone, Debug)]
struct Case {
    request: RecordResponse,
    hz: u32,
    recording: RecordingRate,
    held: bool,
    prompt_ms: u32,
    latency_ms: u64,
    max_bytes: Option<u64>,
    /// Sample of the capture and count.
    lose: Option<(usize, u64)>,
    pieces: Vec<Piece>,
}

fn request() -> impl Strategy<Value = RecordResponse> {
    let ms = || (100..2_500u64).prop_map(Duration::from_millis);
    let interruption = prop::sample::select(PromptInterruption::ALL.to_vec());
    let tones = vec(0..16usize, 0..4);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (ms(), ms(), ms(), interruption, tones, flags).prop_map(
        |(initial, silence, cap, interruption, tones, (beep, any_key, trim, trace, pre_roll))| {
            let tones = tones
                .into_iter()
                .fold(StopTones::NONE, |set, n| set.with(Digit::at(n / 4, n % 4)).unwrap_or(set));
            RecordResponse::builder()
                .initial_silence_timeout(initial)
                .max_silence_timeout(silence)
                .max_record_duration(cap)
                .prompt_interruption(interruption)
                .stop_tones(tones)
                .play_beep(beep)
                .any_key_stops(any_key && trim)
                .trim_trailing_silence(trim)
                .pre_roll(pre_roll)
                .trace(trace)
                .build()
                .unwrap()
        },
    )
}

fn case() -> impl Strategy<Value = Case> {
    let rates =
        (prop::sample::select(CAPTURE_HZ.to_vec()), prop::sample::select(RecordingRate::ALL.to_vec()));
    let setup = (any::<bool>(), prop_oneof![Just(0), 1..600u32], 0..80u64);
    let lose = prop::option::of((0..20_000usize, 1..3_000u64));
    let bytes = prop::option::weighted(0.2, 44..40_000u64);
    (request(), rates, setup, bytes, lose, vec(piece(), 1..8)).prop_map(
        |(request, (hz, recording), (held, prompt_ms, latency_ms), max_bytes, lose, pieces)| Case {
            request,
            hz,
            recording,
            held,
            prompt_ms,
            latency_ms,
            max_bytes,
            lose,
            pieces,
        },
    )
}

#[derive(Debug, PartialEq)]
struct Run {
    events: Vec<Event>,
    recorded: Vec<i16>,
    played: Vec<i16>,
    outcome: Outcome,
}

fn queued(case: &Case) -> Queued {
    let rate = SampleRate::new(case.hz).unwrap();
    let prompt = render(&[Piece::Speech { ms: case.prompt_ms, down: 15, pitch: 120 }], case.hz);
    let mut setup = Setup::new(rate)
        .recording_rate(case.recording)
        .output_latency(Duration::from_millis(case.latency_ms))
        .prompt(if case.prompt_ms > 0 { Sound::Ready(Prompt::from_samples(prompt)) } else { Sound::None });
    if let Some(bytes) = case.max_bytes {
        setup = setup.max_bytes(bytes);
    }
    Queued::new(&case.request, setup).unwrap()
}

/// Runs a case in frames whose sizes `frames` gives; silence follows on the signal.
fn run(case: &Case, captured: &[i16], mut frames: impl FnMut() -> usize) -> Run {
    let (mut events, mut recorded, mut played) = (Vec::new(), Vec::new(), Vec::new());
    let mut at = 0;
    let mut lose = case.lose;
    let mut take = |turn: Turn, at: &mut usize| {
        *at += turn.consumed();
        events.extend_from_slice(turn.events());
        recorded.extend_from_slice(turn.recorded());
        played.extend_from_slice(turn.playback());
        turn.next()
    };
    let mut next = take(queued(case).start(), &mut at);
    let outcome = loop {
        let recorder: Recorder = match next {
            Next::Running(recorder) => recorder,
            Next::Finished(outcome) => break outcome,
        };
        let frame = frames();
        let turn = if case.held && recorder.is_playing() {
            recorder.play(frame)
        } else if let Some((_, samples)) = lose.take_if(|(place, _)| *place <= at) {
            recorder.lose(samples)
        } else {
            let frame = frame.min(lose.map_or(usize::MAX, |(place, _)| place - at));
            let mut part = captured.get(at..).unwrap_or_default().to_vec();
            part.resize(frame, 0);
            recorder.push(&part)
        };
        next = take(turn, &mut at);
    };
    recorded.truncate(outcome.recording.map_or(0, |recording| recording.samples as usize));
    Run { events, recorded, played, outcome }
}

/// Equal, told without printing a hundred thousand samples.
fn same(one: &Run, other: &Run, frames: &str) -> Result<(), TestCaseError> {
    let at = one.events.iter().zip(&other.events).position(|(one, other)| one != other);
    if let Some(at) = at {
        prop_assert_eq!(&one.events[at], &other.events[at], "event {} in {}", at, frames);
    }
    prop_assert_eq!(one.events.len(), other.events.len(), "events in {}", frames);
    prop_assert_eq!(&one.outcome, &other.outcome, "{}", frames);
    prop_assert!(one.recorded == other.recorded, "the recording differs in {frames}");
    prop_assert!(one.played == other.played, "the playback differs in {frames}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frames_of_any_size_give_the_same(case in case(), splits in vec(1..2_000usize, 1..20)) {
        let captured = render(&case.pieces, case.hz);
        let whole = run(&case, &captured, || 1);
        for frame in FRAMES {
            same(&whole, &run(&case, &captured, || frame), &format!("frames of {frame}"))?;
        }
        let mut sizes = splits.iter().copied().cycle();
        same(&whole, &run(&case, &captured, || sizes.next().unwrap()), "random splits")?;

        let outcome = &whole.outcome;
        let recording = outcome.recording.expect("nothing ended before sample 0, and nothing is too short");
        prop_assert_eq!(whole.recorded.len() as u64, recording.samples, "the outcome's length is the file's");
        prop_assert_eq!(whole.played.len() as i64, outcome.phases.last().unwrap().start.0 - outcome.phases[0].start.0);
    }

    #[test]
    fn at_the_recording_s_own_rate_it_is_the_input_bit_for_bit(
        mut case in case(),
        frame in 1..500usize,
        noise in vec(any::<i16>(), 1..20_000),
    ) {
        case.recording = RecordingRate::ALL[noise.len() % RecordingRate::ALL.len()];
        case.hz = case.recording.hz();
        // Held, it hears nothing of a beep, and so of speech in it.
        case.held = true;
        case.lose = None;
        let run = run(&case, &noise, || frame);
        let mut wanted = noise;
        wanted.resize(run.recorded.len(), 0);
        prop_assert!(run.recorded == wanted, "it is not what went in");
    }
}

fn silent(hz: u32, recording: RecordingRate, initial: u64, cap: u64, frame: usize) -> Run {
    let seconds = Duration::from_secs;
    let request = RecordResponse::builder()
        .initial_silence_timeout(seconds(initial))
        .max_record_duration(seconds(cap))
        .build()
        .unwrap();
    let case = Case {
        request,
        hz,
        recording,
        held: true,
        prompt_ms: 0,
        latency_ms: 0,
        max_bytes: None,
        lose: None,
        pieces: Vec::new(),
    };
    run(&case, &[], || frame)
}

#[test]
fn the_timers_lengths_are_exact_at_every_pair_of_rates() {
    for hz in CAPTURE_HZ.into_iter().chain([22_050, 24_000, 96_000, 8_001]) {
        for recording in RecordingRate::ALL {
            for (initial, cap, reason) in [
                (1, 2, CompletionReason::InitialSilenceTimeout),
                (2, 1, CompletionReason::MaxRecordDurationReached),
                (1, 1, CompletionReason::MaxRecordDurationReached),
            ] {
                // 8,001 Hz has no short block in common with any of them; it has its exact length all the same.
                let run = silent(hz, recording, initial, cap, 333);
                assert_eq!(run.outcome.reason, reason, "{hz} → {recording}");
                assert_eq!(run.recorded.len() as u32, recording.hz(), "{hz} → {recording}: {reason}");
                let over = run.outcome.phases.last().unwrap();
                assert_eq!(over.start.0, i64::from(hz), "{hz} → {recording}: {reason}");
            }
        }
    }
}

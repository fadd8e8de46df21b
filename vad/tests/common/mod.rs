//! Voices, noises and a way to run the detector over them.
#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic is the report of a test")]

use std::f32::consts::TAU;

use afterbeep_vad::{Detector, Event, SampleRate, Settings};

/// A stretch of speech as it was told, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) start_known: f64,
    pub(crate) end_known: f64,
}

pub(crate) fn detector(rate: u32) -> Detector {
    Detector::new(SampleRate::new(rate).unwrap(), Settings::default())
}

/// Every event, the samples given in slices of `slice`.
pub(crate) fn events(rate: u32, samples: &[f32], slice: usize) -> Vec<Event> {
    let mut detector = detector(rate);
    let mut out: Vec<Event> =
        samples.chunks(slice).flat_map(|s| detector.push(s).collect::<Vec<_>>()).collect();
    out.extend(detector.finish());
    out
}

/// The stretches of speech in some events, which must come in pairs and in order.
pub(crate) fn told(rate: u32, events: &[Event]) -> Vec<Told> {
    let seconds = |at: u64| at as f64 / f64::from(rate);
    let mut out = Vec::new();
    for pair in events.chunks(2) {
        let [Event::SpeechStarted { start, known: a }, Event::SpeechEnded { start: same, end, known: b }] =
            *pair
        else {
            panic!("no pair: {pair:?}");
        };
        assert!(start == same && start <= end && start <= a && a <= b && end <= b, "{pair:?}");
        out.push(Told {
            start: seconds(start),
            end: seconds(end),
            start_known: seconds(a),
            end_known: seconds(b),
        });
    }
    assert!(out.windows(2).all(|w| w[0].end <= w[1].start), "{out:?}");
    out
}

/// What is told of samples given in slices of 10 ms.
pub(crate) fn heard(rate: u32, samples: &[f32]) -> Vec<Told> {
    told(rate, &events(rate, samples, rate as usize / 100))
}

/// Reproducible white noise of RMS 1.
pub(crate) fn white(rate: u32, seconds: f32, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 - 0.5
    };
    let n = (rate as f32 * seconds) as usize;
    (0..n).map(|_| (0..6).map(|_| uniform()).sum::<f32>() * std::f32::consts::SQRT_2).collect()
}

/// White noise through a one-pole low-pass at `hz`, of RMS 1: brown above it.
pub(crate) fn dull(rate: u32, seconds: f32, hz: f32, seed: u32) -> Vec<f32> {
    let a = (-TAU * hz / rate as f32).exp();
    let mut y = 0.0;
    let mut out = white(rate, seconds, seed);
    for x in &mut out {
        y = a * y + (1.0 - a) * *x;
        *x = y;
    }
    let rms = (out.iter().map(|x| x * x).sum::<f32>() / out.len() as f32).sqrt();
    out.iter_mut().for_each(|x| *x /= rms);
    out
}

/// A voice that says syllables of 180 ms with 70 ms between, for `seconds`: the harmonics of a pitch that falls
/// from 140 to 100 Hz, formed by three formants that move with each syllable. RMS about 0.1 while it speaks.
pub(crate) fn voice(rate: u32, seconds: f32) -> Vec<f32> {
    let n = (rate as f32 * seconds) as usize;
    let mut phase = 0.0f32;
    (0..n)
        .map(|k| {
            let t = k as f32 / rate as f32;
            let pitch = 140.0 - 40.0 * t / seconds + 4.0 * (TAU * 2.5 * t).sin();
            phase = (phase + pitch / rate as f32).fract();
            let (syllable, at) = ((t / 0.25) as usize, t % 0.25);
            let envelope = (at / 0.02).min((0.18 - at) / 0.03).clamp(0.0, 1.0);
            let [f1, f2, f3] =
                [[700.0, 1200.0, 2500.0], [300.0, 2200.0, 2900.0], [450.0, 900.0, 2400.0]][syllable % 3];
            let harmonics = (1..).take_while(|h| (*h as f32) * pitch < 3_600.0);
            let sum: f32 = harmonics
                .map(|h| {
                    let hz = h as f32 * pitch;
                    let near = |f: f32, w: f32| 1.0 / (1.0 + ((hz - f) / w).powi(2));
                    (near(f1, 90.0) + 0.5 * near(f2, 120.0) + 0.25 * near(f3, 160.0))
                        * (TAU * phase * h as f32).sin()
                })
                .sum();
            0.12 * envelope * sum
        })
        .collect()
}

/// Where the voice of so many seconds is heard last: its last syllable may not fill its 250 ms.
pub(crate) fn voice_end(seconds: f64) -> f64 {
    let syllables = (seconds / 0.25 + 1e-9).floor();
    let rest = seconds - 0.25 * syllables;
    if rest < 1e-6 { seconds - 0.07 } else { 0.25 * syllables + rest.min(0.18) }
}

/// Adds `what` from `at` seconds on.
pub(crate) fn add(to: &mut [f32], rate: u32, at: f32, what: &[f32], gain: f32) {
    let from = (rate as f32 * at) as usize;
    for (to, x) in to[from..].iter_mut().zip(what) {
        *to += gain * x;
    }
}

/// Tones of amplitude 1 each, ramped over 3 ms.
pub(crate) fn tones(rate: u32, seconds: f32, hz: &[f32]) -> Vec<f32> {
    let n = (rate as f32 * seconds) as usize;
    (0..n)
        .map(|k| {
            let t = k as f32 / rate as f32;
            let ramp = (t / 0.003).min((seconds - t) / 0.003).clamp(0.0, 1.0);
            ramp * hz.iter().map(|f| (TAU * f * t).sin()).sum::<f32>()
        })
        .collect()
}

/// A line of `seconds` with noise of RMS `noise`.
pub(crate) fn line(rate: u32, seconds: f32, noise: f32, seed: u32) -> Vec<f32> {
    white(rate, seconds, seed).into_iter().map(|x| noise * x).collect()
}

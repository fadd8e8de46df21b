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
    events_with(Settings::default(), rate, samples, slice)
}

fn events_with(settings: Settings, rate: u32, samples: &[f32], slice: usize) -> Vec<Event> {
    let mut detector = Detector::new(SampleRate::new(rate).unwrap(), settings);
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

/// The same, with settings.
pub(crate) fn heard_with(settings: Settings, rate: u32, samples: &[f32]) -> Vec<Told> {
    told(rate, &events_with(settings, rate, samples, rate as usize / 100))
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

/// Noise of RMS 1 that falls by 3 dB per octave above 20 Hz: six one-pole low-passes, two octaves apart.
pub(crate) fn pink(rate: u32, seconds: f32, seed: u32) -> Vec<f32> {
    let mut out = vec![0.0; (rate as f32 * seconds) as usize];
    for k in 0..6u32 {
        let part = dull(rate, seconds, 20.0 * 4f32.powi(k as i32), seed + 10 * k);
        // Equal power in each octave: equal parts.
        out.iter_mut().zip(part).for_each(|(out, x)| *out += x);
    }
    out.iter_mut().for_each(|x| *x /= 6f32.sqrt());
    out
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

/// Speech without a pause of RMS 1, voiced from its first sample: the pitch is the speaker's, strays from period to
/// period and moves with each syllable; so do two formants over a tilt of 6 dB per octave. One syllable in four begins
/// with a hiss, one in four behind closed lips.
pub(crate) fn speaker(rate: u32, seconds: f32, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    let mut chance = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0
    };
    let low = 95.0 + 125.0 * chance();
    let breath = white(rate, seconds + 0.1, seed + 100);
    let (mut out, mut phase, mut stray) = (Vec::new(), 0.0f32, 1.0);
    let mut before = [500.0, 1_500.0, low];
    let total = (rate as f32 * seconds) as usize;
    while out.len() < total {
        let n = (rate as f32 * (0.13 + 0.12 * chance())) as usize;
        let first = out.is_empty();
        let last = out.len() + n >= total;
        let here = [280.0 + 480.0 * chance(), 850.0 + 1_400.0 * chance(), low * (0.85 + 0.35 * chance())];
        let kind = if first || last { 1.0 } else { chance() };
        for k in 0..n.min(total - out.len()) {
            let (part, t) = (k as f32 / n as f32, k as f32 / rate as f32);
            let glide = (3.0 * part).min(1.0);
            let [f1, f2, pitch] = [0, 1, 2].map(|j| before[j] + (here[j] - before[j]) * glide);
            phase += pitch * stray / rate as f32;
            if phase >= 1.0 {
                phase -= 1.0;
                stray = 1.0 + 0.01 * (2.0 * chance() - 1.0);
            }
            let near = |hz: f32, f: f32, w: f32| 1.0 / (1.0 + ((hz - f) / w).powi(2)).sqrt();
            let loud = |h: f32| (near(h * pitch, f1, 80.0) + 0.5 * near(h * pitch, f2, 110.0)) / h;
            let voiced: f32 = (1..=(3_400.0 / pitch) as usize)
                .map(|h| loud(h as f32) * (TAU * phase * h as f32).sin())
                .sum();
            let open = if (0.25..0.5).contains(&kind) { ((t - 0.05) / 0.005).clamp(0.0, 1.0) } else { 1.0 };
            let hiss = if kind < 0.25 { ((0.06 - t) / 0.005).clamp(0.0, 1.0) } else { 0.0 };
            let dip = if first || last { 1.0 } else { 0.2 + 0.8 * (0.5 * TAU * part).sin().sqrt() };
            let sound = voiced * (1.0 - 0.95 * hiss) + (0.02 + 0.2 * hiss) * breath[out.len()];
            let left = (total - out.len()) as f32 / rate as f32;
            out.push(open * dip * sound * (left / 0.03).min(1.0));
        }
        before = here;
    }
    let rms = (out.iter().map(|x| x * x).sum::<f32>() / out.len() as f32).sqrt();
    out.iter_mut().for_each(|x| *x /= rms);
    out
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

//! The generator against a measurement: level, twist, deviation, length, pause, rise, and no click.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use afterbeep_dtmf::{Digit, Tone};
use std::f64::consts::TAU;
use support::{ALL_RATES, all_digits, digit, rate};

const LOW_HZ: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH_HZ: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];

fn frequencies(digit: Digit) -> [f64; 2] {
    [LOW_HZ[digit.row()], HIGH_HZ[digit.column()]]
}

fn dial(tone: Tone, digits: impl IntoIterator<Item = Digit>, hz: u32) -> Vec<f32> {
    tone.dial(digits, rate(hz)).collect()
}

/// The amplitude at a frequency by a direct transform under a Blackman-Harris window: what is a hundred Hz away is 92 dB down.
fn amplitude_at(samples: &[f32], hz: f64, rate_hz: u32) -> f64 {
    let (mut re, mut im, mut sum) = (0.0, 0.0, 0.0);
    for (n, &sample) in samples.iter().enumerate() {
        let window = blackman_harris((n as f64 + 0.5) / samples.len() as f64);
        let angle = TAU * hz * n as f64 / f64::from(rate_hz);
        re += window * f64::from(sample) * angle.cos();
        im += window * f64::from(sample) * angle.sin();
        sum += window;
    }
    2.0 * re.hypot(im) / sum
}

fn blackman_harris(at: f64) -> f64 {
    0.35875 - 0.48829 * (TAU * at).cos() + 0.14128 * (2.0 * TAU * at).cos() - 0.01168 * (3.0 * TAU * at).cos()
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.log10()
}

#[test]
fn both_levels_are_exact_within_a_hundredth_of_a_decibel() {
    let mut worst = 0.0f64;
    for hz in ALL_RATES {
        for (n, digit) in all_digits().into_iter().enumerate() {
            let level = [-9.03, -12.0, -40.0, -80.0][n % 4];
            for twist in [-8.0f32, -1.5, 0.0, 4.0] {
                let tone =
                    Tone::builder().level_dbfs(level).twist_db(twist).rise_s(0.0).length_s(0.2).pause_s(0.0);
                let samples = dial(tone.build().unwrap(), [digit], hz);
                let expected = [level - twist.max(0.0), level + twist.min(0.0)];
                for (tone_hz, expected) in frequencies(digit).into_iter().zip(expected) {
                    let off = db(amplitude_at(&samples, tone_hz, hz)) - f64::from(expected);
                    worst = worst.max(off.abs());
                    assert!(off.abs() < 0.01, "{digit} at {hz} Hz: {tone_hz} Hz is {off} dB off");
                }
            }
        }
    }
    println!("levels are exact within {worst:.5} dB");
}

/// Frequency as the turn of the phase from the first to the second half of half a second.
fn measured_hz(samples: &[f32], near_hz: f64, rate_hz: u32) -> f64 {
    let half = samples.len() / 2;
    let phase = |from: usize| {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, &sample) in samples[from..from + half].iter().enumerate() {
            let window = blackman_harris((n as f64 + 0.5) / half as f64);
            let angle = TAU * near_hz * (n + from) as f64 / f64::from(rate_hz);
            re += window * f64::from(sample) * angle.cos();
            im -= window * f64::from(sample) * angle.sin();
        }
        im.atan2(re) / TAU
    };
    let turn = phase(half) - phase(0);
    near_hz + (turn - turn.round()) * f64::from(rate_hz) / half as f64
}

#[test]
fn frequencies_are_exact_with_and_without_deviation() {
    for hz in ALL_RATES {
        for (low, high) in [(0.0f32, 0.0f32), (0.015, -0.015), (-0.035, 0.035), (0.1, -0.1)] {
            for digit in [digit(0), digit(6), digit(15)] {
                let tone = Tone::builder()
                    .deviation(low, high)
                    .rise_s(0.0)
                    .length_s(0.5)
                    .pause_s(0.0)
                    .build()
                    .unwrap();
                let samples = dial(tone, [digit], hz);
                for (nominal, off) in frequencies(digit).into_iter().zip([low, high]) {
                    let wanted = nominal * (1.0 + f64::from(off));
                    let measured = measured_hz(&samples, wanted, hz);
                    assert!(
                        (measured - wanted).abs() < 0.001,
                        "{digit} at {hz} Hz: {measured} instead of {wanted}"
                    );
                }
            }
        }
    }
}

#[test]
fn length_and_pause_are_exact_to_the_sample() {
    for hz in ALL_RATES {
        for (length_ms, pause_ms) in [(40.0, 40.0), (93.0, 0.0), (50.0, 50.5), (1.0, 0.0), (123.4, 0.1)] {
            let samples = |ms: f64| (ms / 1000.0 * f64::from(hz)).round() as usize;
            let tone = Tone::builder()
                .length_s(length_ms as f32 / 1000.0)
                .pause_s(pause_ms as f32 / 1000.0)
                .rise_s(0.0)
                .build()
                .unwrap();
            let dialled = dial(tone, all_digits(), hz);
            let period_ms = length_ms + pause_ms;
            assert_eq!(dialled.len(), samples(16.0 * period_ms), "{length_ms} and {pause_ms} ms at {hz} Hz");
            for n in 0..16 {
                let start_ms = f64::from(n) * period_ms;
                let [start, end, next] = [start_ms, start_ms + length_ms, start_ms + period_ms].map(samples);
                let (sounding, silent) = (&dialled[start..end], &dialled[end..next]);
                let on = end - start;
                assert!(silent.iter().all(|&sample| sample == 0.0), "the pause is not silent");
                assert!(
                    sounding.iter().filter(|sample| **sample != 0.0).count() > on / 2,
                    "the tone is silent"
                );
            }
        }
    }
}

/// The tones over the same tones without rise are the envelope.
#[test]
fn the_rise_takes_as_long_as_is_said_and_the_fall_is_its_mirror() {
    for hz in ALL_RATES {
        for rise_ms in [1.0f32, 2.0, 5.0, 7.0] {
            let tone = Tone::builder().length_s(0.05).pause_s(0.0);
            let flat = dial(tone.rise_s(0.0).build().unwrap(), [digit(4)], hz);
            let risen = dial(tone.rise_s(rise_ms / 1000.0).build().unwrap(), [digit(4)], hz);
            let envelope: Vec<_> =
                risen.iter().zip(&flat).map(|(r, f)| (f.abs() > 0.05).then(|| r / f)).collect();
            let length = envelope.len();
            for (n, share) in
                envelope.iter().enumerate().filter_map(|(n, share)| share.map(|share| (n, share)))
            {
                let edge_ms = (n.min(length - 1 - n) as f32 + 0.5) * 1000.0 / hz as f32;
                let wanted = if edge_ms >= rise_ms {
                    1.0
                } else {
                    0.5 - 0.5 * (std::f32::consts::PI * edge_ms / rise_ms).cos()
                };
                assert!(
                    (share - wanted).abs() < 1e-3,
                    "{rise_ms} ms at {hz} Hz: {share} at {edge_ms} ms, not {wanted}"
                );
            }
        }
    }
}

/// A digit of 60 ms that rises over 5 ms keeps to its band: a click would be everywhere.
#[test]
fn a_digit_that_rises_makes_no_click() {
    for hz in ALL_RATES {
        for digit in all_digits() {
            let tone =
                Tone::builder().level_dbfs(-6.1).rise_s(0.005).length_s(0.06).pause_s(0.02).build().unwrap();
            let mut samples = vec![0.0; hz as usize / 50];
            samples.extend(dial(tone, [digit], hz));
            let [low, high] = frequencies(digit);
            let all: f64 = samples.iter().map(|s| f64::from(s * s)).sum();
            let outside: f64 = spectrum(&samples, hz)
                .filter(|(f, _)| *f < low - 300.0 || *f > high + 300.0)
                .map(|(_, p)| p)
                .sum();
            let share_db = 10.0 * (outside / all).log10();
            assert!(share_db < -50.0, "{digit} at {hz} Hz: {share_db} dB lie outside of its band");
        }
    }
}

/// Every 10 Hz up to 3900, with its share of the energy: a direct transform.
fn spectrum(samples: &[f32], rate_hz: u32) -> impl Iterator<Item = (f64, f64)> {
    const STEP_HZ: f64 = 10.0;
    (1..390).map(move |n| {
        let hz = STEP_HZ * f64::from(n);
        let turn = TAU * hz / f64::from(rate_hz);
        let (mut re, mut im) = (0.0, 0.0);
        for (n, &sample) in samples.iter().enumerate() {
            let (sin, cos) = (turn * n as f64).sin_cos();
            re += f64::from(sample) * cos;
            im += f64::from(sample) * sin;
        }
        (hz, 2.0 * (re * re + im * im) * STEP_HZ / f64::from(rate_hz))
    })
}

/// One digit after the other, however long: no jump where samples are counted.
#[test]
fn the_phase_runs_on_for_the_whole_of_a_digit() {
    for hz in ALL_RATES {
        let tone = Tone::builder().level_dbfs(-7.0).rise_s(0.0).length_s(20.0).pause_s(0.0).build().unwrap();
        for (n, sample) in tone.dial([digit(15)], rate(hz)).enumerate() {
            let turns = |tone_hz: f64| (tone_hz * n as f64 / f64::from(hz)).fract();
            let wanted = 10f64.powf(-7.0 / 20.0) * ((TAU * turns(941.0)).sin() + (TAU * turns(1633.0)).sin());
            assert!(
                (f64::from(sample) - wanted).abs() < 1e-4,
                "{hz} Hz: sample {n} is {sample}, not {wanted}"
            );
        }
    }
}

/// Taking the samples in blocks of any size is taking them at once.
#[test]
fn blocks_of_dialling_have_no_seam() {
    let whole = dial(Tone::new(), all_digits(), 44_100);
    let mut dialling = Tone::new().dial(all_digits(), rate(44_100));
    let mut blocks = Vec::new();
    for size in [1, 7, 441, 1_000].into_iter().cycle() {
        let before = blocks.len();
        blocks.extend(dialling.by_ref().take(size));
        if blocks.len() == before {
            break;
        }
    }
    assert_eq!(blocks, whole);
}

#[test]
fn no_sample_exceeds_full_scale_and_no_digit_no_sample() {
    let loudest = Tone::builder().level_dbfs(-6.03).rise_s(0.0).build().unwrap();
    for hz in ALL_RATES {
        assert!(dial(loudest, all_digits(), hz).iter().all(|sample| sample.abs() <= 1.0));
        assert_eq!(dial(loudest, [], hz), []);
    }
}

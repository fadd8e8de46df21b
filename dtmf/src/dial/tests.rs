//! The generator against a measurement.

extern crate std;

use super::*;
use crate::{Digit, SampleRate, limits::TONES_HZ};
use core::f64::consts::TAU;
use std::vec::Vec;

const RATES_HZ: [u32; 8] = [8_000, 11_025, 12_345, 16_000, 22_050, 44_100, 48_000, 96_000];

fn rate(hz: u32) -> SampleRate {
    SampleRate::new(hz).unwrap_or_else(|_| unreachable!("served"))
}

fn tone(builder: ToneBuilder) -> Tone {
    builder.build().unwrap_or_else(|_| unreachable!("valid"))
}

/// The level of what is at `hz` in dBFS, under a window that lets 30 Hz beside it be told from it.
fn level_dbfs(samples: &[f32], hz: f64, rate: u32) -> f64 {
    let (mut re, mut im, mut sum) = (0.0, 0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let window = 0.5 - 0.5 * libm::cos(TAU * (n as f64 + 0.5) / samples.len() as f64);
        let angle = TAU * hz * n as f64 / f64::from(rate);
        re += window * f64::from(*sample) * libm::cos(angle);
        im -= window * f64::from(*sample) * libm::sin(angle);
        sum += window;
    }
    20.0 * libm::log10(2.0 * libm::sqrt(re * re + im * im) / sum)
}

#[test]
fn level_twist_and_deviation_are_exact() {
    for hz in RATES_HZ {
        for (level, twist, off) in
            [(-12.0, 0.0, [0.0, 0.0]), (-30.0, 6.0, [0.015, -0.015]), (-10.0, -9.0, [-0.02, 0.01])]
        {
            let builder = Tone::builder().level_dbfs(level).twist_db(twist).deviation(off[0], off[1]);
            for digit in Digit::all() {
                let samples: Vec<f32> = tone(builder.length_s(0.5)).dial([digit], rate(hz)).collect();
                let inner = &samples[hz as usize / 100..hz as usize * 49 / 100];
                let nominal = [TONES_HZ[digit.row()], TONES_HZ[4 + digit.column()]];
                for (n, wanted) in [level - twist.max(0.0), level + twist.min(0.0)].into_iter().enumerate() {
                    let tone_hz = f64::from(nominal[n]) * (1.0 + f64::from(off[n]));
                    let told = level_dbfs(inner, tone_hz, hz);
                    assert!((told - f64::from(wanted)).abs() < 0.01, "{digit} at {hz} Hz: {told} dBFS");
                }
            }
        }
    }
}

#[test]
fn digits_start_and_end_where_they_must_however_many_there_are() {
    let (length, pause) = (0.0333, 0.0417);
    for hz in RATES_HZ {
        let digits = (0..100).flat_map(|_| Digit::all());
        let samples: Vec<f32> =
            tone(Tone::builder().length_s(length).pause_s(pause)).dial(digits, rate(hz)).collect();
        let sample = |seconds: f64| libm::round(seconds * f64::from(hz)) as usize;
        assert_eq!(samples.len(), sample(1_600.0 * 0.075), "{hz} Hz");
        for n in [0, 1, 7, 1_599] {
            let (start, end) = (sample(f64::from(n) * 0.075), sample(f64::from(n) * 0.075 + 0.0333));
            let next = sample(f64::from(n + 1) * 0.075);
            assert!(samples[end..next].iter().all(|sample| *sample == 0.0), "{hz} Hz: pause {n}");
            assert!(samples[start + 1] != 0.0 && samples[end - 1] != 0.0, "{hz} Hz: digit {n}");
        }
    }
}

#[test]
fn it_rises_as_long_as_it_is_told_and_never_clicks() {
    for hz in RATES_HZ {
        for rise in [0.001f32, 0.002, 0.007] {
            let builder = Tone::builder().rise_s(rise).length_s(0.06).pause_s(0.02);
            let amplitude = 2.0 * libm::powf(10.0, -12.0 / 20.0);
            // The steepest that two tones of at most 941 and 1633 Hz and the rise can be together.
            let turn = core::f32::consts::PI * (941.0 + 1_633.0 + 0.5 / rise) / hz as f32;
            let samples: Vec<f32> = tone(builder).dial(Digit::all(), rate(hz)).collect();
            for (n, pair) in samples.windows(2).enumerate() {
                let step = (pair[1] - pair[0]).abs();
                assert!(step <= 1.001 * amplitude * turn, "{hz} Hz, rise {rise} s: {step} at {n}");
            }
            // Half of the full amplitude where half of the rise is over: no sample before is louder.
            let half = (rise * 0.5 * hz as f32) as usize;
            assert!(samples[..half].iter().all(|sample| sample.abs() <= 0.5 * amplitude), "{hz} Hz");
        }
    }
}

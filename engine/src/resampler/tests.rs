//! Quality, lengths and splits of the rate converter.

use std::f64::consts::TAU;

use super::{Resampler, ResamplerError, convert};
use crate::SampleRate;

/// The last eight have no short block in common.
const PAIRS: [(u32, u32); 24] = [
    (8_000, 16_000),
    (8_000, 48_000),
    (16_000, 8_000),
    (16_000, 24_000),
    (16_000, 44_100),
    (16_000, 48_000),
    (24_000, 16_000),
    (44_100, 8_000),
    (44_100, 16_000),
    (44_100, 48_000),
    (48_000, 8_000),
    (48_000, 16_000),
    (48_000, 44_100),
    (96_000, 8_000),
    (96_000, 16_000),
    (96_000, 44_100),
    (8_001, 16_000),
    (11_025, 8_000),
    (11_025, 16_000),
    (12_345, 48_000),
    (16_000, 22_050),
    (22_222, 16_000),
    (47_999, 44_100),
    (95_999, 8_000),
];

const LOUD: f64 = 30_000.0;

fn tone(hz: f64, rate: u32, samples: usize) -> Vec<i16> {
    (0..samples).map(|n| (LOUD * (TAU * hz * n as f64 / f64::from(rate)).sin()).round() as i16).collect()
}

/// Amplitude (relative to LOUD) and phase of `hz` in `samples`, over whole periods in the middle.
fn heard(samples: &[i16], hz: f64, rate: u32) -> (f64, f64) {
    let middle = samples.len() / 4..samples.len() * 3 / 4;
    let (mut re, mut im, mut weight) = (0.0, 0.0, 0.0);
    for n in middle.clone() {
        let place = (n - middle.start) as f64 / middle.len() as f64;
        let window = 0.5 - 0.5 * (TAU * place).cos();
        let angle = TAU * hz * n as f64 / f64::from(rate);
        re += window * f64::from(samples[n]) * angle.sin();
        im += window * f64::from(samples[n]) * angle.cos();
        weight += window / 2.0;
    }
    ((re.hypot(im)) / weight / LOUD, im.atan2(re))
}

fn rms(samples: &[i16]) -> f64 {
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    (middle.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / middle.len() as f64).sqrt()
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-9).log10()
}

#[test]
fn flat_and_in_time_up_to_nine_tenths_of_the_lower_nyquist_frequency() {
    for (from, to) in PAIRS {
        let nyquist = f64::from(from.min(to)) / 2.0;
        for tenth_of_nyquist in [0.2, 1.0, 3.0, 5.0, 7.0, 8.0, 8.5, 8.8, 9.0] {
            let hz = nyquist * tenth_of_nyquist / 10.0;
            let out = convert(&tone(hz, from, from as usize / 2), from, to).unwrap();
            let (amplitude, phase) = heard(&out, hz, to);
            assert!(db(amplitude).abs() <= 0.1, "{from} → {to}: {hz} Hz at {:+.3} dB", db(amplitude));
            let late_us = phase / (TAU * hz) * 1e6;
            // A thousandth of an output sample, and the measurement's own error.
            assert!(
                phase.abs() < 1e-3 + TAU * hz / f64::from(to) * 1e-3,
                "{from} → {to}: {hz} Hz is {late_us:.3} µs off"
            );
        }
    }
}

#[test]
fn what_the_lower_rate_cannot_hold_is_90_db_down() {
    // 16-bit rounding of input and output alone is −98 dB below a full sine: measured above it, summed over all.
    for (from, to) in PAIRS.into_iter().filter(|(from, to)| from > to) {
        let (low, high) = (f64::from(to) / 2.0, f64::from(from) / 2.0);
        for part in [0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 0.999] {
            let hz = low + 1.0 + part * (high - low - 2.0);
            let out = convert(&tone(hz, from, from as usize / 2), from, to).unwrap();
            let left = db(rms(&out) / (LOUD / 2f64.sqrt()));
            assert!(left <= -90.0, "{from} → {to}: {hz} Hz leaves {left:.1} dB");
        }
    }
}

#[test]
fn raising_the_rate_mirrors_nothing() {
    for (from, to) in PAIRS.into_iter().filter(|(from, to)| from < to) {
        for part in [0.1, 0.5, 0.9] {
            let hz = part * f64::from(from) / 2.0;
            let out = convert(&tone(hz, from, from as usize / 2), from, to).unwrap();
            // The mirror images: around each multiple of the input's rate.
            for image in [f64::from(from) - hz, f64::from(from) + hz] {
                if image < f64::from(to) / 2.0 {
                    let left = db(heard(&out, image, to).0);
                    assert!(left <= -90.0, "{from} → {to}: {hz} Hz mirrored at {image} Hz, {left:.1} dB");
                }
            }
        }
    }
}

fn noise(samples: usize) -> Vec<i16> {
    let mut state = 1u32;
    (0..samples)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        })
        .collect()
}

#[test]
fn the_split_of_the_input_changes_no_bit() {
    let noise = noise(20_011);
    for (from, to) in [
        (48_000, 16_000),
        (8_000, 44_100),
        (44_100, 48_000),
        (16_000, 16_000),
        (11_025, 8_000),
        (22_222, 16_000),
    ] {
        let whole = convert(&noise, from, to).unwrap();
        for frame in [1, 7, 80, 160, 480, 4_096] {
            let mut resampler = Resampler::between(from, to).unwrap();
            let mut out = Vec::new();
            noise.chunks(frame).for_each(|part| resampler.process(part, &mut out));
            resampler.finish(&mut out);
            assert!(out == whole, "{from} → {to} in frames of {frame}");
        }
    }
}

#[test]
fn the_length_is_exact_and_a_finished_converter_is_as_new() {
    for (from, to) in PAIRS {
        let mut resampler = Resampler::between(from, to).unwrap();
        for n in [0usize, 1, 2, 3, 79, 441, 1_000, 4_801] {
            let (from, to) = (u64::from(from), u64::from(to));
            let want = (n as u64 * to + from / 2) / from;
            let mut out = Vec::new();
            resampler.process(&noise(n), &mut out);
            resampler.finish(&mut out);
            assert_eq!(out.len() as u64, want, "{from} → {to}: {n} samples");
            assert!(out == convert(&noise(n), from as u32, to as u32).unwrap(), "{from} → {to}: {n} samples");
        }
    }
}

#[test]
fn never_more_than_the_delay_is_held_back_nor_more_given_than_said() {
    for (from, to) in PAIRS {
        let mut resampler = Resampler::between(from, to).unwrap();
        let (mut taken, mut given, mut most) = (0u64, 0u64, 0);
        for part in noise(10_000).chunks(37) {
            let mut out = Vec::new();
            resampler.process(part, &mut out);
            assert!(out.len() <= resampler.max_output(part.len()));
            taken += part.len() as u64;
            given += out.len() as u64;
            most = most.max(taken - given * u64::from(from) / u64::from(to));
        }
        let mut rest = Vec::new();
        resampler.finish(&mut rest);
        assert!(rest.len() <= resampler.max_output(0), "{from} → {to}");
        assert!(most <= resampler.delay() as u64, "{from} → {to}: {most} > {}", resampler.delay());
        let delay_ms = resampler.delay() as f64 * 1e3 / f64::from(from);
        assert!(delay_ms <= 30.0, "{from} → {to}: {delay_ms} ms");
    }
}

#[test]
fn equal_rates_pass_through_untouched_and_at_once() {
    let noise = noise(1_000);
    let mut resampler = Resampler::new(SampleRate::HZ_16000, SampleRate::HZ_16000).unwrap();
    let mut out = Vec::new();
    resampler.process(&noise, &mut out);
    assert!(out == noise);
    resampler.finish(&mut out);
    assert_eq!(out.len(), 1_000);
    assert_eq!(resampler.delay(), 0);
}

#[test]
fn full_scale_clips_and_does_not_wrap() {
    let square: Vec<i16> = (0..8_000).map(|n| if n / 40 % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
    let out = convert(&square, 48_000, 44_100).unwrap();
    // Away from its edges a square that wrapped would show the other sign.
    for (n, &s) in out.iter().enumerate().skip(100).take(6_000) {
        let place = (n as f64 * 48_000.0 / 44_100.0) % 80.0;
        assert!(!(10.0..30.0).contains(&place) || s > 20_000, "{n}: {s}");
        assert!(!(50.0..70.0).contains(&place) || s < -20_000, "{n}: {s}");
    }
}

#[test]
fn odd_rates_work_and_absurd_ones_are_refused_by_name() {
    assert_eq!(convert(&noise(22_222), 22_222, 16_000).unwrap().len(), 16_000);
    assert_eq!(convert(&noise(191_999), 191_999, 8_000).unwrap().len(), 8_000);
    for (from, to, bad) in
        [(0, 8_000, 0), (8_000, 0, 0), (u32::MAX, 8_000, u32::MAX), (8_000, 384_001, 384_001)]
    {
        assert_eq!(convert(&[], from, to).unwrap_err(), ResamplerError::Rate { hz: bad });
    }
}

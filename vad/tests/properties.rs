//! What holds for any level and any steady noise.

mod support;

use std::time::Duration;

use afterbeep_vad::{BadSetting, Settings};
use proptest::prelude::*;
use support::{add, detector, heard, heard_with, line, speaker, tones, white};

const RATES: [u32; 4] = [8_000, 16_000, 22_050, 48_000];

/// White noise of RMS 1 through a resonance at `hz`, as wide as `width_hz`.
fn resonant(rate: u32, seconds: f32, hz: f32, width_hz: f32, seed: u32) -> Vec<f32> {
    let turn = std::f32::consts::TAU / rate as f32;
    let r = (-0.5 * width_hz * turn).exp();
    let (a, b) = (2.0 * r * (hz * turn).cos(), -r * r);
    let (mut y, mut z) = (0.0, 0.0);
    let mut out = white(rate, seconds, seed);
    for x in &mut out {
        (y, z) = (*x + a * y + b * z, y);
        *x = y;
    }
    let rms = (out.iter().map(|x| x * x).sum::<f32>() / out.len() as f32).sqrt();
    out.iter_mut().for_each(|x| *x /= rms);
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn louder_or_softer_is_the_same_speech(
        rate in prop::sample::select(RATES.to_vec()), seed in 1u32..40, gain_db in -20f32..20.0,
    ) {
        let mut samples = line(rate, 4.0, 0.0015, seed);
        add(&mut samples, rate, 1.2, &speaker(rate, 1.2, seed), 0.05);
        let plain = heard(rate, &samples);
        // Not over full scale, where every source clips.
        let peak = samples.iter().fold(0f32, |peak, x| peak.max(x.abs()));
        let gain = 10f32.powf(gain_db / 20.0).min(1.0 / peak);
        let other: Vec<f32> = samples.iter().map(|x| gain * x).collect();
        let told = heard(rate, &other);
        prop_assert_eq!(told.len(), plain.len(), "{:?} {:?}", told, plain);
        for (told, plain) in told.iter().zip(&plain) {
            // Starts within four frames of 10 ms; ends, which fade, within the 100 ms that they are promised in.
            prop_assert!((told.start - plain.start).abs() <= 0.041, "{:?} {:?}", told, plain);
            prop_assert!((told.end - plain.end).abs() <= 0.1, "{:?} {:?}", told, plain);
        }
    }

    #[test]
    fn any_steady_noise_ends_as_silence(
        rate in prop::sample::select(RATES.to_vec()), seed in any::<u32>(), level_db in -75f32..-12.0,
        hz in 40f32..3_400.0, width_hz in 60f32..3_000.0, flat in 0.02f32..1.0,
        mains in prop::sample::select(vec![0f32, 50.0, 60.0]),
    ) {
        let mut samples = resonant(rate, 6.0, hz, width_hz, seed);
        add(&mut samples, rate, 0.0, &white(rate, 6.0, seed ^ 1), flat);
        if mains > 0.0 {
            add(&mut samples, rate, 0.0, &tones(rate, 6.0, &[1.0, 2.0, 3.0, 5.0].map(|h| h * mains)), 0.3);
        }
        let gain = 10f32.powf(level_db / 20.0);
        samples.iter_mut().for_each(|x| *x *= gain);
        let told = heard(rate, &samples);
        prop_assert!(told.iter().all(|told| told.end <= 2.5), "{:?}", told);
    }

    #[test]
    fn whatever_comes_is_told_in_order_and_in_numbers(
        seed in any::<u32>(), rate in 8_000u32..=96_000,
        exponents in prop::collection::vec(-45i32..39, 20),
    ) {
        let mut detector = detector(rate);
        let mut last = 0;
        for (k, exponent) in exponents.iter().enumerate() {
            let scale = 10f32.powi(*exponent);
            let samples: Vec<f32> = white(rate, 0.1, seed.wrapping_add(k as u32)).iter().map(|x| x * scale).collect();
            let events: Vec<_> = detector.push(&samples).collect();
            for event in events {
                let at = match event {
                    afterbeep_vad::Event::SpeechStarted { start, .. } => start,
                    afterbeep_vad::Event::SpeechEnded { end, .. } => end,
                    _ => last,
                };
                prop_assert!(at >= last, "{:?} after {}", event, last);
                last = at;
            }
            let frame = detector.frame();
            prop_assert!(
                [frame.level_dbfs, frame.floor_dbfs, frame.voicing, frame.score].iter().all(|x| x.is_finite())
            );
        }
    }
}

#[test]
fn a_whistle_60_hz_wide_is_noise_wherever_it_lies() {
    for rate in RATES {
        for hz in (400..3_400).step_by(50) {
            let mut samples = resonant(rate, 4.0, hz as f32, 60.0, hz);
            add(&mut samples, rate, 0.0, &white(rate, 4.0, hz ^ 1), 0.02);
            samples.iter_mut().for_each(|x| *x *= 0.25);
            let told = heard(rate, &samples);
            assert!(told.iter().all(|told| told.end <= 2.5), "{hz} Hz at {rate}: {told:?}");
        }
    }
}

#[test]
fn a_step_of_the_noise_by_20_db_is_noise_within_two_seconds_and_a_voice_over_it_is_heard() {
    for rate in RATES {
        for (before, after) in [(0.001, 0.01), (0.01, 0.001)] {
            let mut samples = line(rate, 7.0, before, 5);
            samples[3 * rate as usize..].iter_mut().for_each(|x| *x *= after / before);
            add(&mut samples, rate, 5.0, &speaker(rate, 1.0, 7), 0.1);
            let told = heard(rate, &samples);
            let place = format!("{rate} Hz, noise from {before} to {after}: {told:?}");
            assert!(told.iter().all(|told| told.end <= 5.0 || told.start > 4.9), "{place}");
            let last = told.last().copied();
            // 20 dB over the noise its hidden edge may be reached for by 100 ms.
            assert!(last.is_some_and(|told| (told.start - 5.0).abs() <= 0.100), "{place}");
            assert!(last.is_some_and(|told| (told.end - 6.0).abs() <= 0.100), "{place}");
        }
    }
}

#[test]
fn the_hangover_moves_when_an_end_is_known_and_not_where_it_is() {
    let mut samples = line(16_000, 5.0, 0.001, 3);
    add(&mut samples, 16_000, 1.0, &speaker(16_000, 1.0, 4), 0.1);
    let told = [100, 300, 1_000, 2_000].map(|ms| {
        let settings = Settings::default().with_hangover(Duration::from_millis(ms)).unwrap();
        (f64::from(ms as u32) / 1_000.0, heard_with(settings, 16_000, &samples)[0])
    });
    for (hangover, told) in told {
        assert!((told.end - 2.0).abs() <= 0.050, "{hangover} s: {told:?}");
        assert!((told.end_known - told.end - hangover).abs() <= 0.060, "{hangover} s: {told:?}");
    }
}

#[test]
fn a_setting_out_of_range_is_named() {
    let default = Settings::default();
    assert!(matches!(default.with_sensitivity_db(2.9), Err(BadSetting::Sensitivity { .. })));
    assert!(matches!(default.with_sensitivity_db(f32::NAN), Err(BadSetting::Sensitivity { .. })));
    assert!(matches!(default.with_min_speech(Duration::ZERO), Err(BadSetting::MinSpeech { .. })));
    let error = default.with_hangover(Duration::from_millis(90)).unwrap_err();
    assert_eq!(error.to_string(), "hangover: 90ms is outside of 100–2000 ms");
}

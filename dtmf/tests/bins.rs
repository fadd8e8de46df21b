//! The bank's powers as they are told, against a direct transform and other people's Goertzel. (The bins themselves are
//! held against both in `src/bank.rs`.)

mod support;

use afterbeep_dtmf::Detector;
use proptest::prelude::*;
use support::{ALL_RATES, EIGHT_KHZ, Line, amplitude, rate};

const TONES_HZ: [f64; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];

#[test]
fn the_level_of_a_lone_tone_is_told_within_a_tenth_of_a_decibel() {
    for (tone, hz) in TONES_HZ.into_iter().enumerate() {
        for amplitude in [1.0f32, 0.1, 0.003] {
            let mut line = Line::new(EIGHT_KHZ);
            line.silence_ms(80);
            line.add_sine(hz, amplitude);
            let mut detector = Detector::new(rate(EIGHT_KHZ));
            detector.push(line.samples()).for_each(drop);
            let told = detector.tones_dbfs();
            let expected = 20.0 * amplitude.log10();
            assert!((told[tone] - expected).abs() < 0.1, "{hz} Hz at {expected} dBFS: {told:?}");
            for (other, level) in told.iter().enumerate().filter(|(other, _)| *other != tone) {
                assert!(*level < expected - 25.0, "{hz} Hz leaks into tone {other}: {level} dBFS");
            }
        }
    }
}

/// The power of a tone in a second of samples by a direct transform; 1 is a sine of full scale.
fn direct_power(second: &[f32], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, &sample) in second.iter().enumerate() {
        let (sin, cos) = (std::f64::consts::TAU * hz * n as f64 / second.len() as f64).sin_cos();
        re += f64::from(sample) * cos;
        im += f64::from(sample) * sin;
    }
    4.0 * (re * re + im * im) / (second.len() as f64).powi(2)
}

/// The same by the crate `goertzel-filter`, which turns 2π twice; a second has a bin at every Hz.
fn goertzel_power(second: &[f32], hz: f64) -> f64 {
    let turn = std::f64::consts::TAU;
    let samples: Vec<f64> = second.iter().map(|&sample| f64::from(sample)).collect();
    let power = goertzel_filter::dft_power(&samples, turn * turn * (hz + 1e-6) / second.len() as f64);
    4.0 * power / (second.len() as f64).powi(2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// One tone of each group within 6 dB of the other, the other six 34 dB under it at least, at any phase and rate.
    /// (What the window lets through of a tone is 38 dB down: a few tenths of a decibel where one is 12 dB louder.)
    #[test]
    fn a_mixture_is_told_as_the_direct_transform_and_the_goertzel_filter_have_it(
        row in 0usize..4,
        column in 4usize..8,
        levels in prop::array::uniform8(-13.0f64..-7.0),
        skipped in 0usize..8_000,
        hz in prop::sample::select(ALL_RATES.to_vec()),
    ) {
        let mut line = Line::new(hz);
        line.silence_samples(skipped + hz as usize);
        for (tone, tone_hz) in TONES_HZ.into_iter().enumerate() {
            let down = if tone == row || tone == column { 0.0 } else { -40.0 };
            line.add_sine(tone_hz, amplitude(levels[tone] + down));
        }
        let second = &line.samples()[skipped..];
        let mut detector = Detector::new(rate(hz));
        detector.push(second).for_each(drop);
        let told = detector.tones_dbfs();
        for tone in [row, column] {
            let direct = 10.0 * direct_power(second, TONES_HZ[tone]).log10();
            let goertzel = 10.0 * goertzel_power(second, TONES_HZ[tone]).log10();
            prop_assert!((direct - goertzel).abs() < 0.01, "{} by transform, {} by the other crate", direct, goertzel);
            prop_assert!((f64::from(told[tone]) - direct).abs() < 0.3, "{} told, {} there", told[tone], direct);
        }
    }
}

//! Many speakers, none of whom may be missed: after a second of noise, and from the very first sample.

mod support;

use support::{add, heard, line, speaker};

const RATES: [u32; 3] = [8_000, 16_000, 48_000];
const SPEAKERS: u32 = 12;

/// Speech of `seconds` at -20 dBFS from `at` on, over noise that lies `snr_db` lower.
fn over_noise(rate: u32, at: f32, seconds: f32, snr_db: f32, seed: u32) -> Vec<f32> {
    let noise = 10f32.powf((-20.0 - snr_db) / 20.0);
    let mut samples = line(rate, at + seconds + 1.5, noise, seed);
    add(&mut samples, rate, at, &speaker(rate, seconds, seed), 0.1);
    samples
}

#[test]
fn who_speaks_over_a_known_noise_is_heard() {
    for (at, snr_db) in [(1.0, 30.0), (1.0, 20.0), (0.75, 37.0)] {
        for (rate, seed) in RATES.into_iter().flat_map(|rate| (1..=SPEAKERS).map(move |seed| (rate, seed))) {
            let seconds = 1.0 + 0.1 * seed as f32;
            let told = heard(rate, &over_noise(rate, at, seconds, snr_db, seed));
            let place = format!("{rate} Hz, speaker {seed}, {snr_db} dB over the noise: {told:?}");
            assert_eq!(told.len(), 1, "{place}");
            let (start, end) = (f64::from(at), f64::from(at + seconds));
            assert!((told[0].start - start).abs() <= 0.060, "{place}");
            assert!((told[0].end - end).abs() <= 0.100, "{place}");
            assert!(told[0].start_known - start <= 0.200, "{place}");
        }
    }
}

#[test]
fn who_speaks_from_the_first_sample_is_heard_within_half_a_second() {
    for snr_db in [50.0, 40.0, 30.0] {
        for (rate, seed) in RATES.into_iter().flat_map(|rate| (1..=SPEAKERS).map(move |seed| (rate, seed))) {
            let seconds = 1.5 + 0.1 * seed as f32;
            let told = heard(rate, &over_noise(rate, 0.0, seconds, snr_db, seed));
            let place = format!("{rate} Hz, speaker {seed}, {snr_db} dB over the noise: {told:?}");
            assert_eq!(told.len(), 1, "{place}");
            assert!(told[0].start <= 0.030 && told[0].start_known <= 0.5, "{place}");
            let late_by = told[0].end - f64::from(seconds);
            assert!(late_by.abs() <= 0.100, "{place}");
        }
    }
}

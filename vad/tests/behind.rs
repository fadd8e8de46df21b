//! One who speaks before a crowd: what lies behind him is not his, but for what runs into his words.

mod support;

use support::{add, heard, line, pink, speaker};

const RATE: u32 = 16_000;

/// Three who speak at once for ten seconds, with pauses, and one 20 dB louder from 2.0 to 3.5 s and from 6.0 to 7.5 s.
fn before_a_crowd(seed: u32) -> Vec<f32> {
    let mut samples = line(RATE, 10.0, 0.000_3, seed);
    for part in 0..15 {
        let from = part as f32 * 0.63;
        (0..3).for_each(|k| {
            add(&mut samples, RATE, from, &speaker(RATE, 0.5, seed + 97 * part + 13 * k), 0.003);
        });
    }
    for (at, k) in [(2.0, 1), (6.0, 2)] {
        add(&mut samples, RATE, at, &speaker(RATE, 1.5, seed + k), 0.06);
    }
    samples
}

#[test]
fn he_begins_and_ends_before_a_crowd_20_db_under_him() {
    let mut wrong = Vec::new();
    for seed in 1..=20 {
        let told = heard(RATE, &before_a_crowd(seed));
        let his = |from: f64, to: f64| {
            told.iter().any(|t| (t.start - from).abs() < 0.35 && (t.end - to).abs() < 0.3)
        };
        let after = told.iter().any(|t| t.end > 8.5);
        if !his(2.0, 3.5) || !his(6.0, 7.5) || after {
            wrong.push((seed, told.iter().map(|t| (t.start, t.end)).collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{} of 20: {wrong:.2?}", wrong.len());
}

#[test]
fn a_faint_voice_in_noise_is_next_door_and_the_same_louder_is_not() {
    for seed in 1..=10 {
        let scene = |gain: f32| {
            let mut samples: Vec<f32> = pink(RATE, 5.0, seed).iter().map(|x| 0.003 * gain * x).collect();
            add(&mut samples, RATE, 2.0, &speaker(RATE, 1.0, seed), 0.003 * gain);
            heard(RATE, &samples)
        };
        assert!(scene(1.0).is_empty(), "seed {seed}: {:?}", scene(1.0));
        assert!(!scene(10.0).is_empty(), "seed {seed}");
    }
}

#[test]
fn one_in_two_of_his_next_words_is_known_from_a_first_syllable_of_50_ms() {
    let known = |seed: u32| {
        let mut samples = line(RATE, 6.0, 0.01, seed);
        add(&mut samples, RATE, 1.0, &speaker(RATE, 1.5, seed), 0.1);
        // The syllable, a closure, and the rest.
        add(&mut samples, RATE, 4.0, &speaker(RATE, 0.05, seed + 1), 0.1);
        add(&mut samples, RATE, 4.3, &speaker(RATE, 0.5, seed + 2), 0.1);
        let told = heard(RATE, &samples);
        told.iter().any(|t| (t.start - 4.0).abs() < 0.06 && t.start_known < 4.15)
    };
    let found = (1..=40).filter(|&seed| known(seed)).count();
    assert!(found >= 20, "{found} of 40");
}

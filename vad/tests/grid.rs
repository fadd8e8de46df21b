//! Recall and false alarms over a grid of noises and levels, as one snapshot: a changed digit is a changed detector.

mod support;

use std::fmt::Write;

use support::{Told, add, dull, heard, pink, speaker, white};

const RATE: u32 = 16_000;
const SNRS_DB: [f32; 6] = [20.0, 15.0, 10.0, 5.0, 0.0, -5.0];
const SPEAKERS: u32 = 6;
/// Where speech is, in seconds, of 7 s.
const FROM_S: f64 = 2.0;
const TO_S: f64 = 4.0;

fn noises(seed: u32) -> [(&'static str, Vec<f32>); 4] {
    [
        ("white", white(RATE, 7.0, seed)),
        ("pink", pink(RATE, 7.0, seed)),
        ("dull", dull(RATE, 7.0, 400.0, seed)),
        ("brown", dull(RATE, 7.0, 60.0, seed)),
    ]
}

/// Seconds of `told` that lie within a stretch.
fn within(told: &[Told], from: f64, to: f64) -> f64 {
    told.iter().map(|told| (told.end.min(to) - told.start.max(from)).max(0.0)).sum()
}

#[test]
fn recall_and_false_alarms() {
    let mut grid = String::from("in % of speech / of silence, and segments of 6\n      ");
    for snr_db in SNRS_DB {
        let _ = write!(grid, "{:>13}", format!("{snr_db} dB"));
    }
    for noise in 0..4 {
        let name = noises(0)[noise].0;
        let _ = write!(grid, "\n{name:<6}");
        for snr_db in SNRS_DB {
            let (mut recall, mut alarm, mut segments) = (0.0, 0.0, 0);
            for seed in 1..=SPEAKERS {
                let level = 0.05 * 10f32.powf(-snr_db / 20.0);
                let mut samples: Vec<f32> = noises(seed)[noise].1.iter().map(|x| level * x).collect();
                add(&mut samples, RATE, FROM_S as f32, &speaker(RATE, (TO_S - FROM_S) as f32, seed), 0.05);
                let told = heard(RATE, &samples);
                recall += within(&told, FROM_S, TO_S) / (TO_S - FROM_S);
                alarm += (within(&told, 0.0, FROM_S - 0.05) + within(&told, TO_S + 0.05, 7.0)) / 4.9;
                segments += told.len();
            }
            let percent = |sum: f64| 100.0 * sum / f64::from(SPEAKERS);
            let cell = format!("{:.0} / {:.0}  {segments}", percent(recall), percent(alarm));
            let _ = write!(grid, "{cell:>13}");
        }
    }
    insta::assert_snapshot!(grid, @"
    in % of speech / of silence, and segments of 6
                  20 dB        15 dB        10 dB         5 dB         0 dB        -5 dB
    white    100 / 0  6   100 / 0  6   100 / 0  6   100 / 0  6    99 / 0  6    99 / 0  6
    pink     100 / 0  6   100 / 0  6   100 / 0  6   100 / 0  6   100 / 0  6    33 / 0  2
    dull     100 / 0  6   100 / 0  6   100 / 0  6    99 / 0  6    49 / 0  3     0 / 0  0
    brown    100 / 0  6   100 / 0  6   100 / 0  6   100 / 0  6   100 / 0  6    50 / 0  3
    ");
}

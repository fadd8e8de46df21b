//! Prints what each setting buys, as the tables of the README: `cargo run --release --example curve`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the tests' own voices say so of themselves")]

#[path = "../tests/support/mod.rs"]
mod support;

use core::time::Duration;

use afterbeep_vad::Settings;
use support::{Told, add, dull, heard_with, pink, speaker, white};

const RATE: u32 = 16_000;
/// Words in a cell: half over white, half over pink noise.
const WORDS: u32 = 40;
const SNRS_DB: [f32; 6] = [-10.0, -5.0, 0.0, 5.0, 10.0, 20.0];
const PAUSES_MS: [u32; 5] = [150, 250, 400, 700, 1_200];

fn main() {
    let sensitivity = [3.0, 6.0, 9.0, 12.0, 15.0, 20.0]
        .map(|db| (format!("sensitivity {db} dB"), Settings::default().with_sensitivity_db(db).unwrap()));
    let min_speech = [50, 100, 200, 400].map(|ms| {
        let settings = Settings::default().with_min_speech(Duration::from_millis(ms)).unwrap();
        (format!("min speech {ms} ms"), settings)
    });
    println!(
        "| missed of {WORDS} words of 350 ms | {} | false starts in 100 s |",
        SNRS_DB.map(|snr| format!("{snr} dB")).join(" | ")
    );
    println!("|---|{}---|", "---|".repeat(SNRS_DB.len()));
    for (name, settings) in sensitivity.into_iter().chain(min_speech) {
        let missed = SNRS_DB.map(|snr| missed(settings, snr).to_string());
        println!("| {name} | {} | {} |", missed.join(" | "), false_starts(settings));
    }
    println!();
    println!(
        "| stretches of two words with a pause between | {} | known after |",
        PAUSES_MS.map(|ms| format!("{ms} ms")).join(" | ")
    );
    println!("|---|{}---|", "---|".repeat(PAUSES_MS.len()));
    for ms in [100, 300, 600, 1_000] {
        let settings = Settings::default().with_hangover(Duration::from_millis(ms)).unwrap();
        let told = PAUSES_MS.map(|pause| two_words(settings, pause));
        let counts = told.each_ref().map(|told| told.len().to_string());
        let last = told[0].last().map_or(0.0, |told| told.end_known - told.end);
        println!("| hangover {ms} ms | {} | {:.2} s |", counts.join(" | "), last);
    }
}

/// Words over noise that lies `snr_db` under them: how many were not told within 200 ms of where they begin.
fn missed(settings: Settings, snr_db: f32) -> usize {
    (0..WORDS)
        .filter(|&seed| {
            let level = 0.05 * 10f32.powf(-snr_db / 20.0);
            let noise = if seed % 2 == 0 { white(RATE, 3.5, seed) } else { pink(RATE, 3.5, seed) };
            let mut samples: Vec<f32> = noise.iter().map(|x| level * x).collect();
            add(&mut samples, RATE, 2.0, &speaker(RATE, 0.35, seed), 0.05);
            !heard_with(settings, RATE, &samples).iter().any(|told| (told.start - 2.0).abs() < 0.2)
        })
        .count()
}

/// Starts in a restless room where nobody speaks: five talk next door, 10 dB over the room's own noise, and things
/// are put down.
fn false_starts(settings: Settings) -> usize {
    (0..10)
        .map(|seed| {
            let mut samples: Vec<f32> = pink(RATE, 10.0, seed).iter().map(|x| 0.002 * x).collect();
            for talker in 0..5 {
                add(&mut samples, RATE, 0.0, &speaker(RATE, 10.0, 10 * seed + talker + 50), 0.003);
            }
            for k in 0..8 {
                let at = 1.0 + 1.1 * k as f32 + 0.1 * (seed % 4) as f32;
                let thing = dull(
                    RATE,
                    0.08 + 0.05 * ((k + seed) % 5) as f32,
                    300.0 + 200.0 * k as f32,
                    k + 10 * seed,
                );
                let fades = |n: usize| (-6.0 * n as f32 / thing.len() as f32).exp();
                let faded: Vec<f32> = thing.iter().enumerate().map(|(n, x)| x * fades(n)).collect();
                add(&mut samples, RATE, at, &faded, 0.01 * 10f32.powf(0.1 * ((k * 7 + seed) % 9) as f32));
            }
            heard_with(settings, RATE, &samples).len()
        })
        .sum()
}

fn two_words(settings: Settings, pause_ms: u32) -> Vec<Told> {
    let mut samples: Vec<f32> = white(RATE, 6.0, 1).iter().map(|x| 0.001 * x).collect();
    add(&mut samples, RATE, 1.0, &speaker(RATE, 0.6, 2), 0.1);
    add(&mut samples, RATE, 1.6 + pause_ms as f32 / 1_000.0, &speaker(RATE, 0.6, 3), 0.1);
    heard_with(settings, RATE, &samples)
}

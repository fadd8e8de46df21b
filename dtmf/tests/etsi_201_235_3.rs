//! ETSI ES 201 235-3 (receivers): its limits, by procedure.
//!
//! All figures of this standard are from memory, as the acceptance corpus has them, and none was checked against its text;
//! clauses are therefore named by their subject. Every test prints what it found:
//! `cargo test --test etsi_201_235_3 -- --nocapture`.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use afterbeep_dtmf::{Digit, ToneBuilder};
use support::{
    EIGHT_KHZ, all_digits, amplitude, digit,
    trial::{FULL_SCALE_DBM0, Score, Trial, last_good, tone_dbm0},
};

/// A level in the middle of the range, in dBm0.
const MIDDLE: f32 = -10.0;
const LOW_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH_HZ: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];

/// Sends every digit once, each tone as `tone` says.
fn keypad(tone: impl Fn(Digit) -> ToneBuilder) -> Trial {
    let mut trial = Trial::new();
    for digit in all_digits() {
        trial.send(tone(digit).build().unwrap(), digit);
    }
    trial
}

/// Shares by which both tones are off, if they are off by so much and so many Hz.
fn off(digit: Digit, share: f32, hz: f32, signs: (f32, f32)) -> (f32, f32) {
    let low = signs.0 * (share + hz / LOW_HZ[digit.row()]);
    let high = signs.1 * (share + hz / HIGH_HZ[digit.column()]);
    (low, high)
}

/// Signal frequencies: each tone within ±(1.5 % + 2 Hz), in every combination of signs, at 50 ms.
#[test]
fn frequencies_within_the_tolerance_are_heard() {
    let heard = |tenths_of_hz: i32| {
        let mut total = Score::default();
        for signs in [
            (1.0, 0.0),
            (-1.0, 0.0),
            (0.0, 1.0),
            (0.0, -1.0),
            (1.0, 1.0),
            (1.0, -1.0),
            (-1.0, 1.0),
            (-1.0, -1.0),
        ] {
            let tone = |digit| {
                let (low, high) = off(digit, 0.015, tenths_of_hz as f32 / 10.0, signs);
                tone_dbm0(MIDDLE).deviation(low, high)
            };
            total += keypad(tone).score();
        }
        total.is_perfect()
    };
    let operates = last_good(0..=60, heard);
    println!("ES 201 235-3: heard within ±(1.5 % + {:.1} Hz)", f64::from(operates.unwrap()) / 10.0);
    assert!(operates >= Some(20));
}

/// Level difference of the two tones: 6 dB either way.
#[test]
fn twist_of_6_db_is_heard_at_every_level() {
    for level in [-6.0, -15.0, -25.0] {
        for twist in [-6.0, -3.0, 3.0, 6.0] {
            let score = keypad(|_| tone_dbm0(level).twist_db(twist)).score();
            assert!(score.is_perfect(), "{level} dBm0, twist {twist} dB: {score}");
        }
    }
    println!("ES 201 235-3: twist of ±6 dB is heard from -6 to -25 dBm0");
}

/// Signal duration: recognised from 40 ms on, not recognised up to 20 ms. Transmitters may rise and fall for 7 ms
/// (ES 201 235-2); the duration counts from half to half of the amplitude.
#[test]
fn durations_are_told_apart_whatever_the_rise() {
    for rise_ms in [0, 2, 5, 7] {
        let score = |ms: i32| {
            let (rise_s, length_s) = (rise_ms as f32 / 1000.0, (ms + rise_ms) as f32 / 1000.0);
            keypad(|_| tone_dbm0(MIDDLE).rise_s(rise_s).length_s(length_s).pause_s(0.06)).score()
        };
        let shortest = last_good((10..=60).rev(), |ms| score(ms).is_perfect()).unwrap();
        let longest_not = last_good(8..=60, |ms| score(ms).is_silent()).unwrap();
        println!("ES 201 235-3: rise {rise_ms} ms: {shortest} ms are heard, {longest_not} ms are not");
        assert!(shortest <= 40 && longest_not >= 20);
    }
}

/// Pause duration: 40 ms are one; signal drop-out: 20 ms are none, wherever they come in the digit.
#[test]
fn a_drop_out_is_no_pause() {
    let score = |ms: u32| {
        let mut trial = Trial::new();
        let tone = tone_dbm0(MIDDLE).length_s(0.15).build().unwrap();
        for (n, digit) in all_digits().into_iter().cycle().take(48).enumerate() {
            let start = trial.send(tone, digit);
            trial.line.mute(start + [40, 60, 90][n / 16] * u64::from(EIGHT_KHZ) / 1000, ms);
            trial.line.silence_samples(n % 31);
        }
        trial.score()
    };
    let bridged = last_good(1..=40, |ms| score(ms).is_perfect()).unwrap();
    println!("ES 201 235-3: drop-outs of up to {bridged} ms are bridged");
    assert!(bridged >= 20);

    let mut trial = Trial::new();
    for digit in all_digits() {
        let tone = tone_dbm0(MIDDLE).length_s(0.04).pause_s(0.04).build().unwrap();
        for _ in 0..3 {
            trial.send(tone, digit);
        }
        trial.line.silence_ms(40);
    }
    let apart = trial.score();
    println!("ES 201 235-3: pauses of 40 ms between equal digits: {apart}");
    assert!(apart.is_perfect());
}

/// Echo: delayed by up to 20 ms, 10 dB down.
#[test]
fn an_echo_hides_and_doubles_no_digit() {
    let mut total = Score::default();
    for delay_ms in 1..=20 {
        let mut trial = keypad(|_| tone_dbm0(MIDDLE));
        trial.line.add_echo(delay_ms, 10.0);
        let score = trial.score();
        assert!(score.is_perfect(), "{delay_ms} ms: {score}");
        total += score;
    }
    println!("ES 201 235-3: echoes of 1-20 ms, 10 dB down: {total}");
}

/// Dial tone: 425 Hz while the first digits come, here 6 dB louder than each of their tones.
#[test]
fn dial_tone_hides_no_digit() {
    let heard = |over_db: i32| {
        let mut trial = keypad(|_| tone_dbm0(-25.0));
        let tone = amplitude(f64::from(-25.0 - FULL_SCALE_DBM0));
        trial.line.add_sine(425.0, tone * amplitude(f64::from(over_db)));
        trial.score().is_perfect()
    };
    let over = last_good(-10..=28, heard).unwrap();
    println!(
        "ES 201 235-3: digits are heard under a dial tone of 425 Hz up to {over} dB louder than each tone"
    );
    assert!(over >= 6);
}

/// Noise: white within 300–3400 Hz, 15 dB under each tone; 400 digits.
#[test]
fn noise_hides_and_makes_no_digit() {
    let score = |snr: f32| {
        let mut trial = Trial::new();
        for n in 0..400 {
            trial.send(tone_dbm0(MIDDLE).build().unwrap(), digit(n * 7 % 16));
        }
        trial.add_noise_dbm0(MIDDLE - snr);
        trial.score()
    };
    let least = last_good((0..=24).rev(), |snr| score(snr as f32).is_perfect()).unwrap();
    println!("ES 201 235-3: 400 of 400 digits of 50 ms are heard down to {least} dB over noise");
    assert!(least <= 15);
}

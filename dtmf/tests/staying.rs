//! Pairs that stay where they are, and pairs that glide.

mod support;

use afterbeep_dtmf::{Digit, Tone};
use support::{EIGHT_KHZ, Line, all_digits, amplitude, digits_in};

/// Whether a digit of this length is told under a tone that begins with it, so many decibels over each of its own.
fn is_told_under(digit: Digit, tone_hz: f64, over_db: f64, length_s: f32) -> bool {
    let mut line = Line::new(EIGHT_KHZ);
    let tone = Tone::builder().level_dbfs(-16.0).length_s(length_s).build();
    tone.into_iter().for_each(|tone| line.dial(tone, digit));
    line.add_sine(tone_hz, amplitude(-16.0 + over_db));
    let mut whole = Line::new(EIGHT_KHZ);
    whole.silence_ms(200);
    whole.append(line.samples().iter().copied());
    whole.silence_ms(200);
    digits_in(EIGHT_KHZ, whole.samples()).iter().any(|found| found.digit == digit)
}

#[test]
fn a_pair_that_stays_for_ten_looks_is_a_digit_under_a_louder_tone_that_begins_with_it() {
    for digit in all_digits() {
        assert!(is_told_under(digit, 2_900.0, 1.5, 0.12), "{digit}");
        assert!(!is_told_under(digit, 2_900.0, 1.5, 0.05), "{digit} of 50 ms");
    }
}

/// The 3rd, 5th and 7th harmonic of a pitch that moves by so much per second and passes 232.7 Hz half-way.
fn harmonics(per_s: f64) -> Line {
    let mut line = Line::new(EIGHT_KHZ);
    line.silence_ms(200);
    let samples = (0..1_120).map(|n| {
        let t = (f64::from(n) - 560.0) / 8_000.0;
        let turns = 232.7 * (t + 0.5 * per_s * t * t);
        let harmonic = |n: f64, amplitude: f64| amplitude * (std::f64::consts::TAU * n * turns).sin();
        (harmonic(3.0, 0.15) + harmonic(5.0, 0.04) + harmonic(7.0, 0.15)) as f32
    });
    line.append(samples);
    line.silence_ms(200);
    line
}

#[test]
fn tones_that_glide_together_are_a_voice_and_tones_that_stay_are_not() {
    assert_eq!(digits_in(EIGHT_KHZ, harmonics(0.7).samples()), []);
    assert_eq!(digits_in(EIGHT_KHZ, harmonics(0.0).samples()).len(), 1);
}

//! Digits that join what sounds already, and pairs that begin together with the rest.

mod support;

use afterbeep_dtmf::{Digit, Tone};
use support::{EIGHT_KHZ, Line, all_digits, amplitude, digits_in};

const START: usize = 4_000;

/// The digit of 100 ms with notes beside it, each so much weaker than either tone: from the line's first sample on, or only
/// while the digit sounds.
fn with_notes(digit: Digit, notes_hz: &[f64], down_db: f64, are_held: bool) -> Line {
    let mut line = Line::new(EIGHT_KHZ);
    line.silence_ms(900);
    for hz in notes_hz {
        line.add_sine(*hz, amplitude(-13.0 - down_db));
    }
    let mut samples = line.samples().to_vec();
    let tone = Tone::builder().level_dbfs(-13.0).length_s(0.1).build();
    let mut dialled = Line::new(EIGHT_KHZ);
    tone.into_iter().for_each(|tone| dialled.dial(tone, digit));
    let end = START + 800;
    if !are_held {
        samples[..START].fill(0.0);
        samples[end..].fill(0.0);
    }
    samples[START..end].iter_mut().zip(dialled.samples()).for_each(|(to, from)| *to += from);
    let mut line = Line::new(EIGHT_KHZ);
    line.append(samples);
    line
}

fn is_told(digit: Digit, notes_hz: &[f64], down_db: f64, are_held: bool) -> bool {
    let line = with_notes(digit, notes_hz, down_db, are_held);
    digits_in(EIGHT_KHZ, line.samples()).iter().any(|found| found.digit == digit)
}

#[test]
fn a_held_note_near_another_keys_tone_hides_no_digit_and_one_that_begins_with_it_does() {
    for digit in all_digits().into_iter().filter(|digit| digit.row() > 1) {
        // A G5 that is a little off lies 20 Hz over the tone of 4, 5, 6 and B.
        assert!(is_told(digit, &[790.0], 6.0, true), "{digit}");
        assert!(!is_told(digit, &[790.0], 6.0, false), "{digit}");
    }
}

#[test]
fn a_held_harmony_that_the_tones_fit_into_hides_no_digit_and_one_that_begins_with_it_does() {
    // 697 and 1633 Hz are the 3rd and the 7th harmonic of 233 Hz.
    let harmonics = [466.0, 932.0, 1_165.0];
    assert!(is_told(Digit::at(0, 3), &harmonics, 6.0, true));
    assert!(!is_told(Digit::at(0, 3), &harmonics, 6.0, false));
}

#[test]
fn a_held_note_as_loud_as_the_digits_tones_and_80_hz_beside_one_hides_no_digit_either() {
    // It beats with 697 Hz: over 32 ms that is 0.6 % off.
    for digit in all_digits().into_iter().filter(|digit| digit.row() == 0) {
        assert!(is_told(digit, &[617.0], 1.0, true), "{digit}");
        assert!(!is_told(digit, &[617.0], 1.0, false), "{digit}");
    }
}

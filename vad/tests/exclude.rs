//! Samples that the caller of the detector knows not to be speech.

mod support;

use afterbeep_vad::Event;
use support::{add, detector, events, heard, line, voice};

const RATE: u32 = 16_000;
const SLICE: usize = 160;

fn one_word() -> Vec<f32> {
    let mut samples = line(RATE, 3.0, 0.003, 31);
    add(&mut samples, RATE, 1.0, &voice(RATE, 0.4), 1.0);
    samples
}

#[test]
fn a_word_that_was_excluded_before_is_not_heard() {
    let samples = one_word();
    assert_eq!(heard(RATE, &samples).len(), 1);
    let mut detector = detector(RATE);
    detector.exclude(15_900..23_000);
    assert_eq!(detector.push(&samples).next(), None);
    assert_eq!(detector.finish(), None);
}

#[test]
fn a_sound_that_is_excluded_while_it_lasts_is_not_heard() {
    // As the engine does with a digit: told 40 ms after it began, and every 10 ms from then on.
    let samples = one_word();
    let mut detector = detector(RATE);
    let mut got = Vec::new();
    for (k, slice) in samples.chunks(SLICE).enumerate() {
        got.extend(detector.push(slice));
        let position = ((k + 1) * SLICE) as u64;
        if (16_640..23_200).contains(&position) {
            detector.exclude(15_900..position);
        }
    }
    got.extend(detector.finish());
    assert_eq!(got, []);
}

#[test]
fn speech_after_what_was_excluded_is_found_where_it_begins() {
    let mut samples = one_word();
    add(&mut samples, RATE, 1.8, &voice(RATE, 0.9), 1.0);
    let mut detector = detector(RATE);
    detector.exclude(15_900..23_000);
    let got: Vec<Event> = detector.push(&samples).collect();
    let Some(Event::SpeechStarted { start, .. }) = got.first() else { panic!("{got:?}") };
    assert!((*start as f64 / f64::from(RATE) - 1.8).abs() <= 0.060, "{got:?}");
}

#[test]
fn speech_told_too_soon_ends_where_it_began() {
    let samples = one_word();
    let mut detector = detector(RATE);
    let mut got = Vec::new();
    let mut position = 0;
    while got.is_empty() {
        got.extend(detector.push(&samples[position..position + SLICE]));
        position += SLICE;
    }
    let Event::SpeechStarted { start, known } = got[0] else { panic!("{got:?}") };
    // The first 100 ms of it are the last that can be taken back.
    assert!(known - start <= 2_400, "{got:?}");
    detector.exclude(known - 1_600..known + 8_000);
    let event = detector.push(&samples[position..]).next();
    assert!(matches!(event, Some(Event::SpeechEnded { end, .. }) if end - start <= 1_600), "{event:?}");
}

#[test]
fn what_holds_no_speech_may_be_excluded_in_any_way() {
    let samples = one_word();
    let plain = events(RATE, &samples, SLICE);
    let mut detector = detector(RATE);
    let mut got = Vec::new();
    for (k, slice) in samples.chunks(SLICE).enumerate() {
        got.extend(detector.push(slice));
        let position = ((k + 1) * SLICE) as u64;
        if (4_000..8_000).contains(&position) || (36_000..40_000).contains(&position) {
            detector.exclude(position - 320..position + 160);
            detector.exclude(position..position);
        }
    }
    got.extend(detector.finish());
    assert_eq!(got.len(), plain.len());
    for (a, b) in got.iter().zip(&plain) {
        let (x, y) = match (a, b) {
            (Event::SpeechStarted { start: x, .. }, Event::SpeechStarted { start: y, .. }) => (x, y),
            (Event::SpeechEnded { end: x, .. }, Event::SpeechEnded { end: y, .. }) => (x, y),
            _ => panic!("{got:?} {plain:?}"),
        };
        assert!(x.abs_diff(*y) <= 480, "{got:?} {plain:?}");
    }
}

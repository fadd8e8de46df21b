//! Where speech is, at every rate.

mod support;

use support::{add, heard, line, voice, voice_end};

const RATES: [u32; 9] = [8_000, 11_025, 12_345, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000];

#[test]
fn start_within_60_ms_end_within_100_ms_known_within_200_ms() {
    for rate in RATES {
        let mut samples = line(rate, 5.0, 0.003, rate);
        add(&mut samples, rate, 1.5, &voice(rate, 1.4), 1.0);
        let told = heard(rate, &samples);
        assert_eq!(told.len(), 1, "{rate} Hz: {told:?}");
        let speech = told[0];
        let end = 1.5 + voice_end(1.4);
        assert!((speech.start - 1.5).abs() <= 0.060, "{rate} Hz: {speech:?}");
        assert!((speech.end - end).abs() <= 0.100, "{rate} Hz: {speech:?} ends at {end}");
        assert!(speech.start_known - 1.5 <= 0.200, "{rate} Hz: {speech:?}");
        assert!(speech.end_known - end <= 0.450, "{rate} Hz: {speech:?}");
    }
}

#[test]
fn a_caller_who_speaks_from_the_first_sample_is_speaking() {
    for rate in RATES {
        let mut samples = line(rate, 4.0, 0.003, 7);
        add(&mut samples, rate, 0.0, &voice(rate, 1.4), 1.0);
        let told = heard(rate, &samples);
        assert_eq!(told.len(), 1, "{rate} Hz: {told:?}");
        assert!(told[0].start <= 0.030, "{rate} Hz: {told:?}");
        assert!((told[0].end - voice_end(1.4)).abs() <= 0.100, "{rate} Hz: {told:?}");
    }
}

#[test]
fn speech_after_digital_silence_is_found() {
    for rate in [8_000, 16_000, 48_000] {
        let mut samples = vec![0.0; 4 * rate as usize];
        add(&mut samples, rate, 1.0, &voice(rate, 1.4), 0.5);
        let told = heard(rate, &samples);
        assert_eq!(told.len(), 1, "{rate} Hz: {told:?}");
        assert!((told[0].start - 1.0).abs() <= 0.060, "{rate} Hz: {told:?}");
        assert!((told[0].end - 1.0 - voice_end(1.4)).abs() <= 0.100, "{rate} Hz: {told:?}");
    }
}

#[test]
fn a_dc_offset_changes_nothing() {
    let mut samples = line(16_000, 5.0, 0.002, 3);
    add(&mut samples, 16_000, 1.5, &voice(16_000, 1.4), 0.5);
    let plain = heard(16_000, &samples);
    samples.iter_mut().for_each(|x| *x += 0.2);
    let told = heard(16_000, &samples);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!((told[0].start - plain[0].start).abs() <= 0.020 && (told[0].end - plain[0].end).abs() <= 0.030);
}

#[test]
fn speech_that_is_open_at_the_end_of_the_stream_ends_there() {
    let mut samples = line(8_000, 2.0, 0.003, 5);
    add(&mut samples, 8_000, 1.0, &voice(8_000, 1.0), 1.0);
    let told = heard(8_000, &samples);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].end > 1.85 && told[0].end <= 2.0, "{told:?}");
}

#[test]
fn two_phrases_with_a_second_between_are_two() {
    let mut samples = line(16_000, 6.0, 0.003, 9);
    add(&mut samples, 16_000, 1.0, &voice(16_000, 1.0), 1.0);
    add(&mut samples, 16_000, 3.0, &voice(16_000, 1.0), 0.5);
    let told = heard(16_000, &samples);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!((told[1].start - 3.0).abs() <= 0.060, "{told:?}");
}

#[test]
fn a_softer_second_phrase_is_heard() {
    for gain in [0.18, 0.1, 0.06] {
        let mut samples = line(16_000, 6.0, 0.0003, 13);
        add(&mut samples, 16_000, 1.0, &voice(16_000, 1.4), 1.0);
        add(&mut samples, 16_000, 3.4, &voice(16_000, 1.4), gain);
        let told = heard(16_000, &samples);
        assert_eq!(told.len(), 2, "gain {gain}: {told:?}");
        assert!((told[1].start - 3.4).abs() <= 0.060, "gain {gain}: {told:?}");
    }
}

#[test]
fn ten_times_louder_or_softer_is_the_same_speech() {
    let mut samples = line(16_000, 5.0, 0.0015, 11);
    add(&mut samples, 16_000, 1.5, &voice(16_000, 1.4), 0.5);
    let plain = heard(16_000, &samples);
    assert_eq!(plain.len(), 1);
    for gain in [0.1, 0.3, 3.0, 10.0] {
        let other: Vec<f32> = samples.iter().map(|x| gain * x).collect();
        let told = heard(16_000, &other);
        assert_eq!(told.len(), 1, "gain {gain}: {told:?}");
        assert!((told[0].start - plain[0].start).abs() <= 0.030, "gain {gain}: {told:?} {plain:?}");
        assert!((told[0].end - plain[0].end).abs() <= 0.030, "gain {gain}: {told:?} {plain:?}");
    }
}

//! The same samples give the same events, however they are cut; and no samples make the detector panic.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use afterbeep_dtmf::{Detector, Tone};
use proptest::prelude::*;
use support::{ALL_RATES, Line, all_digits, digit, digits_in, digits_of, events_in_slices, rate};

fn call(hz: u32) -> Vec<f32> {
    let mut line = Line::new(hz);
    for digit in all_digits() {
        line.silence_ms(37);
        line.dial(Tone::builder().length_s(0.051).pause_s(0.02).build().unwrap(), digit);
    }
    line.add_noise(0.02);
    line.samples().to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_gives_the_same_events(
        lengths in prop::collection::vec(0usize..2_000, 1..20),
        hz in prop::sample::select(ALL_RATES.to_vec()),
    ) {
        prop_assume!(lengths.iter().any(|length| *length > 0));
        let samples = call(hz);
        let whole = events_in_slices(hz, &samples, &[samples.len()]);
        prop_assert_eq!(whole.len(), 32);
        prop_assert_eq!(events_in_slices(hz, &samples, &lengths), whole);
    }

    #[test]
    fn nothing_panics_and_digits_after_it_are_heard(
        nonsense in prop::collection::vec(prop::num::f32::ANY, 1..3_000),
        hz in prop::sample::select(ALL_RATES.to_vec()),
    ) {
        let mut line = Line::new(hz);
        line.silence_ms(200);
        line.dial(Tone::new(), digit(9));
        line.silence_ms(50);
        let samples: Vec<f32> = nonsense.iter().chain(line.samples()).copied().collect();
        let found = digits_in(hz, &samples);
        prop_assert!(found.last().is_some_and(|found| found.digit == digit(9)), "{:?}", found);
    }
}

/// A stretch of a stream, at its rate.
#[derive(Clone, Debug)]
enum Stretch {
    /// Any bit patterns: not a number, infinite, tiny, enormous.
    Floats(Vec<f32>),
    /// Any 16-bit samples.
    Words(Vec<i16>),
    /// A digit for so many seconds, times so much; some samples of it, counted so, are no numbers.
    Digit { key: usize, seconds: f32, gain: f32, broken_every: usize },
    /// So many samples of this value.
    Constant(f32, usize),
}

fn stretch() -> impl Strategy<Value = Stretch> {
    prop_oneof![
        prop::collection::vec(prop::num::f32::ANY, 0..500).prop_map(Stretch::Floats),
        prop::collection::vec(prop::num::i16::ANY, 0..2_000).prop_map(Stretch::Words),
        (0usize..16, 0.005f32..0.2, 0.0f32..12.0, 20usize..2_000).prop_map(
            |(key, seconds, gain, broken_every)| Stretch::Digit { key, seconds, gain, broken_every }
        ),
        (prop::num::f32::ANY, 0usize..2_000).prop_map(|(value, length)| Stretch::Constant(value, length)),
    ]
}

impl Stretch {
    fn append(&self, hz: u32, to: &mut Vec<f32>) {
        match self {
            Self::Floats(floats) => to.extend(floats),
            Self::Words(words) => to.extend(words.iter().map(|&word| f32::from(word) / 32_768.0)),
            Self::Constant(value, length) => to.extend(std::iter::repeat_n(*value, *length)),
            Self::Digit { key, seconds, gain, broken_every } => {
                let tone = Tone::builder().length_s(*seconds).rise_s(0.001).pause_s(0.0).build().unwrap();
                let dialling = tone.dial([digit(*key)], rate(hz)).enumerate();
                to.extend(dialling.map(|(n, s)| if n % broken_every == 7 { f32::NAN } else { s * gain }));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever comes: no panic, digits in order, and the same ones however the stream is cut.
    #[test]
    fn whatever_comes_is_told_in_order_and_alike(
        stretches in prop::collection::vec(stretch(), 1..16),
        hz in 8_000u32..=96_000,
        lengths in prop::collection::vec(1usize..3_000, 1..8),
    ) {
        let mut samples = Vec::new();
        stretches.iter().for_each(|stretch| stretch.append(hz, &mut samples));
        let whole = events_in_slices(hz, &samples, &[samples.len().max(1)]);
        digits_of(&whole, samples.len() as u64);
        prop_assert_eq!(events_in_slices(hz, &samples, &lengths), whole);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_digits_do_not_overlap(
        stretches in prop::collection::vec(stretch(), 1..16),
        hz in 8_000u32..=96_000,
    ) {
        let mut samples = Vec::new();
        stretches.iter().for_each(|stretch| stretch.append(hz, &mut samples));
        for pair in digits_in(hz, &samples).windows(2) {
            prop_assert!(pair[0].end <= pair[1].start, "{:?}", pair);
        }
    }
}

/// Without a pause the next digit's start is told half a millisecond early, as every start: within the digit before.
#[test]
fn digits_without_a_pause_do_not_overlap() {
    for hz in ALL_RATES {
        let tone = Tone::builder().length_s(0.06).pause_s(0.0).build().unwrap();
        let samples: Vec<f32> = tone.dial(all_digits(), rate(hz)).collect();
        let found = digits_in(hz, &samples);
        assert_eq!(found.len(), 16, "{hz} Hz");
        for pair in found.windows(2) {
            assert!(pair[0].end <= pair[1].start, "{hz} Hz: {pair:?}");
        }
    }
}

#[test]
fn samples_of_16_bits_are_heard_as_the_floats_they_stand_for() {
    for hz in ALL_RATES {
        let words: Vec<i16> = call(hz).iter().map(|sample| (sample * 32_768.0) as i16).collect();
        let floats: Vec<f32> = words.iter().map(|&word| f32::from(word) / 32_768.0).collect();
        let mut detector = Detector::new(rate(hz));
        let mut events: Vec<_> =
            words.chunks(73).flat_map(|slice| detector.push_i16(slice).collect::<Vec<_>>()).collect();
        events.extend(detector.finish());
        assert_eq!(events.len(), 32, "{hz} Hz");
        assert_eq!(events, events_in_slices(hz, &floats, &[91]), "{hz} Hz");
    }
}

#[test]
fn one_sample_at_a_time_gives_the_same_events() {
    for hz in ALL_RATES {
        let samples = call(hz);
        assert_eq!(events_in_slices(hz, &samples, &[1]), events_in_slices(hz, &samples, &[4_096]), "{hz} Hz");
    }
}

#[test]
fn events_that_are_not_taken_are_lost_but_their_samples_are_not() {
    let samples = call(8_000);
    let (first, second) = samples.split_at(samples.len() / 2);
    let mut detector = Detector::new(rate(8_000));
    drop(detector.push(first));
    let mut late: Vec<_> = detector.push(second).collect();
    late.extend(detector.finish());
    let whole = events_in_slices(8_000, &samples, &[samples.len()]);
    assert!(late.len() > 8 && whole.len() > late.len() && whole.ends_with(&late));
}

#[test]
fn only_bad_numbers_are_silence() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -f32::MAX, 1e9] {
        for hz in ALL_RATES {
            let mut detector = Detector::new(rate(hz));
            assert_eq!(detector.push(&vec![bad; 5_000]).count(), 0, "{bad} at {hz} Hz");
            assert!(detector.tones_dbfs().iter().all(|level| *level == -120.0), "{bad} at {hz} Hz");
        }
    }
}

#[test]
fn a_detector_is_small() {
    assert!(size_of::<Detector>() <= 5 * 1024, "{} bytes", size_of::<Detector>());
}

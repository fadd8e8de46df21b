//! The same samples give the same events, however they are cut; and no samples make the detector panic.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use afterbeep_dtmf::{Detector, Tone};
use proptest::prelude::*;
use support::{ALL_RATES, Line, all_digits, digit, digits_in, events_in_slices, rate};

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
        lengths in prop::collection::vec(1usize..2_000, 1..20),
        hz in prop::sample::select(ALL_RATES.to_vec()),
    ) {
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

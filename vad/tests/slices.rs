//! The same samples give the same events, however they are cut.

mod support;

use proptest::prelude::*;
use support::{add, detector, events, line, voice};

fn message(rate: u32) -> Vec<f32> {
    let mut samples = line(rate, 2.5, 0.003, 21);
    add(&mut samples, rate, 0.4, &voice(rate, 0.7), 1.0);
    add(&mut samples, rate, 1.6, &voice(rate, 0.4), 1.0);
    samples
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_cut(
        rate in prop::sample::select(vec![8_000u32, 11_025, 16_000, 22_050, 44_100, 48_000]),
        cuts in prop::collection::vec(0usize..3_000, 1..40),
    ) {
        let samples = message(rate);
        let whole = events(rate, &samples, samples.len());
        prop_assert!(whole.len() >= 4, "{:?}", whole);
        let (mut detector, mut got, mut rest) = (detector(rate), Vec::new(), &samples[..]);
        for cut in cuts.iter().cycle().take(10_000) {
            if rest.is_empty() {
                break;
            }
            let (now, later) = rest.split_at((*cut + 1).min(rest.len()));
            got.extend(detector.push(now));
            rest = later;
        }
        got.extend(detector.finish());
        prop_assert_eq!(got, whole);
    }
}

#[test]
fn one_sample_at_a_time() {
    for rate in [8_000, 12_345, 16_000] {
        let samples = message(rate);
        assert_eq!(events(rate, &samples, 1), events(rate, &samples, samples.len()), "{rate} Hz");
    }
}

#[test]
fn samples_of_16_bits_are_heard_as_parts_of_full_scale_are() {
    for rate in [8_000, 8_001, 11_025, 16_000, 31_999, 44_100, 48_000, 95_999, 96_000] {
        let steps: Vec<i16> = message(rate).iter().map(|x| (x * 32_768.0) as i16).collect();
        let parts: Vec<f32> = steps.iter().map(|&step| f32::from(step) / 32_768.0).collect();
        let mut detector = detector(rate);
        let mut got: Vec<_> = detector.push_i16(&steps).collect();
        got.extend(detector.finish());
        assert_eq!(got, events(rate, &parts, parts.len()), "{rate} Hz");
        assert!(got.len() >= 4);
    }
}

#[test]
fn events_that_are_not_taken_lose_no_samples() {
    let samples = message(16_000);
    let whole = events(16_000, &samples, samples.len());
    let mut detector = detector(16_000);
    drop(detector.push(&samples[..8_000]));
    let rest: Vec<_> = detector.push(&samples[8_000..]).collect();
    assert_eq!(rest[1..], whole[whole.len() - rest.len() + 1..]);
}

//! Samples that are no samples: the detector stays sane and quick.

mod support;

use std::time::Instant;

use support::{add, detector, heard, line, voice};

#[test]
fn what_is_not_a_number_poisons_nothing() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e30] {
        let mut samples = line(16_000, 8.0, 0.002, 41);
        samples[8_000..8_400].fill(bad);
        for x in samples[16_000..24_000].iter_mut().step_by(97) {
            *x = bad;
        }
        add(&mut samples, 16_000, 5.0, &voice(16_000, 1.0), 1.0);
        let told = heard(16_000, &samples);
        let last = told.last().copied();
        assert!(last.is_some_and(|s| (s.start - 5.0).abs() <= 0.060), "{bad}: {told:?}");
    }
}

#[test]
fn nothing_but_nonsense_is_not_speech() {
    for bad in [f32::NAN, f32::INFINITY, f32::MIN_POSITIVE / 8.0] {
        assert_eq!(heard(8_000, &vec![bad; 24_000]), [], "{bad}");
    }
}

#[test]
fn levels_stay_numbers() {
    let mut detector = detector(8_000);
    for bad in [f32::NAN, f32::INFINITY, f32::MAX, 1e-40, 0.0] {
        drop(detector.push(&[bad; 800]));
        let frame = detector.frame();
        assert!(frame.level_dbfs.is_finite() && frame.floor_dbfs.is_finite() && frame.voicing.is_finite());
    }
}

#[test]
fn denormals_cost_no_more_than_numbers() {
    let cost = |samples: &[f32]| {
        (0..5)
            .map(|_| {
                let mut detector = detector(16_000);
                let before = Instant::now();
                drop(detector.push(samples));
                before.elapsed()
            })
            .min()
    };
    let noise = line(16_000, 4.0, 0.01, 43);
    let tiny: Vec<f32> = noise.iter().map(|x| x * 1e-37).collect();
    assert!(cost(&tiny) <= cost(&noise).map(|t| 2 * t), "{:?} {:?}", cost(&tiny), cost(&noise));
}

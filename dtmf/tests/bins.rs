//! The bank's powers against other people's Goertzel.

mod support;

use afterbeep_dtmf::Detector;
use support::{EIGHT_KHZ, Line, rate};

const TONES_HZ: [f64; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];

#[test]
fn the_level_of_a_lone_tone_is_told_within_a_tenth_of_a_decibel() {
    for (tone, hz) in TONES_HZ.into_iter().enumerate() {
        for amplitude in [1.0f32, 0.1, 0.003] {
            let mut line = Line::new(EIGHT_KHZ);
            line.silence_ms(80);
            line.add_sine(hz, amplitude);
            let mut detector = Detector::new(rate(EIGHT_KHZ));
            detector.push(line.samples()).for_each(drop);
            let told = detector.tones_dbfs();
            let expected = 20.0 * amplitude.log10();
            assert!((told[tone] - expected).abs() < 0.1, "{hz} Hz at {expected} dBFS: {told:?}");
            for (other, level) in told.iter().enumerate().filter(|(other, _)| *other != tone) {
                assert!(*level < expected - 25.0, "{hz} Hz leaks into tone {other}: {level} dBFS");
            }
        }
    }
}

//! What holds no digit: nothing may be told, whatever the level.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use afterbeep_dtmf::Tone;
use proptest::prelude::*;
use support::{ALL_RATES, EIGHT_KHZ, Line, all_digits, digit, digits_in};

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn one_tone_alone_is_none(
        tone_hz in 100.0f64..3_900.0,
        amplitude in 0.001f32..1.0,
        hz in prop::sample::select(ALL_RATES.to_vec()),
    ) {
        let mut line = Line::new(hz);
        line.silence_ms(500);
        line.add_sine(tone_hz, amplitude);
        prop_assert_eq!(digits_in(hz, line.samples()), vec![]);
    }

    /// Its edges are clicks, and clicks have every tone in them.
    #[test]
    fn one_tone_alone_that_comes_and_goes_is_none(
        tone_hz in 100.0f64..3_900.0,
        amplitude in 0.001f32..1.0,
        on in 40usize..4_000,
        off in 40usize..4_000,
    ) {
        let mut line = Line::new(EIGHT_KHZ);
        line.silence_ms(1_500);
        line.add_sine(tone_hz, amplitude);
        let gated = line.samples().iter().enumerate();
        let gated: Vec<f32> = gated.map(|(n, &s)| if n % (on + off) < off { 0.0 } else { s }).collect();
        prop_assert_eq!(digits_in(EIGHT_KHZ, &gated), vec![]);
    }

    #[test]
    fn a_constant_is_none(level in -1.0f32..1.0, hz in prop::sample::select(ALL_RATES.to_vec())) {
        prop_assert_eq!(digits_in(hz, &vec![level; hz as usize / 3]), vec![]);
    }

    #[test]
    fn a_constant_that_comes_and_goes_is_none(
        levels in prop::collection::vec((-1.0f32..1.0, 1usize..800), 1..20),
        hz in prop::sample::select(ALL_RATES.to_vec()),
    ) {
        let steps = levels.iter().flat_map(|&(level, length)| std::iter::repeat_n(level, length));
        prop_assert_eq!(digits_in(hz, &steps.collect::<Vec<_>>()), vec![]);
    }

    #[test]
    fn white_noise_is_none(
        rms in 0.001f32..0.5,
        hz in prop::sample::select(ALL_RATES.to_vec()),
        seed in 1u64..,
    ) {
        let mut line = Line::with_seed(hz, seed);
        line.silence_ms(400);
        line.add_noise(rms);
        prop_assert_eq!(digits_in(hz, line.samples()), vec![]);
    }

    /// Its end must not help it in: cut off, it seems nearer to the nominal frequency.
    #[test]
    fn a_digit_3_percent_off_is_none(
        key in 0usize..16,
        low in prop::bool::ANY,
        up in prop::bool::ANY,
        length_ms in 50u32..120,
        before_ms in 50u32..60,
    ) {
        let off = if up { 0.03 } else { -0.03 };
        let (low, high) = if low { (off, 0.0) } else { (0.0, off) };
        let length_s = length_ms as f32 / 1000.0;
        let tone = Tone::builder().deviation(low, high).length_s(length_s).rise_s(0.0).build().unwrap();
        let mut line = Line::new(EIGHT_KHZ);
        line.silence_ms(before_ms);
        line.dial(tone, digit(key));
        prop_assert_eq!(digits_in(EIGHT_KHZ, line.samples()), vec![]);
    }
}

#[test]
fn silence_is_none() {
    for hz in ALL_RATES {
        for level in [0.0, -0.0, f32::MIN_POSITIVE / 2.0, f32::EPSILON] {
            assert_eq!(digits_in(hz, &vec![level; 10 * hz as usize]), vec![], "{level} at {hz} Hz");
        }
    }
}

/// Ten minutes at one seed: what happens once in an hour of noise would be too often to wait for in the field.
#[test]
fn ten_minutes_of_white_noise_are_none() {
    let mut line = Line::new(EIGHT_KHZ);
    line.silence_ms(600_000);
    line.add_noise(0.1);
    assert_eq!(digits_in(EIGHT_KHZ, line.samples()), vec![]);
}

#[test]
fn bursts_up_to_23_ms_are_none_at_any_place_in_a_hop() {
    let mut line = Line::new(EIGHT_KHZ);
    for (n, digit) in all_digits().into_iter().cycle().take(128).enumerate() {
        let length_s = [0.005, 0.012, 0.02, 0.023][n % 4];
        let tone = Tone::builder().length_s(length_s).rise_s(0.0).pause_s(0.0).build().unwrap();
        line.dial(tone, digit);
        line.silence_ms(80);
        let odd = n % 32;
        for _ in 0..odd / 8 {
            line.silence_ms(1);
        }
    }
    assert_eq!(digits_in(EIGHT_KHZ, line.samples()), vec![]);
}

#[test]
fn a_digit_under_55_dbm0_is_none() {
    let mut line = Line::new(EIGHT_KHZ);
    for digit in all_digits() {
        line.silence_ms(60);
        line.dial(Tone::builder().level_dbfs(-58.2).build().unwrap(), digit);
    }
    assert_eq!(digits_in(EIGHT_KHZ, line.samples()), vec![]);
}

//! Digits at every rate, on good and on bad lines.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use afterbeep_dtmf::{SampleRate, Tone};
use proptest::prelude::*;
use support::{
    ALL_RATES, EIGHT_KHZ, Line, all_digits, amplitude, digit, digits_in, rate, trial::FULL_SCALE_DBM0,
};

/// A digit with random legal properties. ES 201 235-3: ±(1.5 % + 2 Hz), 6 dB twist; Q.24: -25 dBm0, 40 ms.
fn legal_tone() -> impl Strategy<Value = Tone> {
    let off = -0.015f32..0.015;
    (-28.0f32..-8.0, -6.0f32..6.0, off.clone(), off, 0.0f32..0.003, 0.041f32..0.2).prop_map(
        |(level, twist, low, high, rise, length)| {
            Tone::builder()
                .level_dbfs(level)
                .twist_db(twist)
                .deviation(low, high)
                .rise_s(rise)
                .length_s(length)
                .build()
                .unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn every_legal_digit_is_found_once_and_in_place(
        tone in legal_tone(),
        key in 0usize..16,
        hz in prop::sample::select(ALL_RATES.to_vec()),
        before_ms in 60u32..90,
    ) {
        let mut line = Line::new(hz);
        line.silence_ms(before_ms);
        let start = line.position();
        line.dial(tone, digit(key));
        line.silence_ms(80);
        let found = digits_in(hz, line.samples());
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].digit, digit(key));
        let early_ms = (start as f64 - found[0].start as f64) * 1000.0 / f64::from(hz);
        prop_assert!((-1.0..5.0).contains(&early_ms), "{} ms early", early_ms);
        let known_ms = (found[0].known - start) as f64 * 1000.0 / f64::from(hz);
        prop_assert!(known_ms < 40.0 + 5.0, "known after {} ms", known_ms);
    }
}

const LOW_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH_HZ: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];

/// A digit that was not made by the crate's own generator: its tones start at any phase, and clip where they are loud.
#[derive(Clone, Debug)]
struct Foreign {
    key: usize,
    /// The stronger tone, in dBm0: 0 to −25 (Q.24 AT&T).
    level: f32,
    /// High over low in dB: +4 to −8 (Q.24 AT&T), 6 either way (ES 201 235-3).
    twist: f32,
    /// As shares of ±(1.5 % + 2 Hz) (ES 201 235-3).
    off: [f32; 2],
    /// In turns.
    phases: [f32; 2],
    /// Up to 7 ms (ES 201 235-2).
    rise_ms: f32,
    /// From half to half of the amplitude: 40 ms at least (Q.24).
    length_ms: f32,
}

fn foreign() -> impl Strategy<Value = Foreign> {
    let turn = 0.0f32..1.0;
    let off = -1.0f32..1.0;
    (
        (0usize..16, -25.0f32..0.0, -8.0f32..6.0),
        (off.clone(), off),
        (turn.clone(), turn),
        (0.0f32..7.0, 40.0f32..300.0),
    )
        .prop_map(|((key, level, twist), (low, high), (first, second), (rise_ms, length_ms))| Foreign {
            key,
            level,
            twist,
            off: [low, high],
            phases: [first, second],
            rise_ms,
            length_ms,
        })
}

impl Foreign {
    fn samples(&self, hz: u32) -> Vec<f32> {
        let ms = f64::from(hz) / 1000.0;
        let length = (f64::from(self.length_ms + self.rise_ms) * ms).ceil() as usize;
        let rise = f64::from(self.rise_ms) * ms;
        let envelope = |n: usize| {
            let edge = n.min(length - 1 - n) as f64 + 0.5;
            if edge < rise { (edge / rise * std::f64::consts::FRAC_PI_2).sin().powi(2) } else { 1.0 }
        };
        let nominal = [LOW_HZ[self.key / 4], HIGH_HZ[self.key % 4]];
        let levels = [self.level - self.twist.max(0.0), self.level + self.twist.min(0.0)];
        let mut samples = vec![0.0; length];
        for tone in 0..2 {
            let tone_hz = f64::from(nominal[tone] + self.off[tone] * (0.015 * nominal[tone] + 2.0));
            let amplitude = f64::from(amplitude(f64::from(levels[tone] - FULL_SCALE_DBM0)));
            for (n, sample) in samples.iter_mut().enumerate() {
                let turns = tone_hz * n as f64 / f64::from(hz) + f64::from(self.phases[tone]);
                *sample += amplitude * envelope(n) * (turns * std::f64::consts::TAU).sin();
            }
        }
        samples.into_iter().map(|sample| sample.clamp(-1.0, 1.0) as f32).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn every_legal_digit_of_anybody_is_found_once_and_in_place(
        foreign in foreign(),
        hz in SampleRate::MIN_HZ..=SampleRate::MAX_HZ,
        before in 400usize..8_000,
    ) {
        let mut line = Line::new(hz);
        line.silence_samples(before);
        line.append(foreign.samples(hz));
        line.silence_ms(80);
        let found = digits_in(hz, line.samples());
        prop_assert_eq!(found.len(), 1, "{:?}", found);
        prop_assert_eq!(found[0].digit, digit(foreign.key));
        let early_ms = (before as f64 - found[0].start as f64) * 1000.0 / f64::from(hz);
        prop_assert!((-1.0..5.0).contains(&early_ms), "{} ms early", early_ms);
        let sounds_ms = (found[0].end - found[0].start) as f64 * 1000.0 / f64::from(hz);
        let longer_ms = sounds_ms - f64::from(foreign.length_ms);
        prop_assert!((-5.0..10.0).contains(&longer_ms), "ends {} ms after its half", longer_ms);
    }
}

/// A digit of a row: which, how long, the pause after it, both in ms, and its level over the caller's in dB.
type Dialled = (usize, f32, f32, f32);

fn dialled() -> impl Strategy<Value = Dialled> {
    (0usize..16, 45.0f32..150.0, 40.0f32..150.0, -1.0f32..1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Somebody dials: any digits at any speed, one telephone, noise 20 dB under the weaker tone.
    #[test]
    fn a_row_of_digits_is_told_in_order(
        digits in prop::collection::vec(dialled(), 1..20),
        level in -25.0f32..-8.0,
        twist in -6.0f32..4.0,
        (low, high) in (-0.015f32..0.015, -0.015f32..0.015),
        hz in SampleRate::MIN_HZ..=SampleRate::MAX_HZ,
        seed in 1u64..,
    ) {
        let mut line = Line::with_seed(hz, seed);
        line.silence_ms(60);
        for &(key, length_ms, pause_ms, over) in &digits {
            let tone = Tone::builder().level_dbfs(level + over).twist_db(twist).deviation(low, high);
            let tone = tone.length_s(length_ms / 1000.0).pause_s(pause_ms / 1000.0).build().unwrap();
            line.dial(tone, digit(key));
        }
        line.silence_ms(60);
        line.add_noise(amplitude(f64::from(level - twist.abs() - 3.0 - 20.0)));
        let told: Vec<_> = digits_in(hz, line.samples()).iter().map(|found| found.digit).collect();
        let sent: Vec<_> = digits.iter().map(|&(key, ..)| digit(key)).collect();
        prop_assert_eq!(told, sent);
    }
}

#[test]
fn all_digits_in_a_row_are_told_with_their_ends_at_every_rate() {
    let tone = Tone::builder().length_s(0.05).pause_s(0.05).build().unwrap();
    for hz in ALL_RATES {
        let samples: Vec<f32> = tone.dial(all_digits(), rate(hz)).collect();
        let found = digits_in(hz, &samples);
        let told: Vec<_> = found.iter().map(|found| found.digit).collect();
        assert_eq!(told, all_digits(), "{hz} Hz");
        for (n, found) in found.iter().enumerate() {
            let end = (n as f64 * 0.1 + 0.05) * f64::from(hz);
            let off_ms = (found.end as f64 - end) * 1000.0 / f64::from(hz);
            assert!(off_ms.abs() < 2.0, "{hz} Hz: digit {n} ends {off_ms} ms off");
        }
    }
}

#[test]
fn noise_30_db_under_the_tones_moves_no_start_by_more_than_the_contract_allows() {
    for hz in [8_000, 44_100] {
        let mut line = Line::new(hz);
        let mut starts = Vec::new();
        for digit in all_digits() {
            line.silence_ms(70);
            starts.push(line.position());
            line.dial(Tone::builder().length_s(0.06).pause_s(0.0).build().unwrap(), digit);
        }
        line.silence_ms(100);
        line.add_noise(0.2 * 0.0316);
        let found = digits_in(hz, line.samples());
        assert_eq!(found.len(), 16, "{hz} Hz");
        for (found, start) in found.iter().zip(starts) {
            let early_ms = (start as f64 - found.start as f64) * 1000.0 / f64::from(hz);
            assert!((-1.0..5.0).contains(&early_ms), "{hz} Hz: {early_ms} ms early");
        }
    }
}

#[test]
fn dial_tone_and_hum_hide_no_digit() {
    for interference in
        [vec![(350.0, 0.3), (440.0, 0.3)], vec![(425.0, 0.3)], vec![(50.0, 0.6), (150.0, 0.2)]]
    {
        let mut line = Line::new(EIGHT_KHZ);
        for digit in all_digits() {
            line.silence_ms(70);
            let tone = Tone::builder().level_dbfs(-20.0).length_s(0.07).pause_s(0.0).build().unwrap();
            line.dial(tone, digit);
        }
        line.silence_ms(100);
        for (hz, amplitude) in &interference {
            line.add_sine(*hz, *amplitude);
        }
        let told: Vec<_> = digits_in(EIGHT_KHZ, line.samples()).iter().map(|found| found.digit).collect();
        assert_eq!(told, all_digits(), "{interference:?}");
    }
}

/// Every digit at −28 dBFS under these tones, each so much louder than each of its tones: how early the earliest start is and how
/// late the latest, in ms.
fn starts_under_ms(hum_hz: &[f64], louder_db: f64) -> (f64, f64) {
    let mut line = Line::new(EIGHT_KHZ);
    let mut starts = Vec::new();
    let tone = Tone::builder().level_dbfs(-28.0).length_s(0.07).pause_s(0.07).build().unwrap();
    for digit in all_digits() {
        line.silence_ms(70);
        starts.push(line.position());
        line.dial(tone, digit);
    }
    for hz in hum_hz {
        line.add_sine(*hz, amplitude(-28.0 + louder_db));
    }
    let found = digits_in(EIGHT_KHZ, line.samples());
    assert_eq!(found.iter().map(|found| found.digit).collect::<Vec<_>>(), all_digits());
    let off = found.iter().zip(starts).map(|(found, start)| found.start as f64 - start as f64);
    let (early, late) = off.fold((0.0f64, 0.0f64), |(early, late), off| (early.min(off), late.max(off)));
    (early * 1000.0 / f64::from(EIGHT_KHZ), late * 1000.0 / f64::from(EIGHT_KHZ))
}

/// A recording is cut there: nothing of the digit may be left, and little be lost.
#[test]
fn a_dial_tone_or_hum_makes_no_start_late_nor_very_early() {
    let mut wrong = Vec::new();
    for hum in [vec![425.0], vec![440.0], vec![350.0, 440.0], vec![400.0], vec![50.0], vec![60.0, 180.0]] {
        for louder_db in [-6.0, 0.0, 3.0, 6.0, 8.0, 10.0, 12.0, 14.0] {
            let (early, late) = starts_under_ms(&hum, louder_db);
            if early < -5.0 || late > 1.0 {
                wrong.push(format!("{hum:?} Hz, {louder_db} dB: {early:.1} to {late:+.1} ms"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_digit_under_way_at_the_end_of_the_stream_is_told_and_closed_there() {
    let tone = Tone::builder().length_s(0.06).pause_s(0.0).build().unwrap();
    for hz in ALL_RATES {
        let samples: Vec<f32> = tone.dial([digit(5)], rate(hz)).collect();
        let found = digits_in(hz, &samples);
        assert_eq!(found.len(), 1, "{hz} Hz");
        assert_eq!(found[0].start, 0, "{hz} Hz");
        let missing_ms = (samples.len() as f64 - found[0].end as f64) * 1000.0 / f64::from(hz);
        assert!((0.0..5.0).contains(&missing_ms), "{hz} Hz: ends {missing_ms} ms before the stream");
    }
}

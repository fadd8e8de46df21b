//! The converter at every pair of a sound card's rate and a recording's: what it passes, what it leaves, and when.
//!
//! `cargo test -p afterbeep --test rates -- --nocapture` prints the worst figure of each pair.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use std::f64::consts::TAU;
use std::time::Duration;

use afterbeep::{Next, Queued, RecordResponse, RecordingRate, SampleRate, Setup, resampler::convert};

/// The rates of 8–96 kHz that sound cards and telephony have, in Hz.
const CARDS_HZ: [u32; 13] =
    [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 37_800, 44_100, 48_000, 64_000, 88_200, 96_000];

/// Nearly a full scale, so that the 16 bits' own rounding (−98 dB) leaves room below the promised −90 dB.
const LOUD: f64 = 30_000.0;

/// What is looked at: 0.2 s, in which a multiple of 5 Hz has whole periods; what lies around it is twice as long.
const WINDOW_HZ: u32 = 5;

/// A tone of 0.4 s.
fn tone(hz: f64, rate: u32) -> Vec<i16> {
    let samples = 2 * rate / WINDOW_HZ;
    (0..samples).map(|n| (LOUD * (TAU * hz * f64::from(n) / f64::from(rate)).sin()).round() as i16).collect()
}

/// What came of a tone.
struct Heard {
    /// Its amplitude to the tone's, in dB.
    gain_db: f64,
    /// How late it is, in samples of the lower rate.
    late: f64,
    /// The level of everything else to the tone's, in dB.
    rest_db: f64,
    /// The level of everything, the tone included, to the tone's, in dB.
    all_db: f64,
}

/// Something that converts a sound from one rate to another.
type Converter = fn(&[i16], u32, u32) -> Vec<i16>;

fn ours(samples: &[i16], from: u32, to: u32) -> Vec<i16> {
    convert(samples, from, to).unwrap()
}

fn hear(converter: Converter, hz: f64, from: u32, to: u32) -> Heard {
    let out = converter(&tone(hz, from), from, to);
    let count = to / WINDOW_HZ;
    let start = count / 2;
    let middle = &out[start as usize..][..count as usize];
    let angle = |n: usize| TAU * hz * f64::from(start + n as u32) / f64::from(to);
    let dot = |wave: fn(f64) -> f64| -> f64 {
        let products = middle.iter().enumerate().map(|(n, &x)| f64::from(x) * wave(angle(n)));
        2.0 * products.sum::<f64>() / f64::from(count)
    };
    let (sine, cosine) = (dot(f64::sin), dot(f64::cos));
    let db = |power: f64| 10.0 * (power / (LOUD * LOUD / 2.0)).max(1e-30).log10();
    let power = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>() / f64::from(count);
    let mut rest = middle
        .iter()
        .enumerate()
        .map(|(n, &x)| f64::from(x) - sine * angle(n).sin() - cosine * angle(n).cos());
    let mut all = middle.iter().map(|&x| f64::from(x));
    Heard {
        gain_db: 20.0 * (sine.hypot(cosine) / LOUD).log10(),
        late: -cosine.atan2(sine) / (TAU * hz) * f64::from(from.min(to)),
        rest_db: db(power(&mut rest)),
        all_db: db(power(&mut all)),
    }
}

/// The worst of all tones at one pair of rates.
#[derive(Debug, Default)]
struct Worst {
    ripple_db: f64,
    late: f64,
    /// Below this is everything that a tone in the pass-band brings with it: aliases, images, distortion.
    rest_db: f64,
    /// Below this is what is left of a tone above the lower Nyquist frequency, wherever it lands; nothing where there is none.
    stop_db: Option<f64>,
}

/// A multiple of 5 Hz.
fn whole(hz: f64) -> f64 {
    (hz / f64::from(WINDOW_HZ)).floor() * f64::from(WINDOW_HZ)
}

fn measure(converter: Converter, from: u32, to: u32) -> Worst {
    let nyquist = f64::from(from.min(to)) / 2.0;
    let mut worst = Worst { rest_db: f64::NEG_INFINITY, ..Worst::default() };
    for part in [0.005, 0.1, 0.25, 0.4, 0.55, 0.7, 0.8, 0.85, 0.88, 0.9] {
        let heard = hear(converter, whole(part * nyquist), from, to);
        worst.ripple_db = worst.ripple_db.max(heard.gain_db.abs());
        worst.late = worst.late.max(heard.late.abs());
        worst.rest_db = worst.rest_db.max(heard.rest_db);
    }
    if from > to {
        let span = f64::from(from) / 2.0 - nyquist;
        let left = [0.0, 0.01, 0.04, 0.1, 0.2, 0.33, 0.5, 0.67, 0.8, 0.9, 0.99].map(|part| {
            hear(converter, whole(nyquist + part * span) + f64::from(WINDOW_HZ), from, to).all_db
        });
        worst.stop_db = left.into_iter().reduce(f64::max);
    }
    worst
}

#[test]
fn every_pair_keeps_a_tenth_of_a_decibel_and_90_decibels_in_time() {
    for from in CARDS_HZ {
        for to in RecordingRate::ALL.map(RecordingRate::hz) {
            if from == to {
                continue;
            }
            let worst = measure(ours, from, to);
            let stop = worst.stop_db.map_or("–".into(), |db| format!("{db:.1}"));
            println!(
                "{from:6} → {to:5} Hz: ripple {:.4} dB, {:.5} samples late, rest {:.1} dB, above {stop} dB",
                worst.ripple_db, worst.late, worst.rest_db
            );
            assert!(worst.ripple_db <= 0.1, "{from} → {to}: {worst:?}");
            assert!(worst.late <= 0.001, "{from} → {to}: {worst:?}");
            assert!(worst.rest_db <= -90.0, "{from} → {to}: {worst:?}");
            assert!(worst.stop_db.is_none_or(|db| db <= -90.0), "{from} → {to}: {worst:?}");
        }
    }
}

#[test]
fn the_measure_tells_a_converter_that_draws_straight_lines() {
    let lines: Converter = |samples, from, to| {
        let count = samples.len() as u64 * u64::from(to) / u64::from(from);
        let place = |n: u64| n as f64 * f64::from(from) / f64::from(to);
        let at = |n: usize| f64::from(samples.get(n).copied().unwrap_or(0));
        (0..count)
            .map(|n| (place(n) as usize, place(n).fract()))
            .map(|(whole, part)| (at(whole) * (1.0 - part) + at(whole + 1) * part).round() as i16)
            .collect()
    };
    let down = measure(lines, 48_000, 16_000);
    assert!(down.ripple_db < 0.1 && down.stop_db.unwrap() > -1.0, "{down:?}");
    let up = measure(lines, 8_000, 44_100);
    assert!(up.ripple_db > 5.0 && up.rest_db > -20.0, "{up:?}");
}

/// Records `heard`, all of it, at another rate.
fn record(heard: &[i16], from: u32, to: RecordingRate) -> Vec<i16> {
    let long = Duration::from_secs(60);
    let request = RecordResponse::builder()
        .initial_silence_timeout(long)
        .max_silence_timeout(long)
        .max_record_duration(long)
        .play_beep(false)
        .build()
        .unwrap();
    let setup = Setup::new(SampleRate::new(from).unwrap()).recording_rate(to);
    let mut turn = Queued::new(&request, setup).unwrap().start();
    let mut recorded = Vec::new();
    for frame in heard.chunks(from as usize / 100) {
        recorded.extend_from_slice(turn.recorded());
        let Next::Running(recorder) = turn.next() else { panic!("it ended") };
        turn = recorder.push(frame);
    }
    recorded.extend_from_slice(turn.recorded());
    let Next::Running(recorder) = turn.next() else { panic!("it ended") };
    recorded.extend_from_slice(recorder.cancel().recorded());
    recorded
}

#[test]
fn a_click_stands_in_the_recording_where_it_was_heard() {
    for from in CARDS_HZ {
        for to in RecordingRate::ALL {
            let place = from as usize / 2 + 123;
            let mut heard = vec![0; from as usize];
            // As wide as both rates can hold, so that its middle can be told.
            let lower = f64::from(from.min(to.hz()));
            for (n, sample) in heard.iter_mut().enumerate() {
                let away = (n as f64 - place as f64) / f64::from(from) * lower;
                *sample = (LOUD * (-away * away / 8.0).exp()).round() as i16;
            }
            let recorded = record(&heard, from, to);
            let weight: f64 = recorded.iter().map(|&x| f64::from(x)).sum();
            let moment: f64 = recorded.iter().enumerate().map(|(n, &x)| n as f64 * f64::from(x)).sum();
            let wanted = place as f64 * f64::from(to.hz()) / f64::from(from);
            let off = moment / weight - wanted;
            assert!(off.abs() < 0.05, "{from} → {to}: {off:+.3} samples off {wanted:.1}");
        }
    }
}

//! The DTMF detector on any samples, at any rate, in any slices: no panic, events in order, and the same in one slice.
#![no_main]

use afterbeep_dtmf::{Detector, Digit, Event, SampleRate, Tone};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;

/// Samples after which a stream is cut: a run takes milliseconds, and several digits find room.
const LONGEST: usize = 30_000;

/// A stretch of the stream. Pure chance makes no digits: some stretches are digits, whole, broken or out of range.
#[derive(Arbitrary, Debug)]
enum Stretch {
    /// Samples by their bits: not a number, infinite, tiny, enormous.
    Floats(Vec<f32>),
    /// 16-bit samples.
    Words(Vec<i16>),
    /// So many samples of one value.
    Constant { value: f32, length: u16 },
    /// A digit; `gain` takes it to any level, and every so many samples one is no number.
    Digit { key: u8, twist: i8, off: (i8, i8), milliseconds: u8, gain: f32, broken_every: u16 },
    /// A sine of so many Hz over what was there last, as a dial tone would be.
    Under { hz: u16, amplitude: f32 },
}

#[derive(Arbitrary, Debug)]
struct Call {
    rate: u32,
    stretches: Vec<Stretch>,
    slices: Vec<u16>,
}

fuzz_target!(|call: Call| {
    let rate = call.rate();
    let samples = call.samples(rate);
    let whole = hear(rate, &samples, &[samples.len()]);
    check(&whole, samples.len() as u64);
    let slices: Vec<usize> = call.slices.iter().map(|&length| usize::from(length)).collect();
    if slices.iter().any(|length| *length > 0) {
        assert_eq!(hear(rate, &samples, &slices), whole, "other slices, other events");
    }
});

impl Call {
    fn rate(&self) -> SampleRate {
        let span = SampleRate::MAX_HZ - SampleRate::MIN_HZ + 1;
        SampleRate::new(SampleRate::MIN_HZ + self.rate % span).expect("within the range")
    }

    fn samples(&self, rate: SampleRate) -> Vec<f32> {
        let mut samples = Vec::new();
        for stretch in &self.stretches {
            stretch.append(rate, &mut samples);
            samples.truncate(LONGEST);
        }
        samples
    }
}

impl Stretch {
    fn append(&self, rate: SampleRate, to: &mut Vec<f32>) {
        match *self {
            Self::Floats(ref floats) => to.extend(floats),
            Self::Words(ref words) => to.extend(words.iter().map(|&word| f32::from(word) / 32_768.0)),
            Self::Constant { value, length } => to.extend(std::iter::repeat_n(value, usize::from(length))),
            Self::Digit { key, twist, off, milliseconds, gain, broken_every } => {
                let tone = Tone::builder()
                    .twist_db(f32::from(twist) * 0.2)
                    .deviation(f32::from(off.0) * 0.000_5, f32::from(off.1) * 0.000_5)
                    .rise_s(0.0)
                    .length_s(f32::from(milliseconds).max(1.0) / 1000.0)
                    .pause_s(0.0);
                let tone = tone.build().expect("within the generator's ranges");
                let digit = Digit::at(usize::from(key / 4), usize::from(key));
                let broken_every = usize::from(broken_every).max(1);
                let dialling = tone.dial([digit], rate).enumerate();
                to.extend(dialling.map(|(n, s)| if n % broken_every == 31 { f32::NAN } else { s * gain }));
            }
            Self::Under { hz, amplitude } => {
                let turn = std::f32::consts::TAU * f32::from(hz) / rate.hz() as f32;
                to.iter_mut()
                    .enumerate()
                    .for_each(|(n, sample)| *sample += amplitude * (turn * n as f32).sin());
            }
        }
    }
}

/// The events of a stream that comes in slices of these lengths, over and over.
fn hear(rate: SampleRate, mut samples: &[f32], slices: &[usize]) -> Vec<Event> {
    let mut detector = Detector::new(rate);
    let mut events = Vec::new();
    for length in slices.iter().cycle() {
        if samples.is_empty() {
            break;
        }
        let (slice, rest) = samples.split_at((*length).min(samples.len()));
        events.extend(detector.push(slice));
        samples = rest;
    }
    assert!(detector.tones_dbfs().iter().all(|level| level.is_finite()));
    events.extend(detector.finish());
    events
}

/// Starts and ends take turns and belong together; every position is known when it is told; what is known only grows.
fn check(events: &[Event], length: u64) {
    let mut open: Option<(Digit, u64)> = None;
    let mut latest = 0;
    for &event in events {
        let known_now = match event {
            Event::DigitStarted { digit, start, known } => {
                assert!(open.is_none() && start < known, "{event:?}");
                open = Some((digit, start));
                known
            }
            Event::DigitEnded { digit, start, end, known } => {
                assert!(open == Some((digit, start)) && start < end && end <= known, "{event:?}");
                open = None;
                known
            }
            _ => panic!("an event that this target does not know: {event:?}"),
        };
        assert!(latest <= known_now && known_now <= length, "{event:?} after {latest} of {length}");
        latest = known_now;
    }
    assert!(open.is_none(), "a digit has no end");
}

//! A line to put tones on, and what a detector hears on it.
#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic here is a test's report")]

pub(crate) mod trial;
pub(crate) mod voice;

use afterbeep_dtmf::{Detector, Digit, Event, SampleRate, Tone};

pub(crate) const EIGHT_KHZ: u32 = 8_000;
/// The rates of telephones and sound cards, and an odd one.
pub(crate) const ALL_RATES: [u32; 8] = [8_000, 11_025, 12_345, 16_000, 22_050, 44_100, 48_000, 96_000];

pub(crate) fn rate(hz: u32) -> SampleRate {
    SampleRate::new(hz).unwrap()
}

pub(crate) fn digit(number: usize) -> Digit {
    Digit::at(number / 4, number % 4)
}

pub(crate) fn all_digits() -> Vec<Digit> {
    Digit::all().collect()
}

/// Samples under construction.
pub(crate) struct Line {
    hz: u32,
    samples: Vec<f32>,
    seed: u64,
}

impl Line {
    pub(crate) fn new(hz: u32) -> Self {
        Self::with_seed(hz, 0x9E37_79B9_7F4A_7C15)
    }

    /// A line whose noise is another's; the seed is not 0.
    pub(crate) fn with_seed(hz: u32, seed: u64) -> Self {
        Self { hz, samples: Vec::new(), seed }
    }

    pub(crate) fn position(&self) -> u64 {
        self.samples.len() as u64
    }

    pub(crate) fn samples(&self) -> &[f32] {
        &self.samples
    }

    pub(crate) fn silence_ms(&mut self, ms: u32) {
        self.samples.extend(std::iter::repeat_n(0.0, (u64::from(self.hz) * u64::from(ms) / 1000) as usize));
    }

    pub(crate) fn silence_samples(&mut self, samples: usize) {
        self.samples.extend(std::iter::repeat_n(0.0, samples));
    }

    pub(crate) fn append(&mut self, samples: impl IntoIterator<Item = f32>) {
        self.samples.extend(samples);
    }

    pub(crate) fn dial(&mut self, tone: Tone, digit: Digit) {
        self.samples.extend(tone.dial([digit], rate(self.hz)));
    }

    pub(crate) fn add_sine(&mut self, hz: f64, amplitude: f32) {
        for (n, sample) in self.samples.iter_mut().enumerate() {
            let t = n as f64 / f64::from(self.hz);
            *sample += amplitude * (std::f64::consts::TAU * hz * t).sin() as f32;
        }
    }

    /// White noise of about this root mean square.
    pub(crate) fn add_noise(&mut self, rms: f32) {
        for n in 0..self.samples.len() {
            let sum: f32 = (0..12).map(|_| self.random()).sum();
            self.samples[n] += rms * (sum - 6.0);
        }
    }

    /// The line's own echo: one, so many milliseconds later and so many decibels down.
    pub(crate) fn add_echo(&mut self, delay_ms: u32, down_db: f64) {
        let delay = (self.hz * delay_ms / 1000) as usize;
        let direct = self.samples.clone();
        let gain = amplitude(-down_db);
        self.silence_samples(delay);
        self.samples[delay..].iter_mut().zip(direct).for_each(|(to, from)| *to += gain * from);
    }

    /// Interrupts the line for so many milliseconds.
    pub(crate) fn mute(&mut self, from: u64, ms: u32) {
        let from = from as usize;
        self.samples[from..from + (self.hz * ms / 1000) as usize].fill(0.0);
    }

    /// Makes the line louder by so many decibels; what exceeds full scale is clipped.
    pub(crate) fn amplify(&mut self, db: f64) {
        let gain = amplitude(db);
        self.samples.iter_mut().for_each(|sample| *sample = (*sample * gain).clamp(-1.0, 1.0));
    }

    /// 0 to 1, the same in every run.
    pub(crate) fn random(&mut self) -> f32 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        (self.seed >> 40) as f32 / (1u64 << 24) as f32
    }
}

/// Decibels as a factor of amplitudes.
pub(crate) fn amplitude(db: f64) -> f32 {
    10.0f64.powf(db / 20.0) as f32
}

/// A digit from its first to its last sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) digit: Digit,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) known: u64,
}

/// The events of a stream that comes in slices of these lengths, over and over.
pub(crate) fn events_in_slices(hz: u32, samples: &[f32], lengths: &[usize]) -> Vec<Event> {
    let mut detector = Detector::new(rate(hz));
    let mut events = Vec::new();
    let mut rest = samples;
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (slice, after) = rest.split_at((*length).min(rest.len()));
        events.extend(detector.push(slice));
        rest = after;
    }
    events.extend(detector.finish());
    events
}

/// The digits of a stream that comes in slices of 10 ms.
pub(crate) fn digits_in(hz: u32, samples: &[f32]) -> Vec<Found> {
    digits_of(&events_in_slices(hz, samples, &[hz as usize / 100]), samples.len() as u64)
}

/// The digits that these events of a stream of this length tell of. Every start must have its end, and all must be in order.
pub(crate) fn digits_of(events: &[Event], length: u64) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut open = false;
    let mut latest = 0;
    for &event in events {
        match event {
            Event::DigitStarted { digit, start, known } => {
                assert!(!open, "a digit starts within another");
                assert!(start < known && latest <= known && known <= length, "{event:?} is out of order");
                (open, latest) = (true, known);
                found.push(Found { digit, start, end: start, known });
            }
            Event::DigitEnded { digit, start, end, known } => {
                let last = found.last_mut().expect("an end without a start");
                assert!(open && last.digit == digit && last.start == start && end > start && end <= known);
                assert!(latest <= known && known <= length, "{event:?} is out of order");
                (open, latest) = (false, known);
                last.end = end;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(!open, "a digit has no end");
    found
}

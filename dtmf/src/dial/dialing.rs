//! The samples of digits, one by one.

use super::Tone;
use crate::{Digit, SampleRate, limits::TONES_HZ};
use core::f64::consts::TAU;

/// The samples of a row of digits: an iterator, so that they can be taken in blocks of any size without a seam.
///
/// Digit `n` starts at the sample nearest to `n` times length and pause, so that rounding does not add up. Its tones start at
/// phase 0 and turn without a break to their end.
#[derive(Clone, Debug)]
pub struct Dialing<D> {
    tone: Tone,
    amplitudes: [f32; 2],
    rate: f64,
    digits: D,
    digit: Option<Digit>,
    /// Digits that were given whole.
    number: u64,
    /// Samples of the digit that were given; how many sound; how many it has with its pause.
    given: u32,
    sounding: u32,
    whole: u32,
}

impl<D: Iterator<Item = Digit>> Dialing<D> {
    pub(super) fn new(tone: Tone, mut digits: D, rate: SampleRate) -> Self {
        let digit = digits.next();
        let (amplitudes, rate) = (tone.amplitudes(), f64::from(rate.hz()));
        let mut dialing =
            Self { tone, amplitudes, rate, digits, digit, number: 0, given: 0, sounding: 0, whole: 0 };
        dialing.measure();
        dialing
    }

    /// Works out how long the digit is, in samples.
    fn measure(&mut self) {
        let (length, pause) = (exact(self.tone.length_s), exact(self.tone.pause_s));
        let sample = |seconds: f64| libm::round(seconds * self.rate) as u64;
        let start = |number: u64| number as f64 * (length + pause);
        let first = sample(start(self.number));
        self.sounding = (sample(start(self.number) + length) - first) as u32;
        self.whole = (sample(start(self.number + 1)) - first) as u32;
    }

    fn sample(&self, digit: Digit, length: u32) -> f32 {
        let t = f64::from(self.given) / self.rate;
        let hz = [TONES_HZ[digit.row()], TONES_HZ[4 + digit.column()]];
        let mut sum = 0.0;
        for (n, hz) in hz.into_iter().enumerate() {
            let turns = t * f64::from(hz) * (1.0 + f64::from(self.tone.deviation[n]));
            sum += self.amplitudes[n] * libm::sin(TAU * (turns - libm::floor(turns))) as f32;
        }
        sum * self.envelope(length)
    }

    /// A raised cosine at both ends.
    fn envelope(&self, length: u32) -> f32 {
        let rise = self.tone.rise_s * self.rate as f32;
        let from_edge = self.given.min(length - 1 - self.given) as f32 + 0.5;
        if from_edge >= rise {
            return 1.0;
        }
        0.5 - 0.5 * libm::cosf(core::f32::consts::PI * from_edge / rise)
    }
}

impl<D: Iterator<Item = Digit>> Iterator for Dialing<D> {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let digit = self.digit?;
        let sample = if self.given < self.sounding { self.sample(digit, self.sounding) } else { 0.0 };
        self.given += 1;
        if self.given >= self.whole {
            self.digit = self.digits.next();
            self.given = 0;
            self.number += 1;
            self.measure();
        }
        Some(sample)
    }
}

/// Seconds to the microsecond: 0.03 is 0.03, not the 0.029 999 999 that a short number makes of it.
fn exact(seconds: f32) -> f64 {
    libm::round(f64::from(seconds) * 1e6) / 1e6
}

//! The samples of digits, one by one.

use super::Tone;
use crate::{Digit, SampleRate, limits::TONES_HZ};
use core::f64::consts::TAU;

/// The samples of a row of digits: an iterator, so that they can be taken in blocks of any size without a seam.
#[derive(Clone, Debug)]
pub struct Dialing<D> {
    tone: Tone,
    amplitudes: [f32; 2],
    rate: f64,
    digits: D,
    digit: Option<Digit>,
    /// Samples of the digit that were given.
    given: u32,
}

impl<D: Iterator<Item = Digit>> Dialing<D> {
    pub(super) fn new(tone: Tone, mut digits: D, rate: SampleRate) -> Self {
        let digit = digits.next();
        Self { tone, amplitudes: tone.amplitudes(), rate: f64::from(rate.hz()), digits, digit, given: 0 }
    }

    fn samples(&self, seconds: f32) -> u32 {
        libm::round(f64::from(seconds) * self.rate) as u32
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
        let length = self.samples(self.tone.length_s);
        let sample = if self.given < length { self.sample(digit, length) } else { 0.0 };
        self.given += 1;
        if self.given >= length + self.samples(self.tone.pause_s) {
            self.digit = self.digits.next();
            self.given = 0;
        }
        Some(sample)
    }
}

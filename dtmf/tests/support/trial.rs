//! A standard's procedure: digits sent one after another, and how many of them were heard.

use super::{EIGHT_KHZ, Line, amplitude, digits_in};
use afterbeep_dtmf::{Digit, Tone, ToneBuilder};
use std::{fmt, ops::AddAssign};

/// A full-scale sine in dBm0 (G.711): the difference between dBm0 and dBFS.
#[allow(clippy::approx_constant, reason = "decibels, not half a turn")]
pub(crate) const FULL_SCALE_DBM0: f32 = 3.14;
/// A start within this of the truth belongs to the digit that was sent there, in seconds.
const NEAR_S: f64 = 0.02;
/// The telephone's band is this share of the white noise at 8 kHz: 300–3400 Hz of 0–4000.
const BAND_SHARE: f64 = 3_100.0 / 4_000.0;

/// A tone of 50 ms and a pause of 50 ms, as most procedures ask, without deviation, at so many dBm0 for the stronger one.
pub(crate) fn tone_dbm0(level: f32) -> ToneBuilder {
    Tone::builder().level_dbfs(level - FULL_SCALE_DBM0).length_s(0.05).pause_s(0.05)
}

/// Digits on a line, with the places where they were sent.
pub(crate) struct Trial {
    pub(crate) line: Line,
    hz: u32,
    sent: Vec<(Digit, u64)>,
}

impl Trial {
    pub(crate) fn new() -> Self {
        Self::at(EIGHT_KHZ)
    }

    pub(crate) fn at(hz: u32) -> Self {
        let mut line = Line::new(hz);
        line.silence_ms(60);
        Self { line, hz, sent: Vec::new() }
    }

    /// Sends a digit and its pause; returns the digit's first sample.
    pub(crate) fn send(&mut self, tone: Tone, digit: Digit) -> u64 {
        let start = self.line.position();
        self.sent.push((digit, start));
        self.line.dial(tone, digit);
        start
    }

    /// White noise whose part within 300–3400 Hz has so many dBm0. What lies outside comes on top.
    pub(crate) fn add_noise_dbm0(&mut self, dbm0: f32) {
        let sine = amplitude(f64::from(dbm0 - FULL_SCALE_DBM0));
        self.line.add_noise(sine * (0.5 / BAND_SHARE).sqrt() as f32);
    }

    /// What the detector makes of it.
    pub(crate) fn score(mut self) -> Score {
        self.line.silence_ms(100);
        let mut waiting = self.sent.clone();
        let near = (NEAR_S * f64::from(self.hz)) as u64;
        let found = digits_in(self.hz, self.line.samples());
        for found in &found {
            let this =
                |(digit, start): &(Digit, u64)| *digit == found.digit && start.abs_diff(found.start) < near;
            if let Some(n) = waiting.iter().position(this) {
                waiting.swap_remove(n);
            }
        }
        let heard = self.sent.len() - waiting.len();
        Score { sent: self.sent.len(), heard, wrong: found.len() - heard }
    }
}

/// How many digits were sent, how many of them heard, and what was heard besides: false, doubled, split, misplaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Score {
    pub(crate) sent: usize,
    pub(crate) heard: usize,
    pub(crate) wrong: usize,
}

impl Score {
    pub(crate) fn is_perfect(self) -> bool {
        self.heard == self.sent && self.wrong == 0
    }

    pub(crate) fn is_silent(self) -> bool {
        self.heard == 0 && self.wrong == 0
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.sent += other.sent;
        self.heard += other.heard;
        self.wrong += other.wrong;
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} heard, {} wrong", self.heard, self.sent, self.wrong)
    }
}

/// The most in steps from `from` on that still gives a good score, in the order given; `None` if the first does not.
pub(crate) fn last_good<T: Copy>(steps: impl IntoIterator<Item = T>, good: impl Fn(T) -> bool) -> Option<T> {
    steps.into_iter().take_while(|step| good(*step)).last()
}

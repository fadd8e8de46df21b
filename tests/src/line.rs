//! The line on which a scenario is heard.

use afterbeep::Digit;

use crate::{
    Piece, Scenario,
    sound::{digit, gain, noise, tone},
    voice,
};

/// Everything that is heard on a line but its echo, sample by sample, and the echo as a rule.
#[derive(Clone, Debug)]
pub struct Line {
    rate_hz: u32,
    /// The sample of the mix at which the scenario's time is 0.
    origin: usize,
    mix: Vec<f32>,
    /// Delay in samples, gain.
    echoes: Vec<(usize, f32)>,
}

impl Line {
    /// The line of `scenario` whose time 0 is `origin` samples after the operation's start, up to `length` samples.
    ///
    /// # Errors
    /// In words, where a key is on no telephone.
    pub fn new(scenario: &Scenario, origin: usize, length: usize) -> Result<Self, String> {
        let mut line =
            Self { rate_hz: scenario.line.capture_rate, origin, mix: vec![0.0; length], echoes: Vec::new() };
        for piece in &scenario.sounds {
            line.add(piece)?;
        }
        Ok(line)
    }

    /// The sample at `at` seconds.
    pub fn sample_at(&self, at: f64) -> i64 {
        self.origin as i64 + (at * f64::from(self.rate_hz)).round() as i64
    }

    /// What is heard at sample `at` when `played` was played before.
    pub fn heard(&self, at: usize, played: &[i16]) -> i16 {
        let echo: f32 = self
            .echoes
            .iter()
            .filter_map(|&(delay, gain)| Some(gain * f32::from(*played.get(at.checked_sub(delay)?)?)))
            .sum();
        (self.mix.get(at).copied().unwrap_or(0.0) * 32_768.0 + echo).round() as i16
    }

    /// How many samples were mixed; silence follows.
    pub fn len(&self) -> usize {
        self.mix.len()
    }

    /// Whether nothing was mixed.
    pub fn is_empty(&self) -> bool {
        self.mix.is_empty()
    }

    fn samples(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.rate_hz)).round() as usize
    }

    fn add(&mut self, piece: &Piece) -> Result<(), String> {
        let rate = self.rate_hz;
        match *piece {
            Piece::Speech { at, length, level, seed } => {
                self.mix_in(at, &voice(rate, self.samples(length), level, seed));
            }
            Piece::Tone { at, length, hz, level } => {
                self.mix_in(at, &tone(rate, self.samples(length), hz, level));
            }
            Piece::Digits { at, ref keys, length, pause, level } => {
                let mut at = at;
                for key in keys.chars() {
                    let key = Digit::try_from(key).map_err(|error| error.to_string())?;
                    self.mix_in(at, &digit(rate, self.samples(length), key, level));
                    at += length + pause;
                }
            }
            Piece::Noise { at, length, color, level, seed } => {
                let at = at.unwrap_or(-(self.origin as f64) / f64::from(rate));
                let count = length.map_or(self.mix.len(), |length| self.samples(length));
                self.mix_in(at, &noise(count, color, level, seed));
            }
            Piece::Echo { delay, level } => {
                self.echoes.push((self.samples(delay).max(1), gain(level) as f32));
            }
        }
        Ok(())
    }

    fn mix_in(&mut self, at: f64, samples: &[f64]) {
        let start = self.sample_at(at);
        let skip = usize::try_from(-start).unwrap_or(0).min(samples.len());
        let room = self.mix.get_mut(usize::try_from(start).unwrap_or(0)..).unwrap_or_default();
        for (to, from) in room.iter_mut().zip(&samples[skip..]) {
            *to += *from as f32;
        }
    }
}

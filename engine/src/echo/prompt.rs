//! A prompt that comes back, taken out of what is heard.
//!
//! While it plays and until its echo is over, the detectors hear what is left of the capture without it. An adaptive filter
//! learns how it comes back ([`super::path`]), and knows how far it may be off; what is left that is no louder than that is ours, too.
//! What is recorded is the capture itself.

use afterbeep_dtmf::Digit;

use super::bridge::Bridge;
use super::canceller::Canceller;
use super::digits;
use super::judge::Judge;
use super::limits::{JUDGED_HZ, LIKE_REACH, RATE_HZ, SPAN_MS, TRUST_STEP};
use super::spectrum::FRAME;
use crate::SampleRate;

/// Knows our own sound when it comes back, and takes it out.
#[derive(Debug)]
pub(crate) struct PromptGuard {
    /// The canceller's own rate.
    hz: usize,
    /// Samples of the stream in which what was played may come back.
    span: usize,
    canceller: Canceller,
    judge: Judge,
    /// Where the stream is faster than the canceller.
    bridge: Option<Bridge>,
    /// Samples of the stream since something was played.
    quiet_for: usize,
    /// How much of the estimate is taken out.
    weight: f32,
    is_echo: bool,
    /// The most samples of the stream that are taken at once.
    block: usize,
    room: Room,
}

/// Room for the samples of a block.
#[derive(Debug, Default)]
struct Room {
    played: Vec<f32>,
    heard: Vec<f32>,
    echo: Vec<f32>,
    left: Vec<f32>,
    wide: Vec<f32>,
}

impl PromptGuard {
    /// A guard for a stream at `rate` whose output is heard `latency` samples after it was given.
    pub(super) fn new(rate: SampleRate, latency: u64) -> Self {
        let factor = (rate.hz() / RATE_HZ).max(1) as usize;
        let hz = rate.hz() as usize / factor;
        let samples = hz * SPAN_MS / 1_000 + (latency as usize).div_ceil(factor);
        let judged = JUDGED_HZ.0 * FRAME / hz..JUDGED_HZ.1 * FRAME / hz + 1;
        let block = rate.hz().div_ceil(100) as usize;
        Self {
            hz,
            span: samples * factor,
            canceller: Canceller::new(samples, judged),
            judge: Judge::new(hz as f32),
            bridge: (factor > 1).then(|| Bridge::new(factor, block)),
            quiet_for: usize::MAX / 2,
            weight: 1.0,
            is_echo: false,
            block,
            room: Room::of(block, block / factor + 1),
        }
    }

    /// Takes what was played while nothing was heard, in pieces of any size.
    pub(super) fn play(&mut self, played: &[i16]) {
        self.note_quiet(played);
        for part in played.chunks(self.block) {
            self.thin_played(part);
            if let Some(bridge) = &mut self.bridge {
                bridge.skip_heard(part.len());
            }
            self.canceller.play(&self.room.played);
        }
    }

    /// Takes what was played and what was heard at the same time, a block of 10 ms or less, and takes the one out of the other; how
    /// many of the last samples were nothing but our own sound, if any.
    pub(super) fn cancel(&mut self, played: &[i16], heard: &mut [i16]) -> Option<u64> {
        self.take(played, heard);
        let Room { played, heard: thin, echo, .. } = &mut self.room;
        self.canceller.estimate(played, thin, echo);
        self.take_out();
        let is_found = self.canceller.is_found();
        let (excess, is_sure) = (self.canceller.excess(), self.canceller.is_sure());
        self.is_echo = self.judge.is_own(&self.room.left, &self.room.echo, excess, is_sure) || is_found;
        self.give(heard);
        let before = if is_found { LIKE_REACH * self.block } else { 0 };
        self.is_echo.then_some((heard.len() + before) as u64)
    }

    /// The same of a block in which samples were lost: it says nothing of the echo or the noise, and nothing is taken out.
    pub(super) fn lose(&mut self, played: &[i16], heard: &mut [i16]) {
        self.take(played, heard);
        self.canceller.play(&self.room.played);
        self.take_out();
        self.is_echo = false;
        self.give(heard);
    }

    /// Whether the last block heard was our own sound.
    pub(super) fn is_echo(&self) -> bool {
        self.is_echo
    }

    /// Whether `digit` is one that was played and may come back.
    pub(super) fn plays(&self, digit: Digit) -> bool {
        digits::is_played(digit, self.hz as f32, self.canceller.played())
    }

    /// By how many samples of the stream later it is heard.
    pub(super) fn delay(&self) -> usize {
        self.bridge.as_ref().map_or(0, Bridge::delay)
    }

    /// Whether nothing that was played can come back any more.
    pub(super) fn is_over(&self) -> bool {
        self.quiet_for > self.span + FRAME * self.block * 100 / self.hz
    }

    fn note_quiet(&mut self, played: &[i16]) {
        let quiet = played.iter().rev().take_while(|&&sample| sample == 0).count();
        self.quiet_for = if quiet == played.len() { self.quiet_for.saturating_add(quiet) } else { quiet };
    }

    fn thin_played(&mut self, played: &[i16]) {
        self.room.played.clear();
        match &mut self.bridge {
            Some(bridge) => bridge.thin_played(played, &mut self.room.played),
            None => self.room.played.extend(played.iter().map(|&sample| f32::from(sample) / 32_768.0)),
        }
    }

    fn thin_heard(&mut self, heard: &[i16]) {
        self.room.heard.clear();
        match &mut self.bridge {
            Some(bridge) => bridge.thin_heard(heard, &mut self.room.heard),
            None => self.room.heard.extend(heard.iter().map(|&sample| f32::from(sample) / 32_768.0)),
        }
    }

    /// Takes a block, without an estimate so far.
    fn take(&mut self, played: &[i16], heard: &[i16]) {
        self.note_quiet(played);
        self.thin_played(played);
        self.thin_heard(heard);
        self.room.echo.clear();
        self.room.echo.resize(self.room.played.len(), 0.0);
    }

    /// Takes the estimate out, as far as it is to be trusted.
    fn take_out(&mut self) {
        let trust = self.canceller.trust();
        let Room { heard, echo, left, .. } = &mut self.room;
        left.clear();
        for (heard, echo) in heard.iter().zip(echo) {
            self.weight += TRUST_STEP * (trust - self.weight);
            left.push(heard - self.weight * *echo);
        }
    }

    /// Gives what is left at the stream's rate.
    fn give(&mut self, heard: &mut [i16]) {
        let Room { heard: thin, left, wide, .. } = &mut self.room;
        let samples = match &mut self.bridge {
            Some(bridge) => {
                wide.resize(heard.len(), 0.0);
                bridge.widen(thin, left, wide);
                &*wide
            }
            None => &*left,
        };
        for (heard, sample) in heard.iter_mut().zip(samples) {
            *heard = (sample * 32_768.0).round() as i16;
        }
    }
}

impl Room {
    fn of(block: usize, thin: usize) -> Self {
        let [played, heard, echo, left] = std::array::from_fn(|_| Vec::with_capacity(thin));
        Self { played, heard, echo, left, wide: Vec::with_capacity(block) }
    }
}

#[cfg(test)]
mod tests;

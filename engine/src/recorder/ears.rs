//! What a recorder hears with: both detectors, and the guard that knows our own sound.
//!
//! They belong to the stream and go from one operation of a call to the next: a digit that ended one does not sound anew in the
//! one that follows, and the echo of what one played is not the caller of the next.

use afterbeep_vad::Settings;

use crate::{
    SampleRate,
    echo::EchoGuard,
    hearing::{Heard, Hearing},
};

#[derive(Debug)]
pub(crate) struct Ears {
    rate: SampleRate,
    pub(super) hearing: Hearing,
    /// Absent as long as nothing was played.
    pub(super) echo: Option<EchoGuard>,
    /// Samples from giving a sound out until the caller hears it, as the guard was made for.
    latency: u64,
    /// The captured samples that no detector has heard yet, less than 10 ms of them.
    pub(super) block: Vec<i16>,
    /// What was played meanwhile, where there is a guard.
    pub(super) played: Vec<i16>,
    /// Some of them were lost: silence stands in their place.
    has_lost: bool,
    pub(super) heard: Vec<Heard>,
    /// The digit that sounds is our own, or one that the network has told.
    pub(super) ignores_digit: bool,
    /// Samples have passed that no detector heard.
    has_gap: bool,
}

impl Ears {
    pub(crate) fn new(rate: SampleRate, settings: Settings) -> Self {
        let step = rate.hz().div_ceil(100) as usize;
        Self {
            rate,
            hearing: Hearing::new(rate, settings),
            echo: None,
            latency: 0,
            block: Vec::with_capacity(step),
            played: Vec::new(),
            has_lost: false,
            heard: Vec::new(),
            ignores_digit: false,
            has_gap: false,
        }
    }

    /// Reads a little of it, that it be fetched from memory.
    pub(super) fn touch(&self) -> u64 {
        self.hearing.taken() + self.block.len() as u64 + self.latency
    }

    /// For the operation that comes next.
    pub(super) fn tune(&mut self, settings: Settings) {
        self.heard.clear();
        if !self.has_gap {
            // It was the last operation's.
            self.ignores_digit |= self.hearing.digit_sounds();
            return self.hearing.tune(settings);
        }
        self.hearing = Hearing::new(self.rate, settings);
        self.block.clear();
        self.played.clear();
        self.has_lost = false;
        self.ignores_digit = false;
        self.has_gap = false;
    }

    /// Something is to be played that is heard `latency` samples after it was given.
    pub(crate) fn expect_echo(&mut self, latency: u64, of_prompt: bool) {
        let serves = self.echo.as_ref().is_some_and(|echo| echo.is_of_prompt() || !of_prompt);
        if !serves || latency > self.latency {
            self.echo = Some(EchoGuard::new(self.rate, latency, of_prompt));
            self.latency = latency;
            let step = self.rate.hz().div_ceil(100) as usize;
            self.played.reserve(step);
            // Nothing was played so far.
            self.played.resize(self.block.len(), 0);
        }
    }

    /// Takes samples that will be heard with those that follow, and what was played meanwhile.
    pub(super) fn gather(&mut self, captured: &[i16], played: &[i16], are_lost: bool) {
        self.block.extend_from_slice(captured);
        self.has_lost |= are_lost;
        if self.echo.is_some() {
            self.played.extend_from_slice(played);
        }
    }

    /// Takes the echo of what was played out of the block; how many of the last samples were nothing but our own sound, if any. Once
    /// nothing plays and nothing can come back, the guard is let go.
    pub(super) fn cancel_echo(&mut self, plays: bool, block: &mut [i16], played: &[i16]) -> Option<u64> {
        let has_lost = std::mem::take(&mut self.has_lost);
        let guard = self.echo.as_mut()?;
        let own = if has_lost { guard.lose(played, block) } else { guard.cancel(played, block) };
        if !plays && guard.is_over() {
            self.echo = None;
        }
        own
    }

    /// Takes what was played while nobody listened.
    pub(crate) fn play(&mut self, played: &[i16]) {
        self.has_gap = true;
        if let Some(echo) = &mut self.echo {
            echo.play(played);
        }
    }

    /// So many samples passed while nobody listened and nothing was played.
    pub(crate) fn rest(&mut self, samples: u64) {
        const SILENCE: [i16; 480] = [0; 480];
        let mut left = samples;
        while left > 0 {
            let part = left.min(SILENCE.len() as u64);
            self.play(&SILENCE[..part as usize]);
            left -= part;
        }
        if self.echo.as_ref().is_some_and(EchoGuard::is_over) {
            self.echo = None;
        }
    }
}

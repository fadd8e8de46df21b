//! Our own prompt and beep, heard back: never the caller.
//!
//! A prompt is taken out of what is heard, by a filter that learns how it comes back ([`prompt`]). A beep is too short to learn by,
//! and many speak right after it: it is known again by its likeness ([`beep`]), which doubts nobody.

mod band;
mod beep;
mod bridge;
mod canceller;
mod digits;
mod judge;
mod likeness;
mod limits;
mod path;
mod prompt;
#[cfg(test)]
mod sounds;
mod spectrum;

use afterbeep_dtmf::Digit;

use crate::SampleRate;
use beep::BeepGuard;
use prompt::PromptGuard;

/// Knows our own sound when it comes back.
#[derive(Debug)]
pub(crate) enum EchoGuard {
    Beep(Box<BeepGuard>),
    Prompt(Box<PromptGuard>),
}

impl EchoGuard {
    /// A guard for a stream at `rate` whose output is heard `latency` samples after it was given.
    pub(crate) fn new(rate: SampleRate, latency: u64, of_prompt: bool) -> Self {
        if of_prompt {
            Self::Prompt(Box::new(PromptGuard::new(rate, latency)))
        } else {
            Self::Beep(Box::new(BeepGuard::new(rate, latency)))
        }
    }

    /// Whether it serves for a prompt.
    pub(crate) fn is_of_prompt(&self) -> bool {
        matches!(self, Self::Prompt(_))
    }

    /// Takes what was played while nothing was heard, in pieces of any size.
    pub(crate) fn play(&mut self, played: &[i16]) {
        match self {
            Self::Beep(guard) => guard.play(played),
            Self::Prompt(guard) => guard.play(played),
        }
    }

    /// Takes what was played and what was heard at the same time, a block of 10 ms or less; may take the one out of the other. How many
    /// of the last samples heard are nothing but our own sound, if any.
    pub(crate) fn cancel(&mut self, played: &[i16], heard: &mut [i16]) -> Option<u64> {
        match self {
            Self::Beep(guard) => guard.compare(played, heard),
            Self::Prompt(guard) => guard.cancel(played, heard),
        }
    }

    /// The same of a block in which samples were lost, with silence in their place.
    pub(crate) fn lose(&mut self, played: &[i16], heard: &mut [i16]) -> Option<u64> {
        match self {
            Self::Beep(guard) => guard.compare(played, heard),
            Self::Prompt(guard) => {
                guard.lose(played, heard);
                None
            }
        }
    }

    /// Whether the last block heard was our own sound.
    pub(crate) fn is_echo(&self) -> bool {
        match self {
            Self::Beep(guard) => guard.is_echo(),
            Self::Prompt(guard) => guard.is_echo(),
        }
    }

    /// Whether `digit` is one that was played and may come back.
    pub(crate) fn plays(&self, digit: Digit) -> bool {
        match self {
            Self::Beep(guard) => guard.is_echo(),
            Self::Prompt(guard) => guard.plays(digit),
        }
    }

    /// By how many samples of the stream later what was heard is given on.
    pub(crate) fn delay(&self) -> usize {
        match self {
            Self::Beep(_) => 0,
            Self::Prompt(guard) => guard.delay(),
        }
    }

    /// Whether nothing that was played can come back any more.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::Beep(guard) => guard.is_over(),
            Self::Prompt(guard) => guard.is_over(),
        }
    }
}

//! DTMF digits out of samples.
#![no_std]

mod bank;
mod channel;
mod detector;
mod digit;
mod envelope;
mod event;
mod front;
mod held;
mod judge;
mod limits;
mod past;
mod pending;
mod phasor;
mod rate;
mod screen;
mod tracker;
mod verdict;

pub use detector::{Detector, Events};
pub use digit::{Digit, NotADigit};
pub use event::Event;
pub use rate::{SampleRate, UnsupportedRate};

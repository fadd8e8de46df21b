//! DTMF digits out of samples.
#![no_std]

mod detector;
mod digit;
mod event;
mod rate;

pub use detector::{Detector, Events};
pub use digit::{Digit, NotADigit};
pub use event::Event;
pub use rate::{SampleRate, UnsupportedRate};

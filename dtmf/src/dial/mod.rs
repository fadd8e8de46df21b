//! Digits into samples: what a telephone sends.

mod dialing;
mod settings;
#[cfg(test)]
mod tests;

pub use dialing::Dialing;
pub use settings::{InvalidTone, Tone, ToneBuilder};

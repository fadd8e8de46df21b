//! DTMF digits out of samples, and samples out of digits.
//!
//! Streaming, without I/O, clock or allocation: [`Detector::push`] takes samples in slices of any length at any rate
//! from 8 to 96 kHz and gives [`Event`]s whose positions are exact in input samples. [`Tone::dial`] makes the samples.
//!
//! ```
//! use afterbeep_dtmf::{Detector, Digit, Event, SampleRate, Tone};
//!
//! let rate = SampleRate::new(16_000)?;
//! let digits = ['4', '2', '#'].into_iter().filter_map(|key| Digit::try_from(key).ok());
//! let call: Vec<f32> = Tone::new().dial(digits, rate).collect();
//!
//! let mut detector = Detector::new(rate);
//! let mut heard = String::new();
//! for slice in call.chunks(160) {
//!     for event in detector.push(slice) {
//!         if let Event::DigitStarted { digit, start, .. } = event {
//!             heard.push(digit.as_char());
//!             assert!(start % 3_200 < 16 || start % 3_200 > 3_120, "within a millisecond, or a little early");
//!         }
//!     }
//! }
//! assert_eq!(heard, "42#");
//! # Ok::<(), afterbeep_dtmf::UnsupportedRate>(())
//! ```
//!
//! # The way of a sample
//!
//! `rest` has what was pushed as whole numbers; `front` brings any rate to 8 kHz; `samples` keeps the last 64 ms; `bank` works out
//! the eight tones of a hop of 4 ms when it is asked; `screen` looks for one strong tone in each group, roughly and then better;
//! `channel` and `envelope` tell whether both are steady, in tune and long enough; `judge` fits the pair, looks at what it leaves, and
//! finds the start; `joining`, `long` and `steady` tell what sounded before, and what many looks in a row have in common; `verdict`
//! weighs that against `limits` and the `profile`; `tracker`, `held` and `past` make events of it. `machine` is how many numbers a
//! processor reckons with at once: it changes no result.
#![no_std]

mod bank;
mod channel;
mod detector;
mod dial;
mod digit;
mod envelope;
mod event;
mod front;
mod held;
mod joining;
mod judge;
mod limits;
mod long_window;
mod machine;
mod past;
mod pending;
mod phasor;
mod profile;
mod rate;
mod rest;
mod samples;
mod screen;
mod steady;
mod tracker;
mod verdict;

pub use detector::{Detector, Events};
pub use dial::{Dialing, InvalidTone, Tone, ToneBuilder};
pub use digit::{Digit, NotADigit};
pub use event::Event;
pub use profile::{InvalidLimit, Limit, Profile, ProfileBuilder};
pub use rate::{SampleRate, UnsupportedRate};

//! Sound card to lock-free ring and back.
//!
//! [`Microphone`] and [`Loudspeaker`] are what a program reads from and writes to; [`devices`] lists what there is.
//! The audio thread's part is [`callback`], and it is all that runs there: convert, copy, count.
//!
//! ```no_run
//! use std::time::Duration;
//! use afterbeep_capture::{Choice, Microphone, Read};
//!
//! let mut microphone = Microphone::open(&Choice::default())?;
//! let mut frame = [0i16; 480];
//! loop {
//!     match microphone.read(&mut frame, Duration::from_millis(100)) {
//!         Read::Samples(n) => println!("{n} samples at {}", microphone.rate()),
//!         Read::Lost(n) => println!("{n} samples missing here"),
//!         Read::Notice(notice) => eprintln!("{notice}"),
//!         Read::Silent => println!("the microphone gives nothing"),
//!         Read::Gone(error) => return Err(error),
//!         _ => {}
//!     }
//! }
//! # Ok::<(), afterbeep_capture::DeviceError>(())
//! ```
#![doc = ""]
#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

pub mod callback;
mod choice;
mod control;
mod devices;
mod error;
mod file_device;
mod gaps;
mod hearing;
mod host;
mod limits;
mod loudspeaker;
mod microphone;
mod notice;
mod outage;
#[cfg(feature = "proof")]
pub mod proof;
mod ring_length;
mod scheduling;
mod speaking;
mod tender;

#[cfg(all(test, not(feature = "proof")))]
compile_error!(
    "tests run in the traps of the feature `proof`, which the dev-dependency on this crate brings"
);

pub use afterbeep::{Channel, NoSuchChannel};
pub use choice::Choice;
pub use devices::{DeviceInfo, HostInfo, devices};
pub use error::DeviceError;
pub use gaps::{Gap, Gaps};
pub use loudspeaker::{Loudspeaker, LoudspeakerOpening};
pub use microphone::{Listening, Microphone, Opening, Read};
pub use notice::Notice;
pub use ring_length::{RingLength, RingOutOfRange};
pub use scheduling::Scheduling;

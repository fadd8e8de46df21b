//! Where speech starts and where it ends.
#![no_std]

mod detector;
mod event;
mod rate;
mod settings;

pub use detector::{Detector, Events, Frame};
pub use event::Event;
pub use rate::{SampleRate, UnsupportedRate};
pub use settings::{BadSetting, Settings};

#![doc = include_str!("../README.md")]
#![no_std]

mod bands;
mod behind;
mod cold;
mod decide;
mod detector;
mod event;
mod exclude;
mod fft;
mod floor;
mod front;
mod halfband;
mod lanes;
mod limits;
mod lines;
mod outdone;
mod packed;
mod rate;
mod report;
mod resample;
mod ring;
mod rise;
mod row;
mod score;
mod settings;
mod shape;
mod sight;
mod undo;
mod voicing;

pub use detector::{Detector, Events, Frame};
pub use event::Event;
pub use rate::{SampleRate, UnsupportedRate};
pub use settings::{BadSetting, Settings};

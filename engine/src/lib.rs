//! Samples in; samples, events and a recording out.

mod rate;
pub mod resampler;

pub use rate::{RecordingRate, SampleRate, UnsupportedRate, UnsupportedRecordingRate};
pub use resampler::{Resampler, ResamplerError};

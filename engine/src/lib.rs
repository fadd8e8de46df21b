//! Samples in; samples, events and a recording out.

mod rate;

pub use rate::{RecordingRate, SampleRate, UnsupportedRate, UnsupportedRecordingRate};

//! The detector: samples in, digits out.

use crate::{Event, SampleRate};

/// Hears DTMF digits in a stream of samples.
#[derive(Clone, Debug)]
pub struct Detector {
    position: u64,
}

impl Detector {
    /// A detector for a stream at `rate`.
    pub fn new(rate: SampleRate) -> Self {
        let _ = rate;
        Self { position: 0 }
    }

    /// Takes the stream's next samples, full scale ±1.0, in slices of any length.
    pub fn push<'a>(&'a mut self, samples: &'a [f32]) -> Events<'a> {
        Events { detector: self, rest: samples }
    }

    /// Ends the stream: a digit that is sounding and long enough by now is told, and closed here.
    pub fn finish(self) -> impl Iterator<Item = Event> {
        core::iter::empty()
    }

    /// The power of the eight tones over the last window in dBFS, low group first: for a trace.
    pub fn tones_dbfs(&self) -> [f32; 8] {
        [-120.0; 8]
    }
}

/// The events of one push, in order. Dropping it early loses events, but no samples.
#[derive(Debug)]
#[must_use = "the events of a push are lost with it"]
pub struct Events<'a> {
    detector: &'a mut Detector,
    rest: &'a [f32],
}

impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.detector.position += self.rest.len() as u64;
        self.rest = &[];
        None
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

//! The detector: samples in, starts and ends of speech out.

use core::ops::Range;

use crate::{Event, SampleRate, Settings};

/// Hears where speech starts and ends in a stream of samples.
#[derive(Clone, Debug)]
pub struct Detector {
    position: u64,
}

impl Detector {
    /// A detector for a stream at `rate`.
    pub fn new(rate: SampleRate, settings: Settings) -> Self {
        let _ = (rate, settings);
        Self { position: 0 }
    }

    /// Takes the stream's next samples, full scale ±1.0, in slices of any length.
    pub fn push<'a>(&'a mut self, samples: &'a [f32]) -> Events<'a> {
        Events { detector: self, rest: samples }
    }

    /// Says that the samples of `range` are not speech, whatever they sound like (a digit, our own beep).
    pub fn exclude(&mut self, range: Range<u64>) {
        let _ = range;
    }

    /// Ends the stream: speech that is open is closed here.
    pub fn finish(self) -> Option<Event> {
        None
    }

    /// The last 10 ms frame as the detector saw it: for a trace or a level meter.
    pub fn frame(&self) -> Frame {
        Frame { level_dbfs: -120.0, floor_dbfs: -120.0, threshold_dbfs: -120.0, active: false }
    }
}

/// One 10 ms frame as the detector saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The frame's level, in dBFS.
    pub level_dbfs: f32,
    /// The noise floor that was tracked up to it, in dBFS.
    pub floor_dbfs: f32,
    /// The level from which a frame counts as speech, in dBFS.
    pub threshold_dbfs: f32,
    /// Whether this frame counted as speech.
    pub active: bool,
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

//! What is being recorded: conversion to the recording's rate, level, length.

use crate::{
    Level, RecordingRate, SampleRate,
    level::LevelMeter,
    resampler::{Resampler, ResamplerError},
};

/// How far back the end of a recording may be set without measuring anew, in parts of a second: a stop tone is known after 0.1 s
/// at most, it is; 0.5 s where the pause at the end is trimmed.
const LOOK_BACK: u32 = 10;
const LOOK_BACK_TRIMMED: u32 = 2;

/// The recording, from its sample 0 on.
#[derive(Debug)]
pub(crate) struct Take {
    capture_hz: u64,
    recording_hz: u64,
    converter: Option<Resampler>,
    meter: LevelMeter,
    /// Samples given out in earlier turns.
    given: u64,
    /// Samples to give out in this turn.
    fresh: Vec<i16>,
}

impl Take {
    pub(crate) fn new(
        capture: SampleRate,
        recording: RecordingRate,
        trims: bool,
    ) -> Result<Self, ResamplerError> {
        let converter = if capture == recording.as_sample_rate() {
            None
        } else {
            Some(Resampler::new(capture, recording.as_sample_rate())?)
        };
        let look_back = if trims { LOOK_BACK_TRIMMED } else { LOOK_BACK };
        Ok(Self {
            capture_hz: u64::from(capture.hz()),
            recording_hz: u64::from(recording.hz()),
            converter,
            meter: LevelMeter::new((recording.hz() / look_back) as usize),
            given: 0,
            fresh: Vec::new(),
        })
    }

    /// Forgets what was given out in the last turn.
    pub(crate) fn begin_turn(&mut self) {
        self.given += self.fresh.len() as u64;
        self.fresh.clear();
    }

    /// Records captured samples. At the recording's own rate they are taken as they are, bit for bit.
    pub(crate) fn push(&mut self, captured: &[i16]) {
        let before = self.fresh.len();
        match &mut self.converter {
            None => self.fresh.extend_from_slice(captured),
            Some(converter) => converter.process(captured, &mut self.fresh),
        }
        self.meter.push(&self.fresh[before..]);
    }

    /// How many samples were recorded so far.
    pub(crate) fn samples(&self) -> u64 {
        self.given + self.fresh.len() as u64
    }

    /// The samples of this turn.
    pub(crate) fn fresh(&self) -> &[i16] {
        &self.fresh
    }

    /// Where the samples of a turn go.
    pub(super) fn room(&mut self) -> &mut Vec<i16> {
        &mut self.fresh
    }

    /// The recording's length for a capture of `captured` samples.
    pub(crate) fn length(&self, captured: u64) -> u64 {
        (captured * self.recording_hz + self.capture_hz / 2) / self.capture_hz
    }

    /// Notes that the recording may end at capture sample `captured`.
    pub(crate) fn mark(&mut self, captured: u64) {
        let length = self.length(captured);
        self.meter.mark(length);
    }

    /// Ends the recording at `length` samples: what the converter still holds comes out, what is beyond goes.
    pub(crate) fn finish(&mut self, length: u64) -> Level {
        if let Some(mut converter) = self.converter.take() {
            let before = self.fresh.len();
            converter.finish(&mut self.fresh);
            self.meter.push(&self.fresh[before..]);
        }
        self.fresh.truncate(length.saturating_sub(self.given) as usize);
        self.meter.level(length)
    }
}

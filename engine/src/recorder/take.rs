//! What is being recorded: conversion to the recording's rate, level, length.

use std::mem::swap;

use super::look_back::LookBack;
use crate::{
    Level, RecordingRate, SampleRate,
    resampler::{Resampler, ResamplerError},
};

/// How far back the end of a recording may be set without measuring anew, in parts of a second: a stop tone is known after 0.1 s
/// at most, it is; 0.5 s where the pause at the end is trimmed.
const LOOK_BACK: u32 = 10;
const LOOK_BACK_TRIMMED: u32 = 2;

/// Turns are of 20 ms: for two there is room from the start, for longer ones it is made. The level is noted as often.
const TURNS_PER_SECOND: usize = 50;

/// The recording, from its sample 0 on.
#[derive(Debug)]
pub(crate) struct Take {
    capture_hz: u64,
    recording_hz: u64,
    converter: Option<Resampler>,
    /// This turn's samples, in room that is lent for it.
    fresh: Vec<i16>,
    /// Samples given out in earlier turns.
    given: u64,
    /// All of them, and their level.
    past: LookBack,
    /// How far back an end may be set.
    look_back: usize,
    /// Where the recording may end, and the level up to there once that would be forgotten.
    mark: Option<(u64, Option<Level>)>,
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
        let look_back = (recording.hz() / if trims { LOOK_BACK_TRIMMED } else { LOOK_BACK }) as usize;
        let turn = recording.hz() as usize / TURNS_PER_SECOND;
        Ok(Self {
            capture_hz: u64::from(capture.hz()),
            recording_hz: u64::from(recording.hz()),
            converter,
            fresh: Vec::with_capacity(2 * turn),
            given: 0,
            past: LookBack::new(look_back, turn),
            look_back,
            mark: None,
        })
    }

    /// Begins another turn: what was recorded so far is given out.
    pub(crate) fn begin_turn(&mut self) {
        self.measure();
        self.given += self.fresh.len() as u64;
        self.fresh.clear();
    }

    /// Exchanges the room for a turn's samples, in which nothing is.
    pub(crate) fn swap_room(&mut self, room: &mut Vec<i16>) {
        swap(&mut self.fresh, room);
    }

    /// Records captured samples. At the recording's own rate they are taken as they are, bit for bit.
    pub(crate) fn push(&mut self, captured: &[i16]) {
        match &mut self.converter {
            None => self.fresh.extend_from_slice(captured),
            Some(converter) => converter.process(captured, &mut self.fresh),
        }
    }

    /// Measures this turn's samples, in pieces by which a marked end is not lost sight of.
    fn measure(&mut self) {
        for part in self.fresh.chunks(self.look_back.max(1)) {
            if let Some((at, None)) = self.mark
                && at + (self.look_back as u64) < self.past.len() + part.len() as u64
            {
                self.mark = Some((at, Some(self.past.level(at))));
            }
            self.past.push(part);
        }
    }

    /// How many samples were recorded so far.
    pub(crate) fn samples(&self) -> u64 {
        self.given + self.fresh.len() as u64
    }

    /// The samples of this turn.
    pub(crate) fn fresh(&self) -> &[i16] {
        &self.fresh
    }

    /// The recording's length for a capture of `captured` samples.
    pub(crate) fn length(&self, captured: u64) -> u64 {
        (captured * self.recording_hz + self.capture_hz / 2) / self.capture_hz
    }

    /// Notes that the recording may end at capture sample `captured`.
    pub(crate) fn mark(&mut self, captured: u64) {
        self.mark = Some((self.length(captured), None));
    }

    /// Ends the recording at `length` samples: what the converter still holds comes out, what is beyond goes.
    pub(crate) fn finish(&mut self, length: u64) -> Level {
        if let Some(mut converter) = self.converter.take() {
            converter.finish(&mut self.fresh);
        }
        self.measure();
        let level = match self.mark {
            Some((at, Some(level))) if at == length => level,
            _ => self.past.level(length),
        };
        self.fresh.truncate(length.saturating_sub(self.given) as usize);
        level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of(samples: &[i16]) -> Level {
        let mut level = Level::default();
        level.add(samples);
        level
    }

    /// A recording of these samples in turns of 33.
    fn taken(take: &mut Take, samples: &[i16]) -> Vec<i16> {
        let mut given = Vec::new();
        for turn in samples.chunks(33) {
            take.begin_turn();
            take.push(turn);
            given.extend_from_slice(take.fresh());
        }
        given
    }

    #[test]
    fn an_end_that_is_set_back_takes_its_samples_out() -> Result<(), ResamplerError> {
        let samples: Vec<i16> = (0..4_000).map(|n: i32| (n * 7 % 901) as i16).collect();
        for length in [0, 3_100, 3_205, 3_999, 4_000] {
            let mut take = Take::new(SampleRate::HZ_8000, RecordingRate::Hz8000, false)?;
            assert_eq!(taken(&mut take, &samples), samples);
            // What is farther back than the look-back is not told apart any more.
            let oldest = take.past.oldest() as usize;
            assert!(oldest <= samples.len() - 800, "{oldest}");
            assert_eq!(take.finish(length as u64), level_of(&samples[..length.max(oldest)]), "{length}");
        }
        Ok(())
    }

    #[test]
    fn an_end_that_was_marked_in_time_may_lie_back_any_far() -> Result<(), ResamplerError> {
        let samples: Vec<i16> = (0..9_000).map(|n: i32| (n * 7 % 901) as i16).collect();
        let mut take = Take::new(SampleRate::HZ_8000, RecordingRate::Hz8000, true)?;
        taken(&mut take, &samples[..300]);
        take.mark(250);
        taken(&mut take, &samples[300..]);
        assert_eq!(take.finish(250), level_of(&samples[..250]));
        assert!(take.fresh().is_empty());
        Ok(())
    }
}

//! What is being recorded: conversion to the recording's rate, level, length.

use crate::{
    Level, RecordingRate, SampleRate,
    resampler::{Resampler, ResamplerError},
};

/// How far back the end of a recording may be set without measuring anew, in parts of a second: a stop tone is known after 0.1 s
/// at most, it is; 0.5 s where the pause at the end is trimmed.
const LOOK_BACK: u32 = 10;
const LOOK_BACK_TRIMMED: u32 = 2;

/// By what share of the look-back more samples are kept at most, before what is beyond it is measured and let go: so they are moved
/// every few turns only.
const SLACK: usize = 2;

/// The recording, from its sample 0 on.
#[derive(Debug)]
pub(crate) struct Take {
    capture_hz: u64,
    recording_hz: u64,
    converter: Option<Resampler>,
    /// The last samples: those of earlier turns that the end may be set back over, and this turn's.
    samples: Vec<i16>,
    /// Where in them this turn's begin.
    fresh: usize,
    /// Samples given out in earlier turns.
    given: u64,
    look_back: usize,
    /// The level of all samples before those.
    settled: Level,
    /// Where the recording may end, and the level up to there once that is settled.
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
        let turn = recording.hz() as usize / 50;
        Ok(Self {
            capture_hz: u64::from(capture.hz()),
            recording_hz: u64::from(recording.hz()),
            converter,
            samples: Vec::with_capacity(look_back + look_back / SLACK + 2 * turn),
            fresh: 0,
            given: 0,
            look_back,
            settled: Level::default(),
            mark: None,
        })
    }

    /// Begins another turn: what was recorded so far is given out.
    pub(crate) fn begin_turn(&mut self) {
        self.given += self.fresh().len() as u64;
        if self.samples.len() > self.look_back + self.look_back / SLACK {
            self.settle(self.samples.len() - self.look_back);
        }
        self.fresh = self.samples.len();
    }

    /// Measures the oldest samples and lets them go.
    fn settle(&mut self, count: usize) {
        if let Some((at, None)) = self.mark
            && at <= self.settled.samples() + count as u64
        {
            self.mark = Some((at, Some(self.level(at))));
        }
        self.settled.add(&self.samples[..count]);
        self.samples.copy_within(count.., 0);
        self.samples.truncate(self.samples.len() - count);
    }

    /// Records captured samples. At the recording's own rate they are taken as they are, bit for bit.
    pub(crate) fn push(&mut self, captured: &[i16]) {
        match &mut self.converter {
            None => {
                self.samples.reserve_exact(captured.len());
                self.samples.extend_from_slice(captured);
            }
            Some(converter) => converter.process(captured, &mut self.samples),
        }
    }

    /// How many samples were recorded so far.
    pub(crate) fn samples(&self) -> u64 {
        self.given + self.fresh().len() as u64
    }

    /// The samples of this turn.
    pub(crate) fn fresh(&self) -> &[i16] {
        &self.samples[self.fresh..]
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
            converter.finish(&mut self.samples);
        }
        let level = self.level(length);
        self.samples.truncate(self.fresh + length.saturating_sub(self.given) as usize);
        level
    }

    /// The level of the recording's first `length` samples, as far as they are known apart.
    fn level(&self, length: u64) -> Level {
        if let Some((at, Some(level))) = self.mark
            && at == length
        {
            return level;
        }
        let rest = length.saturating_sub(self.settled.samples()).min(self.samples.len() as u64);
        let mut level = self.settled;
        level.add(&self.samples[..rest as usize]);
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
            // What is farther back than the look-back was measured already.
            let settled = take.settled.samples() as usize;
            assert!(settled <= samples.len() - 800, "{settled}");
            assert_eq!(take.finish(length as u64), level_of(&samples[..length.max(settled)]), "{length}");
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

//! The streams that a recording runs on.

use std::{sync::Arc, time::Duration};

use crate::{Beep, Failure, Prompt, RecordingRate, SampleRate};

/// The streams that a recording runs on, and the sounds to play on them.
#[derive(Clone, Debug)]
pub struct Setup {
    pub(crate) capture_rate: SampleRate,
    pub(crate) recording_rate: RecordingRate,
    pub(crate) prompt: Sound,
    pub(crate) beep: Beep,
    pub(crate) output_latency: Duration,
    pub(crate) max_bytes: Option<u64>,
}

impl Setup {
    /// A capture stream and a playback stream at `capture_rate`, recorded at 16 kHz, without a prompt.
    pub fn new(capture_rate: SampleRate) -> Self {
        Self {
            capture_rate,
            recording_rate: RecordingRate::default(),
            prompt: Sound::None,
            beep: Beep::default(),
            output_latency: Duration::ZERO,
            max_bytes: None,
        }
    }

    /// The recording's rate. At the capture's own rate it is the captured samples, bit for bit.
    #[must_use]
    pub fn recording_rate(mut self, rate: RecordingRate) -> Self {
        self.recording_rate = rate;
        self
    }

    /// The prompt, or why there is none to play.
    #[must_use]
    pub fn prompt(mut self, prompt: Sound) -> Self {
        self.prompt = prompt;
        self
    }

    /// The beep, where the request asks for one.
    #[must_use]
    pub fn beep(mut self, beep: Beep) -> Self {
        self.beep = beep;
        self
    }

    /// How long it takes until a sample that was given out is heard: sample 0 waits for as long.
    #[must_use]
    pub fn output_latency(mut self, latency: Duration) -> Self {
        self.output_latency = latency;
        self
    }

    /// The largest recording in bytes, header included: it ends there as at its longest duration.
    #[must_use]
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }
}

/// A prompt at the point where it is to be played.
#[derive(Clone, Debug, Default)]
pub enum Sound {
    /// None was asked for.
    #[default]
    None,
    /// Its audio, at the capture's rate.
    Ready(Prompt),
    /// It was asked for and is not there: the operation ends with it.
    Failed(Failure),
}

impl Sound {
    pub(crate) fn into_parts(self) -> (Arc<[i16]>, Option<Failure>) {
        match self {
            Self::None => (Arc::default(), None),
            Self::Ready(prompt) => (prompt.samples(), None),
            Self::Failed(failure) => (Arc::default(), Some(failure)),
        }
    }
}

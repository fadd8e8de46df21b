//! What is asked of a call: a request, and where its recording goes.

use std::path::PathBuf;

use crate::{
    Beep, Failure, Prompt, RecordResponse, RecordingRate, SampleRate, Setup, Sound, recording::RecordingPath,
};

/// A message to be recorded: the contract's request, and what goes beyond it.
#[derive(Clone, Debug)]
#[must_use = "nothing is recorded before `CallHandle::record_response`"]
pub struct Message {
    pub(super) request: RecordResponse,
    pub(super) prompt: Option<Result<Prompt, Failure>>,
    pub(super) rate: RecordingRate,
    pub(super) beep: Beep,
    pub(super) path: Option<RecordingPath>,
    pub(super) earlier: Option<PathBuf>,
}

impl Message {
    /// What `request` asks for: recorded at 16 kHz, after the standard beep, under a name that the engine chooses. The request's
    /// prompt, if it has one, is a file, which is read when it is asked for.
    pub fn new(request: RecordResponse) -> Self {
        Self {
            request,
            prompt: None,
            rate: RecordingRate::default(),
            beep: Beep::default(),
            path: None,
            earlier: None,
        }
    }

    /// Plays this in place of the request's own prompt; it is at the call's rate.
    pub fn prompt(self, prompt: Prompt) -> Self {
        Self { prompt: Some(Ok(prompt)), ..self }
    }

    /// The recording's rate.
    pub fn rate(self, rate: RecordingRate) -> Self {
        Self { rate, ..self }
    }

    /// The beep, where the request asks for one.
    pub fn beep(self, beep: Beep) -> Self {
        Self { beep, ..self }
    }

    /// Where the recording goes, in place of the engine's folder and a name of its choice. Says nothing where the engine has no folder.
    pub fn path(self, path: RecordingPath) -> Self {
        Self { path: Some(path), ..self }
    }

    /// The recording continues a finished one: that stays as it is until the new one is complete, which holds both. It has to be at the
    /// same rate.
    pub fn append_to(self, earlier: impl Into<PathBuf>) -> Self {
        Self { earlier: Some(earlier.into()), ..self }
    }

    /// The same with its prompt read, on the thread that asks.
    pub(super) fn opened(self, rate: SampleRate) -> Order {
        let prompt = self.prompt.or_else(|| {
            let prompt = self.request.prompt()?;
            Some(Prompt::open(prompt.uri.as_ref(), rate))
        });
        let sound = match prompt {
            None => Sound::None,
            Some(Ok(prompt)) => Sound::Ready(prompt),
            Some(Err(failure)) => Sound::Failed(failure),
        };
        let setup = Setup::new(rate).recording_rate(self.rate).beep(self.beep).prompt(sound);
        Order { request: self.request, setup, path: self.path, earlier: self.earlier }
    }
}

impl From<RecordResponse> for Message {
    fn from(request: RecordResponse) -> Self {
        Self::new(request)
    }
}

/// A message that is ready to be recorded.
pub(super) struct Order {
    pub(super) request: RecordResponse,
    pub(super) setup: Setup,
    /// Where its recording goes, once that is known; nowhere stays in memory.
    pub(super) path: Option<RecordingPath>,
    pub(super) earlier: Option<PathBuf>,
}

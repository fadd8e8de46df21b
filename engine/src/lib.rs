//! Captured samples in; playback, events and a recording out.
//!
//! ```
//! use afterbeep::{Next, Queued, RecordResponse, SampleRate, Setup};
//!
//! # let line = |n: usize| -> Vec<i16> { vec![0; n] };
//! let request = RecordResponse::builder().stop_tones("#".parse()?).build()?;
//! let queued = Queued::new(&request, Setup::new(SampleRate::HZ_16000))?;
//!
//! let mut recording: Vec<i16> = Vec::new();
//! let mut turn = queued.start();
//! let outcome = loop {
//!     for event in turn.events() {
//!         println!("{event:?}");
//!     }
//!     recording.extend(turn.recorded());
//!     // Here `turn.playback()` goes to the loudspeaker: prompt and beep, as many samples as were captured.
//!     match turn.next() {
//!         Next::Running(recorder) => turn = recorder.push(&line(160)),
//!         Next::Finished(outcome) => break outcome,
//!     }
//! };
//! assert_eq!(outcome.reason.to_string(), "maxRecordDurationReached", "nobody spoke for the 5 s that fit");
//! assert_eq!(recording.len(), 80_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! That is the whole of the core: no thread, no clock, no file. The samples are the time, so the same input gives the same
//! events and the same recording in frames of any size and at any speed.
//!
//! Around it stand the edges, each useful alone: [`AudioFile`] and [`Prompt`] read what people have, [`recording`]
//! writes one WAV or thousands, valid at every instant, on threads of its own, [`Analyzer`] runs the detectors without phases,
//! [`Resampler`] converts rates, and [`report`] spells an outcome as the contract does. The phases are one table,
//! [`phase::next`].

mod analysis;
mod audio_file;
mod beep;
mod call;
mod channel;
mod completion;
mod echo;
mod engine;
mod event;
mod hearing;
mod level;
mod outcome;
pub mod phase;
mod playback;
mod position;
mod prompt;
mod rate;
mod recorder;
pub mod recording;
pub mod report;
mod request;
mod request_json;
pub mod resampler;
pub mod ring;
mod stop_tones;
mod timeout;

/// The README's examples, which run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

pub use afterbeep_dtmf::{Digit, NotADigit};
pub use afterbeep_vad::{BadSetting, Settings as VadSettings};
pub use analysis::{Analysis, Analyzer};
pub use audio_file::{AudioFile, AudioFileError, AudioFileWarning, HIGHEST_HZ, LOWEST_HZ, heard_rate};
pub use beep::{Beep, InvalidBeep};
pub use call::{
    Call, NotRecording, OperationId, OperationOutcome, Output, PlayEnd, PlayOutcome, PlayPrompt, Refused,
};
pub use channel::{Channel, InvalidChannel, NoSuchChannel};
pub use completion::{CompletionReason, Failure, PromptFault, ResultInfo, Status};
pub use engine::{
    AskError, Audio, Builder, CallEvent, CallHandle, Counted, Engine, Events, Finished, Kept, Message,
    OpenError, Operation,
};
pub use event::{Event, Reading, Timer, TimerKind, Trace};
pub use level::{Level, SILENCE_DBFS};
pub use outcome::{DigitHeard, Outcome, PhaseStart, Recorded, SpeechSegment};
pub use phase::Phase;
pub use position::Position;
pub use prompt::Prompt;
pub use rate::{RecordingRate, SampleRate, UnsupportedRate, UnsupportedRecordingRate};
pub use recorder::{Ending, Next, Queued, Recorder, Setup, Sound, Turn};
pub use report::{
    AnalysisReport, DigitReport, LevelReport, PhaseReport, RecordingReport, Report, SpeechReport,
};
pub use request::{MediaPrompt, Options, PromptInterruption, RecordResponse, RecordResponseBuilder};
pub use request_json::InvalidRequest;
pub use resampler::{Resampler, ResamplerError};
pub use stop_tones::{InvalidStopTone, StopTones};
pub use timeout::Timeout;

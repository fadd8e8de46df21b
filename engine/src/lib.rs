//! Captured samples in; playback, events and a recording out.

mod analysis;
mod audio_file;
mod beep;
mod completion;
mod echo;
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
mod stop_tones;
mod timeout;

pub use afterbeep_dtmf::{Digit, NotADigit};
pub use afterbeep_vad::{BadSetting, Settings as VadSettings};
pub use analysis::{Analysis, Analyzer};
pub use audio_file::{AudioFile, AudioFileError, AudioFileWarning, HIGHEST_HZ, LOWEST_HZ};
pub use beep::{Beep, InvalidBeep};
pub use completion::{CompletionReason, Failure, PromptFault, ResultInfo, Status};
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

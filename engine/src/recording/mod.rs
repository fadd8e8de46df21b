//! A recording on disk: a WAV file that is valid at every instant, written by a thread of its own.

mod header;
mod paths;
mod storage;
mod wav_file;

pub use paths::{RecordingPath, UnusablePath};
pub use storage::{Progress, Storage};
pub use wav_file::{Medium, SavedRecording, StorageError, WavFile};

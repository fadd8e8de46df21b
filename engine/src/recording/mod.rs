//! A recording on disk: a WAV file that is valid at every instant, written by a thread of its own.
#![expect(
    clippy::disallowed_types,
    reason = "the edge to the disk: files, a thread, and a clock that waits for it"
)]

mod header;
mod paths;
mod storage;
mod wav_file;

pub use paths::{RecordingPath, UnusablePath};
pub use storage::{Progress, Storage};
pub use wav_file::{Medium, SavedRecording, StorageError, WavFile};

//! A recording on disk: a WAV file that is valid at every instant, written by a thread of its own.
#![expect(
    clippy::disallowed_types,
    reason = "the edge to the disk: files, a thread, and a clock that waits for it"
)]

mod blocks;
mod error;
mod expire;
mod header;
mod lanes;
mod medium;
mod name;
mod paths;
mod progress;
mod recordings;
mod recover;
mod seal;
mod storage;
mod store;
mod track;
mod wav_file;

pub use error::{StorageError, StorageFault};
pub use expire::{Expired, Retention};
pub use medium::Medium;
pub use name::{InvalidName, NameFault, RecordingName};
pub use paths::{RecordingPath, UnusablePath};
pub use progress::Progress;
pub use recordings::{Recordings, StoredRecording};
pub use recover::Recovery;
pub use storage::Storage;
pub use store::{Backlog, RecordingWriter, Store, StoreBuilder};
pub use wav_file::{SavedRecording, WavFile};

//! Recordings on disk: WAV files that are valid at every instant, written by threads of their own.
//!
//! [`WavFile`] is one file: samples first, then the header that counts them. [`Storage`] writes one recording on one
//! thread, and lets whoever is faster than the disk wait. [`Store`] writes thousands on a few threads, and lets
//! nobody wait: what finds no room is lost, counted, and silence in the file. [`Recordings`] is the folder in which
//! they lie: it lists, opens, deletes and expires them, and completes what a process that died left unfinished.
//!
//! How samples get there, in both:
//!
//! ```text
//! append → blocks that wait → a writer: samples, header        → NAME.part.wav
//! begin  → an opener: header, lock, name ↗
//! finish → a sealer: the rest, NAME.part.json, cut, sync, names → NAME.wav, NAME.json → whoever is told
//! ```
//!
//! A recording is in one thread's hands at a time, and in one queue at a time, so no queue is longer than there are
//! recordings. What waits for the disk (opening, sealing) has threads of its own; a writer waits for the system's
//! cache alone. Where that stands still too, with a disk that is gone or full of writes, the writers in its files do;
//! once that is all of them, the samples of every recording wait, and none is lost within the bound.
//!
//! What a process killed at any instant leaves: of each recording `NAME.part.wav`, valid, with all but what was
//! gathered (50 ms unless said otherwise) and what a writer had not come to; and nothing under a final name that is
//! not complete.
#![expect(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the edge to the disk: files, threads, and a clock that waits for them"
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

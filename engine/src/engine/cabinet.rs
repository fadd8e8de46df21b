//! Where an engine's recordings go: a folder, and names that nobody else has.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::command::CallId;
use crate::OperationId;
use crate::recording::{
    RecordingName, RecordingPath, Recordings, Recovery, StorageError, Store, StoreBuilder, UnusablePath,
};

/// An engine's folder and the threads that write to it.
#[derive(Debug)]
pub(super) struct Cabinet {
    pub(super) store: Arc<Store>,
    pub(super) places: Places,
}

/// Where new recordings go.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) recordings: Recordings,
    /// Since when the engine runs, in seconds of the Unix epoch: the names of another run's recordings differ.
    since: u64,
}

impl Cabinet {
    /// Opens the folder, and completes what a process that died has left there.
    pub(super) fn open(folder: PathBuf, how: StoreBuilder) -> Result<(Self, Recovery), OpenError> {
        let recordings = Recordings::in_folder(folder)?;
        let recovery = recordings.recover()?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Ok((Self { store: Arc::new(how.build()?), places: Places { recordings, since } }, recovery))
    }
}

impl Places {
    /// A place for an operation's recording.
    pub(super) fn place(&self, call: CallId, operation: OperationId) -> Result<RecordingPath, UnusablePath> {
        let name = format!("{}-{:06}-{:04}", self.since, call.0, operation.number());
        match name.parse::<RecordingName>() {
            Ok(name) => self.recordings.place(&name, false),
            Err(_) => Err(UnusablePath::BadName { path: self.recordings.folder().join(name) }),
        }
    }
}

/// Why there is no engine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder for recordings cannot be used.
    #[error("recordings: {0}")]
    Recordings(#[from] StorageError),
    /// The system gives no thread.
    #[error("a thread for calls or for recordings: {0}")]
    Thread(#[from] std::io::Error),
}

//! Which recordings are kept for how long.

use std::time::{Duration, SystemTime};

use super::{Recordings, StorageError, StorageFault, StoredRecording, wav_file::sync_folder};

/// How long recordings are kept. What is not said does not expire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The longest time that one is kept after it was completed.
    pub age: Option<Duration>,
    /// The most bytes that all of them may take, sidecars included: the oldest go first.
    pub bytes: Option<u64>,
}

/// What has expired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// The recordings that are gone, the oldest first.
    pub deleted: Vec<StoredRecording>,
    /// What could not be deleted.
    pub errors: Vec<StorageError>,
}

impl Recordings {
    /// Deletes what is older at `now` than the retention allows, and then the oldest until the rest fits. One that is
    /// being written is never touched, nor one that is being continued; its bytes count once it is complete.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read. One recording that cannot be deleted does not keep the others.
    pub fn expire(&self, retention: Retention, now: SystemTime) -> Result<Expired, StorageError> {
        let recordings = self.list()?;
        let mut bytes: u64 = recordings.iter().map(|recording| recording.bytes).sum();
        let mut expired = Expired::default();
        for recording in recordings {
            // One from the future, by a clock that was set, is new.
            let age = now.duration_since(recording.when).unwrap_or_default();
            let is_old = retention.age.is_some_and(|most| age > most);
            let are_too_many = retention.bytes.is_some_and(|most| bytes > most);
            if !is_old && !are_too_many {
                continue;
            }
            match self.remove(&recording) {
                Ok(()) => {
                    bytes -= recording.bytes;
                    expired.deleted.push(recording);
                }
                // It is gone, or it is used: nothing is wrong with that.
                Err(error) if matches!(error.fault, StorageFault::Missing | StorageFault::InUse) => {}
                Err(error) => expired.errors.push(error),
            }
        }
        if !expired.deleted.is_empty() {
            sync_folder(self.folder());
        }
        Ok(expired)
    }
}

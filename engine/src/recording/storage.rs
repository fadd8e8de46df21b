//! One recording on a thread of its own.

use std::sync::Arc;

use crossbeam_channel::bounded;

use super::{
    Progress, SavedRecording, StorageError, WavFile,
    blocks::Blocks,
    lanes::Lanes,
    track::{End, Limits, Then, Track},
};

/// How much may wait to be written, in seconds. A disk that stalls for longer makes the writer's caller wait.
const WAITING_SECONDS: usize = 10;

/// Writes a recording on a thread of its own: whoever has the samples waits for the disk only when the queue is full.
///
/// For thousands of recordings, and for those who may never wait, there is [`super::Store`].
pub struct Storage {
    track: Arc<Track>,
    ended: bool,
}

impl Storage {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`StorageError`] when the system gives no thread.
    pub fn start(file: WavFile) -> Result<Self, StorageError> {
        // A recording's own bound is enough: there is one.
        let (lanes, _) = Lanes::one(Blocks::new(usize::MAX))
            .map_err(|cause| StorageError::new(file.path().partial(), &cause))?;
        let most = WAITING_SECONDS * file.rate().hz() as usize;
        let track = Track::on(file, &lanes, Limits { gather: 0, most });
        Ok(Self { track, ended: false })
    }

    /// Queues samples to be written.
    ///
    /// # Errors
    /// The [`StorageError`] that ended the writing; nothing more can be written then.
    pub fn append(&self, samples: &[i16]) -> Result<(), StorageError> {
        let mut left = samples;
        loop {
            left = &left[self.track.offer(left)?..];
            if left.is_empty() {
                return Ok(());
            }
            self.track.wait_for_room();
        }
    }

    /// How far the writing has come, for those who wait for it.
    pub fn progress(&self) -> Progress {
        self.track.progress().clone()
    }

    /// Cuts the recording to `samples`, and gives it its final name.
    ///
    /// # Errors
    /// [`StorageError`]: the file stays under its partial name, valid, with what could be written.
    pub fn finish(self, samples: u64) -> Result<SavedRecording, StorageError> {
        self.end(|then| End::Keep { samples, sidecar: None, then })
    }

    /// Removes the recording.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn discard(self) -> Result<(), StorageError> {
        self.end(End::Discard)
    }

    /// Ends the recording, and waits until it has.
    fn end<T: Send + 'static>(mut self, end: impl FnOnce(Then<T>) -> End) -> Result<T, StorageError> {
        let (tell, told) = bounded(1);
        self.ended = true;
        self.track.end(end(Box::new(move |result| drop(tell.send(result)))));
        told.recv().unwrap_or_else(|_| Err(StorageError::panicked()))
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        if !self.ended {
            self.track.end(End::Leave);
        }
    }
}

impl std::fmt::Debug for Storage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Storage").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

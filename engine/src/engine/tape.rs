//! What becomes of an operation's samples: a file that a store writes, or memory.

use std::path::PathBuf;
use std::sync::Arc;

use super::finished::Kept;
use crate::recording::{RecordingPath, RecordingWriter, SavedRecording, StorageError, Store};
use crate::{RecordingRate, Report};

/// An operation's recording.
pub(super) enum Tape {
    /// A file that is begun with the first sample.
    Blank {
        store: Arc<Store>,
        path: RecordingPath,
        earlier: Option<PathBuf>,
        rate: RecordingRate,
    },
    File(RecordingWriter),
    Memory(Vec<i16>),
}

impl Tape {
    /// Begins the file, if one is to be and is not.
    fn begin(self) -> Self {
        match self {
            Self::Blank { store, path, earlier: None, rate } => Self::File(store.begin(path, rate)),
            Self::Blank { store, path, earlier: Some(earlier), rate } => {
                Self::File(store.continue_from(earlier, path, rate))
            }
            begun => begun,
        }
    }

    /// Records samples.
    ///
    /// # Errors
    /// What ended the writing.
    pub(super) fn append(&mut self, samples: &[i16]) -> Result<(), StorageError> {
        if matches!(self, Self::Blank { .. }) {
            *self = std::mem::replace(self, Self::Memory(Vec::new())).begin();
        }
        match self {
            Self::File(writer) => writer.append(samples),
            Self::Memory(kept) => {
                kept.extend_from_slice(samples);
                Ok(())
            }
            Self::Blank { .. } => Ok(()),
        }
    }

    /// Samples for which the disk was too slow.
    pub(super) fn lost(&self) -> u64 {
        if let Self::File(writer) = self { writer.lost() } else { 0 }
    }

    /// Completes a recording of `samples`, and tells `then`, perhaps on another thread.
    pub(super) fn keep(self, samples: u64, sidecar: Report, then: impl FnOnce(Kept) + Send + 'static) {
        match self.begin() {
            Self::File(writer) => {
                let kept = |saved: Result<SavedRecording, _>| saved.map_or_else(Kept::Failed, Kept::File);
                writer.finish(samples, Some(sidecar), move |saved| then(kept(saved)));
            }
            Self::Memory(mut kept) => {
                kept.truncate(samples as usize);
                then(Kept::Samples(kept.into()));
            }
            Self::Blank { .. } => then(Kept::Nothing),
        }
    }

    /// Nothing is kept.
    pub(super) fn discard(self) {
        if let Self::File(writer) = self {
            writer.discard();
        }
    }
}

//! What can go wrong with a recording on disk.

use std::{
    io,
    path::{Path, PathBuf},
};

/// A recording that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", path.display())]
pub struct StorageError {
    /// The file.
    pub path: PathBuf,
    /// What kind of trouble it is.
    pub fault: StorageFault,
    /// What the system said.
    pub cause: String,
}

impl StorageError {
    pub(super) fn new(path: &Path, cause: &io::Error) -> Self {
        Self { path: path.to_owned(), fault: StorageFault::of(cause), cause: cause.to_string() }
    }

    /// A thread that had the file is gone.
    pub(super) fn panicked() -> Self {
        let cause = "the storage thread panicked".to_owned();
        Self { path: PathBuf::new(), fault: StorageFault::Other, cause }
    }

    /// A refusal of ours, which says what it is by itself.
    pub(super) fn refused(path: &Path, fault: StorageFault) -> Self {
        Self { path: path.to_owned(), fault, cause: fault.to_string() }
    }
}

/// What kind of trouble a recording is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum StorageFault {
    /// No more room: the disk, a quota, or the 4 GiB that a WAV can count.
    #[error("there is no more room")]
    Full,
    /// The file system takes no more writes: mounted read-only, or made so by the system after an error of the disk.
    #[error("the file system is read-only")]
    ReadOnly,
    /// The folder or the file is not there, or not there any more.
    #[error("it is not there")]
    Missing,
    /// The system does not allow it.
    #[error("it is not allowed")]
    Denied,
    /// There is a file of that name, and it was not to give way.
    #[error("a file of that name exists")]
    Exists,
    /// The earlier recording, which was to be continued, has another rate.
    #[error("the earlier recording is at {earlier_hz} Hz and cannot go on at {hz} Hz; record at its rate")]
    OtherRate {
        /// The earlier recording's rate, in Hz.
        earlier_hz: u32,
        /// The rate that was asked for, in Hz.
        hz: u32,
    },
    /// The file is no recording of ours: no WAV of 16-bit mono with a header of 44 bytes and a recording's rate.
    #[error("it is no recording: a WAV of 16-bit mono, at 8000, 16000, 24000, 44100 or 48000 Hz")]
    NotARecording,
    /// Somebody writes it.
    #[error("it is being written")]
    InUse,
    /// Anything else; the cause says what.
    #[error("it failed")]
    Other,
}

impl StorageFault {
    fn of(cause: &io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::Full
            }
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::AlreadyExists => Self::Exists,
            io::ErrorKind::WouldBlock => Self::InUse,
            _ => Self::Other,
        }
    }
}

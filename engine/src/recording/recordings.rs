//! A folder of recordings.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use super::{
    RecordingName, RecordingPath, StorageError, StorageFault, UnusablePath,
    paths::sidecar_path,
    seal::remove_stale,
    wav_file::{read_header, sync_folder},
};
use crate::{AudioFile, AudioFileError, RecordingRate};

/// A folder of recordings: lists them, opens, deletes and expires them, and completes those that a process left
/// unfinished.
///
/// A recording in it is a file `NAME.wav` as this crate writes it, with what is known of it in `NAME.json`. Whatever
/// else lies there is left alone.
#[derive(Clone, Debug)]
pub struct Recordings {
    folder: PathBuf,
}

/// A recording that is complete, as it lies in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecording {
    /// Its name.
    pub name: RecordingName,
    /// Its file.
    pub path: PathBuf,
    /// Its sampling rate.
    pub rate: RecordingRate,
    /// How many samples it holds.
    pub samples: u64,
    /// The file's size in bytes, and its sidecar's.
    pub bytes: u64,
    /// When it was completed: the last change of its file.
    pub when: SystemTime,
    /// The file of its sidecar, if it has one: the result object as JSON, [`crate::Report`].
    pub sidecar: Option<PathBuf>,
}

impl StoredRecording {
    /// Reads the sidecar; `None` where there is none.
    ///
    /// # Errors
    /// [`StorageError`], also where it is no JSON.
    pub fn read_sidecar(&self) -> Result<Option<serde_json::Value>, StorageError> {
        let Some(path) = &self.sidecar else { return Ok(None) };
        let known = fs::read(path).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
        known.map(Some).map_err(|cause| StorageError::new(path, &cause))
    }
}

impl Recordings {
    /// The recordings in `folder`, which is made where it is not there.
    ///
    /// # Errors
    /// [`StorageError`] where it cannot be made.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let folder = folder.into();
        fs::create_dir_all(&folder).map_err(|cause| StorageError::new(&folder, &cause))?;
        Ok(Self { folder })
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The place of a new recording. With `replace` an earlier one of that name gives way to it once it is complete.
    ///
    /// # Errors
    /// [`UnusablePath`] when there is one already, finished or not.
    pub fn place(&self, name: &RecordingName, replace: bool) -> Result<RecordingPath, UnusablePath> {
        RecordingPath::new(self.path(name), replace)
    }

    /// The file of a recording.
    pub(super) fn path(&self, name: &RecordingName) -> PathBuf {
        self.folder.join(format!("{name}.wav"))
    }

    /// Where it is while it is written.
    fn partial(&self, name: &RecordingName) -> PathBuf {
        self.folder.join(format!("{name}.part.wav"))
    }

    /// Every complete recording, the oldest first.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read. A recording that vanishes meanwhile is left out.
    pub fn list(&self) -> Result<Vec<StoredRecording>, StorageError> {
        let names = self.files()?.into_iter().filter_map(|path| RecordingName::of(&path));
        let mut found: Vec<_> = names.filter_map(|name| self.find(&name).ok()).collect();
        found.sort_by(|a, b| (a.when, &a.name).cmp(&(b.when, &b.name)));
        Ok(found)
    }

    /// Every file in the folder.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, StorageError> {
        let read = || fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>();
        read().map_err(|cause| StorageError::new(&self.folder, &cause))
    }

    /// The recording of that name.
    ///
    /// # Errors
    /// [`StorageError`]: [`StorageFault::Missing`] where there is none, [`StorageFault::NotARecording`] where the
    /// file of that name is none of ours: a link is none.
    pub fn find(&self, name: &RecordingName) -> Result<StoredRecording, StorageError> {
        let path = self.path(name);
        let failed = |cause: io::Error| StorageError::new(&path, &cause);
        let no_recording = || StorageError::refused(&path, StorageFault::NotARecording);
        let facts = path.symlink_metadata().map_err(failed)?;
        if !facts.is_file() {
            return Err(no_recording());
        }
        let mut file = File::open(&path).map_err(failed)?;
        let (rate, samples) = read_header(&mut file).map_err(failed)?.ok_or_else(no_recording)?;
        let when = facts.modified().map_err(failed)?;
        let sidecar = sidecar_path(&path);
        let beside = sidecar.symlink_metadata().ok().filter(fs::Metadata::is_file);
        let bytes = facts.len() + beside.as_ref().map_or(0, fs::Metadata::len);
        let sidecar = beside.map(|_| sidecar);
        Ok(StoredRecording { name: name.clone(), path, rate, samples, bytes, when, sidecar })
    }

    /// Opens a recording to be heard.
    ///
    /// # Errors
    /// [`AudioFileError`], for what [`Self::find`] refuses too; a recording without a sample cannot be heard.
    pub fn open(&self, name: &RecordingName) -> Result<AudioFile, AudioFileError> {
        let found = self.find(name).map_err(|error| AudioFileError::NotOpened { cause: error.cause })?;
        AudioFile::open(&found.path)
    }

    /// Deletes a recording and its sidecar.
    ///
    /// # Errors
    /// [`StorageError`]: [`StorageFault::Missing`] where there is none, [`StorageFault::NotARecording`] where it is
    /// none of ours, [`StorageFault::InUse`] while one of that name is written, which may continue it.
    pub fn delete(&self, name: &RecordingName) -> Result<(), StorageError> {
        let recording = self.find(name)?;
        self.remove(&recording)?;
        sync_folder(&self.folder);
        Ok(())
    }

    /// Removes a recording's files: first what speaks of it, then itself, so that a sidecar is never alone.
    pub(super) fn remove(&self, recording: &StoredRecording) -> Result<(), StorageError> {
        if self.is_being_written(&recording.name) {
            return Err(StorageError::refused(&recording.path, StorageFault::InUse));
        }
        if let Some(sidecar) = &recording.sidecar {
            remove_stale(sidecar)?;
        }
        fs::remove_file(&recording.path).map_err(|cause| StorageError::new(&recording.path, &cause))
    }

    /// Whether a process writes a recording of that name now.
    fn is_being_written(&self, name: &RecordingName) -> bool {
        File::open(self.partial(name))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

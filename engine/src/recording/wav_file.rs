//! A WAV file that is valid at every instant.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::{
    RecordingPath,
    header::{HEADER_BYTES, Header, SAMPLE_BYTES},
};
use crate::RecordingRate;

/// What a WAV file is written on: a file, or in tests something that fails.
pub trait Medium: Send {
    /// Writes all of `bytes` at byte `offset`.
    ///
    /// # Errors
    /// Whatever the system says; some of the bytes may have been written.
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Sets the length to `bytes`.
    ///
    /// # Errors
    /// Whatever the system says.
    fn set_len(&mut self, bytes: u64) -> io::Result<()>;
    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// Whatever the system says.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    #[cfg(unix)]
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, offset)
    }

    #[cfg(not(unix))]
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        use std::io::{Seek, SeekFrom};
        self.seek(SeekFrom::Start(offset))?;
        self.write_all(bytes)
    }

    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        Self::set_len(self, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A recording that grows: samples first, then the header, so that the header never promises more than is there.
///
/// A process that dies at any instant leaves a valid file under [`RecordingPath::partial`].
pub struct WavFile {
    medium: Box<dyn Medium>,
    path: RecordingPath,
    header: Header,
    samples: u64,
    bytes: Vec<u8>,
}

impl WavFile {
    /// Makes an empty WAV under the partial name. It appears there with its header, never without.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn create(path: RecordingPath, rate: RecordingRate) -> Result<Self, StorageError> {
        let failed = |cause: io::Error| StorageError::new(path.partial(), &cause);
        let mut header = Header::new(rate).ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".afterbeep-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(path.folder()).map_err(failed)?;
        file.write_all(header.with_samples(0)).map_err(failed)?;
        let file = file.persist_noclobber(path.partial()).map_err(|error| failed(error.error))?;
        Ok(Self { medium: Box::new(file), path, header, samples: 0, bytes: Vec::new() })
    }

    /// A WAV on another medium, which holds nothing yet.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn on(
        mut medium: Box<dyn Medium>,
        path: RecordingPath,
        rate: RecordingRate,
    ) -> Result<Self, StorageError> {
        let failed = |cause: io::Error| StorageError::new(path.partial(), &cause);
        let mut header = Header::new(rate).ok_or_else(|| failed(io::ErrorKind::InvalidData.into()))?;
        medium.write_all_at(header.with_samples(0), 0).map_err(failed)?;
        Ok(Self { medium, path, header, samples: 0, bytes: Vec::new() })
    }

    /// How many samples the file holds.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Where it goes.
    pub fn path(&self) -> &RecordingPath {
        &self.path
    }

    /// Appends samples.
    ///
    /// # Errors
    /// [`StorageError`]; the file then holds what it held before, and of `samples` what there still was room for.
    pub fn append(&mut self, samples: &[i16]) -> Result<(), StorageError> {
        let Err(cause) = self.write(samples) else {
            return self.set_samples(self.samples + samples.len() as u64);
        };
        let error = self.failed(&cause);
        if is_full(&cause) {
            self.fill(samples)?;
        }
        // What a torn write left behind the last sample goes; where that fails, the header does not count it.
        let _ = self.medium.set_len(self.end());
        Err(error)
    }

    /// Writes samples behind the last one, without counting them.
    fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        self.bytes.clear();
        self.bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        self.medium.write_all_at(&self.bytes, self.end())
    }

    /// Keeps as many of the samples as a full disk still takes, found by halving.
    fn fill(&mut self, mut samples: &[i16]) -> Result<(), StorageError> {
        while samples.len() > 1 {
            let (first, rest) = samples.split_at(samples.len() / 2);
            samples = if self.write(first).is_ok() {
                self.set_samples(self.samples + first.len() as u64)?;
                rest
            } else {
                first
            };
        }
        Ok(())
    }

    /// Where the last sample ends, in bytes.
    fn end(&self) -> u64 {
        HEADER_BYTES + self.samples * SAMPLE_BYTES
    }

    /// Cuts the file to `samples` if it holds more, waits for the disk, and gives it its final name.
    ///
    /// # Errors
    /// [`StorageError`]; the file then stays under its partial name.
    pub fn finish(mut self, samples: u64) -> Result<SavedRecording, StorageError> {
        if samples < self.samples {
            self.set_samples(samples)?;
        }
        let bytes = self.end();
        self.medium.set_len(bytes).map_err(|cause| self.failed(&cause))?;
        self.medium.sync().map_err(|cause| self.failed(&cause))?;
        self.rename().map_err(|cause| StorageError::new(self.path.path(), &cause))?;
        Ok(SavedRecording { path: self.path.path().to_owned(), samples: self.samples, bytes })
    }

    /// Removes the file.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn discard(self) -> Result<(), StorageError> {
        fs::remove_file(self.path.partial()).map_err(|cause| self.failed(&cause))
    }

    fn set_samples(&mut self, samples: u64) -> Result<(), StorageError> {
        let header = self.header.with_samples(samples);
        self.medium
            .write_all_at(header, 0)
            .map_err(|cause| StorageError::new(self.path.partial(), &cause))?;
        self.samples = samples;
        Ok(())
    }

    fn rename(&self) -> io::Result<()> {
        if self.path.replaces() {
            fs::rename(self.path.partial(), self.path.path())?;
        } else {
            let partial = TempPath::try_from_path(self.path.partial())?;
            if let Err(refused) = partial.persist_noclobber(self.path.path()) {
                // Else the partial file would be removed with the error.
                refused.path.keep().map_err(|kept| kept.error)?;
                return Err(refused.error);
            }
        }
        // The name, too, must outlive a power cut; where folders cannot be synced there is nothing to do.
        File::open(self.path.folder()).and_then(|folder| folder.sync_all()).or(Ok(()))
    }

    fn failed(&self, cause: &io::Error) -> StorageError {
        StorageError::new(self.path.partial(), cause)
    }
}

/// Whether there is no more room: a disk, a quota or the largest file allowed.
fn is_full(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

impl std::fmt::Debug for WavFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WavFile")
            .field("path", &self.path)
            .field("samples", &self.samples)
            .finish_non_exhaustive()
    }
}

/// A recording that is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedRecording {
    /// Where it is.
    pub path: PathBuf,
    /// How many samples it holds.
    pub samples: u64,
    /// The file's size in bytes.
    pub bytes: u64,
}

/// A recording that cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {cause}", path.display())]
pub struct StorageError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub cause: String,
}

impl StorageError {
    fn new(path: &Path, cause: &io::Error) -> Self {
        Self { path: path.to_owned(), cause: cause.to_string() }
    }
}

//! A WAV file that is valid at every instant.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    ops::Range,
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::{
    Medium, RecordingPath, StorageError, StorageFault,
    header::{HEADER_BYTES, Header, MOST_SAMPLES, SAMPLE_BYTES},
    seal::remove_stale,
};
use crate::RecordingRate;

/// How the name of a file begins that has no header yet, and so no name of its own.
pub(super) const UNNAMED: &str = ".afterbeep-";

/// A recording that grows: samples first, then the header, so that the header never promises more than is there.
///
/// A process that dies at any instant leaves a valid file under [`RecordingPath::partial`]. While it lives it holds
/// an advisory lock on that file, by which others tell the one from the other.
pub struct WavFile {
    medium: Box<dyn Medium>,
    path: RecordingPath,
    header: Header,
    samples: u64,
    earlier: u64,
    /// Where silence stands in place of what was lost.
    lost: Vec<Range<u64>>,
}

impl WavFile {
    /// Makes an empty WAV under the partial name. It appears there with its header and locked, never without.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn create(path: RecordingPath, rate: RecordingRate) -> Result<Self, StorageError> {
        let header = Header::new(rate).ok_or_else(|| no_header(&path))?;
        Self::appear(path, header, 0, |file, header| file.write_all(header.with_samples(0)))
    }

    /// Makes a WAV under the partial name that begins with all of the finished recording at `earlier`, which stays as
    /// it is. Where that is also the place of the new one, which then has to replace it, it gives way when the new
    /// one is complete.
    ///
    /// # Errors
    /// [`StorageError`]: [`StorageFault::OtherRate`] where the earlier one is not at `rate`,
    /// [`StorageFault::NotARecording`] where it is none of ours.
    pub fn continue_from(
        earlier: &Path,
        path: RecordingPath,
        rate: RecordingRate,
    ) -> Result<Self, StorageError> {
        let failed = |cause: io::Error| StorageError::new(earlier, &cause);
        let mut source = File::open(earlier).map_err(failed)?;
        let (its_rate, samples) = read_header(&mut source)
            .map_err(failed)?
            .ok_or_else(|| StorageError::refused(earlier, StorageFault::NotARecording))?;
        if its_rate != rate {
            let fault = StorageFault::OtherRate { earlier_hz: its_rate.hz(), hz: rate.hz() };
            return Err(StorageError::refused(earlier, fault));
        }
        let header = Header::new(rate).ok_or_else(|| no_header(&path))?;
        Self::appear(path, header, samples, |file, header| {
            file.write_all(header.with_samples(samples))?;
            io::copy(&mut source.take(samples * SAMPLE_BYTES), file).map(drop)
        })
    }

    /// Lets a file appear under the partial name with what `write` writes, which is `samples` samples.
    fn appear(
        path: RecordingPath,
        mut header: Header,
        samples: u64,
        write: impl FnOnce(&mut File, &mut Header) -> io::Result<()>,
    ) -> Result<Self, StorageError> {
        let failed = |cause: io::Error| StorageError::new(path.partial(), &cause);
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNNAMED);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(path.folder()).map_err(failed)?;
        match file.as_file().try_lock() {
            // A file system that has no locks is written all the same; there nothing is recovered.
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => return Err(failed(io::ErrorKind::WouldBlock.into())),
        }
        write(file.as_file_mut(), &mut header).map_err(failed)?;
        let file = file.persist_noclobber(path.partial()).map_err(|error| failed(error.error))?;
        // One of an earlier recording would be taken for this one's.
        remove_stale(&path.partial_sidecar())?;
        Ok(Self { medium: Box::new(file), path, header, samples, earlier: samples, lost: Vec::new() })
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
        let mut header = Header::new(rate).ok_or_else(|| no_header(&path))?;
        medium
            .write_all_at(header.with_samples(0), 0)
            .map_err(|cause| StorageError::new(path.partial(), &cause))?;
        Ok(Self { medium, path, header, samples: 0, earlier: 0, lost: Vec::new() })
    }

    /// How many samples the file holds.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Its sampling rate.
    pub fn rate(&self) -> RecordingRate {
        self.header.rate()
    }

    /// How many of them are of the recording that this one continues.
    pub fn earlier(&self) -> u64 {
        self.earlier
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
        self.append_through(samples, &mut Vec::new())
    }

    /// The same, with a buffer for the bytes that the caller keeps: thousands of files need but one for each thread.
    pub(super) fn append_through(
        &mut self,
        samples: &[i16],
        bytes: &mut Vec<u8>,
    ) -> Result<(), StorageError> {
        let Err(cause) = self.write(samples, bytes) else {
            return self.set_samples(self.samples + samples.len() as u64);
        };
        let error = self.failed(&cause);
        if error.fault == StorageFault::Full {
            self.fill(samples, bytes)?;
        }
        // What a torn write left behind the last sample goes; where that fails, the header does not count it.
        let _ = self.medium.set_len(self.end());
        Err(error)
    }

    /// Appends silence in place of as many samples that were lost; on most file systems it takes no room.
    ///
    /// # Errors
    /// [`StorageError`]; the file then holds what it held before.
    pub fn append_lost(&mut self, lost: u64) -> Result<(), StorageError> {
        if lost == 0 {
            return Ok(());
        }
        let samples = self.samples + lost;
        check_length(samples)
            .and_then(|()| self.medium.set_len(HEADER_BYTES + samples * SAMPLE_BYTES))
            .map_err(|cause| self.failed(&cause))?;
        self.lost.push(self.samples..samples);
        self.set_samples(samples)
    }

    /// Writes samples behind the last one, without counting them.
    fn write(&mut self, samples: &[i16], bytes: &mut Vec<u8>) -> io::Result<()> {
        check_length(self.samples + samples.len() as u64)?;
        bytes.resize(samples.len() * SAMPLE_BYTES as usize, 0);
        for (to, sample) in bytes.chunks_exact_mut(SAMPLE_BYTES as usize).zip(samples) {
            to.copy_from_slice(&sample.to_le_bytes());
        }
        self.medium.write_all_at(bytes, self.end())
    }

    /// Keeps as many of the samples as a full disk still takes, found by halving.
    fn fill(&mut self, mut samples: &[i16], bytes: &mut Vec<u8>) -> Result<(), StorageError> {
        while samples.len() > 1 {
            let (first, rest) = samples.split_at(samples.len() / 2);
            samples = if self.write(first, bytes).is_ok() {
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
        let saved = self.saved(samples);
        self.cut(samples)?;
        self.appear_complete()?;
        sync_folder(self.path.folder());
        Ok(saved)
    }

    /// Cuts the file to `samples` if it holds more, and waits for the disk.
    pub(super) fn cut(&mut self, samples: u64) -> Result<(), StorageError> {
        if samples < self.samples {
            self.set_samples(samples)?;
        }
        self.medium.set_len(self.end()).map_err(|cause| self.failed(&cause))?;
        self.medium.sync().map_err(|cause| self.failed(&cause))
    }

    /// Gives the file its final name.
    pub(super) fn appear_complete(&self) -> Result<(), StorageError> {
        self.rename().map_err(|cause| StorageError::new(self.path.path(), &cause))
    }

    /// What it is once it is cut to `samples` and complete.
    pub(super) fn saved(&self, samples: u64) -> SavedRecording {
        let samples = samples.min(self.samples);
        let lost = |lost: &Range<u64>| lost.end.min(samples).saturating_sub(lost.start);
        SavedRecording {
            path: self.path.path().to_owned(),
            rate: self.header.rate(),
            samples,
            bytes: HEADER_BYTES + samples * SAMPLE_BYTES,
            earlier: self.earlier.min(samples),
            lost: self.lost.iter().map(lost).sum(),
        }
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
            fs::rename(self.path.partial(), self.path.path())
        } else {
            give_name(self.path.partial(), self.path.path())
        }
    }

    fn failed(&self, cause: &io::Error) -> StorageError {
        StorageError::new(self.path.partial(), cause)
    }
}

/// Renames a file where there is none of that name.
pub(super) fn give_name(partial: &Path, path: &Path) -> io::Result<()> {
    let Err(refused) = TempPath::try_from_path(partial)?.persist_noclobber(path) else { return Ok(()) };
    // Else the partial file would be removed with the error.
    refused.path.keep().map_err(|kept| kept.error)?;
    Err(refused.error)
}

/// A name, too, must outlive a power cut; where folders cannot be synced there is nothing to do.
pub(super) fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

fn check_length(samples: u64) -> io::Result<()> {
    if samples > MOST_SAMPLES { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(()) }
}

fn no_header(path: &RecordingPath) -> StorageError {
    StorageError::new(path.partial(), &io::ErrorKind::InvalidData.into())
}

/// Reads the header of a recording of ours: its rate, and how many samples there are, which may be fewer than it
/// counts where power was cut. `None` for any other file. The samples are what comes next in `file`.
pub(super) fn read_header(file: &mut File) -> io::Result<Option<(RecordingRate, u64)>> {
    let mut bytes = [0; HEADER_BYTES as usize];
    let length = file.metadata()?.len();
    if length < HEADER_BYTES {
        return Ok(None);
    }
    file.read_exact(&mut bytes)?;
    let present = (length - HEADER_BYTES) / SAMPLE_BYTES;
    Ok(Header::read(&bytes).map(|(rate, samples)| (rate, samples.min(present))))
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
    /// Its sampling rate.
    pub rate: RecordingRate,
    /// How many samples it holds.
    pub samples: u64,
    /// The file's size in bytes.
    pub bytes: u64,
    /// How many of its samples are of the earlier recording that it continues: the appended part begins there. 0 for
    /// a new one.
    pub earlier: u64,
    /// How many of its samples are silence in place of those for which the disk was too slow.
    pub lost: u64,
}

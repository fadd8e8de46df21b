//! What a process that died left behind becomes complete.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;

use super::{
    Medium, RecordingName, Recordings, SavedRecording, StorageError, StorageFault,
    header::{HEADER_BYTES, Header, MOST_SAMPLES, SAMPLE_BYTES},
    paths::sidecar_path,
    seal::{remove_stale, write_sidecar},
    wav_file::{UNNAMED, give_name, read_header, sync_folder},
};
use crate::{Level, Report};

/// How old a file without a name may be that somebody is still making.
const UNNAMED_AT_MOST: Duration = Duration::from_secs(60);

/// What became of the unfinished recordings of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Those that are complete now.
    pub recovered: Vec<SavedRecording>,
    /// Those that a living process writes: they were not touched.
    pub in_use: Vec<PathBuf>,
    /// Those that could not be completed, or are no recordings: they are as they were.
    pub errors: Vec<StorageError>,
}

impl Recordings {
    /// Completes every recording that a process left unfinished: `NAME.part.wav` becomes `NAME.wav`, or
    /// `NAME.recovered.wav` where there is a recording of that name, with all samples that are whole, those included
    /// that the header does not count yet.
    ///
    /// Its sidecar says `"recovered": true`. It is the recording's own where that was to be complete when the process
    /// died; else it gives the reason [`crate::CompletionReason::UnspecifiedError`], and of what was heard the level
    /// alone.
    ///
    /// To be called when a process starts, and as often as one likes: what is complete stays as it is, and a crash in
    /// the middle is mended by the next call. What a living process writes is known by its lock and not touched.
    ///
    /// A process that was started by the one that died, or by this one, and has not run its program yet, has the files
    /// open too: they count as in use until then.
    ///
    /// # Errors
    /// [`StorageError`] when the folder cannot be read. One file that cannot be recovered does not keep the others.
    pub fn recover(&self) -> Result<Recovery, StorageError> {
        let mut recovery = Recovery::default();
        let files = self.files()?;
        for partial in &files {
            let Some(name) = RecordingName::of_partial(partial) else { continue };
            match self.recover_one(partial, &name) {
                Ok(saved) => recovery.recovered.extend(saved),
                Err(error) if error.fault == StorageFault::InUse => recovery.in_use.push(partial.clone()),
                Err(error) => recovery.errors.push(error),
            }
        }
        // Read again: a crash between the two names leaves a sidecar alone, and so may this have done.
        for sidecar in self.files()? {
            recovery.errors.extend(self.name_sidecar(&sidecar).err());
        }
        files.iter().for_each(|file| remove_unnamed(file));
        sync_folder(self.folder());
        Ok(recovery)
    }

    /// `None` where the file is gone or its writer finished it meanwhile.
    fn recover_one(
        &self,
        partial: &Path,
        name: &RecordingName,
    ) -> Result<Option<SavedRecording>, StorageError> {
        let failed = |cause: io::Error| StorageError::new(partial, &cause);
        let Some(mut file) = own(partial).map_err(failed)? else { return Ok(None) };
        let (rate, _) = read_header(&mut file)
            .map_err(failed)?
            .ok_or_else(|| StorageError::refused(partial, StorageFault::NotARecording))?;
        let present = (file.metadata().map_err(failed)?.len() - HEADER_BYTES) / SAMPLE_BYTES;
        let present = present.min(MOST_SAMPLES);

        let partial_sidecar = sidecar_path(partial);
        let known = Known::read(&partial_sidecar).filter(|known| known.samples <= present);
        let samples = known.as_ref().map_or(present, |known| known.samples);
        let saved = SavedRecording {
            path: self.free_path(name),
            rate,
            samples,
            bytes: HEADER_BYTES + samples * SAMPLE_BYTES,
            earlier: known.as_ref().map_or(0, |known| known.number("appended_at_sample")),
            lost: known.as_ref().map_or(0, |known| known.number("lost_to_disk_samples")),
        };
        // The order is that of `seal`: the sidecar first, which says how long the recording is.
        match known {
            Some(known) => write_sidecar(&partial_sidecar, &known.recovered_as(&saved.path))?,
            None => {
                let level = level_of(&mut file, samples).map_err(failed)?;
                write_sidecar(&partial_sidecar, &Report::recovered(&saved, level))?;
            }
        }
        cut(&mut file, &saved).map_err(failed)?;
        let sidecar = sidecar_path(&saved.path);
        remove_stale(&sidecar)?;
        give_name(partial, &saved.path).map_err(|cause| StorageError::new(&saved.path, &cause))?;
        fs::rename(&partial_sidecar, &sidecar).map_err(|cause| StorageError::new(&sidecar, &cause))?;
        Ok(Some(saved))
    }

    /// Gives its name to a sidecar whose recording has got its own already.
    fn name_sidecar(&self, partial: &Path) -> Result<(), StorageError> {
        if !partial.as_os_str().as_encoded_bytes().ends_with(b".part.json")
            || partial.with_extension("wav").exists()
        {
            return Ok(());
        }
        let Some(known) = Known::read(partial) else { return Ok(()) };
        let Some(name) = RecordingName::of(Path::new(known.file())) else { return Ok(()) };
        match self.find(&name) {
            Ok(it) if it.samples == known.samples && it.sidecar.is_none() => {
                let sidecar = sidecar_path(&it.path);
                fs::rename(partial, &sidecar).map_err(|cause| StorageError::new(&sidecar, &cause))
            }
            // It speaks of a recording that is not here: whoever took that away may want it.
            _ => Ok(()),
        }
    }

    /// Where a recording can appear without another giving way.
    fn free_path(&self, name: &RecordingName) -> PathBuf {
        let others = (1..).map(|number| match number {
            1 => format!("{name}.recovered.wav"),
            _ => format!("{name}.recovered-{number}.wav"),
        });
        let all = std::iter::once(self.path(name)).chain(others.map(|other| self.folder().join(other)));
        // One of them is free: there are more than files.
        all.into_iter().find(|path| path.symlink_metadata().is_err()).unwrap_or_default()
    }
}

/// The sidecar of a recording that was about to be complete: kept as it was read, so that nothing of it is lost.
struct Known {
    result: Value,
    samples: u64,
}

impl Known {
    /// `None` where there is none, or a crash cut it short.
    fn read(path: &Path) -> Option<Self> {
        let result: Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let samples = result.get("recording")?.get("samples")?.as_u64()?;
        Some(Self { result, samples })
    }

    fn number(&self, field: &str) -> u64 {
        self.result["recording"][field].as_u64().unwrap_or(0)
    }

    fn file(&self) -> &str {
        self.result["recording"]["file"].as_str().unwrap_or_default()
    }

    fn recovered_as(mut self, path: &Path) -> Value {
        self.result["recovered"] = true.into();
        self.result["recording"]["file"] = path.to_string_lossy().into();
        self.result
    }
}

/// Removes a file that a process died over before it had a name, and so a sample. One that is younger may be about to
/// be locked.
fn remove_unnamed(path: &Path) {
    let is_unnamed =
        path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(UNNAMED.as_bytes()));
    if !is_unnamed {
        return;
    }
    if let Ok(Some(file)) = own(path) {
        let changed = file.metadata().and_then(|facts| facts.modified());
        if changed.is_ok_and(|when| when.elapsed().is_ok_and(|age| age > UNNAMED_AT_MOST)) {
            // It is in nobody's way.
            let _ = fs::remove_file(path);
        }
    }
}

/// Opens a partial file as its only user. `None` where it is gone, or became something else meanwhile.
fn own(partial: &Path) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(partial) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => Ok(is_still(&file, partial)?.then_some(file)),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::WouldBlock.into()),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

/// Whether the file is the one of that name: its writer may have finished it between the opening and the lock.
#[cfg(unix)]
fn is_still(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    Ok(path.symlink_metadata().is_ok_and(|its| (its.dev(), its.ino()) == (ours.dev(), ours.ino())))
}

#[cfg(not(unix))]
fn is_still(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}

fn level_of(file: &mut File, samples: u64) -> io::Result<Level> {
    file.seek(SeekFrom::Start(HEADER_BYTES))?;
    let mut level = Level::default();
    let (mut left, mut bytes) = (file.take(samples * SAMPLE_BYTES), Vec::new());
    // An even number of bytes at a time: whole samples.
    while left.by_ref().take(1 << 17).read_to_end(&mut bytes)? > 0 {
        let samples: Vec<i16> =
            bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        level.add(&samples);
        bytes.clear();
    }
    Ok(level)
}

/// Cuts the file behind the last sample, lets the header count it, and waits for the disk.
fn cut(file: &mut File, saved: &SavedRecording) -> io::Result<()> {
    let mut header = Header::new(saved.rate).ok_or(io::ErrorKind::InvalidData)?;
    file.write_all_at(header.with_samples(saved.samples), 0)?;
    Medium::set_len(file, saved.bytes)?;
    file.sync()
}

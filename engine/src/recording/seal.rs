//! How a recording becomes complete: in an order in which no crash leaves a lie.
//!
//! 1. What is known of it, the sidecar, goes to the disk as `NAME.part.json`. From here on a crash leaves a recording that
//!    [`super::Recordings::recover`] completes as it was to be: cut to the length that the sidecar names.
//! 2. `NAME.part.wav` is cut, and goes to the disk.
//! 3. The sidecar of a recording that gives way is removed: it would speak of the new one.
//! 4. `NAME.part.wav` becomes `NAME.wav`, then `NAME.part.json` becomes `NAME.json`, then the names go to the disk.
//!
//! So a sidecar never stands beside a recording that it does not describe, and where there is one, the recording is
//! complete: whoever waits for both waits for the sidecar.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use super::{RecordingPath, SavedRecording, StorageError, WavFile, wav_file::sync_folder};
use crate::{RecordingReport, Report};

/// Completes `file` as `saved` says, with what is known of it beside it.
pub(super) fn seal(
    mut file: WavFile,
    saved: &SavedRecording,
    sidecar: Option<&Report>,
) -> Result<(), StorageError> {
    if let Some(report) = sidecar {
        let report = Report { recording: Some(RecordingReport::of(saved)), ..report.clone() };
        write_sidecar(&file.path().partial_sidecar(), &report)?;
    }
    file.cut(saved.samples)?;
    if file.path().replaces() {
        remove_stale(&file.path().sidecar())?;
    }
    file.appear_complete()?;
    if sidecar.is_some() {
        name_sidecar(file.path())?;
    }
    sync_folder(file.path().folder());
    Ok(())
}

/// Writes what is known of a recording to the disk, on one line.
pub(super) fn write_sidecar(path: &Path, known: &impl serde::Serialize) -> Result<(), StorageError> {
    let write = || -> io::Result<()> {
        let mut line = serde_json::to_vec(known)?;
        line.push(b'\n');
        let mut file = File::create(path)?;
        file.write_all(&line)?;
        file.sync_data()
    };
    write().map_err(|cause| StorageError::new(path, &cause))
}

fn name_sidecar(path: &RecordingPath) -> Result<(), StorageError> {
    let sidecar = path.sidecar();
    match fs::rename(path.partial_sidecar(), &sidecar) {
        // Somebody who recovers this folder found it alone, and did the same.
        Err(cause) if cause.kind() == io::ErrorKind::NotFound && sidecar.exists() => Ok(()),
        named => named.map_err(|cause| StorageError::new(&sidecar, &cause)),
    }
}

/// Removes a file that may be there.
pub(super) fn remove_stale(path: &Path) -> Result<(), StorageError> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(StorageError::new(path, &cause)),
        _ => Ok(()),
    }
}

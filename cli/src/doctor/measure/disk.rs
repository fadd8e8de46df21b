//! The disk: how fast it takes what is written and synced.

use std::{
    fs::{File, OpenOptions, remove_file},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    time::{Duration, Instant},
};

use crate::doctor::{
    limits::{DISK_PATIENCE, DISK_PIECE, DISK_PIECES},
    measured::{Disk, NoDisk},
};

/// Writes a megabyte in the folder, piece by piece, and removes it again.
pub(super) fn measure(folder: &Path) -> Result<Disk, NoDisk> {
    let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned()).display().to_string();
    let measured = Scratch::create(folder).and_then(|mut scratch| write(&mut scratch.file));
    match measured {
        Ok((bytes_per_s, longest)) => {
            Ok(Disk { folder: name, bytes_per_s, longest_s: longest.as_secs_f64() })
        }
        Err(error) => Err(NoDisk { folder: name, reason: error.to_string() }),
    }
}

/// Bytes per second, and the longest that a piece took.
fn write(file: &mut File) -> io::Result<(f64, Duration)> {
    // Numbers that no file system makes smaller.
    let piece: Vec<u8> = (0..DISK_PIECE as u32).map(|n| (n.wrapping_mul(0x9e37_79b9) >> 24) as u8).collect();
    let (start, mut written, mut longest) = (Instant::now(), 0, Duration::ZERO);
    for _ in 0..DISK_PIECES {
        let before = Instant::now();
        file.write_all(&piece)?;
        file.sync_data()?;
        written += piece.len();
        longest = longest.max(before.elapsed());
        if start.elapsed() > DISK_PATIENCE {
            break;
        }
    }
    Ok((written as f64 / start.elapsed().as_secs_f64().max(1e-9), longest))
}

/// A file that is there only as long as it is used.
struct Scratch {
    path: PathBuf,
    file: File,
}

impl Scratch {
    fn create(folder: &Path) -> io::Result<Self> {
        let path = folder.join(format!(".afterbeep-doctor-{}.tmp", process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_measured_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let disk = measure(folder.path()).unwrap();
        assert!(disk.bytes_per_s > 0.0 && disk.longest_s > 0.0);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
        let none = measure(&folder.path().join("nowhere")).unwrap_err();
        assert!(none.folder.ends_with("nowhere") && !none.reason.is_empty());
    }
}

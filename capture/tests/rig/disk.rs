//! A disk that can stand still.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Bytes of the disk: a minute at 48 kHz, and what a file system needs.
const BYTES: u64 = 16 << 20;

/// A file system of its own in a file, until this is dropped.
pub(crate) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Makes it in the folder; `None` where this user may not, or the programs are missing (Debian: `e2fsprogs mount util-linux`).
    pub(crate) fn make(within: &Path) -> Option<Self> {
        let (image, folder) = (within.join("disk.img"), within.join("disk"));
        std::fs::create_dir(&folder).ok()?;
        std::fs::File::create(&image).and_then(|file| file.set_len(BYTES)).ok()?;
        let [image, mounted] = [&image, &folder].map(|path| path.to_str().expect("a plain path"));
        let made = done("mkfs.ext4", &["-q", image]) && done("mount", &["-o", "loop", image, mounted]);
        let disk = made.then_some(Self { folder: folder.clone() })?;
        // Not every kernel lets it stand still.
        (disk.freeze() && disk.thaw()).then_some(disk)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whoever writes waits from now on.
    pub(crate) fn freeze(&self) -> bool {
        done("fsfreeze", &["--freeze", self.folder.to_str().expect("a plain path")])
    }

    /// The writes go on.
    pub(crate) fn thaw(&self) -> bool {
        done("fsfreeze", &["--unfreeze", self.folder.to_str().expect("a plain path")])
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.thaw();
        done("umount", &["--lazy", self.folder.to_str().expect("a plain path")]);
    }
}

fn done(program: &str, words: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

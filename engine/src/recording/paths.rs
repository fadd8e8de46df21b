//! Where a recording goes, and under which name until it is complete.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

/// A path at which a recording may appear: checked before anything sounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingPath {
    path: PathBuf,
    partial: PathBuf,
    replace: bool,
}

impl RecordingPath {
    /// A recording at `path`. With `replace` a file of that name gives way to it once it is complete.
    ///
    /// # Errors
    /// [`UnusablePath`] when no recording can appear there.
    pub fn new(path: impl Into<PathBuf>, replace: bool) -> Result<Self, UnusablePath> {
        let path = path.into();
        let names_folder = path.as_os_str().as_encoded_bytes().ends_with(b"/");
        if names_folder || path.file_name().is_none() || path.is_dir() {
            return Err(UnusablePath::Folder { path });
        }
        let folder = folder_of(&path);
        if !folder.is_dir() {
            return Err(UnusablePath::NoFolder { folder: folder.to_owned(), path });
        }
        match path.symlink_metadata() {
            Ok(facts) if !facts.is_file() => return Err(UnusablePath::NotAFile { path }),
            Ok(_) if !replace => return Err(UnusablePath::Exists { path }),
            _ => {}
        }
        let partial = partial_path(&path);
        match partial.symlink_metadata() {
            Ok(_) => return Err(UnusablePath::LeftOver { partial }),
            Err(cause) if cause.kind() == io::ErrorKind::InvalidFilename => {
                return Err(UnusablePath::BadName { path });
            }
            Err(_) => {}
        }
        Ok(Self { path, partial, replace })
    }

    /// Where the complete recording appears.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is until then: `NAME.part.wav`.
    pub fn partial(&self) -> &Path {
        &self.partial
    }

    /// Whether a file of that name gives way.
    pub fn replaces(&self) -> bool {
        self.replace
    }

    /// Where what is known of the complete recording appears, the last of all: `message.json` beside `message.wav`.
    pub fn sidecar(&self) -> PathBuf {
        sidecar_path(&self.path)
    }

    /// Where that is until then: `NAME.part.json`.
    pub(crate) fn partial_sidecar(&self) -> PathBuf {
        sidecar_path(&self.partial)
    }

    pub(crate) fn folder(&self) -> &Path {
        folder_of(&self.path)
    }
}

/// `message.wav` → `message.json`; of another ending nothing is taken away, so that no two paths are the same.
pub(crate) fn sidecar_path(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wav")) {
        return path.with_extension("json");
    }
    let mut name = OsString::from(path.file_name().unwrap_or_default());
    name.push(".json");
    path.with_file_name(name)
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// `message.wav` → `message.part.wav`: a name that every tool opens, since some go by the ending.
fn partial_path(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.file_stem().unwrap_or_default());
    name.push(".part.");
    let wav = path.extension().filter(|ending| ending.eq_ignore_ascii_case("wav"));
    name.push(wav.unwrap_or("wav".as_ref()));
    path.with_file_name(name)
}

/// A path at which no recording can appear.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnusablePath {
    /// It names a folder.
    #[error("output: {} is a folder; give the name of a file in it", path.display())]
    Folder {
        /// The path that was given.
        path: PathBuf,
    },
    /// Its folder is not there.
    #[error("output: {} cannot be made, there is no folder {}; make it first", path.display(), folder.display())]
    NoFolder {
        /// The path that was given.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },
    /// There is a file of that name.
    #[error("output: {} exists; give another name, or --force to replace it", path.display())]
    Exists {
        /// The path that was given.
        path: PathBuf,
    },
    /// There is something of that name that is no file: a device, a pipe or a link. It would be lost.
    #[error("output: {} is no regular file, and is not replaced; give another name", path.display())]
    NotAFile {
        /// The path that was given.
        path: PathBuf,
    },
    /// The system takes no file of that name: with `.part` it is too long, or has a character that is not allowed.
    #[error("output: {} is no name that the system takes with .part in it; give a shorter one", path.display())]
    BadName {
        /// The path that was given.
        path: PathBuf,
    },
    /// An earlier recording was broken off.
    #[error(
        "output: {} is left over from a recording that was broken off, and is a valid WAV; rename or remove it first",
        partial.display()
    )]
    LeftOver {
        /// The partial file.
        partial: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_file_ends_as_a_wav_does() {
        for (path, partial) in [
            ("a/m.wav", "a/m.part.wav"),
            ("m", "m.part.wav"),
            ("m.v2.WAV", "m.v2.part.WAV"),
            ("m.audio", "m.part.wav"),
        ] {
            assert_eq!(partial_path(Path::new(path)), Path::new(partial));
        }
    }

    #[test]
    fn a_sidecar_is_never_the_recording() {
        for (path, sidecar) in
            [("a/m.wav", "a/m.json"), ("m.v2.WAV", "m.v2.json"), ("m", "m.json"), ("m.json", "m.json.json")]
        {
            assert_eq!(sidecar_path(Path::new(path)), Path::new(sidecar));
        }
    }

    #[test]
    fn what_is_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.wav");
        assert!(RecordingPath::new(&path, false).is_ok());
        assert!(matches!(RecordingPath::new(folder.path(), true), Err(UnusablePath::Folder { .. })));
        let deep = folder.path().join("no/m.wav");
        assert!(matches!(RecordingPath::new(deep, true), Err(UnusablePath::NoFolder { .. })));
        std::fs::write(&path, "").unwrap();
        assert!(matches!(RecordingPath::new(&path, false), Err(UnusablePath::Exists { .. })));
        assert!(RecordingPath::new(&path, true).is_ok());
        let link = folder.path().join("link.wav");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&path, &link).unwrap();
        #[cfg(unix)]
        assert!(matches!(RecordingPath::new(&link, true), Err(UnusablePath::NotAFile { .. })));
        let slash = folder.path().join("x/");
        assert!(matches!(RecordingPath::new(slash, true), Err(UnusablePath::Folder { .. })));
        #[cfg(unix)]
        let long = folder.path().join("a".repeat(250) + ".wav");
        #[cfg(unix)]
        assert!(
            matches!(RecordingPath::new(long, true), Err(UnusablePath::BadName { .. })),
            "254, and .part"
        );
        std::fs::write(folder.path().join("m.part.wav"), "").unwrap();
        assert!(matches!(RecordingPath::new(&path, true), Err(UnusablePath::LeftOver { .. })));
    }
}

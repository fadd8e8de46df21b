//! The name of a recording in its folder.

use std::{fmt, path::Path, str::FromStr};

/// The longest name, in bytes: with every ending of ours it fits the 255 bytes that file systems take.
const LONGEST: usize = 200;

/// The name of a recording in its folder, without `.wav`: no path, so that none can lead elsewhere.
///
/// ```
/// use afterbeep::recording::RecordingName;
/// assert_eq!("line 7, 14.30".parse::<RecordingName>()?.as_str(), "line 7, 14.30");
/// for no_name in ["", "../secret", "/etc/passwd", ".hidden", "a\0b", "message.part"] {
///     assert!(no_name.parse::<RecordingName>().is_err());
/// }
/// # Ok::<(), afterbeep::recording::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingName(String);

impl RecordingName {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The recording of a file in the folder; `None` where it is none: a partial one, a sidecar, somebody else's.
    pub(super) fn of(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_str()?;
        name.strip_suffix(".wav")?.parse().ok()
    }

    /// The recording that a partial file was to be.
    pub(super) fn of_partial(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_str()?;
        name.strip_suffix(".part.wav")?.parse().ok()
    }
}

impl FromStr for RecordingName {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let refused = |fault| Err(InvalidName { name: name.to_owned(), fault });
        // What Windows takes for something else is refused everywhere: a folder may be carried there.
        let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
        match name {
            "" => refused(NameFault::Empty),
            _ if name.len() > LONGEST => refused(NameFault::TooLong),
            _ if name.starts_with('.') => refused(NameFault::Hidden),
            _ if name.ends_with(".part") => refused(NameFault::Partial),
            _ => match name.chars().find(|&c| forbidden(c)) {
                Some(character) => refused(NameFault::Character(character)),
                None => Ok(Self(name.to_owned())),
            },
        }
    }
}

impl fmt::Display for RecordingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A name that no recording can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("name of a recording: {name:?} {fault}")]
pub struct InvalidName {
    /// The name that was given.
    pub name: String,
    /// What is wrong with it.
    pub fault: NameFault,
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameFault {
    /// There is none.
    #[error("is empty")]
    Empty,
    /// It is longer than 200 bytes.
    #[error("is longer than 200 bytes")]
    TooLong,
    /// It begins with a point, as `..` does, and hidden files.
    #[error("begins with a point")]
    Hidden,
    /// It ends as the names of unfinished recordings do.
    #[error("ends in .part, as the names of unfinished recordings do")]
    Partial,
    /// It has a character that means something to a file system.
    #[error("has {0:?} in it")]
    Character(char),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_complete_recording_has_a_name() {
        let of = |path| RecordingName::of(Path::new(path)).map(|name| name.0);
        assert_eq!(of("a/m.wav").as_deref(), Some("m"));
        for path in ["a/m.part.wav", "m.json", "m", ".afterbeep-1.wav", ".wav"] {
            assert_eq!(of(path), None, "{path}");
        }
        let of = |path| RecordingName::of_partial(Path::new(path)).map(|name| name.0);
        assert_eq!(of("a/m.v2.part.wav").as_deref(), Some("m.v2"));
        assert_eq!(of("a/m.wav"), None);
    }

    #[test]
    fn what_is_wrong_is_told() {
        let long = "m".repeat(201);
        for (name, fault) in [
            ("", NameFault::Empty),
            (long.as_str(), NameFault::TooLong),
            ("..", NameFault::Hidden),
            ("m.part", NameFault::Partial),
            ("a/b", NameFault::Character('/')),
            ("a\\b", NameFault::Character('\\')),
            ("a\nb", NameFault::Character('\n')),
        ] {
            assert_eq!(name.parse::<RecordingName>().unwrap_err().fault, fault);
        }
    }
}

//! Files that cannot be read, and what is worth a warning of those that can.

use crate::channel::NoSuchChannel;

/// A file that cannot be read as audio.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AudioFileError {
    /// The system does not let us read it.
    #[error("cannot be read: {cause}; check the name and the permissions")]
    NotOpened {
        /// What the system said.
        cause: String,
    },
    /// It is not audio that we read.
    #[error("is not audio that is read here: {cause}; give a WAV, FLAC, MP3 or Ogg Vorbis file")]
    NotAudio {
        /// What the decoder said.
        cause: String,
    },
    /// Its header says something that cannot be, or that is not read here.
    #[error("{field}: {value} is outside of {range}; convert the file, or mend its header")]
    Header {
        /// The field of the header.
        field: &'static str,
        /// What stands there.
        value: u32,
        /// What is allowed.
        range: &'static str,
    },
    /// A channel that the file does not have.
    #[error("{0}; choose one of the file's channels, or `mix`")]
    NoChannel(#[from] NoSuchChannel),
    /// A floating-point sample that is no number.
    #[error(
        "sample {frame}: {value} is outside of −1–1; convert the file with a program that makes it finite"
    )]
    NotFinite {
        /// The sample's place, from 0.
        frame: u64,
        /// What stands there: not a number, or infinite.
        value: f32,
    },
}

impl AudioFileError {
    /// The error without the advice.
    pub(crate) fn cause(&self) -> String {
        let whole = self.to_string();
        whole.split(';').next().unwrap_or(&whole).to_owned()
    }
}

/// Something about a file that was read all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AudioFileWarning {
    /// It ends before its header says.
    #[error("is truncated: its header promises {promised} samples, {present} are there and were used")]
    Truncated {
        /// What the header says.
        promised: u64,
        /// What is there.
        present: u64,
    },
    /// Parts of it could not be decoded, and were left out.
    #[error("is damaged: {packets} packets could not be decoded and were left out")]
    Damaged {
        /// How many.
        packets: u64,
    },
    /// It holds no samples.
    #[error("holds no samples")]
    Empty,
}

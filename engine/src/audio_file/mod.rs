//! Audio files as people have them, read as 16-bit mono.
#![expect(clippy::disallowed_types, reason = "the edge to the disk: files")]

mod error;
mod foreign;
mod heard_rate;
mod mono;
mod wav_header;

use std::{
    fmt,
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

use symphonia::core::{
    codecs::audio::{
        AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_PCM_S16LE,
    },
    errors::Error as DecoderError,
    formats::{FormatOptions, FormatReader, TrackType, probe::Hint},
    io::{MediaSource, MediaSourceStream, ReadOnlySource},
    meta::MetadataOptions,
};
use wav_header::WavHeader;

pub use error::{AudioFileError, AudioFileWarning};
pub use heard_rate::heard_rate;

use crate::channel::Channel;

/// The lowest rate of a file that is read, in Hz.
pub const LOWEST_HZ: u32 = 8_000;
/// The highest rate of a file that is read, in Hz.
pub const HIGHEST_HZ: u32 = 192_000;
/// How much of a file is looked at before it is decoded: every WAV header of the wild fits.
const HEADER_BYTES: u64 = 64 << 10;
/// How much of it is read at a time: a plain WAV header, exactly.
const HEADER_STEP: u64 = 44;

/// An audio file, decoded as it is read: WAV, FLAC, MP3 or Ogg Vorbis; 8–192 kHz; several channels become their mean, or one
/// of them is chosen.
///
/// A 16-bit mono file, or one chosen channel of 16 bits, gives its samples as they are.
pub struct AudioFile {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    rate_hz: u32,
    channels: u16,
    channel: Channel,
    /// One channel of whole samples of 16 bits, as most telephones have it: nothing is to be decoded.
    is_plain: bool,
    interleaved: Vec<f32>,
    frames: u64,
    promised: Option<u64>,
    damaged: u64,
    ended: bool,
}

impl AudioFile {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// [`AudioFileError`]. A WAV of floating-point numbers is read once to its end, so that one that is no number is
    /// found before anything is done with the file. A pipe is read as [`Self::stream`] reads it.
    pub fn open(path: &Path) -> Result<Self, AudioFileError> {
        let mut source = open_source(path)?;
        if source.metadata().is_ok_and(|facts| !facts.is_file()) {
            return Self::stream(source);
        }
        let (_, header) = read_header(&mut source)?;
        if header.is_some_and(|header| header.float) {
            let mut scan = Self::decode(Box::new(open_source(path)?), header, hint_of(path))?;
            let mut samples = Vec::new();
            while scan.read(&mut samples)? > 0 {
                samples.clear();
            }
        }
        Self::decode(Box::new(open_source(path)?), header, hint_of(path))
    }

    /// Reads a file from a stream that cannot go back, such as standard input.
    ///
    /// # Errors
    /// [`AudioFileError`].
    pub fn stream(mut source: impl Read + Send + Sync + 'static) -> Result<Self, AudioFileError> {
        let (start, header) = read_header(&mut source)?;
        let whole = ReadOnlySource::new(Cursor::new(start).chain(source));
        Self::decode(Box::new(whole), header, Hint::new())
    }

    fn decode(
        source: Box<dyn MediaSource>,
        header: Option<WavHeader>,
        hint: Hint,
    ) -> Result<Self, AudioFileError> {
        let stream = MediaSourceStream::new(source, Default::default());
        let format = symphonia::default::get_probe()
            .probe(&hint, stream, FormatOptions::default(), MetadataOptions::default())
            .map_err(not_audio)?;
        let track = format.default_track(TrackType::Audio).ok_or_else(no_audio)?;
        let parameters = track.codec_params.as_ref().and_then(|any| any.audio()).ok_or_else(no_audio)?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(not_audio)?;
        let rate_hz = parameters.sample_rate.unwrap_or(0);
        if !(LOWEST_HZ..=HIGHEST_HZ).contains(&rate_hz) {
            return Err(AudioFileError::Header {
                field: "sample rate",
                value: rate_hz,
                range: "8000–192000 Hz",
            });
        }
        let channels = parameters.channels.as_ref().map_or(0, |channels| channels.count());
        let promised = header.and_then(|header| header.data_bytes).and(track.num_frames);
        Ok(Self {
            track: track.id,
            rate_hz,
            channels: u16::try_from(channels).unwrap_or(u16::MAX),
            channel: Channel::MIX,
            is_plain: channels == 1 && is_plain(parameters),
            decoder,
            format,
            interleaved: Vec::new(),
            frames: 0,
            promised,
            damaged: 0,
            ended: false,
        })
    }

    /// The same file with one channel chosen, instead of the mean of all.
    ///
    /// # Errors
    /// [`AudioFileError::NoChannel`] if the file has fewer channels.
    pub fn with_channel(mut self, channel: Channel) -> Result<Self, AudioFileError> {
        // A header that names no channels is believed when the first samples are there.
        if self.channels > 0 {
            channel.among(self.channels)?;
        }
        self.channel = channel;
        Ok(self)
    }

    /// The file's sampling rate, in Hz.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// The file's channels.
    pub fn channels(&self) -> u16 {
        self.channels
    }

    /// How many frames were read so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Appends the next samples and tells how many; 0 at the end.
    ///
    /// # Errors
    /// [`AudioFileError::NotFinite`] for a floating-point sample that is no number, [`AudioFileError::NoChannel`]
    /// where the file goes on with too few channels, [`AudioFileError::NotOpened`] when the disk or the stream fails.
    pub fn read(&mut self, samples: &mut Vec<i16>) -> Result<usize, AudioFileError> {
        while !self.ended {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                Err(DecoderError::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    return Err(not_opened(error));
                }
                Err(_) => break,
            };
            if packet.track_id != self.track {
                continue;
            }
            if self.is_plain {
                let (whole, _) = packet.data.as_chunks();
                samples.extend(whole.iter().map(|&bytes| i16::from_le_bytes(bytes)));
                self.frames += whole.len() as u64;
                if !whole.is_empty() {
                    return Ok(whole.len());
                }
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(audio) => {
                    self.channels = u16::try_from(audio.spec().channels().count()).unwrap_or(u16::MAX);
                    let chosen = self.channel.among(self.channels.max(1))?;
                    let before = samples.len();
                    let taken = mono::append(&audio, chosen, &mut self.interleaved, samples);
                    let count = samples.len() - before;
                    self.frames += count as u64;
                    taken.map_err(|value| AudioFileError::NotFinite { frame: self.frames, value })?;
                    if count > 0 {
                        return Ok(count);
                    }
                }
                Err(_) => self.damaged += 1,
            }
        }
        self.ended = true;
        Ok(0)
    }

    /// What is worth a warning, once the file was read to its end.
    pub fn warning(&self) -> Option<AudioFileWarning> {
        if !self.ended {
            return None;
        }
        match self.promised {
            Some(promised) if promised > self.frames => {
                Some(AudioFileWarning::Truncated { promised, present: self.frames })
            }
            _ if self.damaged > 0 => Some(AudioFileWarning::Damaged { packets: self.damaged }),
            _ if self.frames == 0 => Some(AudioFileWarning::Empty),
            _ => None,
        }
    }
}

impl fmt::Debug for AudioFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioFile")
            .field("rate_hz", &self.rate_hz)
            .field("channels", &self.channels)
            .field("frames", &self.frames)
            .finish_non_exhaustive()
    }
}

fn is_plain(parameters: &AudioCodecParameters) -> bool {
    let bits = parameters.bits_per_coded_sample.or(parameters.bits_per_sample);
    parameters.codec == CODEC_ID_PCM_S16LE && bits.is_none_or(|bits| bits == 16)
}

fn open_source(path: &Path) -> Result<File, AudioFileError> {
    let file = File::open(path).map_err(not_opened)?;
    if file.metadata().is_ok_and(|facts| facts.is_dir()) {
        return Err(AudioFileError::NotOpened { cause: "it is a folder".to_owned() });
    }
    Ok(file)
}

fn hint_of(path: &Path) -> Hint {
    let mut hint = Hint::new();
    if let Some(ending) = path.extension().and_then(|ending| ending.to_str()) {
        hint.with_extension(ending);
    }
    hint
}

/// Reads a WAV's header, checked, and no more than a little beyond it: a pipe may give the rest at its own speed.
fn read_header(source: &mut impl Read) -> Result<(Vec<u8>, Option<WavHeader>), AudioFileError> {
    let mut start = Vec::new();
    loop {
        let before = start.len();
        source.take(HEADER_STEP).read_to_end(&mut start).map_err(not_opened)?;
        let ended = start.len() == before;
        if start.is_empty() {
            return Err(AudioFileError::NotAudio { cause: "it is empty".to_owned() });
        }
        let header = wav_header::read(&start);
        let unfinished = header.as_ref().is_ok_and(|header| header.is_some_and(|header| !header.complete));
        if ended || !unfinished || start.len() as u64 >= HEADER_BYTES {
            if let Some(name) = foreign::name(&start) {
                return Err(AudioFileError::NotAudio { cause: format!("it is {name}") });
            }
            return Ok((start, header?));
        }
    }
}

fn not_opened(error: io::Error) -> AudioFileError {
    AudioFileError::NotOpened { cause: error.to_string() }
}

fn not_audio(error: DecoderError) -> AudioFileError {
    AudioFileError::NotAudio { cause: error.to_string() }
}

fn no_audio() -> AudioFileError {
    AudioFileError::NotAudio { cause: "it holds no audio track".to_owned() }
}

//! What a WAV header claims, and whether it can be true.
//!
//! The decoder behind [`super::AudioFile`] forgives much and names little; a person wants to read which field is wrong.

use super::{AudioFileError, HIGHEST_HZ, LOWEST_HZ};

/// What a WAV header claims of the samples that follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WavHeader {
    /// Whether the samples are floating-point numbers, which may be none.
    pub(crate) float: bool,
    /// Whether the samples were reached.
    pub(crate) complete: bool,
    /// How many bytes they are said to take; `None` where their writer did not know.
    pub(crate) data_bytes: Option<u32>,
}

/// The longest format chunk of which every byte means something to us.
const FORMAT_BYTES: u32 = 40;
/// The RIFF length of a file without a sample.
const SHORTEST_RIFF: u32 = 36;
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xFFFE;
/// More channels than any sound card or file format of ours has.
const MOST_CHANNELS: u16 = 64;
/// What a writer that cannot go back says of the length: at least this.
const UNKNOWN_LENGTH: u32 = 0x7FFF_F000;

/// Reads the header from the file's first bytes; `None` where the file is no WAV.
pub(crate) fn read(start: &[u8]) -> Result<Option<WavHeader>, AudioFileError> {
    if start.get(..4) != Some(b"RIFF") || start.get(8..12) != Some(b"WAVE") {
        return Ok(None);
    }
    let mut header = WavHeader::default();
    let end = riff_end(start)?;
    let mut at = 12;
    while let (Some(name), Some(length)) = (start.get(at..at + 4), u32_at(start, at + 4)) {
        let body = at + 8;
        if end.is_some_and(|end| body as u64 + u64::from(length) > end) {
            let range = "what the RIFF length leaves room for";
            return Err(AudioFileError::Header { field: "length of a chunk", value: length, range });
        }
        match name {
            b"fmt " => match start.get(body..body.saturating_add(length.min(FORMAT_BYTES) as usize)) {
                Some(format) => header.float = check_format(format, length)?,
                None => break,
            },
            b"data" if length == 0 => {
                return Err(AudioFileError::Header {
                    field: "length of the samples",
                    value: 0,
                    range: "1 byte and more",
                });
            }
            b"data" => {
                header.complete = true;
                header.data_bytes = (length < UNKNOWN_LENGTH).then_some(length);
                break;
            }
            _ => {}
        }
        at = body.saturating_add(length as usize).saturating_add(length as usize % 2);
    }
    Ok(Some(header))
}

/// Where the RIFF length says that the file ends; `None` where its writer did not know.
fn riff_end(start: &[u8]) -> Result<Option<u64>, AudioFileError> {
    match u32_at(start, 4).unwrap_or(0) {
        length if length >= UNKNOWN_LENGTH => Ok(None),
        length if length < SHORTEST_RIFF => {
            Err(AudioFileError::Header { field: "RIFF length", value: length, range: "36 bytes and more" })
        }
        length => Ok(Some(8 + u64::from(length))),
    }
}

/// Checks the format chunk, and tells whether the samples are floating-point numbers.
fn check_format(body: &[u8], length: u32) -> Result<bool, AudioFileError> {
    let field = |name, value: u32, range| AudioFileError::Header { field: name, value, range };
    let (Some(tag), Some(channels), Some(rate), Some(block), Some(bits)) =
        (u16_at(body, 0), u16_at(body, 2), u32_at(body, 4), u16_at(body, 12), u16_at(body, 14))
    else {
        return Err(field("length of the format chunk", length, "at least 16 bytes"));
    };
    if !(1..=MOST_CHANNELS).contains(&channels) {
        return Err(field("channels", channels.into(), "1–64"));
    }
    if !(LOWEST_HZ..=HIGHEST_HZ).contains(&rate) {
        return Err(field("sample rate", rate, "8000–192000 Hz"));
    }
    let tag = if tag == EXTENSIBLE { u16_at(body, 24).unwrap_or(tag) } else { tag };
    let bits_allowed = match tag {
        PCM => Some((matches!(bits, 8 | 16 | 24 | 32), "8, 16, 24 or 32")),
        FLOAT => Some((matches!(bits, 32 | 64), "32 or 64")),
        _ => None,
    };
    if let Some((allowed, range)) = bits_allowed {
        if !allowed {
            return Err(field("bits per sample", bits.into(), range));
        }
        if u32::from(block) != u32::from(channels) * u32::from(bits.div_ceil(8)) {
            return Err(field("bytes per frame", block.into(), "channels × bytes per sample"));
        }
    }
    Ok(tag == FLOAT)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(tag: u16, channels: u16, rate: u32, bits: u16, block: u16, data: u32) -> Vec<u8> {
        let mut bytes = b"RIFF".to_vec();
        bytes.extend(data.saturating_add(36).to_le_bytes());
        bytes.extend(b"WAVEfmt \x10\0\0\0");
        bytes.extend(tag.to_le_bytes());
        bytes.extend(channels.to_le_bytes());
        bytes.extend(rate.to_le_bytes());
        bytes.extend((rate * u32::from(block)).to_le_bytes());
        bytes.extend(block.to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend(data.to_le_bytes());
        bytes
    }

    #[test]
    fn a_true_header_is_read() {
        let header = read(&wav(1, 2, 44_100, 16, 4, 400)).unwrap().unwrap();
        assert_eq!(header, WavHeader { float: false, complete: true, data_bytes: Some(400) });
        assert!(read(&wav(3, 1, 8_000, 32, 4, 4)).unwrap().unwrap().float);
        let unknown = read(&wav(1, 1, 8_000, 16, 2, u32::MAX)).unwrap().unwrap();
        assert!(unknown.complete && unknown.data_bytes.is_none());
        assert!(!read(&wav(1, 1, 8_000, 16, 2, 0)[..40]).unwrap().unwrap().complete);
        assert_eq!(read(b"fLaC").unwrap(), None);
    }

    #[test]
    fn a_lie_is_named() {
        let mut short = wav(1, 1, 8_000, 16, 2, 0);
        short[16] = 14;
        let mut long = wav(1, 1, 8_000, 16, 2, 100);
        long[40] = 101;
        let mut no_riff = wav(1, 1, 8_000, 16, 2, 100);
        no_riff[4] = 0;
        for (bytes, field) in [
            (long, "length of a chunk"),
            (no_riff, "RIFF length"),
            (wav(1, 1, 8_000, 16, 2, 0), "length of the samples"),
            (wav(1, 0, 8_000, 16, 2, 0), "channels"),
            (wav(1, 1, 0, 16, 2, 0), "sample rate"),
            (wav(1, 1, 384_000, 16, 2, 0), "sample rate"),
            (wav(1, 1, 8_000, 17, 2, 0), "bits per sample"),
            (wav(3, 1, 8_000, 16, 2, 0), "bits per sample"),
            (wav(1, 2, 8_000, 16, 2, 0), "bytes per frame"),
            (short, "length of the format chunk"),
        ] {
            let error = read(&bytes).unwrap_err().to_string();
            assert!(error.contains(field), "{error}");
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic() {
        let whole = wav(1, 1, 8_000, 16, 2, 100);
        (0..whole.len()).for_each(|length| drop(read(&whole[..length])));
        let mut endless = whole;
        endless[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(read(&endless).is_err());
    }
}

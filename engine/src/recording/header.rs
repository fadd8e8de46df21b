//! The 44 bytes before the samples.

use std::io::Cursor;

use crate::RecordingRate;

/// Bytes of the header of a 16-bit mono WAV.
pub(crate) const HEADER_BYTES: u64 = 44;
/// Bytes of a sample.
pub(crate) const SAMPLE_BYTES: u64 = 2;

/// A header that is brought up to date as samples are added: laid out by `hound`, its two lengths set by us, since
/// `hound` writes them one after the other and so leaves an instant at which they differ.
#[derive(Clone, Debug)]
pub(crate) struct Header([u8; HEADER_BYTES as usize]);

impl Header {
    /// `None` if `hound` should ever lay it out otherwise.
    pub(crate) fn new(rate: RecordingRate) -> Option<Self> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate.hz(),
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = Cursor::new(Vec::new());
        hound::WavWriter::new(&mut bytes, spec).ok()?.finalize().ok()?;
        bytes.into_inner().try_into().ok().map(Self)
    }

    /// The header of a file with `samples` samples.
    pub(crate) fn with_samples(&mut self, samples: u64) -> &[u8] {
        let data = u32::try_from(samples * SAMPLE_BYTES).unwrap_or(u32::MAX);
        let riff = data.saturating_add(HEADER_BYTES as u32 - 8);
        self.0[4..8].copy_from_slice(&riff.to_le_bytes());
        self.0[40..44].copy_from_slice(&data.to_le_bytes());
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hound_reads_what_it_laid_out() {
        let mut header = Header::new(RecordingRate::Hz44100).unwrap();
        let mut file = header.with_samples(3).to_vec();
        file.extend([1, 0, 2, 0, 3, 0]);
        let mut reader = hound::WavReader::new(Cursor::new(file)).unwrap();
        assert_eq!(reader.spec().sample_rate, 44_100);
        assert_eq!(reader.samples::<i16>().map(Result::unwrap).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

//! The 44 bytes before the samples.

use std::io::Cursor;

use crate::RecordingRate;

/// Bytes of the header of a 16-bit mono WAV.
pub(crate) const HEADER_BYTES: u64 = 44;
/// Bytes of a sample.
pub(crate) const SAMPLE_BYTES: u64 = 2;

/// The most samples that a WAV can count: its length in bytes has 32 bits.
pub(crate) const MOST_SAMPLES: u64 = (u32::MAX as u64 - HEADER_BYTES) / SAMPLE_BYTES;

/// A header that is brought up to date as samples are added: laid out by `hound`, its two lengths set by us, since
/// `hound` writes them one after the other and so leaves an instant at which they differ.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    bytes: [u8; HEADER_BYTES as usize],
    rate: RecordingRate,
}

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
        Some(Self { bytes: bytes.into_inner().try_into().ok()?, rate })
    }

    /// The rate that it names.
    pub(crate) fn rate(&self) -> RecordingRate {
        self.rate
    }

    /// Reads a header of ours: its rate, and how many samples it counts. `None` where it is laid out otherwise.
    pub(crate) fn read(bytes: &[u8; HEADER_BYTES as usize]) -> Option<(RecordingRate, u64)> {
        let (rate, data) = (bytes[24..28].try_into().ok()?, bytes[40..44].try_into().ok()?);
        let rate = RecordingRate::try_from(u32::from_le_bytes(rate)).ok()?;
        let samples = u64::from(u32::from_le_bytes(data)) / SAMPLE_BYTES;
        (Self::new(rate)?.with_samples(samples) == bytes).then_some((rate, samples))
    }

    /// The header of a file with `samples` samples, [`MOST_SAMPLES`] at the most.
    pub(crate) fn with_samples(&mut self, samples: u64) -> &[u8] {
        let data = u32::try_from(samples * SAMPLE_BYTES).unwrap_or(u32::MAX);
        let riff = data.saturating_add(HEADER_BYTES as u32 - 8);
        self.bytes[4..8].copy_from_slice(&riff.to_le_bytes());
        self.bytes[40..44].copy_from_slice(&data.to_le_bytes());
        &self.bytes
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

    #[test]
    fn a_header_of_ours_is_known_and_no_other() {
        for rate in RecordingRate::ALL {
            for samples in [0, 1, 80_000, MOST_SAMPLES] {
                let mut header = Header::new(rate).unwrap();
                let bytes: [u8; 44] = header.with_samples(samples).try_into().unwrap();
                assert_eq!(Header::read(&bytes), Some((rate, samples)));
                for at in (0..44).filter(|at| !(40..44).contains(at)) {
                    let mut other = bytes;
                    other[at] ^= 1;
                    assert_eq!(Header::read(&other), None, "byte {at} of {rate}");
                }
            }
        }
    }
}

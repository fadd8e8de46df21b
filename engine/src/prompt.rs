//! A prompt's audio.

use std::{path::Path, sync::Arc};

use crate::{
    AudioFile, AudioFileError, Failure, PromptFault, SampleRate,
    resampler::{self, ResamplerError},
};

/// The longest prompt that is read, in seconds: 10 minutes, which is 10 MB at 8 kHz.
const LONGEST_S: u64 = 600;

/// A prompt, decoded and at the rate of the stream on which it is to be played.
#[derive(Clone, Debug)]
pub struct Prompt {
    samples: Arc<[i16]>,
}

impl Prompt {
    /// A prompt of these samples, at the rate of the capture stream.
    pub fn from_samples(samples: impl Into<Arc<[i16]>>) -> Self {
        Self { samples: samples.into() }
    }

    /// Reads any file that the command line reads, and converts it to `rate`.
    ///
    /// # Errors
    /// [`Failure::Prompt`], which says what is wrong with the file.
    pub fn open(path: &Path, rate: SampleRate) -> Result<Self, Failure> {
        let mut file = AudioFile::open(path).map_err(|error| file_failure(path, &error))?;
        let mut samples = Vec::new();
        let most = LONGEST_S * u64::from(file.rate_hz());
        while file.read(&mut samples).map_err(|error| file_failure(path, &error))? > 0 {
            if samples.len() as u64 > most {
                return Err(failure(PromptFault::NotAudio, path, "it is longer than 600 s"));
            }
        }
        if samples.is_empty() {
            return Err(failure(PromptFault::NotAudio, path, "it holds no audio"));
        }
        let samples = resampler::convert(&samples, file.rate_hz(), rate.hz())
            .map_err(|error: ResamplerError| failure(PromptFault::NotAudio, path, &error.to_string()))?;
        Ok(Self::from_samples(samples))
    }

    /// How many samples it has.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is nothing to play.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    pub(crate) fn samples(&self) -> Arc<[i16]> {
        Arc::clone(&self.samples)
    }
}

fn file_failure(path: &Path, error: &AudioFileError) -> Failure {
    let fault = match error {
        AudioFileError::NotOpened { .. } => PromptFault::NotFetched,
        _ => PromptFault::NotAudio,
    };
    failure(fault, path, &error.cause())
}

fn failure(kind: PromptFault, path: &Path, cause: &str) -> Failure {
    Failure::Prompt { kind, cause: format!("prompt {}: {cause}", path.display()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RecordingRate;

    #[test]
    fn what_is_wrong_with_a_prompt_has_the_contract_s_subcode() {
        let missing = Prompt::open(Path::new("/nowhere/welcome.wav"), SampleRate::HZ_8000).unwrap_err();
        assert!(matches!(missing, Failure::Prompt { kind: PromptFault::NotFetched, .. }), "{missing}");
        let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let no_audio = Prompt::open(&text, SampleRate::HZ_8000).unwrap_err();
        assert!(matches!(no_audio, Failure::Prompt { kind: PromptFault::NotAudio, .. }), "{no_audio}");
    }

    #[test]
    fn it_is_converted_to_the_stream_s_rate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("prompt.wav");
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: RecordingRate::Hz44100.hz(),
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        (0..88_200).for_each(|n| writer.write_sample((n % 100) as i16).unwrap());
        writer.finalize().unwrap();
        assert_eq!(Prompt::open(&path, SampleRate::HZ_8000).unwrap().len(), 8_000);
    }
}

//! Decoded audio as 16-bit mono.

use symphonia::core::audio::{Audio, GenericAudioBufferRef};

/// Appends one channel, or the mean of all. A channel of 16 bits is taken as it is; what is more precise is rounded to nearest.
///
/// # Errors
/// A sample that is no number; those before it were appended.
pub(super) fn append(
    audio: &GenericAudioBufferRef<'_>,
    chosen: Option<usize>,
    interleaved: &mut Vec<f32>,
    samples: &mut Vec<i16>,
) -> Result<(), f32> {
    let channels = audio.spec().channels().count().max(1);
    let only = if channels == 1 { Some(0) } else { chosen };
    if let (GenericAudioBufferRef::S16(whole), Some(place)) = (audio, only)
        && let Some(plane) = whole.plane(place)
    {
        samples.extend_from_slice(plane);
        return Ok(());
    }
    audio.copy_to_vec_interleaved(interleaved);
    for frame in interleaved.chunks_exact(channels) {
        let sample = match chosen {
            Some(place) => frame[place],
            None => frame.iter().sum::<f32>() / channels as f32,
        };
        if !sample.is_finite() {
            return Err(sample);
        }
        samples.push((sample * 32_768.0).round() as i16);
    }
    Ok(())
}

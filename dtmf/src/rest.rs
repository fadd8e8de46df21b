//! What was pushed and not yet heard, as whole numbers: those are what the filters and the bank reckon with.

/// Floats that are turned into whole numbers at a time.
pub(crate) const BLOCK: usize = 64;
/// Anything beyond this is no audio (60 dB over full scale) and is heard as silence, as is what is not a number.
const LOUDEST: f32 = 1000.0;
/// A full-scale sample as a whole number.
const FULL_SCALE: f32 = 32_768.0;
/// Added to a number of ±32768 it leaves the rounded number in a float's lowest 16 bits: 1.5 · 2²³.
const ROUNDING: f32 = 12_582_912.0;

/// Samples of one kind or the other.
#[derive(Debug)]
pub(crate) enum Rest<'a> {
    /// Of 16 bits each.
    Whole(&'a [i16]),
    /// Full scale ±1.0.
    Float(&'a [f32]),
}

impl<'a> Rest<'a> {
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Whole(samples) => samples.is_empty(),
            Self::Float(samples) => samples.is_empty(),
        }
    }

    /// The next samples, at least one if there is one; floats are turned into whole numbers in `block`.
    #[inline(always)]
    pub(crate) fn next<'b>(&self, block: &'b mut [i16; BLOCK]) -> &'b [i16]
    where
        'a: 'b,
    {
        match *self {
            Self::Whole(samples) => samples,
            Self::Float(samples) => {
                let count = samples.len().min(BLOCK);
                for (to, &from) in block.iter_mut().zip(samples) {
                    *to = whole(from);
                }
                &block[..count]
            }
        }
    }

    /// Takes so many off.
    #[inline(always)]
    pub(crate) fn skip(&mut self, count: usize) {
        match self {
            Self::Whole(samples) => *samples = samples.get(count..).unwrap_or_default(),
            Self::Float(samples) => *samples = samples.get(count..).unwrap_or_default(),
        }
    }
}

/// The nearest whole number; silence for what no microphone delivers: NaN, infinities, absurd levels.
fn whole(sample: f32) -> i16 {
    let sane = if sample.abs() < LOUDEST { sample * FULL_SCALE } else { 0.0 };
    let below = if sane > f32::from(i16::MAX) { f32::from(i16::MAX) } else { sane };
    let within = if below < f32::from(i16::MIN) { f32::from(i16::MIN) } else { below };
    (within + ROUNDING).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_come_back_from_floats_as_they_were() {
        for sample in i16::MIN..=i16::MAX {
            assert_eq!(whole(f32::from(sample) / FULL_SCALE), sample);
        }
    }

    #[test]
    fn what_is_no_audio_is_silence_and_what_is_too_loud_is_full_scale() {
        assert_eq!([f32::NAN, f32::INFINITY, -1e9].map(whole), [0; 3]);
        assert_eq!([1.0, 1.5, -1.0, -900.0, 0.5].map(whole), [32_767, 32_767, -32_768, -32_768, 16_384]);
    }
}

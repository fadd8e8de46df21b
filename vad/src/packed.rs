//! Samples in 16 bits: half the room, and nothing lost that is heard.

use crate::limits::LOUDEST;

/// Adding it rounds to a whole number, which then stands in the lowest bits.
pub(crate) const WHOLE: f32 = 12_582_912.0;
/// Steps of full scale: a sample of 16 bits stays what it is.
pub(crate) const SAMPLE_STEPS: f32 = 32_768.0;
/// Adding it rounds a sample to whole steps, which then stand in the lowest bits.
const WHOLE_STEPS: f32 = WHOLE / SAMPLE_STEPS;
/// The largest sample of 16 bits.
const LARGEST: f32 = 1.0 - 1.0 / SAMPLE_STEPS;
/// The sample within full scale; what is not a number is silence.
#[inline(always)]
fn believed(x: f32) -> f32 {
    // Compared as one register compares: nothing is asked twice.
    let number = if x.is_nan() { 0.0 } else { x };
    let low = if number > -LOUDEST { number } else { -LOUDEST };
    if low < LARGEST { low } else { LARGEST }
}

/// A sample, full scale ±1.0, in 16 bits. The steps' own noise lies at -101 dBFS, under the dust.
#[inline(always)]
pub(crate) fn pack_sample(x: f32) -> i16 {
    (believed(x) + WHOLE_STEPS).to_bits() as i16
}

/// The sample, full scale ±1.0.
#[cfg(test)]
pub(crate) fn sample(packed: i16) -> f32 {
    f32::from(packed) * (1.0 / SAMPLE_STEPS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::nearest;

    #[test]
    fn samples_of_16_bits_stay_what_they_are() {
        for x in i16::MIN..=i16::MAX {
            assert_eq!(pack_sample(f32::from(x) / SAMPLE_STEPS), x);
            assert_eq!(pack_sample(sample(x)), x);
            let between = (f32::from(x) + 0.3) / SAMPLE_STEPS;
            assert!((sample(pack_sample(between)) - between).abs() < 0.4 / SAMPLE_STEPS);
            assert_eq!(nearest(between * SAMPLE_STEPS), pack_sample(between));
        }
        assert_eq!([pack_sample(1.0), pack_sample(8.0), pack_sample(-8.0)], [i16::MAX, i16::MAX, i16::MIN]);
    }

    #[test]
    fn believes_only_numbers_within_reach() {
        assert_eq!([-f32::NAN, 1e-40, 0.25, f32::NEG_INFINITY].map(pack_sample), [0, 0, 8_192, i16::MIN]);
        assert_eq!([f32::NAN, f32::INFINITY, -1e30].map(pack_sample), [0, i16::MAX, i16::MIN]);
    }
}

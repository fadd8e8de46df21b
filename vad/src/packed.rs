//! Samples and levels in 16 bits: half the room, and nothing lost that is heard.

/// Adding it rounds to a whole number, which then stands in the lowest bits.
const WHOLE: f32 = 12_582_912.0;
/// Steps of full scale: a sample of 16 bits stays what it is.
const SAMPLE_STEPS: f32 = 32_768.0;
/// Steps of a dB: from -128 to 127 dB.
const DB_STEPS: f32 = 256.0;

/// The nearest whole number to `x`, for -32768 to 32767.
fn nearest(x: f32) -> i16 {
    (x.clamp(-32_768.0, 32_767.0) + WHOLE).to_bits() as i16
}

/// A sample, full scale ±1.0, in 16 bits. The steps' own noise lies at -101 dBFS, under the dust.
pub(crate) fn pack_sample(x: f32) -> i16 {
    nearest(x * SAMPLE_STEPS)
}

/// The sample, full scale ±1.0.
pub(crate) fn sample(packed: i16) -> f32 {
    f32::from(packed) * (1.0 / SAMPLE_STEPS)
}

/// What [`sample`] makes of the packed sample, without the way through whole numbers: several fit in one register.
pub(crate) fn rounded_sample(x: f32) -> f32 {
    let whole = (x * SAMPLE_STEPS).clamp(-32_768.0, 32_767.0) + WHOLE - WHOLE;
    whole * (1.0 / SAMPLE_STEPS)
}

/// Levels in dB, each within 1/512 dB.
pub(crate) fn pack_levels<const N: usize>(db: &[f32; N]) -> [i16; N] {
    db.map(|db| nearest(db * DB_STEPS))
}

/// The levels, in dB.
pub(crate) fn levels<const N: usize>(packed: &[i16; N]) -> [f32; N] {
    packed.map(|packed| f32::from(packed) * (1.0 / DB_STEPS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_16_bits_stay_what_they_are() {
        for x in i16::MIN..=i16::MAX {
            assert_eq!(pack_sample(f32::from(x) / SAMPLE_STEPS), x);
            assert_eq!(pack_sample(sample(x)), x);
            let between = (f32::from(x) + 0.3) / SAMPLE_STEPS;
            assert_eq!(rounded_sample(between), sample(pack_sample(between)));
        }
        assert_eq!([pack_sample(1.0), pack_sample(8.0), pack_sample(-8.0)], [i16::MAX, i16::MAX, i16::MIN]);
    }

    #[test]
    fn levels_are_close() {
        for k in -12_000..12_000 {
            let db = k as f32 / 100.0;
            assert!((levels(&pack_levels(&[db]))[0] - db).abs() <= 1.0 / 512.0);
        }
    }
}

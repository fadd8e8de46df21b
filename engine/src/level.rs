//! How loud a recording is.

use wide::{i16x8, i32x4};

/// The level of a recording, over all of its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    samples: u64,
    squares: u64,
    peak: u16,
    clipped: u64,
}

/// What stands for digital silence, in dBFS: below the smallest 16-bit sample (−90.3 dBFS).
pub const SILENCE_DBFS: f64 = -120.0;

impl Level {
    /// The largest sample, in dB below full scale; [`SILENCE_DBFS`] for digital silence.
    pub fn peak_dbfs(&self) -> f64 {
        dbfs(f64::from(self.peak))
    }

    /// The root of the mean square, in dB below full scale; [`SILENCE_DBFS`] for digital silence.
    pub fn rms_dbfs(&self) -> f64 {
        dbfs((self.squares as f64 / self.samples.max(1) as f64).sqrt())
    }

    /// Samples at full scale: 32767, −32767 or −32768.
    pub fn clipped_samples(&self) -> u64 {
        self.clipped
    }

    /// Adds samples to what was measured.
    pub fn add(&mut self, samples: &[i16]) {
        for part in samples.chunks(PART) {
            let sums = Sums::of(part);
            self.squares += sums.squares;
            self.peak = self.peak.max(sums.peak);
            if sums.peak >= i16::MAX.unsigned_abs() {
                self.clipped +=
                    part.iter().filter(|s| s.unsigned_abs() >= i16::MAX.unsigned_abs()).count() as u64;
            }
        }
        self.samples += samples.len() as u64;
    }

    /// Of how many samples it is.
    pub(crate) fn samples(&self) -> u64 {
        self.samples
    }
}

/// Samples that are added up at a time: what [`Sums::of`] adds of each two of them, 16 bits, makes no more than 31 bits then.
const PART: usize = 1 << 14;
/// Samples that are worked on at once.
const LANES: usize = 8;

/// What a part of the samples adds.
struct Sums {
    squares: u64,
    peak: u16,
}

impl Sums {
    /// The upper and the lower 16 bits of the squares are added up apart, so that no sum needs more than 32 bits on the way.
    fn of(part: &[i16]) -> Self {
        let (mut upper, mut lower) = (i32x4::ZERO, i32x4::ZERO);
        let (mut most, mut least) = (i16x8::ZERO, i16x8::ZERO);
        let (blocks, rest) = part.as_chunks::<LANES>();
        for &block in blocks {
            let block = i16x8::new(block);
            // Two squares of -32768 are 2³¹, which is a number without a sign.
            let squares = block.dot(block);
            upper += (squares >> 16) & LOWER;
            lower += squares & LOWER;
            most = most.max(block);
            least = least.min(block);
        }
        let (mut peak, mut single) =
            (most.reduce_max().unsigned_abs().max(least.reduce_min().unsigned_abs()), 0);
        for &sample in rest {
            peak = peak.max(sample.unsigned_abs());
            single += square(sample);
        }
        let sum = |lanes: i32x4| u64::from(lanes.reduce_add().unsigned_abs());
        Self { squares: (sum(upper) << 16) + sum(lower) + single, peak }
    }
}

/// The lower 16 of 32 bits.
const LOWER: i32x4 = i32x4::splat(0xffff);

fn square(sample: i16) -> u64 {
    u64::from((i32::from(sample) * i32::from(sample)).unsigned_abs())
}

fn dbfs(amplitude: f64) -> f64 {
    if amplitude > 0.0 { (20.0 * (amplitude / 32_768.0).log10()).max(SILENCE_DBFS) } else { SILENCE_DBFS }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of(samples: &[i16]) -> Level {
        let mut level = Level::default();
        level.add(samples);
        level
    }

    #[test]
    fn the_field_s_reference_levels() {
        let square = level_of(&[16_384, -16_384]);
        assert!((square.rms_dbfs() + 6.02).abs() < 0.01 && (square.peak_dbfs() + 6.02).abs() < 0.01);
        assert_eq!(level_of(&[0; 10]).peak_dbfs(), SILENCE_DBFS);
        assert_eq!(level_of(&[]).rms_dbfs(), SILENCE_DBFS);
        assert_eq!(level_of(&[i16::MAX, i16::MIN, -32_767, 32_766]).clipped_samples(), 3);
    }

    #[test]
    fn sums_are_those_of_each_sample_alone_at_any_length() {
        let of_each = |samples: &[i16]| Level {
            samples: samples.len() as u64,
            squares: samples.iter().map(|&s| square(s)).sum(),
            peak: samples.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0),
            clipped: samples.iter().filter(|s| s.unsigned_abs() >= 32_767).count() as u64,
        };
        let mixed: Vec<i16> = (0..200_003).map(|n: i32| n.wrapping_mul(31_337) as i16).collect();
        for length in [0, 1, 7, 8, 9, 1_000, 16_383, 16_384, 16_393, 200_003] {
            assert_eq!(level_of(&mixed[..length]), of_each(&mixed[..length]), "{length}");
            let loudest = vec![i16::MIN; length];
            assert_eq!(level_of(&loudest), of_each(&loudest), "{length} at full scale");
        }
    }
}

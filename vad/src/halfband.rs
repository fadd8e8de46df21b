//! Half the rate: the lower half of a band kept, and the upper half beside it.

use crate::lanes::{EIGHT, Lanes};

/// Taps beside the centre, every second one (the others are zero): a Kaiser window of β 5.5 over 31 taps, half-wave at a
/// quarter of the rate, 66 dB down a sixteenth of the rate further. In steps of 1/32768, a quarter in all: nothing of the lower
/// half's 0 Hz is in the upper half.
const SIDE: [i16; 8] = [10_315, -3_145, 1_571, -842, 435, -201, 75, -16];
/// Pairs of samples that an output needs.
const PAIRS: usize = 2 * SIDE.len();
/// The taps for those pairs: none for the first sample of each.
const TAPS: [[i16; 2]; PAIRS] = {
    let mut taps = [[0; 2]; PAIRS];
    let mut n = 0;
    while n < SIDE.len() {
        taps[SIDE.len() - 1 - n][1] = SIDE[n];
        taps[SIDE.len() + n][1] = SIDE[n];
        n += 1;
    }
    taps
};
/// Samples before the newest pair that an output needs.
const BEFORE: usize = 2 * (PAIRS - 1);
/// Samples from the centre of the next output on that have come already, and one whose pair has not.
const LAST: usize = BEFORE - PAIRS + 1;
/// Samples that eight outputs are made of. That in the centre of the first is number [`PAIRS`].
pub(crate) const SPAN: usize = BEFORE + 2 * EIGHT;
/// Delay of the filter, in samples of its input.
pub(crate) const DELAY: f32 = (PAIRS - 1) as f32;

/// Most samples that are taken at a time: 10 ms at 16 kHz.
pub(crate) const MOST: usize = 160;
/// Eights of outputs of so many.
const ROOM: usize = MOST / 2 / EIGHT;

/// Splits a stream into two of half its rate.
#[derive(Clone, Debug)]
pub(crate) struct HalfBand {
    /// Of the last pairs those that are past any centre: their second samples, oldest first.
    past: [i16; SIDE.len()],
    /// The pairs after them, and the sample whose pair has not come yet.
    last: [i16; LAST],
    /// Whether there is such a sample.
    is_odd: bool,
}

impl HalfBand {
    pub(crate) const fn new() -> Self {
        Self { past: [0; SIDE.len()], last: [0; LAST], is_odd: false }
    }

    /// Takes at most [`MOST`] samples.
    #[inline(always)]
    pub(crate) fn split<L: Lanes>(&mut self, lanes: L, samples: &[i16]) -> Halves {
        let samples = &samples[..samples.len().min(MOST)];
        let (mut line, held) = ([0; BEFORE + 1 + MOST], BEFORE + usize::from(self.is_odd));
        for (pair, &second) in line.as_chunks_mut().0.iter_mut().zip(&self.past) {
            *pair = [0, second];
        }
        line[PAIRS..][..LAST].copy_from_slice(&self.last);
        line[held..][..samples.len()].copy_from_slice(samples);
        let new = held + samples.len() - BEFORE;
        let mut halves = Halves { low: [[0; EIGHT]; ROOM], high: [[0.0; EIGHT]; ROOM], len: new / 2 };
        for n in 0..halves.len.div_ceil(EIGHT).min(ROOM) {
            // What is made of samples that have not come yet counts for nothing.
            if let Some(samples) = line[2 * EIGHT * n..].first_chunk() {
                (halves.low[n], halves.high[n]) = lanes.halves(samples, &TAPS);
            }
        }
        let kept = &line[2 * halves.len..];
        for (second, pair) in self.past.iter_mut().zip(kept.as_chunks::<2>().0) {
            *second = pair[1];
        }
        if let Some(last) = kept[PAIRS..].first_chunk() {
            self.last = *last;
        }
        self.is_odd = !new.is_multiple_of(2);
        halves
    }
}

/// What came of some samples, in steps of 16 bits.
pub(crate) struct Halves {
    low: [[i16; EIGHT]; ROOM],
    high: [[f32; EIGHT]; ROOM],
    len: usize,
}

impl Halves {
    /// The lower half.
    #[inline(always)]
    pub(crate) fn low(&self) -> &[i16] {
        &self.low.as_flattened()[..self.len]
    }

    /// The upper half.
    #[inline(always)]
    pub(crate) fn high(&self) -> &[f32] {
        &self.high.as_flattened()[..self.len]
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::lanes::Plain;
    use std::vec::Vec;

    fn noise(count: usize) -> Vec<i16> {
        let mut state = 1u32;
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        };
        (0..count).map(next).collect()
    }

    fn split(samples: &[i16], sizes: impl Iterator<Item = usize>) -> (Vec<i16>, Vec<f32>) {
        let (mut band, mut low, mut high) = (HalfBand::new(), Vec::new(), Vec::new());
        let mut rest = samples;
        for size in sizes {
            let (now, later) = rest.split_at(size.min(rest.len()));
            let halves = band.split(Plain, now);
            low.extend_from_slice(halves.low());
            high.extend_from_slice(halves.high());
            rest = later;
        }
        assert!(rest.is_empty());
        (low, high)
    }

    /// As the definition says.
    fn slow(samples: &[i16], output: usize) -> (f64, f64) {
        let at = |n: isize| {
            usize::try_from(n).ok().and_then(|n| samples.get(n)).map_or(0.0, |&sample| f64::from(sample))
        };
        let centre = 2 * output as isize + 1 - PAIRS as isize + 1;
        let side: f64 = (0..8)
            .map(|n| {
                let far = 2 * n as isize + 1;
                f64::from(SIDE[n]) / 32_768.0 * (at(centre - far) + at(centre + far))
            })
            .sum();
        (0.5 * at(centre) + side, 0.5 * at(centre) - side)
    }

    #[test]
    fn agrees_with_the_definition_in_slices_of_any_size() {
        let samples = noise(2_000);
        let whole = split(&samples, core::iter::repeat_n(MOST, 13));
        for (output, (&low, &high)) in whole.0.iter().zip(&whole.1).enumerate() {
            let (want_low, want_high) = slow(&samples, output);
            let want_low = want_low.clamp(-32_768.0, 32_767.0);
            assert!((f64::from(low) - want_low).abs() < 0.51, "{output}: {low} {want_low}");
            assert!((f64::from(high) - want_high).abs() < 0.01, "{output}: {high} {want_high}");
        }
        assert_eq!(whole.0.len(), 1_000);
        assert_eq!(split(&samples, (0..2_000).map(|n| n % 23)), whole);
    }

    #[test]
    fn the_loudest_samples_stay_within_32_bits() {
        for turned in [1, -1] {
            let of_sign = |sign: i16| if sign > 0 { i16::MIN } else { i16::MAX };
            let worst = |tap: &[i16; 2]| [of_sign(turned), of_sign(tap[1].signum() * turned)];
            let mut span = [0; SPAN];
            for (to, tap) in span.as_chunks_mut().0.iter_mut().zip(&TAPS) {
                *to = worst(tap);
            }
            let sum: i64 =
                TAPS.as_flattened().iter().zip(&span).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum();
            assert!(sum.abs() + (1 << 29) + (1 << 14) <= i64::from(i32::MAX));
            let (low, high) = Plain.halves(&span, &TAPS);
            assert_eq!(low[0], if turned > 0 { i16::MIN } else { i16::MAX });
            assert!(high[0].abs() < 65_536.0);
        }
    }
}

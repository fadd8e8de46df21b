//! Half the rate: the lower half of a band kept, and the upper half beside it.

use crate::lanes::Lanes;

/// Taps beside the centre, every second one (the others are zero): a Kaiser window of β 5.5 over 31 taps, half-wave at a
/// quarter of the rate, 66 dB down a sixteenth of the rate further. In steps of 1/32768, a quarter in all: nothing of the lower
/// half's 0 Hz is in the upper half.
const SIDE: [i16; 8] = [10_315, -3_145, 1_571, -842, 435, -201, 75, -16];
/// The side taps in pairs, in the order of the samples.
pub(crate) const TAPS: [[i16; 2]; SIDE.len()] = {
    let mut taps = [[0; 2]; SIDE.len()];
    let mut n = 0;
    while n < 2 * SIDE.len() {
        taps[n / 2][n % 2] = SIDE[if n < SIDE.len() { SIDE.len() - 1 - n } else { n - SIDE.len() }];
        n += 1;
    }
    taps
};
/// Every second sample before the newest pair that an output needs: those of the side taps.
const ODDS: usize = 2 * SIDE.len() - 1;
/// The others: up to the centre.
const EVENS: usize = SIDE.len() - 1;
/// Delay of the filter, in samples of its input.
pub(crate) const DELAY: f32 = ODDS as f32;

/// Outputs that are made at a time: a row.
pub(crate) const OUTPUTS: usize = 16;
/// Samples at the side that they are made of, and one more, so that they are whole rows.
pub(crate) const SPAN: usize = ODDS + OUTPUTS + 1;
const _: () = assert!(SPAN == 2 * OUTPUTS);

/// Splits a stream into two of half its rate.
#[derive(Clone, Debug)]
pub(crate) struct HalfBand {
    /// The second samples of the last pairs, oldest first.
    odds: [i16; ODDS],
    /// The first samples of the last pairs, oldest first.
    evens: [i16; EVENS],
    /// A sample whose pair has not come yet.
    waiting: Option<i16>,
}

impl HalfBand {
    pub(crate) const fn new() -> Self {
        Self { odds: [0; ODDS], evens: [0; EVENS], waiting: None }
    }

    /// Most samples that one call of [`Self::split`] takes, given its rows.
    pub(crate) const fn most(rows: usize) -> usize {
        2 * OUTPUTS * (rows - 1)
    }

    /// Takes at most [`Self::most`] of `ROWS` samples.
    #[inline(always)]
    pub(crate) fn split<const ROWS: usize, L: Lanes>(&mut self, lanes: L, samples: &[i16]) -> Halves<ROWS> {
        let (mut evens, mut odds) = ([[0; OUTPUTS]; ROWS], [[0; OUTPUTS]; ROWS]);
        let (evens, odds) = (evens.as_flattened_mut(), odds.as_flattened_mut());
        evens[..EVENS].copy_from_slice(&self.evens);
        odds[..ODDS].copy_from_slice(&self.odds);
        let samples = &samples[..samples.len().min(Self::most(ROWS))];
        let len = self.pair_up(samples, &mut evens[EVENS..], &mut odds[ODDS..]);
        if let (Some(last_evens), Some(last_odds)) = (evens[len..].first_chunk(), odds[len..].first_chunk()) {
            (self.evens, self.odds) = (*last_evens, *last_odds);
        }
        let mut halves = Halves { low: [[0; OUTPUTS]; ROWS], high: [[0.0; OUTPUTS]; ROWS], len };
        for (n, (low, high)) in halves.low.iter_mut().zip(&mut halves.high).enumerate() {
            let at = n * OUTPUTS;
            if at >= len {
                break;
            }
            // What is made of samples that have not come yet counts for nothing.
            if let (Some(side), Some(centres)) = (odds[at..].first_chunk(), evens[at..].first_chunk()) {
                (*low, *high) = lanes.halves(side, centres);
            }
        }
        halves
    }

    /// Parts the samples of all pairs; says how many pairs there are.
    #[inline(always)]
    fn pair_up(&mut self, mut samples: &[i16], mut evens: &mut [i16], mut odds: &mut [i16]) -> usize {
        let mut first = 0;
        if let (Some(waiting), [second, rest @ ..]) = (self.waiting, samples) {
            (evens[0], odds[0]) = (waiting, *second);
            (evens, odds, samples) = (&mut evens[1..], &mut odds[1..], rest);
            self.waiting = None;
            first = 1;
        }
        let (pairs, left) = samples.as_chunks();
        if let [last] = left {
            self.waiting = Some(*last);
        }
        for ((even, odd), [first, second]) in evens.iter_mut().zip(odds).zip(pairs) {
            (*even, *odd) = (*first, *second);
        }
        first + pairs.len()
    }
}

/// What came of some samples, in steps of 16 bits.
pub(crate) struct Halves<const ROWS: usize> {
    low: [[i16; OUTPUTS]; ROWS],
    high: [[f32; OUTPUTS]; ROWS],
    len: usize,
}

impl<const ROWS: usize> Halves<ROWS> {
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
    use crate::lanes::{self, Plain, Work};
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
            let halves = band.split::<6, _>(Plain, now);
            low.extend_from_slice(halves.low());
            high.extend_from_slice(halves.high());
            rest = later;
        }
        assert!(rest.is_empty());
        (low, high)
    }

    /// A row to be worked out.
    struct Row<'a>(&'a [i16; SPAN], &'a [i16; OUTPUTS]);

    impl Work for Row<'_> {
        type Output = ([i16; OUTPUTS], [f32; OUTPUTS]);

        fn with<L: Lanes>(self, lanes: L) -> Self::Output {
            lanes.halves(self.0, self.1)
        }
    }

    #[test]
    fn every_machine_makes_the_same_rows() {
        for samples in noise(100 * SPAN).as_chunks::<SPAN>().0 {
            let loudest = samples.map(|x| if x < 0 { i16::MIN } else { i16::MAX });
            for side in [samples, &loudest] {
                let row = || Row(side, side.last_chunk().unwrap());
                let plain = row().with(Plain);
                assert_eq!([lanes::best(row()), lanes::without_avx512(row())], [plain; 2]);
            }
        }
    }

    /// As the definition says.
    fn slow(samples: &[i16], output: usize) -> (f64, f64) {
        let at = |n: isize| {
            usize::try_from(n).ok().and_then(|n| samples.get(n)).map_or(0.0, |&sample| f64::from(sample))
        };
        let centre = 2 * (output as isize - EVENS as isize);
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
        let whole = split(&samples, core::iter::repeat_n(HalfBand::most(6), 13));
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
            let mut odds = [0; SPAN];
            for (to, tap) in odds.iter_mut().zip(TAPS.as_flattened()) {
                *to = of_sign(tap.signum() * turned);
            }
            let sum: i64 =
                TAPS.as_flattened().iter().zip(&odds).map(|(&a, &b)| i64::from(a) * i64::from(b)).sum();
            assert!(sum.abs() + (1 << 29) + (1 << 14) <= i64::from(i32::MAX));
            let (low, high) = Plain.halves(&odds, &[of_sign(turned); OUTPUTS]);
            assert_eq!(low[0], if turned > 0 { i16::MIN } else { i16::MAX });
            assert!(high[0].abs() < 65_536.0);
        }
    }
}

//! Loudness in bands, in dBFS.

use crate::lanes::{Lanes, octave, within_octave};
use crate::limits::{BANDS, BINS, DUST, EDGES, LOW_BANDS};
use crate::packed::WHOLE;
use crate::row::Row;

/// Each mean square in dBFS, lifted by the dust.
#[inline(always)]
pub(crate) fn levels<L: Lanes>(power: Row<L>) -> Row<L> {
    let [octave, part] = power.plus(DUST).octaves();
    let u = part.plus(-1.0);
    let log = u * (u * (u * u.times(FOURTH).plus(THIRD)).plus(SECOND)).plus(FIRST);
    (octave.plus(-127.0) + log).times(PER_OCTAVE)
}

/// The sum of any numbers, in lanes, so that the compiler can take several at a time.
#[inline(always)]
pub(crate) fn sum<const N: usize>(values: &[f32; N]) -> f32 {
    const LANES: usize = 8;
    let mut lanes = [0.0; LANES];
    let blocks = values.chunks_exact(LANES);
    let rest: f32 = blocks.remainder().iter().sum();
    for block in blocks {
        for (lane, x) in lanes.iter_mut().zip(block) {
            *lane += x;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h)) + rest
}

/// Spreads the power of each low band over its bins; the first and the last band go on beyond their edges.
#[inline(always)]
pub(crate) fn per_bin(power: &[f32; BANDS]) -> [f32; BINS] {
    let mut out = [0.0; BINS];
    macro_rules! fill {
        ($($k:literal)*) => { $(spread::<{ EDGES[$k] }, { EDGES[$k + 1] }>(&mut out, power[$k]);)* };
    }
    fill!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    let (first, last) = (out[EDGES[0]], out[EDGES[LOW_BANDS] - 1]);
    out[..EDGES[0]].fill(first);
    out[EDGES[LOW_BANDS]..].fill(last);
    out
}

#[inline(always)]
fn spread<const FROM: usize, const TO: usize>(out: &mut [f32; BINS], power: f32) {
    out[FROM..TO].fill(power * (1.0 / (TO - FROM) as f32));
}

/// Each level as a mean square: the inverse of [`db`], for -300 to 300 dB.
#[inline(always)]
pub(crate) fn powers<L: Lanes>(levels: Row<L>) -> Row<L> {
    let octaves = levels.at_least(-300.0).at_most(300.0).times(1.0 / PER_OCTAVE).plus(127.0);
    // The whole octaves stand in the lowest bits.
    let shifted = octaves.plus(-0.5).plus(WHOLE);
    let u = octaves - shifted.plus(-WHOLE);
    // A polynomial through 2^u on 0–1, exact at both ends.
    let part = (u * (u * (u * u.times(LAST).plus(0.051752)).plus(0.241566)).plus(0.692996)).plus(1.0);
    part * shifted.two_to()
}
/// Makes the polynomial of [`powers`] 2 at 1.
const LAST: f32 = 1.0 - 0.692996 - 0.241566 - 0.051752;

/// An octave of power, in dB.
const PER_OCTAVE: f32 = 10.0 * core::f32::consts::LOG10_2;

/// 10·log10 of a positive number, within 0.01 dB.
#[inline(always)]
pub(crate) fn db(x: f32) -> f32 {
    // A polynomial through log2 on 1–2, exact at both ends, so there is no step between octaves.
    let u = within_octave(x) - 1.0;
    let log = u * (FIRST + u * (SECOND + u * (THIRD + u * FOURTH)));
    PER_OCTAVE * (octave(x) - 127.0 + log)
}
const FIRST: f32 = 1.438_073_2;
const SECOND: f32 = -0.674_766_66;
const THIRD: f32 = 0.317_000_72;
/// Makes the polynomial of [`db`] 1 at 2.
const FOURTH: f32 = 1.0 - 1.438_073_2 + 0.674_766_66 - 0.317_000_72;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::Plain;

    #[test]
    fn decibels_are_close_and_have_no_steps() {
        let mut x = 1e-8f32;
        while x < 100.0 {
            let want = 10.0 * libm::log10f(x);
            assert!((db(x) - want).abs() < 0.02, "{x}: {} {want}", db(x));
            let row = Row::all(Plain, x);
            assert_eq!(levels(row.plus(-DUST)).bands(), [db(x - DUST + DUST); BANDS]);
            let back = powers(Row::all(Plain, db(x))).bands();
            assert!((back[0] / x - 1.0).abs() < 0.01 && back == [back[0]; BANDS]);
            x *= 1.003;
        }
    }
}

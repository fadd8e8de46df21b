//! Loudness in bands, in dBFS.

use crate::lanes::Lanes;
use crate::limits::{BANDS, BINS, DUST, EDGES, LOW_BANDS};
use crate::packed::WHOLE;

/// Mean squares of the bands: full-scale square wave = 1 over all.
#[inline(always)]
pub(crate) fn bands(power: &[f32; BINS], [high, highest]: [f32; 2]) -> [f32; BANDS] {
    // The edges are known when this is compiled: no loop is left of it.
    macro_rules! low {
        ($($k:literal)*) => { [$(between::<{ EDGES[$k] }, { EDGES[$k + 1] }>(power),)* high, highest] };
    }
    low!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
}

#[inline(always)]
fn between<const FROM: usize, const TO: usize>(power: &[f32; BINS]) -> f32 {
    power[FROM..TO].iter().sum()
}

/// Each mean square in dBFS, lifted by the dust.
#[inline(always)]
pub(crate) fn levels(power: &[f32; BANDS]) -> [f32; BANDS] {
    let mut out = [0.0; BANDS];
    for (to, p) in out.iter_mut().zip(power) {
        *to = db(p + DUST);
    }
    out
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

/// Each level as a mean square.
#[inline(always)]
pub(crate) fn powers(levels: &[f32; BANDS]) -> [f32; BANDS] {
    let mut out = [0.0; BANDS];
    for (to, &level) in out.iter_mut().zip(levels) {
        *to = power_of(level);
    }
    out
}

/// The square root of each.
#[inline(always)]
pub(crate) fn roots<L: Lanes>(lanes: L, squares: &[f32; BANDS]) -> [f32; BANDS] {
    let mut out = [0.0; BANDS];
    let mut from = 0;
    while from < BANDS {
        // The last ones with some before them: as many as are taken at a time.
        let at = if from + L::N > BANDS { BANDS - L::N } else { from };
        lanes.store(lanes.root(lanes.load(&squares[at..])), &mut out[at..]);
        from += L::N;
    }
    out
}

/// The sum of the bands: four at a time.
#[inline(always)]
pub(crate) fn total(values: &[f32; BANDS]) -> f32 {
    fold(values, |a, b| a + b)
}

/// The highest of the bands.
#[inline(always)]
pub(crate) fn highest(values: &[f32; BANDS]) -> f32 {
    fold(values, |a, b| if a > b { a } else { b })
}

#[inline(always)]
fn fold(values: &[f32; BANDS], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [0.0; 4];
    for (k, lane) in lanes.iter_mut().enumerate() {
        *lane = join(join(values[k], values[k + 4]), join(values[k + 8], values[k + 12]));
    }
    join(join(join(lanes[0], lanes[2]), join(lanes[1], lanes[3])), join(values[16], values[17]))
}

/// An octave of power, in dB.
const PER_OCTAVE: f32 = 10.0 * core::f32::consts::LOG10_2;

/// 10·log10 of a positive number, within 0.01 dB.
#[inline(always)]
pub(crate) fn db(x: f32) -> f32 {
    let bits = x.to_bits() as i32;
    let exponent = (bits >> 23) as f32 - 127.0;
    let m = f32::from_bits((bits as u32 & 0x007f_ffff) | 0x3f80_0000);
    // A polynomial through log2 on 1–2, exact at both ends, so there is no step between octaves.
    let u = m - 1.0;
    let log = u * (1.438_073_2 + u * (-0.674_766_66 + u * (0.317_000_72 + u * FOURTH)));
    PER_OCTAVE * (exponent + log)
}
/// Makes the polynomial of [`db`] 1 at 2.
const FOURTH: f32 = 1.0 - 1.438_073_2 + 0.674_766_66 - 0.317_000_72;

/// The inverse of [`db`], for -300 to 300 dB.
#[inline(always)]
fn power_of(db: f32) -> f32 {
    let low = if db > -300.0 { db } else { -300.0 };
    let octaves = (if low < 300.0 { low } else { 300.0 }) * (1.0 / PER_OCTAVE) + 127.0;
    // The whole octaves stand in the lowest bits.
    let shifted = (octaves - 0.5) + WHOLE;
    let u = octaves - (shifted - WHOLE);
    // A polynomial through 2^u on 0–1, exact at both ends.
    let part = 1.0 + u * (0.692996 + u * (0.241566 + u * (0.051752 + u * LAST)));
    part * f32::from_bits(shifted.to_bits() << 23)
}
/// Makes the polynomial of [`power_of`] 2 at 1.
const LAST: f32 = 1.0 - 0.692996 - 0.241566 - 0.051752;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_are_close_and_have_no_steps() {
        let mut x = 1e-9f32;
        while x < 100.0 {
            let want = 10.0 * libm::log10f(x);
            assert!((db(x) - want).abs() < 0.02, "{x}: {} {want}", db(x));
            assert!((power_of(db(x)) / x - 1.0).abs() < 0.01);
            x *= 1.003;
        }
    }
}

//! The power spectrum of one window of samples.

mod sixteen;
mod tables;

pub(crate) use tables::cosines;

use crate::lanes::{EIGHT, Lanes, Numbers, One};
use crate::limits::{BANDS, BINS, EDGES, WINDOW};
use crate::row::Row;
use sixteen::Points;
use tables::{HANN, TURNS};

/// Samples of a row: sample `n` stands in row `n / SIDE`, column `n % SIDE`. There are as many rows.
pub(crate) const SIDE: usize = 16;
/// Rows of a column's spectrum that differ, apart from the first: real samples have a spectrum of two like halves.
pub(crate) const HALF: usize = SIDE / 2;

/// Power in each bin of the Hann-windowed samples of a window: their sum is the samples' mean square.
pub(crate) struct Spectrum<L: Lanes> {
    pub(crate) lanes: L,
    /// Of each sixteen bins the second to the ninth.
    lower: [L::Many; HALF],
    /// Of each sixteen bins the ninth to the last.
    upper: [L::Many; HALF],
    /// Of each sixteen bins the first.
    first: [f32; HALF],
}

/// The spectrum of a window whose oldest sample is the one at `at`. It is not unrolled: where a window begins turns the bins,
/// and leaves their power.
///
/// Each column, every sixteenth sample, has a spectrum of its own; turned by where it stands in the row, they add up.
#[inline(always)]
pub(crate) fn spectrum<L: Lanes>(lanes: L, window: &[i16; WINDOW], at: usize) -> Spectrum<L> {
    let mut out =
        Spectrum { lanes, lower: [lanes.all(0.0); HALF], upper: [lanes.all(0.0); HALF], first: [0.0; HALF] };
    let Some(hann) = HANN[WINDOW - at.min(WINDOW)..].first_chunk() else { return out };
    let (sums, squares) = added(lanes, window, hann);
    for part in 0..HALF {
        out.lower[part] = squares[part];
        // The upper half of a block mirrors the lower half of another.
        out.upper[part] = lanes.reversed(squares[SIDE - 1 - part]);
    }
    // The bins of the columns' own sums, which stand between the others.
    let (real, imaginary) = sixteen::real(One, sums);
    out.first[0] = 0.5 * real[0] * real[0];
    for part in 1..HALF {
        out.first[part] = real[part] * real[part] + imaginary[part - 1] * imaginary[part - 1];
    }
    out
}

impl<L: Lanes> Spectrum<L> {
    /// All bins.
    #[inline(always)]
    pub(crate) fn power(&self) -> [f32; BINS] {
        let mut out = [0.0; BINS];
        for part in 0..HALF {
            self.lanes.store(self.lower[part], &mut out[SIDE * part + 1..]);
            self.lanes.store(self.upper[part], &mut out[SIDE * part + HALF..]);
            out[SIDE * part] = self.first[part];
        }
        out
    }

    /// Mean squares of the bands, given those of the high ones: full-scale square wave = 1 over all.
    #[inline(always)]
    pub(crate) fn bands(&self, high: [f32; 2]) -> Row<L> {
        // The edges are known when this is compiled: no loop is left of it.
        macro_rules! low {
            ($($k:literal)*) => { self.lanes.sums([$(self.between::<{ EDGES[$k] }, { EDGES[$k + 1] }>()),*]) };
        }
        let (mut single, lanes) = ([0.0; BANDS], self.lanes);
        for part in 1..HALF {
            let mut band = 0;
            while band + 1 < EDGES.len() - 1 && EDGES[band + 1] <= SIDE * part {
                band += 1;
            }
            single[band] = self.first[part];
        }
        Row::of(lanes, [low!(0 1 2 3 4 5 6 7), low!(8 9 10 11 12 13 14 15)], high) + Row::load(lanes, &single)
    }

    /// Eight numbers of which the sum is that of these bins, but for every sixteenth.
    #[inline(always)]
    fn between<const FROM: usize, const TO: usize>(&self) -> L::Many {
        let mut sum = self.lanes.all(0.0);
        for part in 0..HALF {
            // The ninth stands in both halves.
            let (lower, upper) = (SIDE * part + 1, SIDE * part + HALF);
            if FROM < lower + EIGHT && TO > lower {
                sum = sum + part_of(self.lanes, self.lower[part], lower, FROM, TO);
            }
            let from = if FROM > upper + 1 { FROM } else { upper + 1 };
            if from < upper + EIGHT && TO > from {
                sum = sum + part_of(self.lanes, self.upper[part], upper, from, TO);
            }
        }
        sum
    }
}

/// Of eight bins from `first` on those from `from` to `to`.
#[inline(always)]
fn part_of<L: Lanes>(lanes: L, bins: L::Many, first: usize, from: usize, to: usize) -> L::Many {
    lanes.within(bins, from.saturating_sub(first), if to < first + EIGHT { to - first } else { EIGHT })
}

/// Adds the columns of the samples up: their own sums, and the power of the bins of rows 1 to 8, from every sixteenth of them on.
#[inline(always)]
fn added<L: Lanes>(
    lanes: L,
    samples: &[i16; WINDOW],
    hann: &[f32; WINDOW],
) -> ([f32; SIDE], [L::Many; SIDE]) {
    // One by one, so that the compiler knows where each begins.
    let left = down(lanes, samples, hann, 0);
    let right = down(lanes, samples, hann, HALF);
    let mut sums = [0.0; SIDE];
    lanes.store(left.0[0], &mut sums);
    lanes.store(right.0[0], &mut sums[HALF..]);
    let whole = sixteen::points(beside(turned(lanes, left, 0), turned(lanes, right, HALF)));
    let mut squares = [lanes.all(0.0); SIDE];
    for (square, Points(_, r, i)) in squares.iter_mut().zip(whole) {
        *square = r * r + i * i;
    }
    (sums, squares)
}

/// Of eight columns rows 0 to 8 of their spectrum's real parts, and rows 1 to 7 of the imaginary ones.
type Down<L> = ([<L as Numbers>::Many; HALF + 1], [<L as Numbers>::Many; HALF - 1]);

/// The spectrum of eight columns of the samples from `from` on.
#[inline(always)]
fn down<L: Lanes>(lanes: L, samples: &[i16; WINDOW], hann: &[f32; WINDOW], from: usize) -> Down<L> {
    let mut column = [lanes.all(0.0); SIDE];
    for (row, to) in column.iter_mut().enumerate() {
        let at = row * SIDE + from;
        *to = lanes.load_whole(&samples[at..]) * lanes.load(&hann[at..]);
    }
    sixteen::real(lanes, column)
}

/// Rows 1 to 8 of these columns' spectra, each column turned by where it stands in the row.
#[inline(always)]
fn turned<L: Lanes>(lanes: L, (real, imaginary): Down<L>, from: usize) -> [Points<L>; HALF] {
    let ([_, real @ ..], [a, b, c, d, e, f, g]) = (real, imaginary);
    let (re, im) = (lanes.by_columns(real), lanes.by_columns([a, b, c, d, e, f, g, lanes.all(0.0)]));
    let mut columns = [Points(lanes, lanes.all(0.0), lanes.all(0.0)); HALF];
    for (column, to) in columns.iter_mut().enumerate() {
        let (r, i) = (re[column], im[column]);
        let (cos, sin) = (lanes.load(&TURNS.0[from + column]), lanes.load(&TURNS.1[from + column]));
        *to = Points(lanes, r * cos + i * sin, i * cos - r * sin);
    }
    columns
}

/// One half and the other.
#[inline(always)]
fn beside<T>([a, b, c, d, e, f, g, h]: [T; HALF], [i, j, k, l, m, n, o, p]: [T; HALF]) -> [T; SIDE] {
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::{pack_sample, sample};

    fn power(window: &[i16; WINDOW], at: usize) -> [f32; BINS] {
        spectrum(crate::lanes::Plain, window, at).power()
    }

    fn slow(samples: &[i16; WINDOW], bin: usize) -> f64 {
        let (mut r, mut i) = (0.0, 0.0);
        for (n, &x) in samples.iter().enumerate() {
            let turn = core::f64::consts::TAU * (n * bin % WINDOW) as f64 / WINDOW as f64;
            let hann = 0.5 - 0.5 * libm::cos(core::f64::consts::TAU * n as f64 / WINDOW as f64);
            r += f64::from(sample(x)) * hann * libm::cos(turn);
            i += f64::from(sample(x)) * hann * libm::sin(turn);
        }
        2.0 * (r * r + i * i) / (0.375 * (WINDOW * WINDOW) as f64)
    }

    #[test]
    fn agrees_with_the_definition() {
        let mut state = 1u32;
        let samples: [i16; WINDOW] = core::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as i16
        });
        let fast = power(&samples, 0);
        for at in [1, 2, 100, 255] {
            let mut turned = samples;
            turned.rotate_right(at);
            for (one, other) in power(&turned, at).iter().zip(&fast).skip(1) {
                assert!((one - other).abs() < 1e-6 + 1e-4 * one);
            }
        }
        for (bin, &got) in fast.iter().enumerate().skip(1) {
            let want = slow(&samples, bin);
            assert!((f64::from(got) - want).abs() < 1e-6 + 1e-4 * want, "bin {bin}");
        }
    }

    #[test]
    fn adds_up_to_the_mean_square() {
        let tone: [i16; WINDOW] = core::array::from_fn(|n| {
            pack_sample(libm::sinf(core::f32::consts::TAU * 1000.0 / 8000.0 * n as f32))
        });
        let sum: f32 = power(&tone, 0).iter().sum();
        assert!((sum - 0.5).abs() < 1e-3, "{sum}");
    }
}

//! The power spectrum of one window of samples.

use core::ops::{Add, Mul, Sub};

use crate::lanes::{Lanes, Numbers, One};
use crate::limits::{BINS, WINDOW};
use crate::packed::SAMPLE_STEPS;

/// Samples of a row: sample `n` stands in row `n / SIDE`, column `n % SIDE`. There are as many rows.
pub(crate) const SIDE: usize = 16;
/// Rows of a column's spectrum that differ, apart from the first: real samples have a spectrum of two like halves.
pub(crate) const HALF: usize = SIDE / 2;

/// One number for each column, row by row.
type Rows = [[f32; SIDE]; SIDE];
/// The same numbers, column by column.
type Columns = [[f32; HALF]; SIDE];

/// A Hann window twice, one after the other: for samples in steps of 16 bits, scaled so that the bins of a spectrum add up
/// to the mean square of the samples at full scale ±1.0.
static HANN: [f32; 2 * WINDOW] = hann();
/// Cosines and sines of 2π·column·row/WINDOW for the rows from 1 on.
static TURNS: (Columns, Columns) = columns();

/// Sine by its Taylor series: exact to 1e-12 for |x| ≤ π.
const fn sine(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (x, x, 1);
    while n < 14 {
        term *= -x * x / ((2 * n) as f64 * (2 * n + 1) as f64);
        sum += term;
        n += 1;
    }
    sum
}

const fn turns() -> [(f32, f32); WINDOW] {
    let mut out = [(0.0, 0.0); WINDOW];
    let mut k = 0;
    while k < WINDOW {
        let x = core::f64::consts::TAU * (k as f64 / WINDOW as f64) - core::f64::consts::PI;
        let quarter = if x > core::f64::consts::FRAC_PI_2 { x - core::f64::consts::TAU } else { x };
        out[k] = (-sine(x) as f32, -sine(quarter + core::f64::consts::FRAC_PI_2) as f32);
        k += 1;
    }
    out
}

const fn columns() -> (Columns, Columns) {
    let turns = turns();
    let (mut cos, mut sin) = ([[0.0; HALF]; SIDE], [[0.0; HALF]; SIDE]);
    let mut k = 0;
    while k < SIDE * HALF {
        let (column, row) = (k / HALF, k % HALF);
        (sin[column][row], cos[column][row]) = turns[column * (row + 1)];
        k += 1;
    }
    (cos, sin)
}

const fn hann() -> [f32; 2 * WINDOW] {
    // Σw² is 3/8·WINDOW; a one-sided power spectrum counts each bin twice.
    const SCALE: f64 = 2.0 / (0.375 * (WINDOW * WINDOW) as f64);
    let root = (root(SCALE) / SAMPLE_STEPS as f64) as f32;
    let mut out = [0.0; 2 * WINDOW];
    let turns = turns();
    let mut k = 0;
    while k < 2 * WINDOW {
        out[k] = (0.5 - 0.5 * turns[k % WINDOW].1) * root;
        k += 1;
    }
    out
}

/// Square root by Newton.
const fn root(x: f64) -> f64 {
    let (mut y, mut n) = (1.0, 0);
    while n < 40 {
        y = 0.5 * (y + x / y);
        n += 1;
    }
    y
}

/// Cosine of 2π·turn/WINDOW.
pub(crate) const fn cosines() -> [f32; WINDOW] {
    let turns = turns();
    let mut out = [0.0; WINDOW];
    let mut k = 0;
    while k < WINDOW {
        out[k] = turns[k].1;
        k += 1;
    }
    out
}

/// Power in each bin of the Hann-windowed samples of a window whose oldest is the one at `at`: their sum is the samples'
/// mean square. It is not unrolled: where a window begins turns the bins, and leaves their power.
///
/// Each column, every sixteenth sample, has a spectrum of its own; turned by where it stands in the row, they add up.
#[inline(always)]
pub(crate) fn power<L: Lanes>(lanes: L, window: &[i16; WINDOW], at: usize, out: &mut [f32; BINS]) {
    let mut rows = [[0.0; SIDE]; SIDE];
    down(lanes, window, at, &mut rows);
    let (mut re, mut im) = ([[0.0; HALF]; SIDE], [[0.0; HALF]; SIDE]);
    let [first, parts @ ..] = &rows;
    let (real, imaginary) = parts.split_at(HALF);
    lanes.by_columns(real, &mut re);
    lanes.by_columns(imaginary, &mut im);
    across(lanes, &re, &im, out);
    every_sixteenth(first, out);
}

/// The spectrum of each column of the samples under the Hann window that begins at `at`: of its rows from 0 to 8 the real
/// parts, of those from 1 to 7 the imaginary ones.
#[inline(always)]
fn down<L: Lanes>(lanes: L, samples: &[i16; WINDOW], at: usize, out: &mut Rows) {
    let Some(hann) = HANN[WINDOW - at.min(WINDOW)..].first_chunk() else { return };
    // One by one, so that the compiler knows where each begins.
    down_from(lanes, samples, hann, 0, out);
    down_from(lanes, samples, hann, HALF, out);
}

#[inline(always)]
fn down_from<L: Lanes>(lanes: L, samples: &[i16; WINDOW], hann: &[f32; WINDOW], from: usize, out: &mut Rows) {
    let mut column = [lanes.all(0.0); SIDE];
    for (row, to) in column.iter_mut().enumerate() {
        let at = row * SIDE + from;
        *to = lanes.load_whole(&samples[at..]) * lanes.load(&hann[at..]);
    }
    let (real, imaginary) = half_of_sixteen(lanes, column);
    for row in 0..HALF {
        lanes.store(real[row], &mut out[row][from..]);
    }
    lanes.store(real[HALF], &mut out[HALF][from..]);
    for row in 0..HALF - 1 {
        lanes.store(imaginary[row], &mut out[HALF + 1 + row][from..]);
    }
}

/// Adds the columns up to the power of all bins but every sixteenth.
#[inline(always)]
fn across<L: Lanes>(lanes: L, re: &Columns, im: &Columns, out: &mut [f32; BINS]) {
    let (cos, sin) = &TURNS;
    let mut rows = [point(lanes, (0.0, 0.0)); SIDE];
    for column in 0..SIDE {
        let at = (lanes.load(&re[column]), lanes.load(&im[column]));
        rows[column] = turned(at, (lanes.load(&cos[column]), lanes.load(&sin[column])));
    }
    let whole = sixteen(lanes, rows);
    for part in 0..HALF {
        lanes.store(square(whole[part]), &mut out[SIDE * part + 1..]);
        // The upper half of a block mirrors the lower half of another.
        let mirrored = lanes.reversed(square(whole[SIDE - 1 - part]));
        lanes.store(mirrored, &mut out[SIDE * part + HALF..]);
    }
}

/// The bins of the columns' own sums, which stand between the others.
#[inline(always)]
fn every_sixteenth(sums: &[f32; SIDE], out: &mut [f32; BINS]) {
    let (real, imaginary) = half_of_sixteen(One, *sums);
    out[0] = 0.5 * real[0] * real[0];
    for part in 1..HALF {
        out[SIDE * part] = square((real[part], imaginary[part - 1]));
    }
}

#[inline(always)]
fn square<T: Copy + Add<Output = T> + Mul<Output = T>>((r, i): Point<T>) -> T {
    r * r + i * i
}

/// Real and imaginary part.
type Point<T> = (T, T);

/// Cosine of an eighth of a turn.
const DIAGONAL: f32 = core::f32::consts::FRAC_1_SQRT_2;
/// Cosine and sine of a sixteenth of a turn.
const SIXTEENTH: (f32, f32) = (0.923_879_5, 0.382_683_43);

/// The transform of sixteen real numbers, without the half that mirrors the other: nine real parts, and the imaginary parts
/// of all but the first and the last.
#[inline(always)]
fn half_of_sixteen<L: Numbers>(lanes: L, x: [L::Many; 16]) -> ([L::Many; 9], [L::Many; 7]) {
    // Every fourth number first.
    let a = [
        four_real(x[0], x[4], x[8], x[12]),
        four_real(x[1], x[5], x[9], x[13]),
        four_real(x[2], x[6], x[10], x[14]),
        four_real(x[3], x[7], x[11], x[15]),
    ];
    let (r0, (r4, i4), r8) = four_real(a[0].0, a[1].0, a[2].0, a[3].0);
    let (b, c) = (lanes.all(DIAGONAL) * (a[1].2 - a[3].2), lanes.all(-DIAGONAL) * (a[1].2 + a[3].2));
    let (r2, i2, r6, i6) = (a[0].2 + b, c - a[2].2, a[0].2 - b, c + a[2].2);
    let [d, e, f, g] = [
        a[0].1,
        turned(a[1].1, point(lanes, SIXTEENTH)),
        eighth(lanes, a[2].1),
        turned(a[3].1, point(lanes, (SIXTEENTH.1, SIXTEENTH.0))),
    ];
    let (sum, difference) = ((d.0 + f.0, d.1 + f.1), (d.0 - f.0, d.1 - f.1));
    let (other, across) = ((e.0 + g.0, e.1 + g.1), (e.1 - g.1, g.0 - e.0));
    let (r1, i1, r5, i5) =
        (sum.0 + other.0, sum.1 + other.1, difference.0 + across.0, difference.1 + across.1);
    let (r7, i7, r3, i3) =
        (sum.0 - other.0, other.1 - sum.1, difference.0 - across.0, across.1 - difference.1);
    ([r0, r1, r2, r3, r4, r5, r6, r7, r8], [i1, i2, i3, i4, i5, i6, i7])
}

/// The transform of four real numbers: the first three, of which the outer ones are real.
#[inline(always)]
fn four_real<T: Copy + Add<Output = T> + Sub<Output = T>>(a: T, b: T, c: T, d: T) -> (T, Point<T>, T) {
    let (sum, other) = (a + c, b + d);
    (sum + other, (a - c, d - b), sum - other)
}

/// The same point for all.
#[inline(always)]
fn point<L: Numbers>(lanes: L, (r, i): Point<f32>) -> Point<L::Many> {
    (lanes.all(r), lanes.all(i))
}

/// Turned back by an angle, of which cosine and sine are given.
#[inline(always)]
fn turned<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>>(
    (r, i): Point<T>,
    (cos, sin): Point<T>,
) -> Point<T> {
    (r * cos + i * sin, i * cos - r * sin)
}

/// Turned back by an eighth.
#[inline(always)]
fn eighth<L: Numbers>(lanes: L, (r, i): Point<L::Many>) -> Point<L::Many> {
    (lanes.all(DIAGONAL) * (r + i), lanes.all(DIAGONAL) * (i - r))
}

/// Turned back by three eighths.
#[inline(always)]
fn three_eighths<L: Lanes>(lanes: L, (r, i): Point<L::Many>) -> Point<L::Many> {
    (lanes.all(DIAGONAL) * (i - r), lanes.all(-DIAGONAL) * (r + i))
}

/// The transform of sixteen numbers.
#[inline(always)]
fn sixteen<L: Lanes>(lanes: L, x: [Point<L::Many>; 16]) -> [Point<L::Many>; 16] {
    let (cos, sin) = SIXTEENTH;
    let (one, three, nine) = (point(lanes, (cos, sin)), point(lanes, (sin, cos)), point(lanes, (-cos, -sin)));
    let a = four(x[0], x[4], x[8], x[12]);
    let b = four(x[1], x[5], x[9], x[13]);
    let c = four(x[2], x[6], x[10], x[14]);
    let d = four(x[3], x[7], x[11], x[15]);
    let quarter = (c[2].1, lanes.all(-1.0) * c[2].0);
    let [p0, p4, p8, p12] = four(a[0], b[0], c[0], d[0]);
    let [p1, p5, p9, p13] = four(a[1], turned(b[1], one), eighth(lanes, c[1]), turned(d[1], three));
    let [p2, p6, p10, p14] = four(a[2], eighth(lanes, b[2]), quarter, three_eighths(lanes, d[2]));
    let [p3, p7, p11, p15] = four(a[3], turned(b[3], three), three_eighths(lanes, c[3]), turned(d[3], nine));
    [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15]
}

#[inline(always)]
fn four<T: Copy + Add<Output = T> + Sub<Output = T>>(
    a: Point<T>,
    b: Point<T>,
    c: Point<T>,
    d: Point<T>,
) -> [Point<T>; 4] {
    let (sum, difference) = ((a.0 + c.0, a.1 + c.1), (a.0 - c.0, a.1 - c.1));
    let (other, across) = ((b.0 + d.0, b.1 + d.1), (b.1 - d.1, d.0 - b.0));
    [
        (sum.0 + other.0, sum.1 + other.1),
        (difference.0 + across.0, difference.1 + across.1),
        (sum.0 - other.0, sum.1 - other.1),
        (difference.0 - across.0, difference.1 - across.1),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::{pack_sample, sample};

    fn power(window: &[i16; WINDOW], at: usize) -> [f32; BINS] {
        let mut out = [0.0; BINS];
        super::power(crate::lanes::Plain, window, at, &mut out);
        out
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

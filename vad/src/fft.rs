//! The power spectrum of one window of samples.

use crate::limits::{BINS, WINDOW};
use crate::packed::SAMPLE_STEPS;

/// Samples of a row: sample `n` stands in row `n / ROW`, column `n % ROW`.
const ROW: usize = 8;
/// Rows of a window, and points of the transform of each column.
const ROWS: usize = WINDOW / ROW;
/// Columns that are transformed at a time, two by two as one complex number.
const LANES: usize = ROW / 2;
/// Rows of the columns' spectra that differ, apart from the first: real samples have a spectrum of two like halves.
const HALF: usize = ROWS / 2;

/// Rows of a quarter of the window.
const QUARTER: usize = ROWS / 4;
/// Numbers in a quarter.
const BLOCK: usize = QUARTER * LANES;

/// The rows of one quarter after the other.
type Blocks = [[f32; BLOCK]; 4];
/// The same numbers, the like rows of all quarters side by side.
type Slices = [[f32; 4 * LANES]; QUARTER];
/// The same numbers again, one lane after the other.
type Columns = [[f32; ROWS]; LANES];
/// Cosines or sines for the turns of the columns.
type Turns = [[f32; HALF]; ROW];

/// The even and the odd steps of a Hann window, each twice, one after the other: for samples in steps of 16 bits, scaled so
/// that the bins of a spectrum add up to the mean square of the samples at full scale ±1.0.
static HANN: [[f32; WINDOW]; 2] = hann();
/// Cosines and sines of the transform's first stage: of 2π·row·part/ROWS, for each lane of each row.
static STAGE: ([[f32; BLOCK]; 3], [[f32; BLOCK]; 3]) = stage();
/// Cosines and sines of 2π·column·row/WINDOW for the rows from 1 on.
static COLUMNS: (Turns, Turns) = columns();

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

const fn stage() -> ([[f32; BLOCK]; 3], [[f32; BLOCK]; 3]) {
    let turns = turns();
    let (mut cos, mut sin) = ([[0.0; BLOCK]; 3], [[0.0; BLOCK]; 3]);
    let mut part = 0;
    while part < 3 {
        let mut k = 0;
        while k < BLOCK {
            (sin[part][k], cos[part][k]) = turns[(k / LANES) * (part + 1) * ROW];
            k += 1;
        }
        part += 1;
    }
    (cos, sin)
}

const fn columns() -> (Turns, Turns) {
    let turns = turns();
    let (mut cos, mut sin) = ([[0.0; HALF]; ROW], [[0.0; HALF]; ROW]);
    let mut column = 0;
    while column < ROW {
        let mut row = 0;
        while row < HALF {
            (sin[column][row], cos[column][row]) = turns[column * (row + 1)];
            row += 1;
        }
        column += 1;
    }
    (cos, sin)
}

const fn hann() -> [[f32; WINDOW]; 2] {
    // Σw² is 3/8·WINDOW; a one-sided power spectrum counts each bin twice.
    const SCALE: f64 = 2.0 / (0.375 * (WINDOW * WINDOW) as f64);
    let root = (root(SCALE) / SAMPLE_STEPS as f64) as f32;
    let mut out = [[0.0; WINDOW]; 2];
    let turns = turns();
    let mut k = 0;
    while k < WINDOW {
        let value = (0.5 - 0.5 * turns[k].1) * root;
        out[k % 2][k / 2] = value;
        out[k % 2][WINDOW / 2 + k / 2] = value;
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

/// A window written round and round, its even and its odd samples apart.
pub(crate) type Parted = [[i16; WINDOW / 2]; 2];

/// Power in each bin of the Hann-windowed samples of a window whose oldest is the one at `at`: their sum is the samples'
/// mean square. It is not unrolled: where a window begins turns the bins, and leaves their power.
///
/// Each column, every eighth sample, has a spectrum of its own; turned by where it stands in the row, they add up.
pub(crate) fn power(window: &Parted, at: usize) -> [f32; BINS] {
    // Where the window's first even step falls on an odd sample, its odd steps fall on the even ones.
    let (even, odd) = (at.div_ceil(2), at / 2);
    let [evens, odds] = window;
    let (mut re, mut im) = ([[0.0; BLOCK]; 4], [[0.0; BLOCK]; 4]);
    windowed(evens, &HANN[at % 2], even, &mut re);
    windowed(odds, &HANN[1 - at % 2], odd, &mut im);
    quarters(&mut re, &mut im);
    let (mut re, mut im) = (side_by_side(&re), side_by_side(&im));
    eighths(&mut re, &mut im);
    add_up(&by_lanes(&re), &by_lanes(&im))
}

/// Real or imaginary parts, four columns to a row, of the window that begins at `at`.
#[inline(never)]
fn windowed(samples: &[i16; WINDOW / 2], hann: &[f32; WINDOW], at: usize, out: &mut Blocks) {
    let hann = &hann[WINDOW / 2 - at.min(WINDOW / 2)..][..WINDOW / 2];
    for ((to, &x), hann) in out.as_flattened_mut().iter_mut().zip(samples).zip(hann) {
        *to = f32::from(x) * hann;
    }
}

/// Transforms each row of the four quarters, and turns what comes out by where the row stands.
#[inline(never)]
fn quarters(re: &mut Blocks, im: &mut Blocks) {
    let (cos, sin) = &STAGE;
    for k in 0..BLOCK {
        let at = |quarter: usize| (re[quarter][k], im[quarter][k]);
        let [a, b, c, d] = four(at(0), at(1), at(2), at(3));
        let turned = |(r, i): Point, part: usize| {
            let (c, s) = (cos[part][k], sin[part][k]);
            (r * c + i * s, i * c - r * s)
        };
        (re[0][k], im[0][k]) = a;
        (re[1][k], im[1][k]) = turned(b, 0);
        (re[2][k], im[2][k]) = turned(c, 1);
        (re[3][k], im[3][k]) = turned(d, 2);
    }
}

fn side_by_side(blocks: &Blocks) -> Slices {
    let mut out = [[0.0; 4 * LANES]; QUARTER];
    for (row, slice) in out.iter_mut().enumerate() {
        for (to, block) in slice.chunks_exact_mut(LANES).zip(blocks) {
            to.copy_from_slice(&block[row * LANES..][..LANES]);
        }
    }
    out
}

/// Transforms the rows of each quarter.
#[inline(never)]
fn eighths(re: &mut Slices, im: &mut Slices) {
    for k in 0..4 * LANES {
        let at = |row: usize| (re[row][k], im[row][k]);
        let whole = eight([at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)]);
        for (row, (r, i)) in whole.into_iter().enumerate() {
            (re[row][k], im[row][k]) = (r, i);
        }
    }
}

#[inline(never)]
fn by_lanes(slices: &Slices) -> Columns {
    let mut out = [[0.0; ROWS]; LANES];
    for (block, rows) in slices.as_flattened().chunks_exact(LANES * LANES).enumerate() {
        let at = block * LANES;
        for lane in 0..LANES {
            for row in 0..LANES {
                out[lane][at + row] = rows[row * LANES + lane];
            }
        }
    }
    out
}

/// From the lanes' spectra to the power of the samples' own bins.
#[inline(never)]
fn add_up(re: &Columns, im: &Columns) -> [f32; BINS] {
    let mut parts = [[0.0f32; HALF]; ROW];
    let (cos, sin) = &COLUMNS;
    for row in 0..HALF {
        // Both columns of a lane, doubled.
        let two = |lane: usize| {
            let (r, i) = (re[lane][row + 1], im[lane][row + 1]);
            let (far_r, far_i) = (re[lane][ROWS - 1 - row], im[lane][ROWS - 1 - row]);
            [(r + far_r, i - far_i), (i + far_i, far_r - r)]
        };
        let turned = |column: usize, (r, i): Point| {
            let (c, s) = (cos[column][row], sin[column][row]);
            (r * c + i * s, i * c - r * s)
        };
        let ([a, b], [c, d], [e, f], [g, h]) = (two(0), two(1), two(2), two(3));
        let whole = eight([
            a,
            turned(1, b),
            turned(2, c),
            turned(3, d),
            turned(4, e),
            turned(5, f),
            turned(6, g),
            turned(7, h),
        ]);
        for (part, (r, i)) in parts.iter_mut().zip(whole) {
            part[row] = 0.25 * (r * r + i * i);
        }
    }
    let first = core::array::from_fn(|k| if k % 2 == 0 { re[k / 2][0] } else { im[k / 2][0] });
    in_order(&parts, &first)
}

/// The bins of each part, and those of the columns' own sums, which stand between them.
fn in_order(parts: &Turns, sums: &[f32; ROW]) -> [f32; BINS] {
    let mut out = [0.0; BINS];
    let edges = eight(sums.map(|x| (x, 0.0)));
    for (part, bins) in out.chunks_exact_mut(ROWS).enumerate() {
        let (low, high) = bins.split_at_mut(HALF);
        let (r, i) = edges[part];
        low[0] = r * r + i * i;
        low[1..].copy_from_slice(&parts[part][..HALF - 1]);
        // The upper half of a block mirrors the lower half of another.
        let mirrored = parts[ROW - 1 - part].iter().rev();
        high.iter_mut().zip(mirrored).for_each(|(to, &x)| *to = x);
    }
    out[0] *= 0.5;
    out
}

/// Real and imaginary part.
type Point = (f32, f32);

/// Cosine of an eighth of a turn.
const DIAGONAL: f32 = core::f32::consts::FRAC_1_SQRT_2;

/// The transform of eight numbers.
#[inline(always)]
fn eight(x: [Point; ROW]) -> [Point; ROW] {
    let even = four(x[0], x[2], x[4], x[6]);
    let odd = four(x[1], x[3], x[5], x[7]);
    let (a, b, c, d) = (odd[0], odd[1], odd[2], odd[3]);
    let b = (DIAGONAL * (b.0 + b.1), DIAGONAL * (b.1 - b.0));
    let c = (c.1, -c.0);
    let d = (DIAGONAL * (d.1 - d.0), -DIAGONAL * (d.0 + d.1));
    let sum = |k: usize, o: Point| (even[k].0 + o.0, even[k].1 + o.1);
    let difference = |k: usize, o: Point| (even[k].0 - o.0, even[k].1 - o.1);
    [
        sum(0, a),
        sum(1, b),
        sum(2, c),
        sum(3, d),
        difference(0, a),
        difference(1, b),
        difference(2, c),
        difference(3, d),
    ]
}

#[inline(always)]
fn four(a: Point, b: Point, c: Point, d: Point) -> [Point; 4] {
    let (sum, difference) = ((a.0 + c.0, a.1 + c.1), (a.0 - c.0, a.1 - c.1));
    let (other, across) = ((b.0 + d.0, b.1 + d.1), (b.1 - d.1, d.0 - b.0));
    [
        (sum.0 + other.0, sum.1 + other.1),
        (difference.0 + across.0, difference.1 + across.1),
        (sum.0 - other.0, sum.1 - other.1),
        (difference.0 - across.0, difference.1 - across.1),
    ]
}

/// A window whose oldest sample is the first.
#[cfg(test)]
pub(crate) fn parted(samples: &[i16; WINDOW]) -> Parted {
    [0, 1].map(|odd| core::array::from_fn(|k| samples[2 * k + odd]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packed::{pack_sample, sample};

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
        let fast = power(&parted(&samples), 0);
        for at in [1, 2, 100, 255] {
            let mut turned = samples;
            turned.rotate_right(at);
            for (one, other) in power(&parted(&turned), at).iter().zip(&fast).skip(1) {
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
        let sum: f32 = power(&parted(&tone), 0).iter().sum();
        assert!((sum - 0.5).abs() < 1e-3, "{sum}");
    }
}

//! The discrete Fourier transform of 128 complex samples, four of them side by side all the way.
//!
//! Sample 16·r + c stands in row r and column c of an 8 × 16 matrix. The columns are transformed, four at once; each value is
//! turned by its place; the matrix is laid on its side, and the columns are transformed again. What comes out is in order: value
//! 8·k + n stands in row k and column n.

use super::window::HALF;
use crate::phasor::{cos_turns, sin_turns};
use core::ops::{Add, Sub};
use wide::f32x4;

const ROWS: usize = 8;
const COLUMNS: usize = HALF / ROWS;
/// Columns that are worked on side by side.
const LANES: usize = 4;

/// By how much each value is turned between the two passes, for each four columns: row times column of a whole turn in
/// [`HALF`] steps.
static BETWEEN: [[[f32x4; 2]; ROWS]; COLUMNS / LANES] = between();
/// A turn in [`COLUMNS`] steps: cosine and sine.
static TURNS: [[f32; 2]; COLUMNS] = turns();

/// Complex values of four columns in one row.
#[derive(Clone, Copy)]
struct Lanes {
    re: f32x4,
    im: f32x4,
}

impl Lanes {
    const ZERO: Self = Self { re: f32x4::ZERO, im: f32x4::ZERO };

    fn at(re: &[f32; HALF], im: &[f32; HALF], first: usize) -> Self {
        let four = |part: &[f32; HALF]| f32x4::new(*part[first..].first_chunk().unwrap_or(&[0.0; LANES]));
        Self { re: four(re), im: four(im) }
    }

    /// Turned backwards by the angle of which cosine and sine are given.
    fn turned_back(self, cosine: f32x4, sine: f32x4) -> Self {
        Self { re: self.re * cosine + self.im * sine, im: self.im * cosine - self.re * sine }
    }

    /// Turned backwards by so many steps of a turn in [`COLUMNS`].
    fn stepped_back(self, steps: usize) -> Self {
        let [cosine, sine] = TURNS[steps % COLUMNS];
        self.turned_back(f32x4::splat(cosine), f32x4::splat(sine))
    }

    /// Turned backwards by a quarter.
    fn quarter_back(self) -> Self {
        Self { re: self.im, im: -self.re }
    }
}

impl Add for Lanes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Lanes {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

/// The transform of real and imaginary parts.
#[inline(always)]
pub(super) fn transform(re: &[f32; HALF], im: &[f32; HALF]) -> ([f32; HALF], [f32; HALF]) {
    let mut side = [[Lanes::ZERO; COLUMNS]; ROWS / LANES];
    for (block, turns) in BETWEEN.iter().enumerate() {
        lay_on_its_side(&first_pass(re, im, block * LANES, turns), block * LANES, &mut side);
    }
    let (mut out_re, mut out_im) = ([0.0; HALF], [0.0; HALF]);
    for (block, columns) in side.iter().enumerate() {
        let columns = sixteen(columns);
        let rows = out_re.as_chunks_mut::<ROWS>().0.iter_mut().zip(out_im.as_chunks_mut::<ROWS>().0);
        for ((re, im), values) in rows.zip(columns) {
            re[block * LANES..][..LANES].copy_from_slice(values.re.as_array());
            im[block * LANES..][..LANES].copy_from_slice(values.im.as_array());
        }
    }
    (out_re, out_im)
}

/// Four columns transformed, and turned by their places.
#[inline(always)]
fn first_pass(re: &[f32; HALF], im: &[f32; HALF], first: usize, turns: &[[f32x4; 2]; ROWS]) -> [Lanes; ROWS] {
    let mut columns = [Lanes::ZERO; ROWS];
    for (row, values) in columns.iter_mut().enumerate() {
        *values = Lanes::at(re, im, row * COLUMNS + first);
    }
    let mut columns = eight(columns);
    for (values, [cosines, sines]) in columns.iter_mut().zip(turns) {
        *values = values.turned_back(*cosines, *sines);
    }
    columns
}

/// Four columns become four rows from `first` on, half of each in each part of `side`.
#[inline(always)]
fn lay_on_its_side(columns: &[Lanes; ROWS], first: usize, side: &mut [[Lanes; COLUMNS]; ROWS / LANES]) {
    for (four, side) in columns.as_chunks().0.iter().zip(side) {
        let [a, b, c, d]: [Lanes; LANES] = *four;
        let re = f32x4::transpose([a.re, b.re, c.re, d.re]);
        let im = f32x4::transpose([a.im, b.im, c.im, d.im]);
        for ((to, re), im) in side[first..].iter_mut().zip(re).zip(im) {
            *to = Lanes { re, im };
        }
    }
}

/// The transform of four.
#[inline(always)]
fn four([a, b, c, d]: [Lanes; 4]) -> [Lanes; 4] {
    let (even, odd) = (a + c, b + d);
    let (even_off, odd_off) = (a - c, (b - d).quarter_back());
    [even + odd, even_off + odd_off, even - odd, even_off - odd_off]
}

/// The transform of eight: of the even four and of the odd four.
#[inline(always)]
fn eight([a, b, c, d, e, f, g, h]: [Lanes; 8]) -> [Lanes; 8] {
    const STEP: usize = COLUMNS / 8;
    let even = four([a, c, e, g]);
    let [o0, o1, o2, o3] = four([b, d, f, h]);
    let odd = [o0, o1.stepped_back(STEP), o2.quarter_back(), o3.stepped_back(3 * STEP)];
    let mut out = [Lanes::ZERO; 8];
    for n in 0..4 {
        out[n] = even[n] + odd[n];
        out[n + 4] = even[n] - odd[n];
    }
    out
}

/// The transform of sixteen: four times four, and four times four again.
#[inline(always)]
fn sixteen(rows: &[Lanes; COLUMNS]) -> [Lanes; COLUMNS] {
    let mut first = [[Lanes::ZERO; 4]; 4];
    for n in 0..4 {
        first[n] = four([rows[n], rows[n + 4], rows[n + 8], rows[n + 12]]);
        for (k, values) in first[n].iter_mut().enumerate() {
            *values = values.stepped_back(n * k);
        }
    }
    let mut out = [Lanes::ZERO; COLUMNS];
    for k in 0..4 {
        let last = four([first[0][k], first[1][k], first[2][k], first[3][k]]);
        for n in 0..4 {
            out[k + 4 * n] = last[n];
        }
    }
    out
}

const fn between() -> [[[f32x4; 2]; ROWS]; COLUMNS / LANES] {
    let mut table = [[[f32x4::ZERO; 2]; ROWS]; COLUMNS / LANES];
    let mut block = 0;
    while block < COLUMNS / LANES {
        let mut row = 0;
        while row < ROWS {
            let (mut cosines, mut sines) = ([0.0; LANES], [0.0; LANES]);
            let mut n = 0;
            while n < LANES {
                let turns = (row * (block * LANES + n)) as f64 / HALF as f64;
                cosines[n] = cos_turns(turns) as f32;
                sines[n] = sin_turns(turns) as f32;
                n += 1;
            }
            table[block][row] = [f32x4::new(cosines), f32x4::new(sines)];
            row += 1;
        }
        block += 1;
    }
    table
}

const fn turns() -> [[f32; 2]; COLUMNS] {
    let mut table = [[0.0; 2]; COLUMNS];
    let mut n = 0;
    while n < COLUMNS {
        let turns = n as f64 / COLUMNS as f64;
        table[n] = [cos_turns(turns) as f32, sin_turns(turns) as f32];
        n += 1;
    }
    table
}

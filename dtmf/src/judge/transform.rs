//! The discrete Fourier transform of 128 complex samples, laid out for a processor that works on several at once.
//!
//! Sample 16·r + c stands in row r and column c of an 8 × 16 matrix. All columns are transformed at once, row against row;
//! each value is turned by its place; then the same is done with the matrix laid on its side. What comes out is in order.

use super::window::HALF;
use crate::phasor::{cos_turns, sin_turns};

const ROWS: usize = 8;
const COLUMNS: usize = HALF / ROWS;

/// The turns between the two passes: row times column of a whole turn in [`HALF`] steps.
static BETWEEN: [[[f32; COLUMNS]; 2]; ROWS] = between();
/// The first half of a turn in [`COLUMNS`] steps: cosine and sine.
static TURNS: [[f32; 2]; COLUMNS / 2] = turns();

static ROW_ORDER: [usize; ROWS] = reversed();
static COLUMN_ORDER: [usize; COLUMNS] = reversed();

/// Real and imaginary parts of `N` rows of `W` values.
struct Matrix<const N: usize, const W: usize> {
    re: [[f32; W]; N],
    im: [[f32; W]; N],
}

/// The transform of real and imaginary parts.
pub(super) fn transform(re: &[f32; HALF], im: &[f32; HALF]) -> ([f32; HALF], [f32; HALF]) {
    let mut upright = Matrix::<ROWS, COLUMNS> { re: [[0.0; COLUMNS]; ROWS], im: [[0.0; COLUMNS]; ROWS] };
    for row in 0..ROWS {
        let to = ROW_ORDER[row];
        upright.re[to].copy_from_slice(&re[row * COLUMNS..][..COLUMNS]);
        upright.im[to].copy_from_slice(&im[row * COLUMNS..][..COLUMNS]);
    }
    upright.columns();
    let mut sideways = upright.turned_and_laid_on_its_side();
    sideways.columns();
    let (mut out_re, mut out_im) = ([0.0; HALF], [0.0; HALF]);
    for row in 0..COLUMNS {
        out_re[row * ROWS..][..ROWS].copy_from_slice(&sideways.re[row]);
        out_im[row * ROWS..][..ROWS].copy_from_slice(&sideways.im[row]);
    }
    (out_re, out_im)
}

impl<const N: usize, const W: usize> Matrix<N, W> {
    /// Transforms each column; the rows are in bit-reversed order before.
    fn columns(&mut self) {
        let mut width = 1;
        while width < N {
            for first in (0..N).step_by(2 * width) {
                for n in 0..width {
                    self.butterfly(first + n, first + n + width, TURNS[n * (COLUMNS / 2) / width]);
                }
            }
            width *= 2;
        }
    }

    fn butterfly(&mut self, a: usize, b: usize, [cosine, sine]: [f32; 2]) {
        let (re, im) = (self.re[b], self.im[b]);
        for n in 0..W {
            let turned = (re[n] * cosine + im[n] * sine, im[n] * cosine - re[n] * sine);
            self.re[b][n] = self.re[a][n] - turned.0;
            self.im[b][n] = self.im[a][n] - turned.1;
            self.re[a][n] += turned.0;
            self.im[a][n] += turned.1;
        }
    }
}

impl Matrix<ROWS, COLUMNS> {
    /// Rows become columns, in the order in which the second pass takes them.
    fn turned_and_laid_on_its_side(&self) -> Matrix<COLUMNS, ROWS> {
        let mut side = Matrix { re: [[0.0; ROWS]; COLUMNS], im: [[0.0; ROWS]; COLUMNS] };
        for (row, [cosines, sines]) in BETWEEN.iter().enumerate() {
            let (re, im) = (&self.re[row], &self.im[row]);
            for n in 0..COLUMNS {
                let to = COLUMN_ORDER[n];
                side.re[to][row] = re[n] * cosines[n] + im[n] * sines[n];
                side.im[to][row] = im[n] * cosines[n] - re[n] * sines[n];
            }
        }
        side
    }
}

/// The numbers from 0 on with their bits in reversed order.
const fn reversed<const N: usize>() -> [usize; N] {
    let mut order = [0; N];
    let mut n = 0;
    while n < N {
        order[n] = n.reverse_bits() >> (usize::BITS - N.trailing_zeros());
        n += 1;
    }
    order
}

const fn between() -> [[[f32; COLUMNS]; 2]; ROWS] {
    let mut table = [[[0.0; COLUMNS]; 2]; ROWS];
    let mut row = 0;
    while row < ROWS {
        let mut n = 0;
        while n < COLUMNS {
            let turns = (row * n) as f64 / HALF as f64;
            table[row][0][n] = cos_turns(turns) as f32;
            table[row][1][n] = sin_turns(turns) as f32;
            n += 1;
        }
        row += 1;
    }
    table
}

const fn turns() -> [[f32; 2]; COLUMNS / 2] {
    let mut table = [[0.0; 2]; COLUMNS / 2];
    let mut n = 0;
    while n < COLUMNS / 2 {
        let turns = n as f64 / COLUMNS as f64;
        table[n] = [cos_turns(turns) as f32, sin_turns(turns) as f32];
        n += 1;
    }
    table
}

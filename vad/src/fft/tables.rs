//! Cosines, made by the compiler.

use super::{HALF, SIDE};
use crate::limits::WINDOW;
use crate::packed::SAMPLE_STEPS;

/// A Hann window twice, one after the other: for samples in steps of 16 bits, scaled so that the bins of a spectrum add up
/// to the mean square of the samples at full scale ±1.0.
pub(super) static HANN: [f32; 2 * WINDOW] = hann();
/// Cosines and sines of 2π·column·row/WINDOW for the rows from 1 on, column by column.
pub(super) static TURNS: ([[f32; HALF]; SIDE], [[f32; HALF]; SIDE]) = columns();

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

const fn columns() -> ([[f32; HALF]; SIDE], [[f32; HALF]; SIDE]) {
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

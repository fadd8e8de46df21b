//! How much of a sound repeats at the pitch of a voice.

use crate::fft::cosines;
use crate::limits::{BINS, LAG_STEP, LAGS, LONGEST_LAG, SHORTEST_LAG, VOICE_BINS, VOICE_FROM, WINDOW};

/// Cosine of each voice bin at each lag, made by the compiler.
static COSINES: [[f32; LAGS]; VOICE_BINS] = table();
/// What a steady harmonic sound reaches at each lag, because the window blurs its lines.
static REACH: [f32; LAGS] = reach();

const fn table() -> [[f32; LAGS]; VOICE_BINS] {
    let cosines = cosines();
    let mut out = [[0.0; LAGS]; VOICE_BINS];
    let mut bin = 0;
    while bin < VOICE_BINS {
        let mut lag = 0;
        while lag < LAGS {
            out[bin][lag] = cosines[(bin + VOICE_FROM) * (SHORTEST_LAG + lag * LAG_STEP) % WINDOW];
            lag += 1;
        }
        bin += 1;
    }
    out
}

const fn reach() -> [f32; LAGS] {
    // A line under the Hann window: power 1 in its bin and a quarter in each neighbour.
    let cosines = cosines();
    let mut out = [0.0; LAGS];
    let mut lag = 0;
    while lag < LAGS {
        out[lag] = 1.5 / (1.0 + 0.5 * cosines[SHORTEST_LAG + lag * LAG_STEP]);
        lag += 1;
    }
    out
}

// Not inlined: the compiler then takes several lags at a time.
#[inline(never)]
fn add(sums: &mut [f32; LAGS], row: &[f32; LAGS], weight: f32) {
    for (sum, cos) in sums.iter_mut().zip(row) {
        *sum += weight * cos;
    }
}

/// The highest normalised autocorrelation at the lags of a voice, of what rises over `noise` (power per bin).
pub(crate) fn voicing(power: &[f32; BINS], noise: &[f32; BINS]) -> f32 {
    const { assert!(LONGEST_LAG < WINDOW / 2) };
    let mut sums = [0.0f32; LAGS];
    let mut total = 0.0;
    for (bin, row) in COSINES.iter().enumerate() {
        let k = bin + VOICE_FROM;
        let over = (power[k] - 2.0 * noise[k]).max(0.0);
        total += over + noise[k];
        add(&mut sums, row, over);
    }
    if total <= 0.0 {
        return 0.0;
    }
    let best = sums.iter().zip(&REACH).map(|(sum, reach)| sum * reach).fold(0.0, f32::max);
    best / total
}

//! Loudness in bands, in dBFS.

use crate::limits::{BANDS, BINS, DUST, EDGES, LOW_BANDS};

/// Mean squares of the bands: full-scale square wave = 1 over all.
pub(crate) fn bands(power: &[f32; BINS], high: [f32; 2]) -> [f32; BANDS] {
    let mut out = [0.0; BANDS];
    for (to, edge) in out.iter_mut().zip(EDGES.windows(2)) {
        *to = power[edge[0]..edge[1]].iter().sum();
    }
    out[LOW_BANDS..].copy_from_slice(&high);
    out
}

/// Each mean square in dBFS, lifted by the dust.
pub(crate) fn levels(power: &[f32; BANDS]) -> [f32; BANDS] {
    power.map(|p| db(p + DUST))
}

/// An octave of power, in dB.
const PER_OCTAVE: f32 = 10.0 * core::f32::consts::LOG10_2;

/// 10·log10 of a positive number, within 0.01 dB.
pub(crate) fn db(x: f32) -> f32 {
    let bits = x.to_bits();
    let exponent = (bits >> 23) as f32 - 127.0;
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f80_0000);
    // A polynomial through log2 on 1–2, exact at both ends, so there is no step between octaves.
    let u = m - 1.0;
    let log = u * (1.438_073_2 + u * (-0.674_766_66 + u * (0.317_000_72 + u * FOURTH)));
    PER_OCTAVE * (exponent + log)
}
/// Makes the polynomial of [`db`] 1 at 2.
const FOURTH: f32 = 1.0 - 1.438_073_2 + 0.674_766_66 - 0.317_000_72;

/// The inverse of [`db`], for -300 to 300 dB.
pub(crate) fn power_of(db: f32) -> f32 {
    let octaves = db.clamp(-300.0, 300.0) / PER_OCTAVE;
    // Shifted above zero, cutting off is rounding down.
    let whole = (octaves + 127.0) as u32;
    let u = octaves + 127.0 - whole as f32;
    // A polynomial through 2^u on 0–1, exact at both ends.
    let part = 1.0 + u * (0.692996 + u * (0.241566 + u * (0.051752 + u * LAST)));
    part * f32::from_bits(whole << 23)
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

//! The power spectrum of one window of samples.

use crate::limits::{BINS, WINDOW};

/// Points of the complex transform: two real samples each.
const POINTS: usize = WINDOW / 2;
const STAGES: u32 = POINTS.trailing_zeros();

/// Cosine and sine of 2π·k/WINDOW for the first half turn.
static HALF_TURN: ([f32; BINS], [f32; BINS]) = half_turn();
/// The cosines, and the sines, of each stage of the transform, one stage after the other.
static STAGE_TURNS: ([f32; POINTS], [f32; POINTS]) = stage_turns();
/// Hann window, scaled so that the bins of a spectrum add up to the mean square of the samples.
static HANN: [f32; WINDOW] = hann();
/// Where each complex point goes before the first stage.
static REVERSED: [u8; POINTS] = reversed();

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

const fn half_turn() -> ([f32; BINS], [f32; BINS]) {
    let turns = turns();
    let (mut cos, mut sin) = ([0.0; BINS], [0.0; BINS]);
    let mut k = 0;
    while k < BINS {
        (sin[k], cos[k]) = turns[k];
        k += 1;
    }
    (cos, sin)
}

const fn stage_turns() -> ([f32; POINTS], [f32; POINTS]) {
    let turns = turns();
    let (mut cos, mut sin) = ([0.0; POINTS], [0.0; POINTS]);
    let mut half = 4;
    while half < POINTS {
        let mut k = 0;
        while k < half {
            (sin[half + k], cos[half + k]) = turns[k * (WINDOW / (2 * half))];
            k += 1;
        }
        half *= 2;
    }
    (cos, sin)
}

const fn hann() -> [f32; WINDOW] {
    // Σw² is 3/8·WINDOW; a one-sided power spectrum counts each bin twice.
    let mut out = [0.0; WINDOW];
    let turns = turns();
    let mut k = 0;
    while k < WINDOW {
        out[k] = 0.5 - 0.5 * turns[k].1;
        k += 1;
    }
    out
}

const fn reversed() -> [u8; POINTS] {
    let mut out = [0; POINTS];
    let mut k = 0;
    while k < POINTS {
        out[k] = ((k as u32).reverse_bits() >> (32 - STAGES)) as u8;
        k += 1;
    }
    out
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

/// Power in each bin of the Hann-windowed samples: their sum is the samples' mean square.
pub(crate) fn power(samples: &[f32; WINDOW]) -> [f32; BINS] {
    let (mut re, mut im) = ([0.0f32; POINTS], [0.0f32; POINTS]);
    for (k, &to) in REVERSED.iter().enumerate() {
        let to = usize::from(to) & (POINTS - 1);
        re[to] = samples[2 * k] * HANN[2 * k];
        im[to] = samples[2 * k + 1] * HANN[2 * k + 1];
    }
    transform(&mut re, &mut im);
    unfold(&re, &im)
}

/// Decimation in time; the input is in bit-reversed order.
fn transform(re: &mut [f32; POINTS], im: &mut [f32; POINTS]) {
    first_two_stages(re, im);
    let mut half = 4;
    while half < POINTS {
        let (cos, sin) = (&STAGE_TURNS.0[half..2 * half], &STAGE_TURNS.1[half..2 * half]);
        let pairs = re.chunks_exact_mut(2 * half).zip(im.chunks_exact_mut(2 * half));
        for (re, im) in pairs {
            let (re, re_far) = re.split_at_mut(half);
            let (im, im_far) = im.split_at_mut(half);
            butterflies(re, im, re_far, im_far, cos, sin);
        }
        half *= 2;
    }
}

/// The stages whose turns are 1, -1 and ±i.
fn first_two_stages(re: &mut [f32; POINTS], im: &mut [f32; POINTS]) {
    for (re, im) in re.chunks_exact_mut(4).zip(im.chunks_exact_mut(4)) {
        let (ar, ai, br, bi) = (re[0] + re[1], im[0] + im[1], re[0] - re[1], im[0] - im[1]);
        let (cr, ci, dr, di) = (re[2] + re[3], im[2] + im[3], re[2] - re[3], im[2] - im[3]);
        (re[0], im[0], re[2], im[2]) = (ar + cr, ai + ci, ar - cr, ai - ci);
        (re[1], im[1], re[3], im[3]) = (br + di, bi - dr, br - di, bi + dr);
    }
}

// Not inlined: the compiler then knows that the slices do not overlap, and takes four at a time.
#[inline(never)]
fn butterflies(
    re: &mut [f32],
    im: &mut [f32],
    re_far: &mut [f32],
    im_far: &mut [f32],
    cos: &[f32],
    sin: &[f32],
) {
    let n = re.len();
    let (im, re_far, im_far) = (&mut im[..n], &mut re_far[..n], &mut im_far[..n]);
    let (cos, sin) = (&cos[..n], &sin[..n]);
    for k in 0..n {
        let r = re_far[k] * cos[k] + im_far[k] * sin[k];
        let i = im_far[k] * cos[k] - re_far[k] * sin[k];
        (re_far[k], im_far[k]) = (re[k] - r, im[k] - i);
        (re[k], im[k]) = (re[k] + r, im[k] + i);
    }
}

/// From the transform of pairs of samples to the power of the samples' own bins.
fn unfold(re: &[f32; POINTS], im: &[f32; POINTS]) -> [f32; BINS] {
    const SCALE: f32 = 2.0 / (0.375 * (WINDOW * WINDOW) as f32);
    let mut out = [0.0; BINS];
    out[0] = (re[0] + im[0]) * (re[0] + im[0]) * SCALE * 0.5;
    let (mut re_far, mut im_far) = ([0.0f32; POINTS], [0.0f32; POINTS]);
    for k in 1..POINTS {
        (re_far[k], im_far[k]) = (re[POINTS - k], im[POINTS - k]);
    }
    let (cos, sin) = &HALF_TURN;
    for k in 1..BINS {
        let (er, ei) = (0.5 * (re[k] + re_far[k]), 0.5 * (im[k] - im_far[k]));
        let (or, oi) = (0.5 * (im[k] + im_far[k]), 0.5 * (re_far[k] - re[k]));
        let r = er + or * cos[k] + oi * sin[k];
        let i = ei + oi * cos[k] - or * sin[k];
        out[k] = (r * r + i * i) * SCALE;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(samples: &[f32; WINDOW], bin: usize) -> f64 {
        let (mut r, mut i) = (0.0, 0.0);
        for (n, &x) in samples.iter().enumerate() {
            let turn = core::f64::consts::TAU * (n * bin % WINDOW) as f64 / WINDOW as f64;
            let hann = 0.5 - 0.5 * libm::cos(core::f64::consts::TAU * n as f64 / WINDOW as f64);
            r += f64::from(x) * hann * libm::cos(turn);
            i += f64::from(x) * hann * libm::sin(turn);
        }
        2.0 * (r * r + i * i) / (0.375 * (WINDOW * WINDOW) as f64)
    }

    #[test]
    fn agrees_with_the_definition() {
        let mut state = 1u32;
        let samples: [f32; WINDOW] = core::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        });
        let fast = power(&samples);
        for (bin, &got) in fast.iter().enumerate().skip(1) {
            let want = slow(&samples, bin);
            assert!((f64::from(got) - want).abs() < 1e-6 + 1e-4 * want, "bin {bin}");
        }
    }

    #[test]
    fn adds_up_to_the_mean_square() {
        let tone: [f32; WINDOW] =
            core::array::from_fn(|n| libm::sinf(core::f32::consts::TAU * 1000.0 / 8000.0 * n as f32));
        let sum: f32 = power(&tone).iter().sum();
        assert!((sum - 0.5).abs() < 1e-3, "{sum}");
    }
}

//! What else is in the band: the spectrum of what the two tones leave.

use super::model::WINDOW;
use crate::{
    limits::{BAND_HZ, INTERNAL_HZ, OWN_BAND_HZ},
    phasor::{Phasor, cos_turns, sin_turns},
};

const HALF: usize = WINDOW / 2;
const STAGES: u32 = HALF.trailing_zeros();
static TURNS: [Phasor; HALF] = turn_table();

/// The rest of the band.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest {
    /// Mean power.
    pub(crate) energy: f32,
    /// Amplitude of the strongest tone that is neither of the two.
    pub(crate) peak: f32,
}

/// Looks at the windowed rest between the band's edges.
pub(crate) fn look(residual: &[f32; WINDOW], window: &[f32; WINDOW], tones_hz: [f32; 2]) -> Rest {
    let powers = powers(residual, window);
    let hz_per_bin = INTERNAL_HZ as f32 / WINDOW as f32;
    let first = libm::ceilf(BAND_HZ.0 / hz_per_bin) as usize;
    let last = ((BAND_HZ.1 / hz_per_bin) as usize).min(HALF - 2);
    let (mut energy, mut peak) = (0.0, 0.0f32);
    for bin in first..=last {
        energy += powers[bin];
        let hz = (bin as f32 + 0.5) * hz_per_bin;
        if tones_hz.iter().all(|tone| (hz - tone).abs() > OWN_BAND_HZ) {
            peak = peak.max(powers[bin] + powers[bin + 1]);
        }
    }
    let sum: f32 = window.iter().sum::<f32>() + 1e-6;
    let squares: f32 = window.iter().map(|w| w * w).sum::<f32>() + 1e-6;
    // Two neighbouring bins of a Hann window hold 1.12 to 1.2 times a tone's amplitude, wherever it lies between them.
    Rest { energy: 2.0 * energy / (WINDOW as f32 * squares), peak: libm::sqrtf(peak) * 2.0 / (sum * 1.16) }
}

/// The squared spectrum up to half the rate: two real halves as one complex transform.
fn powers(residual: &[f32; WINDOW], window: &[f32; WINDOW]) -> [f32; HALF] {
    let mut packed = [Phasor::ZERO; HALF];
    for n in 0..HALF {
        let at = (n as u32).reverse_bits() >> (32 - STAGES);
        let (even, odd) = (2 * n, 2 * n + 1);
        packed[at as usize % HALF] = Phasor::new(residual[even] * window[even], residual[odd] * window[odd]);
    }
    transform(&mut packed);
    let mut powers = [0.0; HALF];
    for (bin, power) in powers.iter_mut().enumerate() {
        let (a, b) = (packed[bin], packed[(HALF - bin) % HALF].conj());
        let even = (a + b).scaled(0.5);
        let odd = (a + b.scaled(-1.0)).scaled(0.5) * Phasor::new(0.0, -1.0);
        *power = (even + odd * TURNS[bin].conj()).power();
    }
    powers
}

/// The transform in place, its input in bit-reversed order.
fn transform(values: &mut [Phasor; HALF]) {
    let mut width = 1;
    while width < HALF {
        let stride = WINDOW / (2 * width);
        for group in values.chunks_exact_mut(2 * width) {
            let (low, high) = group.split_at_mut(width);
            for (n, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let turned = *b * TURNS[n * stride % HALF].conj();
                (*a, *b) = (*a + turned, *a + turned.scaled(-1.0));
            }
        }
        width *= 2;
    }
}

/// The first half of a turn in `WINDOW` steps.
const fn turn_table() -> [Phasor; HALF] {
    let mut table = [Phasor::ZERO; HALF];
    let mut n = 0;
    while n < HALF {
        let turns = n as f64 / WINDOW as f64;
        table[n] = Phasor::new(cos_turns(turns) as f32, sin_turns(turns) as f32);
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fast_transform_is_the_slow_one() {
        let window = *super::super::model::hann();
        let mut samples = [0.0; WINDOW];
        for (n, sample) in samples.iter_mut().enumerate() {
            *sample = libm::sinf(n as f32 * 0.7) + 0.3 * libm::cosf(n as f32 * n as f32 * 0.01);
        }
        let fast = powers(&samples, &window);
        for (bin, fast) in fast.iter().enumerate() {
            let mut slow = Phasor::ZERO;
            for n in 0..WINDOW {
                let angle = -2.0 * core::f32::consts::PI * (bin * n % WINDOW) as f32 / WINDOW as f32;
                slow += Phasor::turned(angle).scaled(samples[n] * window[n]);
            }
            assert!((slow.power() - fast).abs() < 1e-2, "{bin}: {} {fast}", slow.power());
        }
    }
}

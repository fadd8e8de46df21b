//! What else is in the band: the spectrum of what the two tones leave.

use super::{
    model::WINDOW,
    transform::{HALF, transform},
};
use crate::{
    limits::{BAND_HZ, INTERNAL_HZ, OWN_BAND_HZ, PITCH_HARMONICS, PITCH_MIN_HZ, PITCH_TOLERANCE},
    phasor::sin_turns,
};

const HZ_PER_BIN: f32 = INTERNAL_HZ as f32 / WINDOW as f32;
/// The last bin of the band.
const LAST: usize = (BAND_HZ.1 / HZ_PER_BIN) as usize;
/// Where a voice's first harmonic may lie: below is hum.
const FIRST_HARMONIC_BIN: usize = 3;
/// The first half of a turn in `WINDOW` steps.
static COSINES: [f32; HALF] = quarter_shifted(0.25);
static SINES: [f32; HALF] = quarter_shifted(0.0);

/// The rest of the band.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rest {
    /// Mean power.
    pub(crate) energy: f32,
    /// Amplitude of the strongest tone that is neither of the two.
    pub(crate) peak: f32,
    /// Where that tone lies, in Hz.
    pub(crate) peak_hz: f32,
    /// Mean power below the band.
    pub(crate) below: f32,
    /// The share of all this that lies on harmonics of a voice of which both tones are harmonics, too.
    pub(crate) harmony: f32,
}

/// Looks at the windowed rest between the band's edges.
pub(crate) fn look(residual: &[f32; WINDOW], window: &[f32; WINDOW], tones_hz: [f32; 2]) -> Rest {
    let powers = powers(residual, window);
    let first = libm::ceilf(BAND_HZ.0 / HZ_PER_BIN) as usize;
    let (peak, peak_hz) = peak(&powers, first, tones_hz);
    let sum: f32 = window.iter().sum::<f32>() + 1e-6;
    let squares: f32 = window.iter().map(|w| w * w).sum::<f32>() + 1e-6;
    let power = 2.0 / (WINDOW as f32 * squares);
    Rest {
        energy: power * powers[first..=LAST].iter().sum::<f32>(),
        // Two neighbouring bins of a Hann window hold 1.12 to 1.2 times a tone's amplitude, wherever it lies.
        peak: libm::sqrtf(peak) * 2.0 / (sum * 1.16),
        peak_hz,
        below: power * powers[2..first].iter().sum::<f32>(),
        harmony: harmony(&powers, tones_hz),
    }
}

/// The greatest power of two neighbouring bins away from the tones, and where it lies.
fn peak(powers: &[f32; HALF], first: usize, tones_hz: [f32; 2]) -> (f32, f32) {
    let (mut most, mut at) = (0.0, 0.0);
    for (bin, pair) in powers.windows(2).enumerate().take(LAST + 1).skip(first) {
        let power = pair[0] + pair[1];
        let hz = (bin as f32 + 0.5) * HZ_PER_BIN;
        if power > most && tones_hz.iter().all(|tone| (hz - tone).abs() > OWN_BAND_HZ) {
            (most, at) = (power, (bin as f32 + pair[1] / power) * HZ_PER_BIN);
        }
    }
    (most, at)
}

/// The greatest share of the rest that lies on the harmonics of one pitch of which the tones are harmonics, too.
fn harmony(powers: &[f32; HALF], tones_hz: [f32; 2]) -> f32 {
    let total: f32 = powers[FIRST_HARMONIC_BIN..=LAST].iter().sum();
    let mut most = 0.0f32;
    for low in 1..=PITCH_HARMONICS {
        let rough = tones_hz[0] / low as f32;
        let high = libm::roundf(tones_hz[1] / rough);
        let off = (tones_hz[1] - high * rough).abs();
        if rough > PITCH_MIN_HZ && off < PITCH_TOLERANCE * tones_hz[1] {
            let pitch = (tones_hz[0] + tones_hz[1]) / (low as f32 + high);
            most = most.max(on_pitch(powers, pitch, [low, high as usize]));
        }
    }
    most / (total + 1e-12)
}

/// The power on the harmonics of a pitch, those two left out which are the tones.
fn on_pitch(powers: &[f32; HALF], pitch_hz: f32, tones: [usize; 2]) -> f32 {
    (1..HALF)
        .filter(|harmonic| !tones.contains(harmonic))
        .map(|harmonic| (harmonic as f32 * pitch_hz / HZ_PER_BIN) as usize)
        .skip_while(|bin| *bin < FIRST_HARMONIC_BIN)
        .take_while(|bin| *bin <= LAST)
        .map(|bin| powers[bin] + powers[bin + 1])
        .sum()
}

/// The squared spectrum up to half the rate: two real halves, even and odd samples, as one complex transform.
fn powers(residual: &[f32; WINDOW], window: &[f32; WINDOW]) -> [f32; HALF] {
    let (mut even, mut odd) = ([0.0; HALF], [0.0; HALF]);
    let (residual, _) = residual.as_chunks::<2>();
    let (window, _) = window.as_chunks::<2>();
    for (n, (sample, weight)) in residual.iter().zip(window).enumerate() {
        even[n] = sample[0] * weight[0];
        odd[n] = sample[1] * weight[1];
    }
    let (re, im) = transform(&even, &odd);
    let (mut re_mirrored, mut im_mirrored) = (re, im);
    re_mirrored[1..].reverse();
    im_mirrored[1..].reverse();
    let mut powers = [0.0; HALF];
    for bin in 0..HALF {
        // The even samples' transform is (a + b̄) / 2, the odd ones' is (a − b̄) / 2i.
        let (even_re, even_im) = (re[bin] + re_mirrored[bin], im[bin] - im_mirrored[bin]);
        let (odd_re, odd_im) = (im[bin] + im_mirrored[bin], re_mirrored[bin] - re[bin]);
        let (cosine, sine) = (COSINES[bin], SINES[bin]);
        let whole_re = 0.5 * (even_re + odd_re * cosine + odd_im * sine);
        let whole_im = 0.5 * (even_im + odd_im * cosine - odd_re * sine);
        powers[bin] = whole_re * whole_re + whole_im * whole_im;
    }
    powers
}

const fn quarter_shifted(shift: f64) -> [f32; HALF] {
    let mut table = [0.0; HALF];
    let mut n = 0;
    while n < HALF {
        table[n] = sin_turns(n as f64 / WINDOW as f64 + shift) as f32;
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phasor::Phasor;

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

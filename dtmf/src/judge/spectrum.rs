//! What else is in the band: the spectrum of what the two tones leave.

use super::{
    transform::transform,
    window::{HALF, Outwards, WINDOW, Window},
};
use crate::{
    limits::{
        BAND_HZ, INTERNAL_HZ, OWN_BAND_HZ, PITCH_HARMONICS, PITCH_MIN_HZ, PITCH_TOLERANCE, RELATED_HZ,
        TONES_HZ,
    },
    machine::{FLOATS, Lanes},
    phasor::{root, sin_turns},
};

const HZ_PER_BIN: f32 = INTERNAL_HZ as f32 / WINDOW as f32;
/// The first bin of the band.
const FIRST: usize = (BAND_HZ.0 / HZ_PER_BIN) as usize + 1;
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
    /// Its frequency.
    pub(crate) peak_hz: f32,
    /// Whether that tone is one of the eight, or a second harmonic of the pair.
    pub(crate) peak_is_related: bool,
    /// Mean power below the band.
    pub(crate) below: f32,
    /// The share of all this that lies on harmonics of a voice of which both tones are harmonics, too.
    pub(crate) harmony: f32,
}

impl Rest {
    /// What the rest is at most, without a spectrum: all of it in the band and below, all of it one tone, and that related.
    #[inline(always)]
    pub(crate) fn at_most<L: Lanes>(lanes: L, windowed: &Outwards, window: &Window) -> Self {
        let power = windowed.power(lanes);
        let energy = power / window.squares;
        let peak = amplitude(HALF as f32 * power, window);
        Self { energy, peak, peak_hz: 0.0, peak_is_related: true, below: energy, harmony: 1.0 }
    }
}

/// Looks at the windowed rest between the band's edges.
#[inline(always)]
pub(crate) fn look(windowed: &Outwards, window: &Window, tones_hz: [f32; 2]) -> Rest {
    let powers = powers(windowed);
    let (peak, peak_hz) = peak(&powers, tones_hz);
    let power = 2.0 / (WINDOW as f32 * window.squares);
    Rest {
        energy: power * powers[FIRST..=LAST].iter().sum::<f32>(),
        peak: amplitude(peak, window),
        peak_hz,
        peak_is_related: is_related(peak_hz, tones_hz),
        below: power * powers[2..FIRST].iter().sum::<f32>(),
        harmony: harmony(&powers, tones_hz),
    }
}

/// The amplitude of a tone by the power in two bins. Two neighbouring bins of a Hann window hold 1.12 to 1.2 times a tone's
/// amplitude, wherever it lies.
#[inline(always)]
fn amplitude(power: f32, window: &Window) -> f32 {
    root(power) * 2.0 / (window.sum * 1.16)
}

/// Whether a third tone is one of the eight, or a second harmonic of the pair.
fn is_related(peak_hz: f32, pair_hz: [f32; 2]) -> bool {
    let near = |hz: f32| (peak_hz - hz).abs() < RELATED_HZ;
    TONES_HZ.iter().any(|hz| near(*hz as f32)) || pair_hz.iter().any(|hz| near(2.0 * hz))
}

/// The greatest power of two neighbouring bins away from the tones, and where it lies.
#[inline(always)]
fn peak(powers: &[f32; HALF], tones_hz: [f32; 2]) -> (f32, f32) {
    let mut pairs = [0.0; HALF];
    for n in FIRST..=LAST {
        pairs[n] = powers[n] + powers[n + 1];
    }
    for tone_hz in tones_hz {
        // A pair lies in the middle of its two bins.
        let own = |hz: f32| (hz / HZ_PER_BIN + 0.5) as usize;
        let (first, end) = (own(tone_hz - OWN_BAND_HZ), own(tone_hz + OWN_BAND_HZ));
        pairs.get_mut(first..end).unwrap_or(&mut []).fill(0.0);
    }
    let most = highest(&pairs);
    let at = pairs.iter().position(|&pair| pair == most).unwrap_or(0);
    let hz = (at as f32 + powers.get(at + 1).unwrap_or(&0.0) / (most + 1e-20)) * HZ_PER_BIN;
    (most, hz)
}

/// The highest of these, of which none is under 0; some lie side by side, so that the compiler can take several at a time.
#[inline(always)]
fn highest(values: &[f32; HALF]) -> f32 {
    const { assert!(HALF.is_multiple_of(FLOATS)) };
    let mut lanes = [0.0f32; FLOATS];
    for values in values.as_chunks::<FLOATS>().0 {
        for (most, &value) in lanes.iter_mut().zip(values) {
            *most = if value > *most { value } else { *most };
        }
    }
    lanes.into_iter().fold(0.0, |most, value| if value > most { value } else { most })
}

/// The greatest share of the rest that lies on the harmonics of one pitch of which the tones are harmonics, too.
#[inline(always)]
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
#[inline(always)]
fn on_pitch(powers: &[f32; HALF], pitch_hz: f32, tones: [usize; 2]) -> f32 {
    (1..HALF)
        .filter(|harmonic| !tones.contains(harmonic))
        .map(|harmonic| (harmonic as f32 * pitch_hz / HZ_PER_BIN) as usize)
        .skip_while(|bin| *bin < FIRST_HARMONIC_BIN)
        .take_while(|bin| *bin <= LAST)
        .map(|bin| powers[bin] + powers[bin + 1])
        .sum()
}

/// The squared spectrum up to half the rate: two real halves, even and odd samples, as one complex transform. The samples are
/// taken in the order in which they lie around the centre: where a transform begins does not change its powers.
#[inline(always)]
fn powers(windowed: &Outwards) -> [f32; HALF] {
    let (mut even, mut odd) = ([0.0; HALF], [0.0; HALF]);
    let (after, _) = windowed.after.as_chunks::<2>();
    let (before, _) = windowed.before.as_chunks::<2>();
    for (n, (after, before)) in after.iter().zip(before).enumerate() {
        (even[n], odd[n]) = (after[0], after[1]);
        (even[HALF - 1 - n], odd[HALF - 1 - n]) = (before[1], before[0]);
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
        let sample = |n: usize| libm::sinf(n as f32 * 0.7) + 0.3 * libm::cosf(n as f32 * n as f32 * 0.01);
        let mut samples = Outwards { after: [0.0; HALF], before: [0.0; HALF] };
        for n in 0..HALF {
            samples.after[n] = sample(HALF + n);
            samples.before[n] = sample(HALF - 1 - n);
        }
        let fast = powers(&samples);
        for (bin, fast) in fast.iter().enumerate() {
            let mut slow = Phasor::ZERO;
            for n in 0..WINDOW {
                let angle = -2.0 * core::f32::consts::PI * (bin * n % WINDOW) as f32 / WINDOW as f32;
                let sample = if n < HALF { samples.before[HALF - 1 - n] } else { samples.after[n - HALF] };
                slow += Phasor::turned(angle).scaled(sample);
            }
            assert!((slow.power() - fast).abs() < 2e-2, "{bin}: {} {fast}", slow.power());
        }
    }
}

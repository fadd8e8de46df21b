//! What sounded before a pair did: a digit joins music or speech that goes on, while a voice's harmonics and the tones of three
//! keys begin together.

use crate::{
    bank::Bank,
    judge::Evidence,
    limits::{HOP, INTERNAL_HZ, JOINED_PAIR_MAX, JOINED_THIRD_MIN},
    phasor::Phasor,
    samples::HOPS,
};

/// Hops before the start in which is looked, at most and at least: 24 and 16 ms.
const MOST: usize = 6;
/// See [`MOST`].
const LEAST: usize = 4;

/// Whether the third tone sounded right before `onset` (at 8 kHz) much as it does now, and the pair did not.
pub(crate) fn joins(bank: &Bank, evidence: &Evidence, onset: f64) -> bool {
    let age = libm::ceil((bank.heard() as f64 - onset).max(0.0) / HOP as f64) as usize;
    let hops = HOPS.saturating_sub(age).min(MOST);
    if hops < LEAST {
        return false;
    }
    let mut before = [0.0; MOST * HOP];
    let (before, _) = before.split_at_mut(hops * HOP);
    bank.samples.copy(age * HOP, before);
    let [low, high] = evidence.amplitudes;
    let third = JOINED_THIRD_MIN * evidence.third * low.min(high);
    power(before) > 0.5 * third * third
        && amplitude(before, evidence.third_hz) > third
        && evidence
            .turnings
            .iter()
            .zip([low, high])
            .all(|(turning, now)| amplitude(before, turning.hz) < JOINED_PAIR_MAX * now)
}

/// Where there is less than the tone's, it need not be looked for.
fn power(samples: &[f32]) -> f32 {
    let (hops, _) = samples.as_chunks::<HOP>();
    let mut sums = [0.0; HOP];
    for hop in hops {
        for n in 0..HOP {
            sums[n] += hop[n] * hop[n];
        }
    }
    sums.iter().sum::<f32>() / samples.len() as f32
}

/// A tone's amplitude in these samples, under a Hann window.
fn amplitude(samples: &[f32], hz: f32) -> f32 {
    let count = samples.len() as f32;
    let turned = |turns: f32| Phasor::turned(2.0 * core::f32::consts::PI * turns);
    let (step, step_of_window) = (turned(hz / INTERNAL_HZ as f32), turned(1.0 / count));
    let (mut tone, mut window) = (turned(0.0), turned(0.5 / count));
    let mut sum = Phasor::ZERO;
    for sample in samples {
        sum += tone.scaled(sample * (1.0 - window.re));
        (tone, window) = (tone * step, window * step_of_window);
    }
    sum.length() * 2.0 / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_amplitude_is_that_of_the_tone_and_not_of_one_125_hz_beside_it() {
        let mut samples = [0.0; MOST * HOP];
        for (n, sample) in samples.iter_mut().enumerate() {
            *sample = 0.3 * libm::sinf(2.0 * core::f32::consts::PI * 852.0 * n as f32 / INTERNAL_HZ as f32);
        }
        assert!((amplitude(&samples, 852.0) - 0.3).abs() < 0.003);
        assert!(amplitude(&samples, 852.0 + 125.0) < 0.03);
    }
}

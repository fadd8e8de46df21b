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
    if power(before) < 0.5 * third * third {
        return false;
    }
    let there = value(before, evidence.third_hz);
    take_away(before, evidence.third_hz, there);
    there.length() > third
        && evidence
            .turnings
            .iter()
            .zip([low, high])
            .all(|(turning, now)| value(before, turning.hz).length() < JOINED_PAIR_MAX * now)
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

/// A tone in these samples, under a Hann window; its phase is that of the first.
fn value(samples: &[f32], hz: f32) -> Phasor {
    let count = samples.len() as f32;
    let turned = |turns: f32| Phasor::turned(2.0 * core::f32::consts::PI * turns);
    let (step, step_of_window) = (turned(hz / INTERNAL_HZ as f32), turned(1.0 / count));
    let (mut tone, mut window) = (turned(0.0), turned(0.5 / count));
    let mut sum = Phasor::ZERO;
    for sample in samples {
        sum += tone.conj().scaled(sample * (1.0 - window.re));
        (tone, window) = (tone * step, window * step_of_window);
    }
    sum.scaled(2.0 / count)
}

/// Takes away that tone, which would show beside its frequency, too.
fn take_away(samples: &mut [f32], hz: f32, value: Phasor) {
    let step = Phasor::turned(2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32);
    let mut tone = value;
    for sample in samples {
        *sample -= tone.re;
        tone = tone * step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_its_amplitude_and_leaves_nothing_when_it_is_taken_away() {
        let mut samples = [0.0; MOST * HOP];
        for (n, sample) in samples.iter_mut().enumerate() {
            *sample = 0.3 * libm::sinf(2.0 * core::f32::consts::PI * 852.0 * n as f32 / INTERNAL_HZ as f32);
        }
        assert!((value(&samples, 852.0).length() - 0.3).abs() < 0.003);
        let there = value(&samples, 852.0);
        take_away(&mut samples, 852.0, there);
        assert!(value(&samples, 790.0).length() < 0.01);
    }
}

//! What sounded before a pair did: a digit joins music or speech that goes on, while a voice's harmonics and the tones of three
//! keys begin together.

use crate::{
    bank::Bank,
    judge::Evidence,
    limits::{HOP, INTERNAL_HZ, JOINED_PAIR_MAX, JOINED_THIRD_MIN},
    machine::{FLOATS, Lanes},
    phasor::Phasor,
    samples::HOPS,
};
use wide::f32x8;

/// Hops before the start in which is looked, at most and at least: 24 and 16 ms.
const MOST: usize = 6;
/// See [`MOST`].
const LEAST: usize = 4;

/// Whether the third tone sounded right before `onset` (at 8 kHz) much as it does now, and the pair did not.
#[inline(always)]
pub(crate) fn joins<L: Lanes>(lanes: L, bank: &Bank, evidence: &Evidence, onset: f64) -> bool {
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
    let there = value(lanes, before, evidence.third_hz);
    if there.length() <= third {
        return false;
    }
    take_away(lanes, before, evidence.third_hz, there);
    for (turning, now) in evidence.turnings.iter().zip([low, high]) {
        if value(lanes, before, turning.hz).length() >= JOINED_PAIR_MAX * now {
            return false;
        }
    }
    true
}

/// Where there is less than the tone's, it need not be looked for.
#[inline(always)]
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
#[inline(always)]
fn value<L: Lanes>(lanes: L, samples: &[f32], hz: f32) -> Phasor {
    let count = samples.len() as f32;
    let mut tone = Blocks::of(lanes, Phasor::new(1.0, 0.0), hz / INTERNAL_HZ as f32);
    let mut window = Blocks::of(lanes, turned(0.5 / count), 1.0 / count);
    let (one, mut re, mut im) = (lanes.all(1.0), lanes.all(0.0), lanes.all(0.0));
    for block in samples.as_chunks().0 {
        let sample = lanes.floats(block) * (one - window.re);
        re = re + sample * tone.re;
        im = im - sample * tone.im;
        tone.advance();
        window.advance();
    }
    let sum = |floats| f32x8::new(lanes.each(floats)).reduce_add();
    Phasor::new(sum(re), sum(im)).scaled(2.0 / count)
}

/// Takes away that tone, which would show beside its frequency, too.
#[inline(always)]
fn take_away<L: Lanes>(lanes: L, samples: &mut [f32], hz: f32, value: Phasor) {
    let mut tone = Blocks::of(lanes, value, hz / INTERNAL_HZ as f32);
    for block in samples.as_chunks_mut().0 {
        *block = lanes.each(lanes.floats(block) - tone.re);
        tone.advance();
    }
}

/// A turning phasor, a block of samples at a time.
struct Blocks<L: Lanes> {
    re: L::Floats,
    im: L::Floats,
    step: [L::Floats; 2],
}

impl<L: Lanes> Blocks<L> {
    /// From `first` on, by so many turns per sample.
    #[inline(always)]
    fn of(lanes: L, first: Phasor, turns: f32) -> Self {
        let step = turned(turns);
        let (mut re, mut im) = ([0.0; FLOATS], [0.0; FLOATS]);
        let mut value = first;
        for (re, im) in re.iter_mut().zip(&mut im) {
            (*re, *im) = (value.re, value.im);
            value = value * step;
        }
        let step = step.to_the(FLOATS);
        let step = [lanes.all(step.re), lanes.all(step.im)];
        Self { re: lanes.floats(&re), im: lanes.floats(&im), step }
    }

    #[inline(always)]
    fn advance(&mut self) {
        let (re, im, [step_re, step_im]) = (self.re, self.im, self.step);
        self.re = re * step_re - im * step_im;
        self.im = re * step_im + im * step_re;
    }
}

fn turned(turns: f32) -> Phasor {
    Phasor::turned(2.0 * core::f32::consts::PI * turns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Eight;

    #[test]
    fn a_tone_has_its_amplitude_and_leaves_nothing_when_it_is_taken_away() {
        let mut samples = [0.0; MOST * HOP];
        for (n, sample) in samples.iter_mut().enumerate() {
            *sample = 0.3 * libm::sinf(2.0 * core::f32::consts::PI * 852.0 * n as f32 / INTERNAL_HZ as f32);
        }
        assert!((value(Eight, &samples, 852.0).length() - 0.3).abs() < 0.003);
        let there = value(Eight, &samples, 852.0);
        take_away(Eight, &mut samples, 852.0, there);
        assert!(value(Eight, &samples, 790.0).length() < 0.01);
    }
}

//! Two steady tones fitted to the newest samples, and what remains when they are taken away.

use super::window::{HALF, Outwards, STRANDS, Window, blocks};
use crate::{limits::INTERNAL_HZ, phasor::Phasor};

/// Two tones with their phases at the centre of the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    values: [Phasor; 2],
    halves_of_steps: [Phasor; 2],
}

impl Model {
    /// The tones of `hz` that fit the windowed samples best, which leaves what they do not explain. Where the window is not
    /// whole, each tone shows in the other's product, and what is left is fitted a second time.
    pub(crate) fn fit(windowed: &mut Outwards, window: &Window, hz: [f32; 2]) -> Self {
        let halves_of_steps = hz.map(|hz| Phasor::turned(0.5 * turn_per_sample(hz)));
        let bases = [Basis::of(halves_of_steps[0]), Basis::of(halves_of_steps[1])];
        let mut values = [Phasor::ZERO; 2];
        for _ in 0..if window.is_whole { 1 } else { 2 } {
            for (value, basis) in values.iter_mut().zip(&bases) {
                let found = basis.project(windowed).scaled(2.0 / window.sum);
                basis.take_away(windowed, &window.weights, found);
                *value += found;
            }
        }
        Self { values, halves_of_steps }
    }

    /// The amplitudes of the tones.
    pub(crate) fn amplitudes(&self) -> [f32; 2] {
        self.values.map(Phasor::length)
    }

    /// The two tones' samples, from the newest block of the window backwards.
    pub(crate) fn backwards(&self) -> [Backwards; 2] {
        [0, 1].map(|n| Backwards::newest(self.values[n], self.halves_of_steps[n]))
    }
}

/// A tone's samples, a block of [`STRANDS`] at a time: each follows from the two after it, as in Goertzel's recurrence.
pub(crate) struct Backwards {
    last: [f32; STRANDS],
    next: [f32; STRANDS],
    twice_cosine: f32,
}

impl Backwards {
    fn newest(value: Phasor, half_step: Phasor) -> Self {
        let step = half_step * half_step;
        let of_block = step.to_the(STRANDS);
        let mut after = value * half_step * step.to_the(HALF);
        let mut newest = after * of_block.conj();
        let (mut last, mut next) = ([0.0; STRANDS], [0.0; STRANDS]);
        for (last, next) in last.iter_mut().zip(&mut next) {
            (*last, *next) = (after.re, newest.re);
            (after, newest) = (after * step, newest * step);
        }
        Self { last, next, twice_cosine: 2.0 * of_block.re }
    }

    /// The block before.
    pub(crate) fn next(&mut self) -> [f32; STRANDS] {
        let block = self.next;
        for ((next, now), last) in self.next.iter_mut().zip(block).zip(self.last) {
            *next = self.twice_cosine * now - last;
        }
        self.last = block;
        block
    }
}

/// A tone of amplitude 1, phase 0 at the window's centre: its younger half.
struct Basis {
    cosines: [f32; HALF],
    sines: [f32; HALF],
}

impl Basis {
    #[inline(never)]
    fn of(half_step: Phasor) -> Self {
        let step = half_step * half_step;
        let mut value = half_step;
        let (mut re_strands, mut im_strands) = ([0.0; STRANDS], [0.0; STRANDS]);
        for (re, im) in re_strands.iter_mut().zip(&mut im_strands) {
            (*re, *im) = (value.re, value.im);
            value = value * step;
        }
        let step = step.to_the(STRANDS);
        let mut basis = Self { cosines: [0.0; HALF], sines: [0.0; HALF] };
        let (cosines, _) = basis.cosines.as_chunks_mut();
        let (sines, _) = basis.sines.as_chunks_mut();
        for (cosines, sines) in cosines.iter_mut().zip(sines) {
            (*cosines, *sines) = (re_strands, im_strands);
            for n in 0..STRANDS {
                let (re, im) = (re_strands[n], im_strands[n]);
                re_strands[n] = re * step.re - im * step.im;
                im_strands[n] = re * step.im + im * step.re;
            }
        }
        basis
    }

    /// The windowed samples' product with the tone.
    #[inline(never)]
    fn project(&self, samples: &Outwards) -> Phasor {
        let (mut re, mut im) = ([0.0; STRANDS], [0.0; STRANDS]);
        let tones = blocks(&self.cosines).iter().zip(blocks(&self.sines));
        let sides = blocks(&samples.after).iter().zip(blocks(&samples.before));
        for ((after, before), (cosines, sines)) in sides.zip(tones) {
            for n in 0..STRANDS {
                re[n] += (after[n] + before[n]) * cosines[n];
                im[n] += (before[n] - after[n]) * sines[n];
            }
        }
        Phasor::new(re.iter().sum(), im.iter().sum())
    }

    #[inline(never)]
    fn take_away(&self, samples: &mut Outwards, weights: &Outwards, value: Phasor) {
        for n in 0..HALF {
            let (even, odd) = (self.cosines[n] * value.re, self.sines[n] * value.im);
            samples.after[n] -= weights.after[n] * (even - odd);
            samples.before[n] -= weights.before[n] * (even + odd);
        }
    }
}

/// In radians.
fn turn_per_sample(hz: f32) -> f32 {
    2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32
}

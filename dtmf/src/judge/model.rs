//! Two steady tones fitted to the newest samples, and what remains when they are taken away.

use super::window::{HALF, Outwards, STRANDS, Window, blocks, blocks_mut};
use crate::{limits::INTERNAL_HZ, machine::Lanes, phasor::Phasor};

/// Two tones with their phases at the centre of the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    values: [Phasor; 2],
    halves_of_steps: [Phasor; 2],
}

impl Model {
    /// The tones of `hz` that fit the windowed samples best, which leaves what they do not explain. Where the window is not
    /// whole, each tone shows in the other's product, and what is left is fitted a second time.
    #[inline(always)]
    pub(crate) fn fit<L: Lanes>(lanes: L, windowed: &mut Outwards, window: &Window, hz: [f32; 2]) -> Self {
        let halves_of_steps = hz.map(|hz| Phasor::turned(0.5 * turn_per_sample(hz)));
        let bases = [Basis::of(lanes, halves_of_steps[0]), Basis::of(lanes, halves_of_steps[1])];
        let mut values = [Phasor::ZERO; 2];
        for _ in 0..if window.is_whole { 1 } else { 2 } {
            for (value, basis) in values.iter_mut().zip(&bases) {
                let found = basis.project(lanes, windowed).scaled(2.0 / window.sum);
                basis.take_away(lanes, windowed, &window.weights, found);
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
    #[inline(always)]
    fn of<L: Lanes>(lanes: L, half_step: Phasor) -> Self {
        let step = half_step * half_step;
        let mut value = half_step;
        let (mut re_strands, mut im_strands) = ([0.0; STRANDS], [0.0; STRANDS]);
        for (re, im) in re_strands.iter_mut().zip(&mut im_strands) {
            (*re, *im) = (value.re, value.im);
            value = value * step;
        }
        let step = step.to_the(STRANDS);
        let [step_re, step_im] = [step.re, step.im].map(|part| lanes.all(part));
        let (mut re, mut im) = (lanes.floats(&re_strands), lanes.floats(&im_strands));
        let mut basis = Self { cosines: [0.0; HALF], sines: [0.0; HALF] };
        let (cosines, _) = basis.cosines.as_chunks_mut();
        let (sines, _) = basis.sines.as_chunks_mut();
        for (cosines, sines) in cosines.iter_mut().zip(sines) {
            (*cosines, *sines) = (lanes.each(re), lanes.each(im));
            (re, im) = (re * step_re - im * step_im, re * step_im + im * step_re);
        }
        basis
    }

    /// The windowed samples' product with the tone.
    #[inline(always)]
    fn project<L: Lanes>(&self, lanes: L, samples: &Outwards) -> Phasor {
        let (mut re, mut im) = (lanes.all(0.0), lanes.all(0.0));
        let tones = blocks(&self.cosines).iter().zip(blocks(&self.sines));
        let sides = blocks(&samples.after).iter().zip(blocks(&samples.before));
        for ((after, before), (cosines, sines)) in sides.zip(tones) {
            let (after, before) = (lanes.floats(after), lanes.floats(before));
            re = re + (after + before) * lanes.floats(cosines);
            im = im + (before - after) * lanes.floats(sines);
        }
        Phasor::new(lanes.each(re).iter().sum(), lanes.each(im).iter().sum())
    }

    #[inline(always)]
    fn take_away<L: Lanes>(&self, lanes: L, samples: &mut Outwards, weights: &Outwards, value: Phasor) {
        let [value_re, value_im] = [value.re, value.im].map(|part| lanes.all(part));
        let tones = blocks(&self.cosines).iter().zip(blocks(&self.sines));
        let weights = blocks(&weights.after).iter().zip(blocks(&weights.before));
        let sides = blocks_mut(&mut samples.after).iter_mut().zip(blocks_mut(&mut samples.before));
        for (((after, before), (weight_after, weight_before)), (cosines, sines)) in
            sides.zip(weights).zip(tones)
        {
            let (even, odd) = (lanes.floats(cosines) * value_re, lanes.floats(sines) * value_im);
            let rest = lanes.floats(after) - lanes.floats(weight_after) * (even - odd);
            *after = lanes.each(rest);
            let rest = lanes.floats(before) - lanes.floats(weight_before) * (even + odd);
            *before = lanes.each(rest);
        }
    }
}

/// In radians.
fn turn_per_sample(hz: f32) -> f32 {
    2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32
}

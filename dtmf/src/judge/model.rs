//! Two steady tones fitted to the newest samples, and what remains when they are taken away.

use crate::{
    limits::INTERNAL_HZ,
    phasor::{Phasor, cos_turns},
    samples::Samples,
};

/// Samples that are fitted: 32 ms.
pub(crate) const WINDOW: usize = 256;
/// Half of them: what lies on one side of the window's centre.
pub(crate) const HALF: usize = WINDOW / 2;
/// Samples that are worked on side by side.
pub(crate) const STRANDS: usize = 8;

/// A Hann window from its centre outwards.
static HANN: [f32; HALF] = hann_table();

/// A value for each sample of the window, from its centre outwards. A tone whose phase is counted from the centre is the sum of
/// a cosine, which is the same on both sides, and of a sine, which has the other sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outwards {
    /// Younger than the centre.
    pub(crate) after: [f32; HALF],
    /// Older than the centre.
    pub(crate) before: [f32; HALF],
}

impl Outwards {
    /// A Hann window.
    pub(crate) const HANN: Self = Self { after: HANN, before: HANN };

    /// The newest samples that are remembered.
    pub(crate) fn newest(samples: &Samples) -> Self {
        let mut newest = Self { after: [0.0; HALF], before: [0.0; HALF] };
        samples.copy(HALF, &mut newest.before);
        samples.copy(0, &mut newest.after);
        newest.before.reverse();
        newest
    }

    /// The sum of all values.
    pub(crate) fn sum(&self) -> f32 {
        sum(&self.after, |value| value) + sum(&self.before, |value| value)
    }

    /// The sum of the values' squares.
    pub(crate) fn power(&self) -> f32 {
        sum(&self.after, |value| value * value) + sum(&self.before, |value| value * value)
    }

    fn weighted(mut self, weights: &Self) -> Self {
        for n in 0..HALF {
            self.after[n] *= weights.after[n];
            self.before[n] *= weights.before[n];
        }
        self
    }
}

/// Two tones with their phases at the centre of the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    values: [Phasor; 2],
    halves_of_steps: [Phasor; 2],
}

impl Model {
    /// The tones of `hz` that fit best under the window, and what is left of the windowed samples. Where the window is not whole,
    /// each tone shows in the other's product, and what is left is fitted a second time.
    pub(crate) fn fit(
        samples: &Outwards,
        window: &Outwards,
        is_whole: bool,
        hz: [f32; 2],
    ) -> (Self, Outwards) {
        let halves_of_steps = hz.map(|hz| Phasor::turned(0.5 * turn_per_sample(hz)));
        let bases = halves_of_steps.map(Basis::of);
        let scale = 2.0 / (window.sum() + 1e-6);
        let mut rest = samples.weighted(window);
        let mut values = [Phasor::ZERO; 2];
        for _ in 0..if is_whole { 1 } else { 2 } {
            for (value, basis) in values.iter_mut().zip(&bases) {
                let found = basis.project(&rest).scaled(scale);
                basis.take_away(&mut rest, window, found);
                *value += found;
            }
        }
        (Self { values, halves_of_steps }, rest)
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
        for n in 0..STRANDS {
            self.next[n] = self.twice_cosine * block[n] - self.last[n];
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
    fn take_away(&self, samples: &mut Outwards, window: &Outwards, value: Phasor) {
        for n in 0..HALF {
            let (even, odd) = (self.cosines[n] * value.re, self.sines[n] * value.im);
            samples.after[n] -= window.after[n] * (even - odd);
            samples.before[n] -= window.before[n] * (even + odd);
        }
    }
}

fn blocks(samples: &[f32; HALF]) -> &[[f32; STRANDS]] {
    samples.as_chunks().0
}

/// The sum of what `of` makes of each value.
fn sum(values: &[f32; HALF], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; STRANDS];
    for block in blocks(values) {
        for n in 0..STRANDS {
            sums[n] += of(block[n]);
        }
    }
    sums.iter().sum()
}

/// In radians.
fn turn_per_sample(hz: f32) -> f32 {
    2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32
}

const fn hann_table() -> [f32; HALF] {
    let mut table = [0.0; HALF];
    let mut n = 0;
    while n < HALF {
        table[n] = (0.5 + 0.5 * cos_turns((n as f64 + 0.5) / WINDOW as f64)) as f32;
        n += 1;
    }
    table
}

//! Two steady tones fitted to the newest samples, and what remains when they are taken away.

use crate::{
    limits::INTERNAL_HZ,
    phasor::{Phasor, cos_turns},
};

/// Samples that are fitted: 32 ms.
pub(crate) const WINDOW: usize = 256;
/// Samples that are worked on side by side.
pub(crate) const STRANDS: usize = 8;

static HANN: [f32; WINDOW] = hann_table();

/// A Hann window.
pub(crate) fn hann() -> &'static [f32; WINDOW] {
    &HANN
}

/// Two tones with their phases at the centre of the window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    values: [Phasor; 2],
    steps: [Phasor; 2],
}

impl Model {
    /// The tones of `hz` that fit best under the window, and the rest. Where the window is not whole, each tone shows in the
    /// other's product, and what is left is fitted a second time.
    pub(crate) fn fit(
        samples: &[f32; WINDOW],
        window: &[f32; WINDOW],
        is_whole: bool,
        hz: [f32; 2],
    ) -> (Self, [f32; WINDOW]) {
        let steps = hz.map(|hz| Phasor::turned(turn_per_sample(hz)));
        let bases = [Basis::of(steps[0]), Basis::of(steps[1])];
        let scale = 2.0 / (window.iter().sum::<f32>() + 1e-6);
        let mut rest = *samples;
        let mut values = [Phasor::ZERO; 2];
        for _ in 0..if is_whole { 1 } else { 2 } {
            for (value, basis) in values.iter_mut().zip(&bases) {
                let found = basis.project(&rest, window).scaled(scale);
                basis.take_away(&mut rest, found);
                *value += found;
            }
        }
        (Self { values, steps }, rest)
    }

    /// The amplitudes of the tones.
    pub(crate) fn amplitudes(&self) -> [f32; 2] {
        self.values.map(Phasor::length)
    }

    /// The two tones' samples, from the newest block of the window backwards.
    pub(crate) fn backwards(&self) -> [Strands; 2] {
        [0, 1].map(|n| Strands::at(self.values[n], self.steps[n], WINDOW / 2 - STRANDS))
    }
}

/// A tone's samples, a block of [`STRANDS`] at a time.
pub(crate) struct Strands {
    pub(crate) re: [f32; STRANDS],
    im: [f32; STRANDS],
    back: Phasor,
}

impl Strands {
    fn at(value: Phasor, step: Phasor, first: usize) -> Self {
        let mut at = value * step.to_the(first);
        let (mut re, mut im) = ([0.0; STRANDS], [0.0; STRANDS]);
        for (re, im) in re.iter_mut().zip(&mut im) {
            (*re, *im) = (at.re, at.im);
            at = at * step;
        }
        Self { re, im, back: step.conj().to_the(STRANDS) }
    }

    /// The block before.
    #[inline(never)]
    pub(crate) fn go_back(&mut self) {
        for n in 0..STRANDS {
            let (re, im) = (self.re[n], self.im[n]);
            self.re[n] = re * self.back.re - im * self.back.im;
            self.im[n] = re * self.back.im + im * self.back.re;
        }
    }
}

/// A tone of amplitude 1, phase 0 at the window's centre.
struct Basis {
    re: [f32; WINDOW],
    im: [f32; WINDOW],
}

impl Basis {
    fn of(step: Phasor) -> Self {
        let mut value = step.conj().to_the(WINDOW / 2);
        let (mut re_strands, mut im_strands) = ([0.0; STRANDS], [0.0; STRANDS]);
        for (re, im) in re_strands.iter_mut().zip(&mut im_strands) {
            (*re, *im) = (value.re, value.im);
            value = value * step;
        }
        let step = step.to_the(STRANDS);
        let mut basis = Self { re: [0.0; WINDOW], im: [0.0; WINDOW] };
        let (res, _) = basis.re.as_chunks_mut();
        let (ims, _) = basis.im.as_chunks_mut();
        for (re_block, im_block) in res.iter_mut().zip(ims) {
            (*re_block, *im_block) = (re_strands, im_strands);
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
    fn project(&self, samples: &[f32; WINDOW], window: &[f32; WINDOW]) -> Phasor {
        let (mut re, mut im) = ([0.0; STRANDS], [0.0; STRANDS]);
        let (samples, window) = (blocks(samples), blocks(window));
        let tones = blocks(&self.re).iter().zip(blocks(&self.im));
        for ((sample, weight), (cosine, sine)) in samples.iter().zip(window).zip(tones) {
            for n in 0..STRANDS {
                let weighted = sample[n] * weight[n];
                re[n] += weighted * cosine[n];
                im[n] -= weighted * sine[n];
            }
        }
        Phasor::new(re.iter().sum(), im.iter().sum())
    }

    #[inline(never)]
    fn take_away(&self, samples: &mut [f32; WINDOW], value: Phasor) {
        for ((sample, re), im) in samples.iter_mut().zip(&self.re).zip(&self.im) {
            *sample -= re * value.re - im * value.im;
        }
    }
}

fn blocks(samples: &[f32; WINDOW]) -> &[[f32; STRANDS]] {
    samples.as_chunks().0
}

/// In radians.
fn turn_per_sample(hz: f32) -> f32 {
    2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32
}

const fn hann_table() -> [f32; WINDOW] {
    let mut table = [0.0; WINDOW];
    let mut n = 0;
    while n < WINDOW {
        table[n] = (0.5 - 0.5 * cos_turns((n as f64 + 0.5) / WINDOW as f64)) as f32;
        n += 1;
    }
    table
}

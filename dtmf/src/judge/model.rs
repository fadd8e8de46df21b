//! Two steady tones fitted to the newest samples, and what remains when they are taken away.

use crate::{
    limits::INTERNAL_HZ,
    phasor::{Phasor, cos_turns},
};

/// Samples that are fitted: 32 ms.
pub(crate) const WINDOW: usize = 256;
/// Samples that are worked on side by side.
const STRANDS: usize = 8;

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
    /// The tones of `hz` that fit best under the window, and the rest.
    pub(crate) fn fit(
        samples: &[f32; WINDOW],
        window: &[f32; WINDOW],
        hz: [f32; 2],
    ) -> (Self, [f32; WINDOW]) {
        let steps = hz.map(|hz| Phasor::turned(turn_per_sample(hz)));
        let bases = hz.map(Basis::of);
        let scale = 2.0 / (window.iter().sum::<f32>() + 1e-6);
        let mut rest = *samples;
        let mut values = [Phasor::ZERO; 2];
        for _ in 0..2 {
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

    /// The two tones' samples backwards, from `ahead` samples after the window's centre.
    pub(crate) fn backwards(&self, ahead: usize) -> impl Iterator<Item = [f32; 2]> {
        let mut tones = self.values;
        for (tone, step) in tones.iter_mut().zip(self.steps) {
            for _ in 0..ahead {
                *tone = *tone * step;
            }
        }
        let back = self.steps.map(Phasor::conj);
        core::iter::from_fn(move || {
            let value = tones.map(|tone| tone.re);
            tones = [tones[0] * back[0], tones[1] * back[1]];
            Some(value)
        })
    }
}

/// A tone of amplitude 1, phase 0 at the window's centre.
struct Basis {
    re: [f32; WINDOW],
    im: [f32; WINDOW],
}

impl Basis {
    fn of(hz: f32) -> Self {
        let turn = turn_per_sample(hz);
        let mut strands = [Phasor::ZERO; STRANDS];
        let mut value = Phasor::turned(-turn * (WINDOW / 2) as f32);
        let step = Phasor::turned(turn);
        for strand in &mut strands {
            *strand = value;
            value = value * step;
        }
        let step = Phasor::turned(turn * STRANDS as f32);
        let mut basis = Self { re: [0.0; WINDOW], im: [0.0; WINDOW] };
        for (re, im) in basis.re.chunks_exact_mut(STRANDS).zip(basis.im.chunks_exact_mut(STRANDS)) {
            for ((re, im), strand) in re.iter_mut().zip(im).zip(&mut strands) {
                (*re, *im) = (strand.re, strand.im);
                *strand = *strand * step;
            }
        }
        basis
    }

    /// The windowed samples' product with the tone.
    fn project(&self, samples: &[f32; WINDOW], window: &[f32; WINDOW]) -> Phasor {
        let (mut re, mut im) = ([0.0; STRANDS], [0.0; STRANDS]);
        for first in (0..WINDOW).step_by(STRANDS) {
            for strand in 0..STRANDS {
                let n = first + strand;
                let sample = samples[n] * window[n];
                re[strand] += sample * self.re[n];
                im[strand] -= sample * self.im[n];
            }
        }
        Phasor::new(re.iter().sum(), im.iter().sum())
    }

    fn take_away(&self, samples: &mut [f32; WINDOW], value: Phasor) {
        for ((sample, re), im) in samples.iter_mut().zip(&self.re).zip(&self.im) {
            *sample -= re * value.re - im * value.im;
        }
    }
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

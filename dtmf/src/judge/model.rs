//! Two steady tones fitted to the newest samples, and what remains when they are taken away.

use crate::{
    limits::INTERNAL_HZ,
    phasor::{Phasor, cos_turns},
};

/// Samples that are fitted: 32 ms.
pub(crate) const WINDOW: usize = 256;

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
    pub(crate) fn fit(samples: &[f32; WINDOW], window: &[f32; WINDOW], hz: [f32; 2]) -> (Self, [f32; WINDOW]) {
        let steps = hz.map(|hz| Phasor::turned(2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32));
        let bases = hz.map(basis);
        let scale = 2.0 / (window.iter().sum::<f32>() + 1e-6);
        let mut rest = *samples;
        let mut values = [Phasor::ZERO; 2];
        for _ in 0..2 {
            for (value, basis) in values.iter_mut().zip(&bases) {
                let found = project(&rest, window, basis).scaled(scale);
                take_away(&mut rest, basis, found);
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
fn basis(hz: f32) -> [Phasor; WINDOW] {
    let angle = 2.0 * core::f32::consts::PI * hz / INTERNAL_HZ as f32;
    let step = Phasor::turned(angle);
    let mut value = Phasor::turned(-angle * (WINDOW / 2) as f32);
    let mut basis = [Phasor::ZERO; WINDOW];
    for slot in &mut basis {
        *slot = value;
        value = value * step;
    }
    basis
}

fn project(samples: &[f32; WINDOW], window: &[f32; WINDOW], basis: &[Phasor; WINDOW]) -> Phasor {
    let mut sum = Phasor::ZERO;
    for ((sample, weight), tone) in samples.iter().zip(window).zip(basis) {
        sum += tone.conj().scaled(sample * weight);
    }
    sum
}

fn take_away(samples: &mut [f32; WINDOW], basis: &[Phasor; WINDOW], value: Phasor) {
    for (sample, tone) in samples.iter_mut().zip(basis) {
        *sample -= tone.re * value.re - tone.im * value.im;
    }
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

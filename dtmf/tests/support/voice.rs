//! A voice for talk-off: glottal pulses of a wandering pitch through wandering formants. It is no recording of anybody.

use super::Line;
use std::f32::consts::{PI, TAU};

/// How long one sound lasts at most, in seconds.
const SOUND_S: f32 = 0.25;
/// The part of the sounds that hardly glide: sung, or hesitating. Those come near to digits.
const HELD: f32 = 0.5;
/// How far the pitch and the formants of such a sound glide, as a share of what others do.
const HELD_GLIDE: f32 = 0.02;
/// Ranges of the three formants in Hz, and their bandwidths: a grown-up's vowels.
const FORMANTS: [(f32, f32, f32); 3] =
    [(270.0, 850.0, 80.0), (850.0, 2_300.0, 110.0), (2_200.0, 3_100.0, 160.0)];

/// A resonator of second order.
#[derive(Clone, Copy, Default)]
struct Resonator {
    past: [f32; 2],
}

impl Resonator {
    fn pass(&mut self, sample: f32, hz: f32, bandwidth: f32, rate: f32) -> f32 {
        let radius = (-PI * bandwidth / rate).exp();
        let turn = 2.0 * radius * (TAU * hz / rate).cos();
        let out = (1.0 - radius) * sample + turn * self.past[0] - radius * radius * self.past[1];
        self.past = [out, self.past[0]];
        out
    }
}

/// One sound after another: a vowel that glides in pitch and colour, or a pause.
pub(crate) struct Voice {
    rate: f32,
    formants: [Resonator; 3],
    phase: f32,
    pitch: f32,
}

impl Voice {
    /// A voice around so many Hz.
    pub(crate) fn new(rate_hz: u32, pitch: f32) -> Self {
        Self { rate: rate_hz as f32, formants: [Resonator::default(); 3], phase: 0.0, pitch }
    }

    /// Speaks for about so many seconds; `dice` decides what.
    pub(crate) fn speak(&mut self, seconds: f32, dice: &mut Line) -> Vec<f32> {
        let wanted = (seconds * self.rate) as usize;
        let mut spoken = Vec::with_capacity(wanted);
        while spoken.len() < wanted {
            let length = (self.rate * SOUND_S * (0.2 + 0.8 * dice.random())) as usize;
            if dice.random() < 0.15 {
                spoken.extend(std::iter::repeat_n(0.0, length));
            } else {
                self.sound(length, dice, &mut spoken);
            }
        }
        normalise(&mut spoken);
        spoken
    }

    /// One vowel that is held for so many seconds: this pitch, these formants, in Hz.
    pub(crate) fn hold(&mut self, seconds: f32, pitch: f32, formants: [f32; 3]) -> Vec<f32> {
        let mut held = Vec::new();
        self.glide((seconds * self.rate) as usize, [pitch; 2], [formants; 2], &mut held);
        normalise(&mut held);
        held
    }

    fn sound(&mut self, length: usize, dice: &mut Line, to: &mut Vec<f32>) {
        let mut pitches = [0, 1].map(|_| self.pitch * (0.7 + 0.6 * dice.random()));
        let mut colours =
            [0, 1].map(|_| FORMANTS.map(|(least, most, _)| least + (most - least) * dice.random()));
        if dice.random() < HELD {
            let hold = |ends: [f32; 2]| [ends[0], ends[0] + HELD_GLIDE * (ends[1] - ends[0])];
            pitches = hold(pitches);
            let held = [0, 1, 2].map(|f| hold(colours.map(|colour| colour[f])));
            colours = [0, 1].map(|end| held.map(|formant| formant[end]));
        }
        self.glide(length, pitches, colours, to);
    }

    fn glide(&mut self, length: usize, pitches: [f32; 2], colours: [[f32; 3]; 2], to: &mut Vec<f32>) {
        for n in 0..length {
            let way = n as f32 / length as f32;
            let between = |ends: [f32; 2]| ends[0] + way * (ends[1] - ends[0]);
            self.phase = (self.phase + between(pitches) / self.rate).fract();
            let mut sample = glottis(self.phase) * (PI * way).sin();
            for (f, formant) in self.formants.iter_mut().enumerate() {
                sample += formant.pass(sample, between(colours.map(|c| c[f])), FORMANTS[f].2, self.rate);
            }
            to.push(sample);
        }
    }
}

/// To full scale.
fn normalise(samples: &mut [f32]) {
    let peak = samples.iter().fold(1e-9f32, |peak, sample| peak.max(sample.abs()));
    samples.iter_mut().for_each(|sample| *sample /= peak);
}

/// The flow's derivative: open for six tenths of a period, then shut at once.
fn glottis(phase: f32) -> f32 {
    const OPEN: f32 = 0.6;
    if phase > OPEN { 0.0 } else { (PI * phase / OPEN).cos() - 0.2 - 2.0 * (phase / OPEN).powi(8) }
}

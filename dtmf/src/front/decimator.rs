//! Low-pass and decimation by a whole number: a centred windowed sinc.

use crate::{
    SampleRate,
    limits::{DECIMATOR_CUTOFF_HZ, DECIMATOR_HALF_S, INTERNAL_HZ},
};

/// Taps at the highest rate: ±0.5 ms at 96 kHz.
const MAX_TAPS: usize = 97;

/// Every n-th sample of the low-passed input.
#[derive(Clone, Debug)]
pub(crate) struct Decimator {
    taps: [f32; MAX_TAPS],
    line: [f32; MAX_TAPS],
    length: usize,
    oldest: usize,
    factor: usize,
    until_next: usize,
}

impl Decimator {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let hz = rate.hz();
        let half = ((hz as f32 * DECIMATOR_HALF_S) as usize).min(MAX_TAPS / 2);
        let factor = (hz / INTERNAL_HZ).max(1) as usize;
        Self {
            taps: windowed_sinc(half, DECIMATOR_CUTOFF_HZ / hz as f32),
            line: [0.0; MAX_TAPS],
            length: 2 * half + 1,
            oldest: 0,
            factor,
            until_next: half + 1,
        }
    }

    /// By how much the rate is divided.
    pub(crate) fn factor(&self) -> usize {
        self.factor
    }

    /// How many input samples an output waits for those after its centre.
    pub(crate) fn delay(&self) -> usize {
        self.length / 2
    }

    /// Takes one input sample; every `factor`-th gives an output, the first one centred on the first input.
    pub(crate) fn push(&mut self, sample: f32) -> Option<f32> {
        if let Some(slot) = self.line.get_mut(self.oldest) {
            *slot = sample;
        }
        self.oldest = if self.oldest + 1 >= self.length { 0 } else { self.oldest + 1 };
        self.until_next -= 1;
        if self.until_next > 0 {
            return None;
        }
        self.until_next = self.factor;
        Some(self.filtered())
    }

    fn filtered(&self) -> f32 {
        let used = self.line.get(..self.length).unwrap_or(&self.line);
        let (newer, older) = used.split_at(self.oldest);
        dot(older, &self.taps) + dot(newer, self.taps.get(older.len()..).unwrap_or(&[]))
    }
}

/// The sum of products, in four strands that a processor can work on at once.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    let (a, b) = (a.get(..length).unwrap_or(a), b.get(..length).unwrap_or(b));
    let mut strands = [0.0f32; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        for ((strand, x), y) in strands.iter_mut().zip(x).zip(y) {
            *strand += x * y;
        }
    }
    rest + strands.iter().sum::<f32>()
}

/// A sinc of `cutoff` (in turns per sample) under a Hann window, its gain at 0 Hz being 1.
fn windowed_sinc(half: usize, cutoff: f32) -> [f32; MAX_TAPS] {
    let mut taps = [0.0; MAX_TAPS];
    let mut sum = 0.0;
    for (n, tap) in taps.iter_mut().take(2 * half + 1).enumerate() {
        let t = n as f32 - half as f32;
        let window = 0.5 + 0.5 * libm::cosf(core::f32::consts::PI * t / (half as f32 + 1.0));
        let angle = 2.0 * core::f32::consts::PI * cutoff * t;
        let sinc = if t == 0.0 { 1.0 } else { libm::sinf(angle) / angle };
        *tap = window * sinc;
        sum += *tap;
    }
    taps.map(|tap| tap / sum)
}

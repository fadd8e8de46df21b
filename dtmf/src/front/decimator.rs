//! Low-pass and decimation by a whole number: a centred windowed sinc.

use crate::{
    SampleRate,
    limits::{DECIMATOR_CUTOFF_HZ, DECIMATOR_HALF_S, INTERNAL_HZ},
    samples::sane,
};

/// Products that a processor can work on at once.
const STRANDS: usize = 8;
/// Taps at the highest rate: ±0.5 ms at 96 kHz, and what is missing to whole strands.
const MAX_TAPS: usize = 104;
/// Samples that are kept, so that they need not be moved for each new one.
const LINE: usize = 2 * MAX_TAPS;

/// Every n-th sample of the low-passed input.
#[derive(Clone, Debug)]
pub(crate) struct Decimator {
    taps: [f32; MAX_TAPS],
    line: [f32; LINE],
    filled: usize,
    /// Taps in use: whole strands, the oldest taps being 0.
    length: usize,
    half: usize,
    factor: usize,
    until_next: usize,
}

impl Decimator {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let hz = rate.hz();
        let half = ((hz as f32 * DECIMATOR_HALF_S) as usize).min((MAX_TAPS - 1) / 2);
        let length = (2 * half + 1).next_multiple_of(STRANDS);
        Self {
            taps: windowed_sinc(half, length, DECIMATOR_CUTOFF_HZ / hz as f32),
            line: [0.0; LINE],
            filled: length,
            length,
            half,
            factor: (hz / INTERNAL_HZ).max(1) as usize,
            until_next: half + 1,
        }
    }

    /// By how much the rate is divided.
    pub(crate) fn factor(&self) -> usize {
        self.factor
    }

    /// How many input samples an output waits for those after its centre.
    pub(crate) fn delay(&self) -> usize {
        self.half
    }

    /// Takes samples until `outputs` are full, or the samples used up, or the line full; how many were taken, and how many
    /// outputs given. Every `factor`-th input sample gives one, the first of all centred on the first input.
    ///
    /// All samples are put into the line before any output is worked out: a processor that reads what it has just written in
    /// other portions has to wait.
    pub(crate) fn feed(&mut self, samples: &[f32], outputs: &mut [f32]) -> (usize, usize) {
        if self.filled + self.factor > LINE {
            self.line.copy_within(self.filled - self.length..self.filled, 0);
            self.filled = self.length;
        }
        let wanted = self.until_next + outputs.len().saturating_sub(1) * self.factor;
        let taken = samples.len().min(wanted).min(LINE - self.filled);
        let free = self.line.get_mut(self.filled..self.filled + taken).unwrap_or(&mut []);
        for (to, &from) in free.iter_mut().zip(samples) {
            *to = sane(from);
        }
        let mut end = self.filled + self.until_next;
        self.filled += taken;
        let mut given = 0;
        while end <= self.filled {
            if let Some(output) = outputs.get_mut(given) {
                *output = self.filtered(end);
            }
            given += 1;
            end += self.factor;
        }
        self.until_next = end - self.filled;
        (taken, given)
    }

    /// The output whose newest sample is the last one before `end`.
    fn filtered(&self, end: usize) -> f32 {
        let (Some(newest), Some(taps)) =
            (self.line.get(end - self.length..end), self.taps.get(..self.length))
        else {
            return 0.0;
        };
        let (newest, taps) = (newest.as_chunks::<STRANDS>().0, taps.as_chunks::<STRANDS>().0);
        let mut sums = [0.0; STRANDS];
        for (samples, taps) in newest.iter().zip(taps) {
            for n in 0..STRANDS {
                sums[n] += samples[n] * taps[n];
            }
        }
        sums.iter().sum()
    }
}

/// A sinc of `cutoff` (in turns per sample) under a Hann window, its gain at 0 Hz being 1, at the end of `length` taps.
fn windowed_sinc(half: usize, length: usize, cutoff: f32) -> [f32; MAX_TAPS] {
    let mut taps = [0.0; MAX_TAPS];
    let mut sum = 0.0;
    let unused = length - (2 * half + 1);
    for (n, tap) in taps.iter_mut().take(length).skip(unused).enumerate() {
        let t = n as f32 - half as f32;
        let window = 0.5 + 0.5 * libm::cosf(core::f32::consts::PI * t / (half as f32 + 1.0));
        let angle = 2.0 * core::f32::consts::PI * cutoff * t;
        let sinc = if t == 0.0 { 1.0 } else { libm::sinf(angle) / angle };
        *tap = window * sinc;
        sum += *tap;
    }
    taps.map(|tap| tap / sum)
}

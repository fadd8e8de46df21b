//! Low-pass and decimation by a whole number: a centred windowed sinc, in whole numbers.

use crate::{
    SampleRate,
    limits::{DECIMATOR_CUTOFF_HZ, DECIMATOR_HALF_S, INTERNAL_HZ},
    machine::{ABREAST, Lanes, PAIRED, STRANDS},
    samples::FULL_SCALE,
};

/// Taps at the highest rate: ±0.5 ms at 96 kHz, and what is missing to whole strands.
const MAX_TAPS: usize = 112;
/// Samples that are kept, so that they need not be moved for each new one: at 48 kHz those of a hop, beside the taps'.
const LINE: usize = 256;
/// What may be read beyond them, in the place of samples that are not there yet: three outputs more at 96 kHz.
const BEYOND: usize = 48;

/// What a full-scale sample comes out as, over [`FULL_SCALE`]: the last 16 bits of an output are a fraction.
pub(super) const FRACTION: i32 = 1 << 16;
/// The taps' 1: their gain. The sum of 97 products of 16 bits fits into 32, as long as the taps' sizes add up to less than 2.
const ONE: f32 = FULL_SCALE as f32 * FRACTION as f32 / 32_768.0;

/// Every n-th sample of the low-passed input.
#[derive(Clone, Debug)]
pub(crate) struct Decimator {
    taps: [i16; MAX_TAPS],
    line: [i16; LINE + BEYOND],
    filled: usize,
    /// Taps in use: whole strands, the oldest taps being 0.
    length: usize,
    /// How many of them are 0.
    unused: usize,
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
            taps: windowed_sinc(half, length, DECIMATOR_CUTOFF_HZ / hz as f32).map(whole),
            line: [0; LINE + BEYOND],
            filled: length,
            length,
            unused: length - (2 * half + 1),
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
    /// outputs given, [`FULL_SCALE`] times [`FRACTION`] being full scale. Every `factor`-th input sample gives one, the first of
    /// all centred on the first input.
    ///
    /// All samples are put into the line before any output is worked out: a processor that reads what it has just written in
    /// other portions has to wait.
    #[inline(always)]
    pub(crate) fn feed<L: Lanes>(
        &mut self,
        lanes: L,
        samples: &[i16],
        outputs: &mut [i32],
    ) -> (usize, usize) {
        if self.filled + self.factor > LINE {
            self.line.copy_within(self.filled - self.length..self.filled, 0);
            self.filled = self.length;
        }
        let wanted = self.until_next + outputs.len().saturating_sub(1) * self.factor;
        let taken = samples.len().min(wanted).min(LINE - self.filled);
        let free = self.line.get_mut(self.filled..self.filled + taken).unwrap_or_default();
        put::<STRANDS, _>(free, &samples[..taken]);
        let first = self.filled + self.until_next;
        self.filled += taken;
        let given = if first <= self.filled { (self.filled - first) / self.factor + 1 } else { 0 };
        self.filter(lanes, first, outputs.get_mut(..given).unwrap_or_default());
        self.until_next = first + given * self.factor - self.filled;
        (taken, given)
    }

    /// The outputs of which the first one's newest sample is the last one before `end`. What is worked out beyond them, of samples that
    /// are not there yet, is left.
    #[inline(always)]
    fn filter<L: Lanes>(&self, lanes: L, end: usize, outputs: &mut [i32]) {
        let first = end - self.length;
        if self.factor == 2 {
            let pairs = self.taps[..self.length].as_chunks().0;
            let (unused, pairs) = pairs.split_at(self.unused / 2);
            for (n, outputs) in outputs.chunks_mut(PAIRED).enumerate() {
                let samples = &self.line[first + 2 * (unused.len() + n * PAIRED)..];
                put::<PAIRED, _>(outputs, &lanes.products_of_pairs(samples, pairs)[..outputs.len()]);
            }
            return;
        }
        for (n, outputs) in outputs.chunks_mut(ABREAST).enumerate() {
            let samples = &self.line[first + n * ABREAST * self.factor..];
            put::<ABREAST, _>(
                outputs,
                &lanes.products(samples, self.factor, &self.taps[..self.length])[..outputs.len()],
            );
        }
    }
}

/// Copies what is as long, and mostly short: a block at a time, without asking the system's library.
#[inline(always)]
fn put<const BLOCK: usize, T: Copy>(places: &mut [T], values: &[T]) {
    let (blocks, rest) = places.as_chunks_mut::<BLOCK>();
    let (values, last) = values.as_chunks::<BLOCK>();
    blocks.iter_mut().zip(values).for_each(|(places, values)| *places = *values);
    rest.iter_mut().zip(last).for_each(|(place, value)| *place = *value);
}

/// A tap in steps of 1 / [`ONE`].
fn whole(tap: f32) -> i16 {
    libm::roundf(tap * ONE) as i16
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sum_of_products_is_beyond_32_bits() {
        for hz in (SampleRate::MIN_HZ..=SampleRate::MAX_HZ).step_by(50) {
            let Ok(rate) = SampleRate::new(hz) else { continue };
            let decimator = Decimator::new(rate);
            let sizes: i64 = decimator.taps.iter().map(|&tap| i64::from(tap).abs()).sum();
            assert!(sizes * 32_768 < i64::from(i32::MAX) - i64::from(FRACTION), "{hz} Hz: {sizes}");
            let gain: i32 = decimator.taps.iter().map(|&tap| i32::from(tap)).sum();
            assert!((gain as f32 / ONE - 1.0).abs() < 0.001, "{hz} Hz: {gain}");
        }
    }
}

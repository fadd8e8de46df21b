//! From 8–16 kHz to exactly 8 kHz, by a band-limited value between two samples.

use super::COARSE;
use crate::{
    SampleRate,
    limits::{HOP, INTERNAL_HZ},
    phasor::{cos_turns, sin_turns},
};
use wide::f32x4;

/// Samples that make one value: as many before as after.
const TAPS: usize = 12;
/// Places between two samples for which taps are kept; between places they are mixed.
const PLACES: usize = 32;

/// A Hann-windowed sinc at each place, one place more than needed so that every place has a next one.
static KERNEL: [[f32; TAPS]; PLACES + 1] = kernel();

/// Values at 8 kHz of a signal sampled a little faster.
#[derive(Clone, Debug)]
pub(super) struct Interpolator {
    line: [f32; TAPS],
    /// Samples until the next value can be made.
    until_next: u32,
    /// Where between two samples the next value lies, in parts of `whole`.
    place: u32,
    step: u32,
    whole: u32,
}

impl Interpolator {
    pub(super) fn new(rate: SampleRate, factor: usize) -> Self {
        let whole = INTERNAL_HZ * factor as u32;
        Self { line: [0.0; TAPS], until_next: TAPS as u32 / 2 + 1, place: 0, step: rate.hz(), whole }
    }

    /// How many samples a value waits for those after it.
    pub(super) fn delay(&self) -> usize {
        if self.is_idle() { 0 } else { TAPS / 2 }
    }

    /// How many samples it takes until `values` come out.
    #[inline(always)]
    pub(super) fn samples_for(&self, values: usize) -> usize {
        if self.is_idle() {
            return values;
        }
        let further = u64::from(self.step) * values.saturating_sub(1) as u64 + u64::from(self.place);
        self.until_next as usize + (further / u64::from(self.whole)) as usize
    }

    /// Whether the samples are at 8 kHz already, and need no pushing.
    #[inline(always)]
    pub(super) fn is_idle(&self) -> bool {
        self.step == self.whole
    }

    /// Takes the samples of a hop, as many as [`Self::samples_for`] tells; gives the values that lie half a kernel back.
    #[inline(always)]
    pub(super) fn feed(&mut self, samples: &[i32]) -> [i32; HOP] {
        let mut line = [0.0; TAPS + COARSE];
        let whole = TAPS + samples.len().min(COARSE);
        line[..TAPS].copy_from_slice(&self.line);
        for (to, &from) in line[TAPS..whole].iter_mut().zip(samples) {
            *to = from as f32;
        }
        let mut end = TAPS + self.until_next as usize;
        let mut values = [0.0; HOP];
        for value in &mut values {
            if let Some(newest) = line.get(..end).and_then(<[f32]>::last_chunk) {
                *value = self.value(newest);
            }
            // The next one is one or two samples further.
            self.place += self.step - self.whole;
            let is_two = self.place >= self.whole;
            self.place -= if is_two { self.whole } else { 0 };
            end += 1 + usize::from(is_two);
        }
        self.until_next = end.saturating_sub(whole) as u32;
        self.line.copy_from_slice(&line[whole - TAPS..whole]);
        values.map(|value| value as i32)
    }

    #[inline(always)]
    fn value(&self, line: &[f32; TAPS]) -> f32 {
        let place = self.place as f32 * PLACES as f32 / self.whole as f32;
        let index = (place as i32 as usize).min(PLACES - 1);
        let between = f32x4::splat(place - index as f32);
        let taps = KERNEL[index].as_chunks().0.iter().zip(KERNEL[index + 1].as_chunks().0);
        let mut sums = f32x4::ZERO;
        for ((&before, &after), &samples) in taps.zip(line.as_chunks().0) {
            let (before, after) = (f32x4::new(before), f32x4::new(after));
            sums += (before + between * (after - before)) * f32x4::new(samples);
        }
        sums.to_array().iter().sum()
    }
}

const fn kernel() -> [[f32; TAPS]; PLACES + 1] {
    let mut table = [[0.0; TAPS]; PLACES + 1];
    let mut place = 0;
    while place <= PLACES {
        let mut tap = 0;
        while tap < TAPS {
            // The value lies between the samples TAPS/2 - 1 and TAPS/2 of the line.
            let t = tap as f64 - (TAPS as f64 / 2.0 - 1.0) - place as f64 / PLACES as f64;
            table[place][tap] = windowed_sinc(t) as f32;
            tap += 1;
        }
        place += 1;
    }
    table
}

const fn windowed_sinc(t: f64) -> f64 {
    let half = TAPS as f64 / 2.0;
    if t <= -half || t >= half {
        return 0.0;
    }
    let window = 0.5 + 0.5 * cos_turns(t / (2.0 * half));
    if t > -1e-9 && t < 1e-9 {
        return 1.0;
    }
    window * sin_turns(t / 2.0) / (core::f64::consts::PI * t)
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    /// The value at a place, counted in samples.
    fn direct(samples: &[i32], at: f64) -> f64 {
        let taps = samples.iter().enumerate().map(|(n, &sample)| (n as f64 - at, f64::from(sample)));
        taps.map(|(t, sample)| windowed_sinc(t) * sample).sum()
    }

    #[test]
    fn values_are_those_of_the_exact_kernel_at_their_places() -> Result<(), crate::UnsupportedRate> {
        for (hz, factor) in [(8_001, 1), (11_025, 1), (15_999, 1), (44_100, 5), (95_999, 11)] {
            let mut interpolator = Interpolator::new(SampleRate::new(hz)?, factor);
            let samples: Vec<i32> =
                (0..900).map(|n| (libm::sin(f64::from(n * n) * 0.002) * 5e8) as i32).collect();
            let mut taken = 0;
            for hop in 0..10 {
                let needed = interpolator.samples_for(HOP);
                let values = interpolator.feed(&samples[taken..taken + needed]);
                taken += needed;
                for (n, &value) in values.iter().enumerate() {
                    let place =
                        (hop * HOP + n) as f64 * f64::from(hz) / (factor as f64 * f64::from(INTERNAL_HZ));
                    let exact = direct(&samples, place);
                    assert!(
                        (f64::from(value) - exact).abs() < 1e-3 * 5e8,
                        "{hz} Hz: {hop} {n} {value} {exact}"
                    );
                }
            }
        }
        Ok(())
    }
}

//! The last 64 ms at 8 kHz, hop by hop, and the hop that is being gathered.

use crate::limits::HOP;
use wide::f32x4;

/// Hops that are remembered: 64 ms.
pub(crate) const HOPS: usize = 16;
/// Samples that are remembered: those of the hops.
pub(crate) const SAMPLES: usize = HOPS * HOP;
/// The remembered hops, and the one that is being gathered.
const SLOTS: usize = HOPS + 1;

/// A full-scale sample as it is kept: 15 bits, so that the sum of two fits into 16. What rounding adds is 93 dB down,
/// 46 dB under the faintest tone that counts.
const FULL_SCALE: f32 = 16_383.0;
/// Added to a number of ±16383 it leaves the rounded number in a float's lowest 16 bits: 1.5 · 2²³.
const ROUNDING: f32 = 12_582_912.0;
/// Anything beyond this is no audio (60 dB over full scale) and is heard as silence, as is what is not a number.
const LOUDEST: f32 = 1000.0;

/// A hop's samples, 15 bits each; where a processor likes them to lie.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub(crate) struct Hop(pub(crate) [i16; HOP]);

impl Hop {
    pub(crate) const ZERO: Self = Self([0; HOP]);

    /// All of it at once, in steps that a processor can take four samples at a time. Where the squares add up to less than 1, no
    /// sample is beyond full scale, and every one of them is a number.
    fn fill(&mut self, samples: &[f32; HOP]) {
        if sum_of_squares(samples) < 1.0 {
            for (to, &from) in self.0.iter_mut().zip(samples) {
                *to = rounded(from);
            }
        } else {
            for (to, &from) in self.0.iter_mut().zip(samples) {
                *to = rounded(within(from));
            }
        }
    }
}

fn sum_of_squares(samples: &[f32; HOP]) -> f32 {
    let mut sums = f32x4::ZERO;
    for &block in samples.as_chunks().0 {
        let block = f32x4::new(block);
        sums += block * block;
    }
    sums.reduce_add()
}

/// Samples of 64 ms and more.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    slots: [Hop; SLOTS],
    /// The slot that is being filled.
    gathering: usize,
    filled: usize,
}

impl Samples {
    pub(crate) const fn new() -> Self {
        Self { slots: [Hop::ZERO; SLOTS], gathering: 0, filled: 0 }
    }

    /// Takes samples until the hop is full; how many were taken.
    pub(crate) fn gather(&mut self, samples: &[f32]) -> usize {
        let Some(slot) = self.slots.get_mut(self.gathering) else { return 0 };
        if let (0, Some(whole)) = (self.filled, samples.first_chunk()) {
            slot.fill(whole);
            self.filled = HOP;
            return HOP;
        }
        let free = slot.0.get_mut(self.filled..).unwrap_or(&mut []);
        let taken = free.len().min(samples.len());
        for (to, &from) in free.iter_mut().zip(samples) {
            *to = rounded(within(from));
        }
        self.filled += taken;
        taken
    }

    /// How many samples the hop lacks.
    pub(crate) fn missing(&self) -> usize {
        HOP - self.filled
    }

    pub(crate) fn is_full(&self) -> bool {
        self.filled == HOP
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// Counts the full hop as the newest, and begins another.
    pub(crate) fn advance(&mut self) {
        self.gathering = if self.gathering + 1 == SLOTS { 0 } else { self.gathering + 1 };
        self.filled = 0;
    }

    /// A hop by its age: 0 is the newest full one, and [`HOPS`] − 1 the oldest.
    pub(crate) fn hop(&self, age: usize) -> &Hop {
        let back = self.gathering + SLOTS - 1 - age.min(HOPS);
        &self.slots[(if back >= SLOTS { back - SLOTS } else { back }).min(HOPS)]
    }

    /// The newest hop's mean power; 0.5 is that of a full-scale sine.
    pub(crate) fn newest_power(&self) -> f32 {
        // Two bits less, so that thirty-two squares fit into 32 bits.
        let mut sum = 0;
        for sample in self.hop(0).0 {
            let less = sample >> 2;
            sum += i32::from(less) * i32::from(less);
        }
        sum as f32 * (16.0 * WORTH * WORTH / HOP as f32)
    }

    /// `to.len()` samples, oldest first, the newest of them `age` samples old, full scale ±1; both in whole hops, within 64 ms.
    pub(crate) fn copy(&self, age: usize, to: &mut [f32]) {
        let oldest = (age + to.len()) / HOP;
        for (n, hop) in to.chunks_mut(HOP).enumerate() {
            let from = self.hop(oldest.saturating_sub(n + 1));
            for (to, from) in hop.iter_mut().zip(&from.0) {
                *to = f32::from(*from) * WORTH;
            }
        }
    }
}

/// The sample, or silence for what no microphone delivers: NaN, infinities, absurd levels.
pub(crate) fn sane(sample: f32) -> f32 {
    if sample.abs() < LOUDEST { sample } else { 0.0 }
}

/// The sample, or full scale for what is beyond it.
fn within(sample: f32) -> f32 {
    let sane = sane(sample);
    let below = if sane > 1.0 { 1.0 } else { sane };
    if below < -1.0 { -1.0 } else { below }
}

/// A sample of at most full scale as it is kept.
fn rounded(sample: f32) -> i16 {
    let bits = (sample * FULL_SCALE + ROUNDING).to_bits().wrapping_sub(ROUNDING.to_bits()) as i32;
    // It is within that already; said so, a processor packs eight of them in one step.
    bits.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// What a sum of kept samples is worth at full scale ±1.
pub(crate) const WORTH: f32 = 1.0 / FULL_SCALE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_as_they_were_given_in_any_slices() {
        let mut samples = Samples::new();
        let value = |n: usize| libm::sinf(n as f32 * 0.37);
        let mut n = 0;
        while n < 40 * HOP {
            let slice: [f32; 7] = core::array::from_fn(|k| value(n + k));
            let taken = samples.gather(&slice);
            n += taken;
            if samples.is_full() {
                samples.advance();
            }
        }
        let mut newest = [0.0; SAMPLES];
        samples.copy(0, &mut newest);
        for (k, sample) in newest.iter().enumerate() {
            assert!((sample - value(n - SAMPLES + k)).abs() < 0.6 / FULL_SCALE, "{k}");
        }
    }

    #[test]
    fn what_is_no_audio_is_silence_and_what_is_too_loud_is_full_scale() {
        let kept = |sample: f32| rounded(within(sample));
        assert_eq!([f32::NAN, f32::INFINITY, -1e9].map(kept), [0; 3]);
        assert_eq!([1.0, 1.5, -1.0, -900.0, 0.5].map(kept), [16_383, 16_383, -16_383, -16_383, 8_192]);
    }
}

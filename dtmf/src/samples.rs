//! The last 64 ms at 8 kHz, hop by hop, and the hop that is being gathered.

use crate::limits::HOP;

/// Hops that are remembered: 64 ms.
pub(crate) const HOPS: usize = 16;
/// Samples that are remembered: those of the hops.
pub(crate) const SAMPLES: usize = HOPS * HOP;
/// The remembered hops, and the one that is being gathered.
const SLOTS: usize = HOPS + 1;

/// A full-scale sample as it is kept: 15 bits, so that the sum of two fits into 16. What rounding adds is 93 dB down,
/// 46 dB under the faintest tone that counts.
pub(crate) const FULL_SCALE: i16 = 16_383;
/// What a sum of kept samples is worth at full scale ±1.
pub(crate) const WORTH: f32 = 1.0 / FULL_SCALE as f32;

/// A sample of 16 bits as it is kept.
#[inline(always)]
pub(crate) fn kept(sample: i16) -> i16 {
    ((i32::from(sample) * i32::from(FULL_SCALE) + 0x4000) >> 15) as i16
}

/// A hop's samples, 15 bits each; where a processor likes them to lie.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub(crate) struct Hop(pub(crate) [i16; HOP]);

impl Hop {
    pub(crate) const ZERO: Self = Self([0; HOP]);

    /// This hop and the one after it folded around their border: the sums and the differences of what lies as far from it.
    #[inline(always)]
    pub(crate) fn folded_with(&self, newer: &Self) -> (Self, Self) {
        let (mut sums, mut differences) = (Self::ZERO, Self::ZERO);
        for n in 0..HOP {
            let (after, before) = (newer.0[n], self.0[HOP - 1 - n]);
            sums.0[n] = after.wrapping_add(before);
            differences.0[n] = after.wrapping_sub(before);
        }
        (sums, differences)
    }

    /// The sum of the squares, each of a sample without its last two bits: so thirty-two of them fit into 32 bits.
    #[inline(always)]
    fn energy(&self) -> i32 {
        self.0.iter().map(|&sample| i32::from(sample >> 2)).map(|less| less * less).sum()
    }
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

    /// The places of the next samples, at most so many and none beyond the hop; they count as filled.
    #[inline(always)]
    pub(crate) fn next(&mut self, most: usize) -> &mut [i16] {
        let from = self.filled;
        let count = most.min(HOP - self.filled);
        self.filled += count;
        let slot = &mut self.slots[self.gathering.min(HOPS)];
        slot.0.get_mut(from..from + count).unwrap_or_default()
    }

    /// The places of a whole hop of samples; they count as filled.
    #[inline(always)]
    pub(crate) fn whole(&mut self) -> &mut [i16; HOP] {
        self.filled = HOP;
        &mut self.slots[self.gathering.min(HOPS)].0
    }

    pub(crate) fn is_full(&self) -> bool {
        self.filled == HOP
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// Counts the full hop as the newest, and begins another.
    #[inline(always)]
    pub(crate) fn advance(&mut self) {
        self.gathering = if self.gathering + 1 == SLOTS { 0 } else { self.gathering + 1 };
        self.filled = 0;
    }

    /// A hop by its age: 0 is the newest full one, and [`HOPS`] − 1 the oldest.
    #[inline(always)]
    pub(crate) fn hop(&self, age: usize) -> &Hop {
        &self.slots[self.slot(age)]
    }

    /// The hop of this age, and the one before it.
    #[inline(always)]
    pub(crate) fn hop_and_older(&self, age: usize) -> (&Hop, &Hop) {
        let slot = self.slot(age);
        (&self.slots[slot], &self.slots[if slot == 0 { HOPS } else { slot - 1 }])
    }

    /// Where the hop of this age is.
    #[inline(always)]
    fn slot(&self, age: usize) -> usize {
        let back = self.gathering + SLOTS - 1 - age.min(HOPS);
        (if back >= SLOTS { back - SLOTS } else { back }).min(HOPS)
    }

    /// The mean power of the hop that is being gathered; 0.5 is that of a full-scale sine.
    #[inline(always)]
    pub(crate) fn power(&self) -> f32 {
        self.slots[self.gathering.min(HOPS)].energy() as f32 * (16.0 * WORTH * WORTH / HOP as f32)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back_as_they_were_given_in_any_slices() {
        let mut samples = Samples::new();
        let value = |n: usize| (libm::sinf(n as f32 * 0.37) * 32_767.0) as i16;
        let mut n = 0;
        while n < 40 * HOP {
            for to in samples.next(7) {
                *to = kept(value(n));
                n += 1;
            }
            if samples.is_full() {
                samples.advance();
            }
        }
        let mut newest = [0.0; SAMPLES];
        samples.copy(0, &mut newest);
        for (k, sample) in newest.iter().enumerate() {
            let given = f32::from(value(n - SAMPLES + k)) / 32_768.0;
            assert!((sample - given).abs() < 0.6 * WORTH, "{k}");
        }
    }

    #[test]
    fn full_scale_is_kept_as_full_scale() {
        assert_eq!([i16::MAX, i16::MIN, 0, 1, 3].map(kept), [16_383, -16_383, 0, 0, 1]);
    }

    #[test]
    fn the_energy_of_full_scale_does_not_wrap() {
        assert_eq!(Hop([-16_383; HOP]).energy(), HOP as i32 * 4_096 * 4_096);
    }
}

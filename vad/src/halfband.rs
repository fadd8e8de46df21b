//! Half the rate: the lower half of a band kept, and the upper half beside it.

use crate::packed::{pack_sample, rounded_sample, sample};

/// Taps beside the centre, every second one (the others are zero): a Kaiser window of β 5.5 over 31 taps,
/// half-wave at a quarter of the rate, 66 dB down a sixteenth of the rate further.
const SIDE: [f32; 8] = [
    0.314_805_44,
    -0.095_974_57,
    0.047_954_3,
    -0.025_707_18,
    0.013_262_69,
    -0.006_124_24,
    0.002_280_59,
    -0.000_497_03,
];
/// Every second sample before the newest pair that an output needs: the taps beside the centre.
const ODDS: usize = 2 * SIDE.len() - 1;
/// The others: up to the centre.
const EVENS: usize = SIDE.len() - 1;
/// New samples taken at a time: 10 ms at 16 kHz.
const BLOCK: usize = 160;
/// Most outputs of a block: one more where a sample waited for it.
const OUTPUTS: usize = BLOCK / 2 + 1;

/// Delay of the filter, in samples of its input.
pub(crate) const DELAY: f32 = ODDS as f32;

/// Splits a stream into two of half its rate.
#[derive(Clone, Debug)]
pub(crate) struct HalfBand {
    /// The second samples of the last pairs, oldest first.
    odds: [i16; ODDS],
    /// The first samples of the last pairs, oldest first.
    evens: [i16; EVENS],
    /// A sample whose pair has not come yet.
    waiting: Option<i16>,
}

impl HalfBand {
    pub(crate) const fn new() -> Self {
        Self { odds: [0; ODDS], evens: [0; EVENS], waiting: None }
    }

    /// Most samples that one call takes.
    pub(crate) const MOST: usize = BLOCK;

    /// Takes at most [`Self::MOST`] samples, rounded to 16 bits.
    #[inline(always)]
    pub(crate) fn split(&mut self, samples: &[f32]) -> Halves {
        let mut halves = Halves { evens: [0.0; EVENS + OUTPUTS], odds: [0.0; ODDS + OUTPUTS], len: 0 };
        halves.len = self.pair_up(samples, &mut halves.evens, &mut halves.odds);
        for (kept, &x) in self.evens.iter_mut().zip(&halves.evens[halves.len..]) {
            *kept = pack_sample(x);
        }
        for (kept, &x) in self.odds.iter_mut().zip(&halves.odds[halves.len..]) {
            *kept = pack_sample(x);
        }
        filter(&mut halves);
        halves
    }

    /// Parts the samples of all pairs, after those that are kept; says how many are new.
    #[inline(always)]
    fn pair_up(
        &mut self,
        samples: &[f32],
        evens: &mut [f32; EVENS + OUTPUTS],
        odds: &mut [f32; ODDS + OUTPUTS],
    ) -> usize {
        let (old_evens, mut evens) = evens.split_at_mut(EVENS);
        let (old_odds, mut odds) = odds.split_at_mut(ODDS);
        old_evens.iter_mut().zip(&self.evens).for_each(|(to, &kept)| *to = sample(kept));
        old_odds.iter_mut().zip(&self.odds).for_each(|(to, &kept)| *to = sample(kept));
        let mut samples = &samples[..samples.len().min(BLOCK)];
        let mut pairs = samples.len() / 2;
        if let (Some(first), [second, rest @ ..]) = (self.waiting, samples) {
            (evens[0], odds[0]) = (sample(first), rounded_sample(*second));
            (evens, odds, samples) = (&mut evens[1..], &mut odds[1..], rest);
            self.waiting = None;
            pairs = 1 + samples.len() / 2;
        }
        let pairs_of = samples.chunks_exact(2);
        if let [last] = pairs_of.remainder() {
            self.waiting = Some(pack_sample(*last));
        }
        for ((even, odd), pair) in evens.iter_mut().zip(odds).zip(pairs_of) {
            (*even, *odd) = (rounded_sample(pair[0]), rounded_sample(pair[1]));
        }
        pairs
    }
}

/// What came of a block. The outputs stand where the samples were that no later output needs.
pub(crate) struct Halves {
    evens: [f32; EVENS + OUTPUTS],
    odds: [f32; ODDS + OUTPUTS],
    len: usize,
}

impl Halves {
    #[inline(always)]
    pub(crate) fn low(&self) -> &[f32] {
        &self.evens[..self.len]
    }

    #[inline(always)]
    pub(crate) fn high(&self) -> &[f32] {
        &self.odds[..self.len]
    }
}

/// The outputs of all pairs: half the centre tap, plus and minus the side taps.
#[inline(always)]
fn filter(Halves { evens, odds, len }: &mut Halves) {
    // In plain steps of one, so that the compiler takes as many outputs at a time as fit in a register.
    for k in 0..(*len).min(OUTPUTS) {
        let mut side = 0.0;
        for (j, tap) in SIDE.iter().enumerate() {
            side += tap * (odds[k + EVENS - j] + odds[k + EVENS + 1 + j]);
        }
        let centre = 0.5 * evens[k];
        (evens[k], odds[k]) = (centre + side, centre - side);
    }
}

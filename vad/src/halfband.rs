//! Half the rate: the lower half of a band kept, and the upper half beside it.

use crate::lanes::nearest;

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

    /// Most samples that one call of [`Self::split`] takes, given the room of a half.
    pub(crate) const fn most(room: usize) -> usize {
        2 * (room - ODDS)
    }

    /// Takes at most [`Self::most`] of `ROOM` samples.
    #[inline(always)]
    pub(crate) fn split<const ROOM: usize>(&mut self, samples: &[i16]) -> Halves<ROOM> {
        let mut halves = Halves { evens: [0.0; ROOM], odds: [0.0; ROOM], len: 0 };
        for (to, &kept) in halves.evens.iter_mut().zip(&self.evens) {
            *to = f32::from(kept);
        }
        for (to, &kept) in halves.odds.iter_mut().zip(&self.odds) {
            *to = f32::from(kept);
        }
        halves.len = self.pair_up(samples, &mut halves.evens[EVENS..], &mut halves.odds[ODDS..]);
        for (kept, &x) in self.evens.iter_mut().zip(&halves.evens[halves.len..]) {
            *kept = nearest(x);
        }
        for (kept, &x) in self.odds.iter_mut().zip(&halves.odds[halves.len..]) {
            *kept = nearest(x);
        }
        filter(&mut halves);
        halves
    }

    /// Parts the samples of all pairs; says how many pairs there are.
    #[inline(always)]
    fn pair_up(&mut self, mut samples: &[i16], mut evens: &mut [f32], mut odds: &mut [f32]) -> usize {
        let mut first = 0;
        if let (Some(waiting), [second, rest @ ..]) = (self.waiting, samples) {
            (evens[0], odds[0]) = (f32::from(waiting), f32::from(*second));
            (evens, odds, samples) = (&mut evens[1..], &mut odds[1..], rest);
            self.waiting = None;
            first = 1;
        }
        let pairs_of = samples.chunks_exact(2);
        if let [last] = pairs_of.remainder() {
            self.waiting = Some(*last);
        }
        for ((even, odd), pair) in evens.iter_mut().zip(odds).zip(pairs_of) {
            (*even, *odd) = (f32::from(pair[0]), f32::from(pair[1]));
        }
        first + samples.len() / 2
    }
}

/// What came of a block, in steps of 16 bits. The outputs stand where the samples were that no later output needs.
pub(crate) struct Halves<const ROOM: usize> {
    evens: [f32; ROOM],
    odds: [f32; ROOM],
    len: usize,
}

impl<const ROOM: usize> Halves<ROOM> {
    /// Writes the lower half; says how many samples it is.
    #[inline(always)]
    pub(crate) fn low(&self, out: &mut [i16; ROOM]) -> usize {
        for (to, &x) in out.iter_mut().zip(&self.evens) {
            *to = nearest(x);
        }
        self.len
    }

    #[inline(always)]
    pub(crate) fn high(&self) -> &[f32] {
        &self.odds[..self.len]
    }
}

/// The outputs of all pairs: half the centre tap, plus and minus the side taps.
#[inline(always)]
fn filter<const ROOM: usize>(Halves { evens, odds, len }: &mut Halves<ROOM>) {
    // In plain steps of one, so that the compiler takes as many outputs at a time as fit in a register.
    for k in 0..(*len).min(ROOM - ODDS) {
        let mut side = 0.0;
        for (j, tap) in SIDE.iter().enumerate() {
            side += tap * (odds[k + EVENS - j] + odds[k + EVENS + 1 + j]);
        }
        let centre = 0.5 * evens[k];
        (evens[k], odds[k]) = (centre + side, centre - side);
    }
}

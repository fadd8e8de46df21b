//! Whether sound that sets in is what was played: an echo that begins late, which the filter does not know of.
//!
//! It moves with what was played so long ago, and a caller does not. A generalised cross-correlation (Knapp and Carter 1976) of
//! the last blocks with what was played before finds how long ago that would be, each bin with the square root of its weight,
//! so that a vowel's few strong harmonics do not decide alone.

use super::limits::{LIKE_BINS, LIKE_BLOCKS, LIKE_FROM, LIKE_PART};
use super::spectrum::{BINS, BLOCK, FRAME, Packed, Spectrum, Transform};

/// What is left of the last blocks.
#[derive(Debug)]
pub(super) struct Likeness {
    left: [Packed; LIKE_BLOCKS],
    power: [f32; LIKE_BLOCKS],
    newest: usize,
}

/// An echo that was found: in which part of the path it begins, and that path's power.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) part: usize,
    pub(super) power: f32,
}

impl Likeness {
    pub(super) const NOTHING: Self =
        Self { left: [const { Packed::ZERO }; LIKE_BLOCKS], power: [0.0; LIKE_BLOCKS], newest: 0 };

    /// Takes what is left of a block.
    pub(super) fn push(&mut self, left: &Spectrum) {
        self.newest = (self.newest + LIKE_BLOCKS - 1) % LIKE_BLOCKS;
        self.left[self.newest] = Packed::of(left);
        self.power[self.newest] = left.power()[LIKE_BINS].iter().sum();
    }

    /// The echo that the last blocks are, if they are one, `played` so many blocks before the newest, up to `parts`:
    /// from `least` on, the likeness of one block that is alike by chance.
    pub(super) fn find<'a>(
        &self,
        played: impl Fn(usize) -> &'a Packed,
        parts: usize,
        least: f32,
        transform: &mut Transform,
    ) -> Option<Found> {
        let most = self.power.iter().fold(0.0f32, |most, &power| most.max(power));
        let at = |back: usize| (self.newest + back) % LIKE_BLOCKS;
        let sounds = |back: &usize| self.power[at(*back)] > LIKE_PART * most;
        let count = (0..LIKE_BLOCKS).filter(sounds).count();
        if most == 0.0 || count < LIKE_FROM {
            return None;
        }
        let mut heard = [0.0; BINS];
        for back in (0..LIKE_BLOCKS).filter(sounds) {
            for bin in LIKE_BINS {
                heard[bin] += self.left[at(back)].power(bin);
            }
        }
        let mut best = (0.0f32, Found { part: 0, power: 0.0 });
        for part in 0..parts {
            let mut cross = Spectrum::ZERO;
            let mut power = [0.0; BINS];
            for back in (0..LIKE_BLOCKS).filter(sounds) {
                cross.add_cross(played(part + back), &self.left[at(back)]);
                for bin in LIKE_BINS {
                    power[bin] += played(part + back).power(bin);
                }
            }
            let (mut ours, mut theirs) = (0.0, 0.0);
            for bin in 0..BINS {
                let weight = if LIKE_BINS.contains(&bin) && power[bin] * heard[bin] > 0.0 {
                    1.0 / (power[bin] * heard[bin]).sqrt().sqrt()
                } else {
                    0.0
                };
                cross.re[bin] *= weight;
                cross.im[bin] *= weight;
                ours += power[bin].sqrt();
                theirs += heard[bin].sqrt();
            }
            let peak = transform.samples(&cross)[..BLOCK].iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
            let like = BLOCK as f32 * peak / (ours * theirs).sqrt().max(f32::MIN_POSITIVE);
            if like > best.0 {
                let ratio = heard.iter().sum::<f32>() / power.iter().sum::<f32>();
                best = (like, Found { part, power: (FRAME / BLOCK) as f32 * ratio });
            }
        }
        (best.0 > least / (count as f32).sqrt()).then_some(best.1)
    }
}

//! How far the last frames rise over the noise, and over how the noise itself moves.

use wide::{f32x4, i16x8};

use crate::lanes::Lanes;
use crate::limits::*;
use crate::row::Row;

/// Parts of a stray that heights are kept in.
const PARTS: f32 = 16.0;

/// Heights of the last frames, and their mean over a short and a long stretch.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    heights: [[i8; BANDS]; LONG_FRAMES],
    at: u8,
    sums: [i16; BANDS],
    scores: [f32; 2],
}

impl Stretch {
    pub(crate) const fn new() -> Self {
        Self { heights: [[0; BANDS]; LONG_FRAMES], at: 0, sums: [0; BANDS], scores: [0.0; 2] }
    }

    /// Takes the heights of a frame, and gives the scores of the short and of the long stretch.
    #[inline(always)]
    pub(crate) fn take<L: Lanes>(&mut self, heights: Row<L>) -> [f32; 2] {
        // Cut off, not rounded.
        let new = heights.times(PARTS).plus(-0.5).whole();
        let mut short = new;
        for back in 0..SHORT_FRAMES - 1 {
            let before = &self.heights[self.place(back)];
            for b in 0..BANDS {
                short[b] += i16::from(before[b]);
            }
        }
        let (oldest, mut long) = (&mut self.heights[usize::from(self.at)], self.sums);
        for b in 0..BANDS {
            long[b] += new[b] - i16::from(oldest[b]);
            oldest[b] = new[b] as i8;
        }
        self.sums = long;
        self.at = if usize::from(self.at) + 1 < LONG_FRAMES { self.at + 1 } else { 0 };
        // Of what is in registers: what was only just put away is slow to be had again.
        self.scores = scores(&short, &long);
        self.scores
    }

    /// The scores of the frames that are kept.
    fn score(&mut self) {
        let mut short = [0i16; BANDS];
        for back in 0..SHORT_FRAMES {
            for (sum, &height) in short.iter_mut().zip(&self.heights[self.place(back)]) {
                *sum += i16::from(height);
            }
        }
        self.scores = scores(&short, &self.sums);
    }

    /// Where the frame `back` frames before the newest is kept.
    #[inline(always)]
    fn place(&self, back: usize) -> usize {
        let newest = usize::from(self.at) + LONG_FRAMES - 1;
        if newest >= LONG_FRAMES + back { newest - LONG_FRAMES - back } else { newest - back }
    }

    /// Puts silence in the place of the frames that `excluded` names, the newest being 0.
    pub(crate) fn silence(&mut self, excluded: impl Fn(usize) -> bool) {
        for back in (0..LONG_FRAMES).filter(|&back| excluded(back)) {
            let place = self.place(back);
            for (sum, height) in self.sums.iter_mut().zip(&mut self.heights[place]) {
                *sum -= i16::from(core::mem::take(height));
            }
        }
        self.score();
    }

    /// The scores after the last frame.
    pub(crate) fn scores(&self) -> [f32; 2] {
        self.scores
    }
}

/// The scores of heights that were added up over a short and over a long stretch: the mean of the strongest bands, in strays.
#[inline(always)]
fn scores(short: &[i16; BANDS], long: &[i16; BANDS]) -> [f32; 2] {
    const PER: f32 = 1.0 / (STRONGEST as f32 * PARTS);
    [
        f32::from(strongest(short)) * (PER / SHORT_FRAMES as f32),
        f32::from(strongest(long)) * (PER / LONG_FRAMES as f32),
    ]
}

/// The strongest bands (formants stand out of noise), added.
#[inline(always)]
fn strongest(sums: &[i16; BANDS]) -> i16 {
    const { assert!(BANDS == 2 * LANES + 2) };
    // What the bands do not fill is lower than any.
    const NONE: i16 = i16::MIN;
    let rest = i16x8::new([sums[2 * LANES], sums[2 * LANES + 1], NONE, NONE, NONE, NONE, NONE, NONE]);
    let row = |k: usize| i16x8::new(*sums[k * LANES..].first_chunk().unwrap_or(&[NONE; LANES]));
    let (a, b, c) = (row(0), row(1), rest);
    let (high, low) = (a.max(b), a.min(b));
    let middle = low.max(c);
    let sorted = [high.max(middle), high.min(middle), low.min(c)];
    let [a, b, c] = join::<1>(join::<2>(join::<4>(sorted)));
    a.to_array()[0] + b.to_array()[0] + c.to_array()[0]
}

/// Numbers that stand in one register.
const LANES: usize = 8;

/// The three highest of each lane and of the one `N` further, round and round; both come with the highest first.
#[inline(always)]
fn join<const N: usize>([a, b, c]: [i16x8; STRONGEST]) -> [i16x8; STRONGEST] {
    let (x, y, z) = (turned::<N>(a), turned::<N>(b), turned::<N>(c));
    [a.max(x), a.min(x).max(b.max(y)), c.max(z).max(a.min(y).max(b.min(x)))]
}

#[inline(always)]
fn turned<const N: usize>(lanes: i16x8) -> i16x8 {
    let l = lanes.to_array();
    i16x8::new([
        l[N],
        l[(N + 1) % 8],
        l[(N + 2) % 8],
        l[(N + 3) % 8],
        l[(N + 4) % 8],
        l[(N + 5) % 8],
        l[(N + 6) % 8],
        l[(N + 7) % 8],
    ])
}

/// The square root. Not libm's, which names the instruction of the oldest SSE: after one of AVX that is slow.
#[inline(always)]
fn root(x: f32) -> f32 {
    f32x4::splat(x).sqrt().to_array()[0]
}

/// Mean and spread of a score while there is only noise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spread {
    mean: f32,
    variance: f32,
}

impl Spread {
    /// Of the short and of the long stretch, in steady noise.
    pub(crate) fn of_noise() -> [Self; 2] {
        NOISE_SCORES.map(|(mean, spread)| Self { mean, variance: spread * spread })
    }

    /// Takes the score of a frame of noise.
    pub(crate) fn learn(&mut self, score: f32) {
        let off = (score - self.mean).min(SPREAD_REACH);
        self.mean += SPREAD_RATE * off;
        self.variance += SPREAD_RATE * (off * off - self.variance);
    }

    /// The score `spreads` over the mean.
    #[inline(always)]
    pub(crate) fn over(&self, spreads: f32) -> f32 {
        self.mean + spreads * root(self.variance).max(LEAST_SPREAD)
    }

    /// The score from which speech may start.
    #[inline(always)]
    pub(crate) fn on(&self) -> f32 {
        self.over(ON_SPREADS).min(ON_MOST)
    }

    /// The score down to which it goes on.
    #[inline(always)]
    pub(crate) fn off(&self) -> f32 {
        self.over(OFF_SPREADS).min(OFF_MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_noise_makes_it_deaf() {
        let mut spread = Spread::of_noise()[0];
        for frame in 0..2_000 {
            spread.learn(if frame % 10 < 5 { HEIGHT_MOST } else { 0.0 });
        }
        assert!(spread.over(ON_SPREADS) > HEIGHT_MOST);
        assert!(spread.on() < HEIGHT_MOST && spread.off() < spread.on());
    }

    #[test]
    fn finds_the_strongest_wherever_they_stand() {
        let mut state = 1u32;
        for _ in 0..1_000 {
            let sums: [i16; BANDS] = core::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as i16 - 128
            });
            let mut order = sums;
            order.sort_unstable();
            let want: i16 = order[BANDS - STRONGEST..].iter().sum();
            assert_eq!(strongest(&sums), want);
        }
    }
}

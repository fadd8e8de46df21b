//! The screen: the cheap look at every other hop, and the better look at those near which something was seen.

use crate::{
    bank::{Bank, KEPT, TONES},
    limits::{HOP, INTERNAL_HZ, LEVEL_MIN, TONES_HZ, TWIST_MAX},
    phasor::{cos_turns, sin_turns},
};

/// Factors of the eight tones' values in one hop, real and imaginary.
type Factors = [[f32; TONES]; 2];

/// A Hann window over 32 ms in steps of a hop; the sum is 1.
static EVERY_HOP: [Factors; KEPT] =
    factors([0.0095, 0.0772, 0.1728, 0.2405, 0.2405, 0.1728, 0.0772, 0.0095]);
/// The same in steps of two hops.
static EVERY_OTHER: [Factors; KEPT / 2] = factors([0.0732, 0.4268, 0.4268, 0.0732]);

/// The power of each tone over the newest 32 ms: the square of its amplitude.
pub(crate) fn tone_powers(bank: &Bank) -> [f32; TONES] {
    powers(bank, &EVERY_HOP)
}

/// The same from every other hop: as much for a tone of the eight, too much for some that lie between.
pub(crate) fn rough_powers(bank: &Bank) -> [f32; TONES] {
    powers(bank, &EVERY_OTHER)
}

/// The power of the tones' values, each hop's turned to where the newest one's phases are counted from.
fn powers<const N: usize>(bank: &Bank, factors: &[Factors; N]) -> [f32; TONES] {
    let mut re = [0.0; TONES];
    let mut im = [0.0; TONES];
    for (n, [cosines, sines]) in factors.iter().enumerate() {
        let bins = bank.bins(n * KEPT / N);
        for tone in 0..TONES {
            re[tone] += bins.re[tone] * cosines[tone] - bins.im[tone] * sines[tone];
            im[tone] += bins.im[tone] * cosines[tone] + bins.re[tone] * sines[tone];
        }
    }
    let mut powers = [0.0; TONES];
    for tone in 0..TONES {
        powers[tone] = re[tone] * re[tone] + im[tone] * im[tone];
    }
    powers
}

/// Weights by age, each turned by as much as each tone turns within that age.
const fn factors<const N: usize>(weights: [f64; N]) -> [Factors; N] {
    let mut factors = [[[0.0; TONES]; 2]; N];
    let mut n = 0;
    while n < N {
        let mut tone = 0;
        while tone < TONES {
            let turns = TONES_HZ[tone] as f64 * (n * KEPT / N * HOP) as f64 / INTERNAL_HZ as f64;
            factors[n][0][tone] = (weights[n] * cos_turns(turns)) as f32;
            factors[n][1][tone] = (weights[n] * sin_turns(turns)) as f32;
            tone += 1;
        }
        n += 1;
    }
    factors
}

/// One tone of each group, by its number in the group (0–3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Pair {
    /// The low tone's number among the eight.
    pub(crate) fn low(self) -> usize {
        self.row
    }

    /// The high tone's number among the eight.
    pub(crate) fn high(self) -> usize {
        4 + self.column
    }
}

/// The pair that may be sounding, if any: the strongest tone of each group, over `second_max` of which there is no other.
pub(crate) fn screen(powers: &[f32; TONES], second_max: f32) -> Option<Pair> {
    let [low, high] = [0, 4].map(|n| leader([powers[n], powers[n + 1], powers[n + 2], powers[n + 3]], second_max));
    let ((row, low), (column, high)) = (low?, high?);
    // The window is wider than a short tone, and a tone may be off: half of the amplitude is allowed for.
    let loud = low.min(high) > LEVEL_MIN * LEVEL_MIN * 0.25;
    let balanced = high < low * TWIST_MAX * 2.0 && low < high * TWIST_MAX * 2.0;
    (loud && balanced).then_some(Pair { row, column })
}

/// The strongest of a group and its power, if it stands out.
fn leader([a, b, c, d]: [f32; 4], second_max: f32) -> Option<(usize, f32)> {
    let (first, ab, least_ab) = if a > b { (0, a, b) } else { (1, b, a) };
    let (third, cd, least_cd) = if c > d { (2, c, d) } else { (3, d, c) };
    let (best, power, second) =
        if ab > cd { (first, ab, cd.max(least_ab)) } else { (third, cd, ab.max(least_cd)) };
    (second < second_max * power).then_some((best, power))
}

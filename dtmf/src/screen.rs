//! The screen: the cheap look at every hop, which most of a call does not pass.

use crate::{
    bank::{Bank, TONES},
    limits::{LEVEL_MIN, SCREEN_SECOND_MAX, TWIST_MAX},
};

/// Hops in the screen's window: 32 ms.
pub(crate) const WINDOW: usize = 8;
/// A Hann window in steps of a hop; the sum is 1.
const WEIGHTS: [f32; WINDOW] = [0.0095, 0.0772, 0.1728, 0.2405, 0.2405, 0.1728, 0.0772, 0.0095];

/// The power of each tone over the newest 32 ms: the square of its amplitude.
pub(crate) fn tone_powers(bank: &Bank) -> [f32; TONES] {
    let mut re = [0.0; TONES];
    let mut im = [0.0; TONES];
    for (age, weight) in WEIGHTS.iter().enumerate() {
        let bins = bank.bins(age);
        for tone in 0..TONES {
            re[tone] += weight * bins.re[tone];
            im[tone] += weight * bins.im[tone];
        }
    }
    let mut powers = [0.0; TONES];
    for tone in 0..TONES {
        powers[tone] = re[tone] * re[tone] + im[tone] * im[tone];
    }
    powers
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

/// The pair that may be sounding, if any.
pub(crate) fn screen(powers: &[f32; TONES]) -> Option<Pair> {
    let (row, low) = leader(powers[0], powers[1], powers[2], powers[3])?;
    let (column, high) = leader(powers[4], powers[5], powers[6], powers[7])?;
    // The window is wider than a short tone, and a tone may be off: half of the amplitude is allowed for.
    let loud = low.min(high) > LEVEL_MIN * LEVEL_MIN * 0.25;
    let balanced = high < low * TWIST_MAX * 2.0 && low < high * TWIST_MAX * 2.0;
    (loud && balanced).then_some(Pair { row, column })
}

/// The strongest of a group and its power, if it stands out.
fn leader(a: f32, b: f32, c: f32, d: f32) -> Option<(usize, f32)> {
    let (first, ab, least_ab) = if a > b { (0, a, b) } else { (1, b, a) };
    let (third, cd, least_cd) = if c > d { (2, c, d) } else { (3, d, c) };
    let (best, power, second) =
        if ab > cd { (first, ab, cd.max(least_ab)) } else { (third, cd, ab.max(least_cd)) };
    (second < SCREEN_SECOND_MAX * power).then_some((best, power))
}

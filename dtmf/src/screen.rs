//! The screen: the cheap look at every other hop, and the better look at those near which something was seen.

use crate::{
    bank::{Bank, Group, KEPT, OF_GROUP, TONES, Which},
    channel::may_be_steady,
    limits::{HOP, INTERNAL_HZ, ROUGH_SECOND_MAX, SCREEN_SECOND_MAX, TONES_HZ},
    machine::{Eight, Lanes},
    phasor::{cos_turns, sin_turns},
    profile::Measures,
};
use wide::f32x4;

/// Factors of a group's values in one hop, real and imaginary.
type Factors = [[f32; OF_GROUP]; 2];

/// A Hann window over 32 ms in steps of a hop; the sum is 1.
pub(crate) const HANN: [f64; KEPT] = [0.0095, 0.0772, 0.1728, 0.2405, 0.2405, 0.1728, 0.0772, 0.0095];
/// That window for both groups.
static EVERY_HOP: [[Factors; KEPT]; 2] = factors(HANN);
/// The same in steps of two hops.
static EVERY_OTHER: [[Factors; KEPT / 2]; 2] = factors([0.0732, 0.4268, 0.4268, 0.0732]);

/// The power of each tone over the newest 32 ms: the square of its amplitude.
pub(crate) fn tone_powers(bank: &mut Bank) -> [[f32; OF_GROUP]; 2] {
    for group in Group::BOTH {
        bank.work_out(Eight, group, Which::All);
    }
    Group::BOTH.map(|group| powers(bank, group, &EVERY_HOP[group as usize]))
}

/// The power of a group's tones from the values of some hops, each turned to where the newest one's phases are counted from.
#[inline(always)]
fn powers<const N: usize>(bank: &Bank, group: Group, factors: &[Factors; N]) -> [f32; OF_GROUP] {
    let (mut re, mut im) = (f32x4::ZERO, f32x4::ZERO);
    for (n, factors) in factors.iter().enumerate() {
        let bins = bank.kept(n * KEPT / N, group);
        let [cosines, sines] = factors.map(f32x4::new);
        let (bins_re, bins_im) = (f32x4::new(bins.re), f32x4::new(bins.im));
        re += bins_re * cosines - bins_im * sines;
        im += bins_im * cosines + bins_re * sines;
    }
    (re * re + im * im).to_array()
}

/// Weights by age, each turned by as much as each tone turns within that age.
const fn factors<const N: usize>(weights: [f64; N]) -> [[Factors; N]; 2] {
    let mut factors = [[[[0.0; OF_GROUP]; 2]; N]; 2];
    let mut tone = 0;
    while tone < TONES {
        let (group, of_group) = (tone / OF_GROUP, tone % OF_GROUP);
        let mut n = 0;
        while n < N {
            let turns = TONES_HZ[tone] as f64 * (n * KEPT / N * HOP) as f64 / INTERNAL_HZ as f64;
            factors[group][n][0][of_group] = (weights[n] * cos_turns(turns)) as f32;
            factors[group][n][1][of_group] = (weights[n] * sin_turns(turns)) as f32;
            n += 1;
        }
        tone += 1;
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

/// The pair that a rough look sees, if any: at every other hop of the last 32 ms, at the high group first, for voices are
/// weaker there, and at the low one only if there is a steady tone in the high one.
#[inline(always)]
pub(crate) fn rough_look<L: Lanes>(lanes: L, bank: &mut Bank, measures: &Measures) -> Option<Pair> {
    let (column, high) = rough_leader(lanes, bank, Group::High, measures)?;
    let (row, low) = rough_leader(lanes, bank, Group::Low, measures)?;
    are_balanced(low, high, measures).then_some(Pair { row, column })
}

/// A group's strongest tone, if it may be steady, and its power.
#[inline(always)]
fn rough_leader<L: Lanes>(
    lanes: L,
    bank: &mut Bank,
    group: Group,
    measures: &Measures,
) -> Option<(usize, f32)> {
    bank.work_out(lanes, group, Which::EveryOther);
    let powers = powers(bank, group, &EVERY_OTHER[group as usize]);
    let (tone, power) = leader(powers, ROUGH_SECOND_MAX, measures.level_min)?;
    if may_be_steady(bank, group.first() + tone) { Some((tone, power)) } else { None }
}

/// The pair that a better look sees, if any, at every hop of the last 32 ms.
#[inline(always)]
pub(crate) fn look<L: Lanes>(lanes: L, bank: &mut Bank, measures: &Measures) -> Option<Pair> {
    let (column, high) = better_leader(lanes, bank, Group::High, measures)?;
    let (row, low) = better_leader(lanes, bank, Group::Low, measures)?;
    are_balanced(low, high, measures).then_some(Pair { row, column })
}

#[inline(always)]
fn better_leader<L: Lanes>(
    lanes: L,
    bank: &mut Bank,
    group: Group,
    measures: &Measures,
) -> Option<(usize, f32)> {
    bank.work_out(lanes, group, Which::All);
    leader(powers(bank, group, &EVERY_HOP[group as usize]), SCREEN_SECOND_MAX, measures.level_min)
}

#[inline(always)]
fn are_balanced(low: f32, high: f32, measures: &Measures) -> bool {
    high < low * measures.high_over_low * 2.0 && low < high * measures.low_over_high * 2.0
}

/// The strongest of a group and its power, if it is loud enough and stands out. Without a branch until that is known: in noise
/// a processor would guess wrong at every other one.
#[inline(always)]
fn leader([a, b, c, d]: [f32; OF_GROUP], second_max: f32, level_min: f32) -> Option<(usize, f32)> {
    let (first, less) = ordered(a, b);
    let (third, least) = ordered(c, d);
    let (power, beaten) = ordered(first, third);
    let (second, _) = ordered(beaten, ordered(less, least).0);
    // The window is wider than a short tone, and a tone may be off: half of the amplitude is allowed for.
    if power > level_min * level_min * 0.25 && second < second_max * power {
        let tone = if power == first { usize::from(power == b) } else { 2 + usize::from(power == d) };
        return Some((tone, power));
    }
    None
}

/// The greater first.
#[inline(always)]
fn ordered(a: f32, b: f32) -> (f32, f32) {
    (if a > b { a } else { b }, if a > b { b } else { a })
}

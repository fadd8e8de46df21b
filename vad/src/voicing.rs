//! How much of a sound repeats at the pitch of a voice.

use crate::bands::sum;
use crate::fft::cosines;
use crate::lanes::{EIGHT as LANES, Lanes};
use crate::limits::{
    BINS, LAG_STEP, LAGS, LINE_REACH, LONGEST_LAG, SHORTEST_LAG, VOICE_BINS, VOICE_FROM, WINDOW,
};

/// Times that so many are taken. They reach to a quarter of the window and a step beyond.
const GROUPS: usize = 3;
/// Voice bins, filled up to whole pairs of an even and an odd one.
const PAIRED: usize = VOICE_BINS.next_multiple_of(2);

/// Numbers at the lags of all groups.
type Lags = [f32; GROUPS * LANES];

/// Cosine of each voice bin at each lag up to a quarter of the window, made by the compiler. As far beyond it, that of an
/// even bin is the same and that of an odd one the negative: no table is needed there.
static COSINES: [Lags; PAIRED] = table();
/// What a steady harmonic sound reaches at each lag, because the window blurs its lines; and at the lag as far beyond the
/// quarter.
static REACH: [Lags; 2] = reach();

/// The lag at a place.
const fn lag(place: usize) -> usize {
    SHORTEST_LAG + place * LAG_STEP
}

const fn table() -> [Lags; PAIRED] {
    let cosines = cosines();
    let mut out = [[0.0; GROUPS * LANES]; PAIRED];
    let mut k = 0;
    while k < PAIRED * GROUPS * LANES {
        let (bin, place) = (k / (GROUPS * LANES), k % (GROUPS * LANES));
        out[bin][place] = cosines[(bin + VOICE_FROM) * lag(place) % WINDOW];
        k += 1;
    }
    out
}

const fn reach() -> [Lags; 2] {
    let mut out = [[0.0; GROUPS * LANES]; 2];
    let mut place = 0;
    while place < GROUPS * LANES {
        out[0][place] = reach_at(lag(place));
        out[1][place] = reach_at(WINDOW / 2 - lag(place));
        place += 1;
    }
    out
}

const fn reach_at(lag: usize) -> f32 {
    if lag > LONGEST_LAG {
        return 0.0;
    }
    // A line under the Hann window: power 1 in its bin and a quarter in each neighbour.
    1.5 / (1.0 + 0.5 * cosines()[lag])
}

/// Sums over the even and over the odd bins, each bin `weights` strong.
#[inline(always)]
fn correlate<L: Lanes>(lanes: L, weights: &[f32; PAIRED]) -> [[L::Many; GROUPS]; 2] {
    let (mut one, mut other) = ([lanes.all(0.0); GROUPS], [lanes.all(0.0); GROUPS]);
    // All lags at once: each sum waits for the one before.
    for (weights, rows) in weights.chunks_exact(2).zip(COSINES.chunks_exact(2)) {
        let (first, second) = (lanes.all(weights[0]), lanes.all(weights[1]));
        for group in 0..GROUPS {
            one[group] = one[group] + first * lanes.load(&rows[0][group * LANES..]);
            other[group] = other[group] + second * lanes.load(&rows[1][group * LANES..]);
        }
    }
    if VOICE_FROM.is_multiple_of(2) { [one, other] } else { [other, one] }
}

/// The voice bins up to the valley before the upper edge: half a line there would seem to repeat at any long period.
#[inline(always)]
fn whole_lines(weights: &[f32; PAIRED]) -> usize {
    let edge = VOICE_BINS - 2 * LINE_REACH..VOICE_BINS;
    edge.min_by(|&a, &b| weights[a].total_cmp(&weights[b])).unwrap_or(VOICE_BINS)
}

/// The highest normalised autocorrelation at the lags of a voice, of what rises over `noise` (power per bin).
#[inline(always)]
pub(crate) fn voicing<L: Lanes>(lanes: L, power: &[f32; BINS], noise: &[f32; BINS]) -> f32 {
    const {
        assert!(LAG_STEP == 2 && LONGEST_LAG == SHORTEST_LAG + (LAGS - 1) * LAG_STEP);
        assert!(lag(GROUPS * LANES) > WINDOW / 4 && WINDOW / 2 - SHORTEST_LAG >= LONGEST_LAG);
    };
    let (mut weights, mut all) = ([0.0f32; PAIRED], [0.0f32; PAIRED]);
    for bin in 0..VOICE_BINS {
        let noise = noise[bin + VOICE_FROM];
        let over = power[bin + VOICE_FROM] - 2.0 * noise;
        weights[bin] = if over > 0.0 { over } else { 0.0 };
        all[bin] = weights[bin] + noise;
    }
    let kept = whole_lines(&weights);
    for bin in VOICE_BINS - 2 * LINE_REACH..PAIRED {
        let kept = bin < kept;
        (weights[bin], all[bin]) = (if kept { weights[bin] } else { 0.0 }, if kept { all[bin] } else { 0.0 });
    }
    let total = sum(&all);
    if total <= 0.0 {
        return 0.0;
    }
    let ([even, odd], mut best) = (correlate(lanes, &weights), lanes.all(0.0));
    for group in 0..GROUPS {
        let near = (even[group] + odd[group]) * lanes.load(&REACH[0][group * LANES..]);
        let far = (even[group] - odd[group]) * lanes.load(&REACH[1][group * LANES..]);
        best = lanes.higher(lanes.higher(near, far), best);
    }
    lanes.highest(best) / total
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::Plain;

    /// As the definition says, lag by lag, over the bins before `end`.
    fn slow(power: &[f32; BINS], noise: &[f32; BINS], end: usize) -> f32 {
        let cosines = cosines();
        let (mut best, mut total) = (0.0f32, 0.0);
        let over = |k: usize| (power[k] - 2.0 * noise[k]).max(0.0);
        let bins = VOICE_FROM..end;
        bins.clone().for_each(|k| total += over(k) + noise[k]);
        for lag in (SHORTEST_LAG..=LONGEST_LAG).step_by(LAG_STEP) {
            let sum: f32 = bins.clone().map(|k| over(k) * cosines[k * lag % WINDOW]).sum();
            best = best.max(sum * 1.5 / (1.0 + 0.5 * cosines[lag]));
        }
        best / total
    }

    #[test]
    fn agrees_with_the_definition() {
        let edge = VOICE_FROM + VOICE_BINS;
        for period in 15..120 {
            let power = core::array::from_fn(|k| cosines()[k * period % WINDOW].max(0.0));
            let noise = [0.01; BINS];
            let told = voicing(Plain, &power, &noise);
            let valley =
                (edge - 2 * LINE_REACH..=edge).find(|&end| (told - slow(&power, &noise, end)).abs() < 1e-4);
            assert!(valley.is_some(), "{period}");
        }
    }

    #[test]
    fn half_a_line_at_the_edge_is_no_pitch() {
        for middle in 40usize..56 {
            let line = |k: usize| match middle.abs_diff(k) {
                0 => 1.0,
                1 => 0.25,
                _ => 1e-4,
            };
            let told = voicing(Plain, &core::array::from_fn(line), &[1e-6; BINS]);
            assert!(told <= 1.01, "bin {middle}: {told}");
        }
    }
}

//! What is known of the echo's path: a filter in parts of a block each, and how far each bin of it may be off.
//!
//! A Kalman filter in the frequency domain, its covariance diagonal (Enzner and Vary 2006; in parts: Kuech, Mabande and Enzner
//! 2014). What differs: the variance starts high and is taken back where less was left than it says, so that the parts in which
//! nothing comes back are known within a few blocks; and a path moves by what its part has in the mean of all bins, for a
//! voice does not sound in each of them.

use super::likeness::{Found, Likeness};
use super::limits::{
    CUTS, DISTRUST, DUST, FIRST_VARIANCE, KEPT, LEARNT, LEAST_AGAIN, LEAST_OTHER, LEAST_POWER, LIKE_BLOCKS,
    LIKELY, LIKELY_SURE, MOVES, OTHER_AGAIN, OTHER_AT_ONCE, POWER_AGAIN, SURPLUS, UNHEARD_BINS, UNKNOWN,
    UNKNOWN_FADES, UNKNOWN_SURE,
};
use super::spectrum::{BINS, BLOCK, FRAME, Packed, Spectrum, Transform};
use std::ops::Range;

/// The path, in parts of a block each.
#[derive(Debug)]
pub(super) struct Path {
    parts: Vec<Part>,
    /// What was played, a spectrum a block, round from the newest on.
    played: Vec<Packed>,
    /// Whether each of them is more than silence: of what is silent nothing comes back, and nothing is learnt.
    sounds: Vec<bool>,
    newest: usize,
    /// Power of other sound than the echo.
    other: [f32; BINS],
    /// What may have been left of the echo lately.
    held: [f32; BINS],
    /// The bins that are judged.
    judged: Range<usize>,
    /// The part that was cut last.
    cut: usize,
}

/// A block of the path.
#[derive(Clone, Debug)]
struct Part {
    filter: Spectrum,
    variance: [f32; BINS],
    /// Mean power of the filter's bins.
    power: f32,
    /// How much of what is not known of the echo comes from here.
    share: f32,
}

/// What of the echo blocks before the one under way make: its spectrum, what is not known of it, and the power that each bin would
/// have of it if the path were the same in all of them.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) echo: Spectrum,
    pub(super) unknown: [f32; BINS],
    likely: [f32; BINS],
}

impl Expected {
    pub(super) const NOTHING: Self = Self { echo: Spectrum::ZERO, unknown: [0.0; BINS], likely: [0.0; BINS] };

    /// The power of an even path's echo in `bins`.
    pub(super) fn likely(&self, bins: Range<usize>) -> f32 {
        OF_FRAME * self.likely[bins].iter().sum::<f32>()
    }

    fn add(&mut self, part: &Part, played: &Packed) {
        self.echo.add_filtered(&part.filter, played);
        for bin in 0..BINS {
            let power = played.power(bin);
            self.unknown[bin] += part.variance[bin] * power;
            self.likely[bin] += part.power * power;
        }
    }
}

/// Σ variance · power of what was played is twice what is to be expected of a block's spectrum, for half of its frame is 0.
const OF_FRAME: f32 = BLOCK as f32 / FRAME as f32;

impl Path {
    /// A path of `parts` blocks, judged in the bins of `judged`.
    pub(super) fn new(parts: usize, judged: Range<usize>) -> Self {
        Self {
            parts: vec![Part::UNKNOWN; parts],
            played: vec![Packed::ZERO; parts + LIKE_BLOCKS - 1],
            sounds: vec![false; parts + LIKE_BLOCKS - 1],
            newest: 0,
            other: [0.0; BINS],
            held: [0.0; BINS],
            judged,
            cut: 0,
        }
    }

    /// Knows nothing any more but what was played, and the path's power if that `is_known`.
    pub(super) fn forget(&mut self, is_known: bool) {
        let power: f32 = self.parts.iter().map(|part| part.power).sum();
        let most = if is_known { (POWER_AGAIN * power).max(LEAST_AGAIN) } else { FIRST_VARIANCE };
        self.parts.fill(Part { variance: [most.min(FIRST_VARIANCE); BINS], ..Part::UNKNOWN });
        self.other = [0.0; BINS];
        self.held = [0.0; BINS];
    }

    /// Adds what the block under way makes of the echo to what those before it do.
    pub(super) fn expect_now(&self, now: &Packed, expected: &mut Expected) {
        if let Some(first) = self.parts.first() {
            expected.add(first, now);
        }
    }

    /// A block is complete.
    pub(super) fn play(&mut self, block: Packed) {
        self.sounds[self.newest] = block.is_sound();
        self.played[self.newest] = block;
    }

    /// Turns to the next block, and gives what those before it make.
    pub(super) fn turn(&mut self) -> Expected {
        let parts = self.played.len();
        self.newest = (self.newest + parts - 1) % parts;
        let mut expected = Expected::NOTHING;
        for (at, part) in self.parts.iter().enumerate().skip(1) {
            let played = (self.newest + at) % parts;
            if self.sounds[played] {
                expected.add(part, &self.played[played]);
            }
        }
        expected
    }

    /// The mean square of a sample, in the bins that are judged, of what is left beyond what may be left of the echo, if the echo has
    /// `gain` over that of an even path. Where the path `is_sure`, less may be.
    pub(super) fn excess(&mut self, left: &Spectrum, expected: &Expected, gain: f32, is_sure: bool) -> f32 {
        let (unknown, likely) = if is_sure { (UNKNOWN_SURE, LIKELY_SURE) } else { (UNKNOWN, LIKELY) };
        let power = left.power();
        let mut excess = 0.0;
        for bin in self.judged.clone() {
            let ours = (unknown * expected.unknown[bin]).max(likely * gain * expected.likely[bin]);
            self.held[bin] = ours.max(UNKNOWN_FADES * self.held[bin]);
            excess += (power[bin] - OF_FRAME * self.held[bin]).max(0.0);
        }
        excess * 2.0 / (FRAME * BLOCK) as f32
    }

    /// The echo that what was `left` of the last blocks is, if it is one.
    pub(super) fn find(&self, left: &Likeness, least: f32, transform: &mut Transform) -> Option<Found> {
        let played = |back: usize| &self.played[(self.newest + back) % self.played.len()];
        left.find(played, self.parts.len(), least, transform)
    }

    /// Doubts again what is known of the parts in which an echo was found.
    pub(super) fn doubt(&mut self, found: Found) {
        let most = found.power.min(FIRST_VARIANCE);
        let from = found.part.saturating_sub(1);
        for part in self.parts.iter_mut().skip(from).take(found.part + 3 - from) {
            part.variance.iter_mut().for_each(|variance| *variance = variance.max(most));
        }
    }

    /// What was played lately, block by block.
    pub(super) fn played(&self) -> impl Iterator<Item = &Packed> {
        self.played.iter()
    }

    /// Learns from what was left of the newest block. `trust`: how far the estimate was found in it, 0–1.
    pub(super) fn learn(
        &mut self,
        left: &Spectrum,
        mut unknown: [f32; BINS],
        trust: f32,
        transform: &mut Transform,
    ) {
        let power = left.power();
        self.take_back(&power, &mut unknown);
        let step = self.steps(&power, &unknown);
        let kept = 1.0 - DISTRUST * (1.0 - trust);
        let moves = MOVES + 1.0 - kept * kept;
        let count = self.played.len();
        for (at, part) in self.parts.iter_mut().enumerate() {
            let played = (self.newest + at) % count;
            if self.sounds[played] {
                part.follow(&self.played[played], left, &step, kept, moves);
            }
        }
        let count = self.parts.len();
        for _ in 0..CUTS.min(count) {
            self.cut = (self.cut + 1) % count;
            if self.parts[self.cut].power > 0.0 {
                transform.cut(&mut self.parts[self.cut].filter);
            }
        }
    }

    /// Where less is left than was to be expected, the parts that said so are not as strong.
    fn take_back(&mut self, left: &[f32; BINS], unknown: &mut [f32; BINS]) {
        let heard: f32 = left[self.judged.clone()].iter().sum::<f32>() + DUST * (FRAME * BLOCK) as f32 / 2.0;
        let expected: f32 = OF_FRAME * unknown[self.judged.clone()].iter().sum::<f32>();
        if SURPLUS * heard >= expected {
            return;
        }
        let too_much = 1.0 - SURPLUS * heard / expected;
        let count = self.played.len();
        let mut most = 0.0f32;
        for (at, part) in self.parts.iter_mut().enumerate() {
            let played = (self.newest + at) % count;
            if !self.sounds[played] {
                continue;
            }
            let played = &self.played[played];
            part.share = self.judged.clone().map(|bin| part.variance[bin] * played.power(bin)).sum();
            most = most.max(part.share);
        }
        unknown.fill(0.0);
        for (at, part) in self.parts.iter_mut().enumerate() {
            let played = (self.newest + at) % count;
            if !self.sounds[played] {
                continue;
            }
            part.shrink(1.0 - too_much * part.share / most);
            let played = &self.played[played];
            for (bin, unknown) in unknown.iter_mut().enumerate() {
                *unknown += part.variance[bin] * played.power(bin);
            }
        }
    }

    /// How far each bin goes, for a variance and a power of 1.
    fn steps(&mut self, left: &[f32; BINS], unknown: &[f32; BINS]) -> [f32; BINS] {
        std::array::from_fn(|bin| {
            let other = (left[bin] - OF_FRAME * unknown[bin]).max(LEAST_OTHER * left[bin]);
            self.other[bin] += (1.0 - OTHER_AGAIN) * (other - self.other[bin]);
            let other = self.other[bin].max(OTHER_AT_ONCE * other) + LEAST_POWER;
            1.0 / (unknown[bin] + other / OF_FRAME)
        })
    }
}

impl Part {
    const UNKNOWN: Self =
        Self { filter: Spectrum::ZERO, variance: [FIRST_VARIANCE; BINS], power: 0.0, share: 0.0 };

    /// Takes variance back, but from bins of which nothing was heard yet.
    fn shrink(&mut self, scale: f32) {
        let unheard = UNHEARD_BINS * self.power;
        for variance in &mut self.variance {
            *variance = (scale * *variance).max(variance.min(unheard));
        }
    }

    fn follow(&mut self, played: &Packed, left: &Spectrum, step: &[f32; BINS], kept: f32, moves: f32) {
        let moved = moves * self.power;
        let kept = kept * KEPT.sqrt();
        let Self { filter, variance, power, .. } = self;
        let mut sum = 0.0;
        for bin in 0..BINS {
            let (re, im) = played.bin(bin);
            let gain = variance[bin] * step[bin];
            filter.re[bin] = kept * filter.re[bin] + gain * (re * left.re[bin] + im * left.im[bin]);
            filter.im[bin] = kept * filter.im[bin] + gain * (re * left.im[bin] - im * left.re[bin]);
            variance[bin] = KEPT * (1.0 - LEARNT * gain * (re * re + im * im)) * variance[bin] + moved;
        }
        for bin in 0..BINS {
            sum += filter.re[bin] * filter.re[bin] + filter.im[bin] * filter.im[bin];
        }
        *power = sum / BINS as f32;
    }
}

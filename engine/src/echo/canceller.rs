//! Estimates the echo of what is played, block by block, and is not a sample late.

use super::likeness::Likeness;
use super::limits::{
    CLOSED, CLOSED_KNOWN, CLOSED_STEPS, DUST, GAIN_KEPT, KNOWN_BLOCKS, KNOWN_FROM, LIKE, LIKE_KNOWN,
    LIKE_UNTIL, LOST_BLOCKS, LOST_TRUST, LOST_UNDER, NEW, NEW_OVER_NOISE, NO_ESTIMATE, NOISE_GROWS, OPEN,
    SURE_BLOCKS, TRUST_KEPT, TRUSTED,
};
use super::path::{Expected, Path};
use super::spectrum::{BLOCK, FRAME, Packed, Spectrum, Transform};
use std::ops::Range;

/// Knows of what is played what comes back.
#[derive(Debug)]
pub(super) struct Canceller {
    path: Path,
    transform: Transform,
    judged: Range<usize>,
    /// The block before, and that under way: its missing samples are 0.
    before: [f32; BLOCK],
    playing: [f32; BLOCK],
    /// The estimate of the block under way, and what is left without it.
    echo: [f32; BLOCK],
    left: [f32; BLOCK],
    /// What was left of the block before.
    left_before: [f32; BLOCK],
    filled: usize,
    /// Part of the block under way was not heard: nothing is to be learnt of it.
    has_gap: bool,
    /// What the blocks before it make of the echo.
    expected: Expected,
    /// Of the estimate, how much was found, and how much there was.
    excess: f32,
    found: f32,
    estimated: f32,
    /// The power that is left.
    remaining: f32,
    /// Blocks in which the estimate was not found although nobody spoke up.
    lost: u32,
    /// Blocks in which it was found, since the start.
    known: u32,
    /// The estimate's power for longer, and that of an even path's echo.
    echoed: f32,
    likely: f32,
    /// What was left lately, its noise, and whether it proved to be an echo that was not expected.
    lately: Likeness,
    noise: f32,
    is_found: bool,
    /// Steps for which the line was closed, about.
    closed_for: u32,
}

impl Canceller {
    /// For echoes within `samples`, judged in the bins of `judged`.
    pub(super) fn new(samples: usize, judged: Range<usize>) -> Self {
        Self {
            path: Path::new(samples.div_ceil(BLOCK), judged.clone()),
            transform: Transform::new(),
            judged,
            before: [0.0; BLOCK],
            playing: [0.0; BLOCK],
            echo: [0.0; BLOCK],
            left: [0.0; BLOCK],
            left_before: [0.0; BLOCK],
            filled: 0,
            has_gap: false,
            expected: Expected::NOTHING,
            excess: 0.0,
            found: 0.0,
            estimated: 0.0,
            remaining: 0.0,
            lost: 0,
            known: 0,
            echoed: 0.0,
            likely: 0.0,
            lately: Likeness::NOTHING,
            noise: f32::MAX,
            is_found: false,
            closed_for: 0,
        }
    }

    /// Takes what was played while nothing was heard.
    pub(super) fn play(&mut self, played: &[f32]) {
        let mut rest = played;
        while !rest.is_empty() {
            let count = rest.len().min(BLOCK - self.filled);
            self.playing[self.filled..][..count].copy_from_slice(&rest[..count]);
            self.filled += count;
            self.has_gap = true;
            if self.filled == BLOCK {
                let (now, _) = self.expect();
                self.path.play(now);
                self.turn();
            }
            rest = &rest[count..];
        }
    }

    /// Takes what was played and what was heard at the same time, and estimates what of it is echo.
    pub(super) fn estimate(&mut self, played: &[f32], heard: &[f32], echo: &mut [f32]) {
        let mut at = 0;
        self.excess = 0.0;
        self.is_found = false;
        while at < played.len() {
            let from = self.filled;
            let count = (played.len() - at).min(BLOCK - from);
            self.playing[from..][..count].copy_from_slice(&played[at..][..count]);
            self.filled += count;
            let (now, expected) = self.expect();
            let samples = self.transform.samples(&expected.echo);
            self.echo[from..][..count].copy_from_slice(&samples[BLOCK + from..][..count]);
            if self.is_closed(&heard[at..][..count], from) {
                self.echo[from..][..count].fill(0.0);
                self.has_gap = true;
            }
            for n in 0..count {
                echo[at + n] = self.echo[from + n];
                self.left[from + n] = heard[at + n] - echo[at + n];
            }
            if self.filled == BLOCK {
                let mut left = Spectrum::ZERO;
                self.transform.spectrum(&[0.0; BLOCK], &self.left, &mut left);
                self.exceed(&left, &expected);
                self.path.play(now);
                if !self.has_gap {
                    self.test(&left);
                    self.learn(&left, &expected);
                }
                self.turn();
            } else if count == played.len() {
                let mut left = Spectrum::ZERO;
                self.transform.spectrum(&[0.0; BLOCK], &self.last_left(), &mut left);
                self.exceed(&left, &expected);
            }
            at += count;
        }
    }

    /// Keeps the most that is left beyond what may be left of the echo.
    fn exceed(&mut self, left: &Spectrum, expected: &Expected) {
        let excess = self.path.excess(left, expected, self.gain(), self.is_sure());
        self.excess = excess.max(self.excess);
    }

    /// What is left of the last samples, as many as a block has: those of the block before, and those of the one under way.
    fn last_left(&self) -> [f32; BLOCK] {
        std::array::from_fn(|n| match n + self.filled {
            at if at < BLOCK => self.left_before[at],
            at => self.left[at - BLOCK],
        })
    }

    /// The mean square of what was heard last that is neither the estimate nor what may be left of the echo.
    pub(super) fn excess(&self) -> f32 {
        self.excess
    }

    /// Whether the path has been known for so long that what is left of the echo is little.
    pub(super) fn is_sure(&self) -> bool {
        self.known >= SURE_BLOCKS
    }

    /// How far the estimate is found in what is heard, 0–1.
    pub(super) fn trust(&self) -> f32 {
        let nothing = power_of(NO_ESTIMATE);
        ((self.found + nothing) / (self.estimated + nothing) / TRUSTED).clamp(0.0, 1.0)
    }

    /// The estimate's power over that of an even path's echo: where a voice sounds, a filter that learns of it has more than in
    /// the mean of all bins.
    fn gain(&self) -> f32 {
        self.echoed / self.likely.max(f32::MIN_POSITIVE)
    }

    /// What was played lately, block by block.
    pub(super) fn played(&self) -> impl Iterator<Item = &Packed> {
        self.path.played()
    }

    /// The block under way so far, and what is to be expected of it.
    fn expect(&mut self) -> (Packed, Expected) {
        let mut now = Spectrum::ZERO;
        self.transform.spectrum(&self.before, &self.playing, &mut now);
        let now = Packed::of(&now);
        let mut expected = self.expected.clone();
        self.path.expect_now(&now, &mut expected);
        (now, expected)
    }

    /// Turns to the next block.
    fn turn(&mut self) {
        self.expected = self.path.turn();
        self.before = std::mem::replace(&mut self.playing, [0.0; BLOCK]);
        self.left_before = std::mem::replace(&mut self.left, [0.0; BLOCK]);
        self.filled = 0;
        self.has_gap = false;
    }

    /// Whether what was heard lately proved to be an echo that was not expected.
    pub(super) fn is_found(&self) -> bool {
        self.is_found
    }

    /// Whether the line carries no echo now, although one is known: that says nothing of its path.
    fn is_closed(&mut self, heard: &[f32], from: usize) -> bool {
        let echo = squares(&self.echo[from..][..heard.len()]);
        let (heard, dust) = (squares(heard), DUST * heard.len() as f32);
        if self.known < CLOSED_KNOWN {
            return false;
        }
        if echo < dust {
            return heard == 0.0;
        }
        if heard > CLOSED * echo {
            self.closed_for = self.closed_for.saturating_sub(if heard > OPEN * echo { 2 } else { 0 });
            return false;
        }
        self.closed_for += 1;
        self.closed_for < CLOSED_STEPS
    }

    /// Puts to the test what is left of a block, if it is new.
    fn test(&mut self, left: &Spectrum) {
        self.lately.push(left);
        let judged: f32 = left.power()[self.judged.clone()].iter().sum();
        let power = judged * 2.0 / (FRAME * BLOCK) as f32;
        self.noise = power.min(NOISE_GROWS * self.noise + f32::MIN_POSITIVE);
        if self.excess <= (NEW * power).max(NEW_OVER_NOISE * self.noise).max(DUST) {
            return;
        }
        let least = if self.known < LIKE_UNTIL { LIKE } else { LIKE_KNOWN };
        if let Some(found) = self.path.find(&self.lately, least, &mut self.transform) {
            self.path.doubt(found);
            self.is_found = true;
        }
    }

    fn learn(&mut self, left: &Spectrum, expected: &Expected) {
        self.compare(left, expected);
        let trust = self.trust();
        self.known += u32::from(trust >= 1.0 && self.estimated > power_of(KNOWN_FROM));
        if self.is_lost(trust) {
            return self.forget();
        }
        self.path.learn(left, expected.unknown, trust, &mut self.transform);
    }

    /// Whether the path is another one than was learnt: its estimate is not found in what is about as loud. A caller is louder.
    fn is_lost(&mut self, trust: f32) -> bool {
        let is_bad = trust < LOST_TRUST && self.remaining < LOST_UNDER * self.estimated;
        self.lost = if is_bad { self.lost + 1 } else { 0 };
        self.lost >= LOST_BLOCKS
    }

    /// Begins anew with the path.
    fn forget(&mut self) {
        self.path.forget(self.known >= KNOWN_BLOCKS);
        (self.found, self.estimated, self.remaining, self.lost) = (0.0, 0.0, 0.0, 0);
    }

    /// Looks for the estimate in what was heard.
    fn compare(&mut self, left: &Spectrum, expected: &Expected) {
        let mut echo = Spectrum::ZERO;
        self.transform.spectrum(&[0.0; BLOCK], &self.echo, &mut echo);
        let (mut found, mut estimated, mut remaining) = (0.0, 0.0, 0.0);
        for bin in self.judged.clone() {
            let power = echo.re[bin] * echo.re[bin] + echo.im[bin] * echo.im[bin];
            found += power + echo.re[bin] * left.re[bin] + echo.im[bin] * left.im[bin];
            estimated += power;
            remaining += left.re[bin] * left.re[bin] + left.im[bin] * left.im[bin];
        }
        self.echoed = GAIN_KEPT * self.echoed + estimated;
        self.likely = GAIN_KEPT * self.likely + expected.likely(self.judged.clone());
        self.found = TRUST_KEPT * self.found + found;
        self.estimated = TRUST_KEPT * self.estimated + estimated;
        self.remaining = TRUST_KEPT * self.remaining + remaining;
    }
}

fn squares(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum()
}

/// What a mean square of a sample makes in a block's spectrum.
fn power_of(mean_square: f32) -> f32 {
    mean_square * (FRAME * BLOCK / 2) as f32
}

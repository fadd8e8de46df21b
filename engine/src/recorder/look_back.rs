//! The level of a recording whose end may yet be set back: exact up to any of its last samples.
//!
//! Each sample is measured when it comes, while it is in the cache, and goes into a ring once. What was measured is noted at each block,
//! so that an end that is set back costs what lies between it and the last block before it. A recorder of thousands finds nothing of its own in
//! the cache: to move samples, or to come back to old ones, would fetch all of them again.

use crate::Level;

#[derive(Debug)]
pub(super) struct LookBack {
    /// The last samples, block by block.
    samples: Box<[i16]>,
    /// Samples of a block.
    block: usize,
    /// What was measured before each block's first sample.
    before: Box<[Level]>,
    /// The block that is being written, and how many samples it still takes.
    newest: usize,
    left: usize,
    /// What was measured so far.
    level: Level,
}

impl LookBack {
    /// Of so many `samples` at least, in blocks of so many.
    pub(super) fn new(samples: usize, block: usize) -> Self {
        let block = block.max(1);
        // One of them is being written.
        let blocks = samples.div_ceil(block) + 1;
        Self {
            samples: vec![0; blocks * block].into(),
            block,
            before: vec![Level::default(); blocks].into(),
            newest: 0,
            left: block,
            level: Level::default(),
        }
    }

    /// How many samples came.
    pub(super) fn len(&self) -> u64 {
        self.level.samples()
    }

    /// Takes the next samples.
    pub(super) fn push(&mut self, mut samples: &[i16]) {
        while !samples.is_empty() {
            if self.left == 0 {
                self.begin_block();
            }
            let (now, rest) = samples.split_at(samples.len().min(self.left));
            let at = (self.newest + 1) * self.block - self.left;
            self.samples[at..at + now.len()].copy_from_slice(now);
            self.level.add(now);
            self.left -= now.len();
            samples = rest;
        }
    }

    fn begin_block(&mut self) {
        self.newest = if self.newest + 1 < self.before.len() { self.newest + 1 } else { 0 };
        self.left = self.block;
        self.before[self.newest] = self.level;
    }

    /// The first sample of which the level up to there is known.
    pub(super) fn oldest(&self) -> u64 {
        let begun = self.len().div_ceil(self.block as u64);
        begun.saturating_sub(self.before.len() as u64) * self.block as u64
    }

    /// The level of the first `length` samples, or of as many as is known next to that.
    pub(super) fn level(&self, length: u64) -> Level {
        if length >= self.len() {
            return self.level;
        }
        let at = (length.max(self.oldest()) % self.samples.len() as u64) as usize;
        let block = at / self.block;
        let mut level = self.before[block];
        level.add(&self.samples[block * self.block..at]);
        level
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_that_of_all_samples_up_to_there() {
        let samples: Vec<i16> = (0..4_000).map(|n: i32| (n * 7 % 901 - 450) as i16).collect();
        for (reach, block, turn) in
            [(800, 160, 33), (800, 80, 160), (1, 1, 1), (7, 3, 500), (500, 441, 4_000), (0, 9, 10)]
        {
            let mut look_back = LookBack::new(reach, block);
            for (at, part) in samples.chunks(turn).enumerate() {
                look_back.push(part);
                let (came, oldest) = ((at * turn + part.len()) as u64, look_back.oldest());
                assert_eq!(look_back.len(), came);
                assert!(
                    oldest <= came.saturating_sub(reach as u64),
                    "{reach}, {block}, {turn}: {oldest} of {came}"
                );
                for length in [0, oldest, oldest + 1, (oldest + came) / 2, came - 1, came, came + 1] {
                    let known = length.clamp(oldest, came) as usize;
                    let mut level = Level::default();
                    level.add(&samples[..known]);
                    assert_eq!(
                        look_back.level(length),
                        level,
                        "{reach}, {block}, {turn}: {length} of {came}"
                    );
                }
            }
        }
    }
}

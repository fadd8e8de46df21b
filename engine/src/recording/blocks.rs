//! Samples that wait to be written, in blocks that are used again.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use parking_lot::Mutex;

/// Samples in a block: 64 ms at 8 kHz. Smaller ones cost more to hand around, larger ones lie half empty in each of
/// thousands of recordings.
pub(super) const BLOCK_SAMPLES: usize = 512;
/// Blocks that are kept for the next at any time: those of a stall are given back when it is over.
const SPARE_BLOCKS: usize = 1 << 14;

type Block = Vec<i16>;

/// The blocks of all recordings: no more than so many of them.
#[derive(Debug)]
pub(super) struct Blocks {
    most: usize,
    out: AtomicUsize,
    spare: Mutex<Vec<Block>>,
}

impl Blocks {
    pub(super) fn new(most: usize) -> Self {
        Self { most, out: AtomicUsize::new(0), spare: Mutex::default() }
    }

    /// How many are in use.
    pub(super) fn out(&self) -> usize {
        self.out.load(Relaxed)
    }

    /// An empty one; `None` where all are in use.
    fn take(&self) -> Option<Block> {
        let one_more = |out| (out < self.most).then_some(out + 1);
        self.out.try_update(Relaxed, Relaxed, one_more).ok()?;
        let spare = self.spare.lock().pop();
        Some(spare.unwrap_or_else(|| Vec::with_capacity(BLOCK_SAMPLES)))
    }

    /// Takes them back.
    pub(super) fn give_back(&self, blocks: &mut Vec<Block>) {
        self.out.fetch_sub(blocks.len(), Relaxed);
        let mut spare = self.spare.lock();
        let kept = blocks.len().min(SPARE_BLOCKS.saturating_sub(spare.len()));
        spare.extend(blocks.drain(..kept).map(|mut block| {
            block.clear();
            block
        }));
        // The others are freed when nobody waits for the lock.
        drop(spare);
        blocks.clear();
    }
}

/// What waits to be written of one recording: samples, and behind them as much silence as was lost.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    blocks: VecDeque<Block>,
    samples: usize,
    /// Once something is lost, so is all until what waits is taken: else there would be samples behind the silence.
    lost: u64,
}

/// What is to be written next.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) blocks: Vec<Block>,
    pub(super) lost: u64,
}

impl Waiting {
    /// How much there is to write, in samples.
    pub(super) fn len(&self) -> u64 {
        self.samples as u64 + self.lost
    }

    /// How many samples wait.
    pub(super) fn samples(&self) -> usize {
        self.samples
    }

    /// Takes samples as long as no more than `most` wait and there are blocks; tells how many it took.
    pub(super) fn push(&mut self, samples: &[i16], most: usize, blocks: &Blocks) -> usize {
        let room = if self.lost > 0 { 0 } else { most.saturating_sub(self.samples) };
        let mut left = &samples[..samples.len().min(room)];
        let wanted = left.len();
        while !left.is_empty() {
            let full = self.blocks.back().is_none_or(|block| block.len() >= BLOCK_SAMPLES);
            if full {
                let Some(block) = blocks.take() else { break };
                self.blocks.push_back(block);
            }
            let Some(block) = self.blocks.back_mut() else { break };
            let (fits, rest) = left.split_at(left.len().min(BLOCK_SAMPLES - block.len()));
            block.extend_from_slice(fits);
            left = rest;
        }
        let taken = wanted - left.len();
        self.samples += taken;
        taken
    }

    /// Counts samples for which there was no room; tells whether they are the first.
    pub(super) fn lose(&mut self, lost: usize) -> bool {
        let begins = self.lost == 0;
        self.lost += lost as u64;
        begins
    }

    /// Moves the next `most` blocks into `batch`, and the silence behind the last.
    pub(super) fn take(&mut self, most: usize, batch: &mut Batch) {
        batch.blocks.extend(self.blocks.drain(..self.blocks.len().min(most)));
        self.samples -= batch.blocks.iter().map(Vec::len).sum::<usize>();
        batch.lost = if self.blocks.is_empty() { std::mem::take(&mut self.lost) } else { 0 };
        if self.blocks.is_empty() && self.blocks.capacity() > 8 {
            self.blocks = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_room_is_silence_behind_what_did() {
        let blocks = Blocks::new(4);
        let mut waiting = Waiting::default();
        let samples: Vec<i16> = (0..3_000).collect();
        assert_eq!(waiting.push(&samples[..1_500], 2_000, &blocks), 1_500);
        assert_eq!(waiting.push(&samples[1_500..], 2_000, &blocks), 500, "the recording's own bound");
        waiting.lose(1_000);
        assert_eq!((waiting.len(), blocks.out()), (3_000, 4));

        let mut batch = Batch::default();
        waiting.take(1, &mut batch);
        assert_eq!((batch.blocks.concat(), batch.lost), (samples[..512].to_vec(), 0));
        assert_eq!(waiting.push(&[7], 2_000, &blocks), 0, "there is room, but behind the silence");
        blocks.give_back(&mut batch.blocks);
        waiting.lose(1);
        waiting.take(9, &mut batch);
        assert_eq!((batch.blocks.concat(), batch.lost), (samples[512..2_000].to_vec(), 1_001));
        assert_eq!(
            waiting.push(&samples, 9_999, &blocks),
            512,
            "the bound of all: three blocks are not back yet"
        );
        blocks.give_back(&mut batch.blocks);
        assert_eq!(waiting.len(), 512);
    }
}

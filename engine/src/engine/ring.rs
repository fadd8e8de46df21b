//! A ring of samples between two threads, four to a word.
//!
//! It knows no positions: whoever writes and whoever reads keep theirs apart, and tell each other how far they are. Words and not
//! samples, since a word is copied as fast as four samples of a plain copy; atomics and not plain memory, since a slip in those
//! positions is then a wrong sample and nothing worse.

use super::atomic::{AtomicU64, Ordering::Relaxed};

/// Samples in a word.
const LANES: usize = 4;

/// Samples of one writer and one reader, each at its own place.
#[derive(Debug)]
pub(super) struct Ring(Box<[AtomicU64]>);

impl Ring {
    /// Room for `samples`, at least one.
    pub(super) fn new(samples: usize) -> Self {
        Self(std::iter::repeat_with(AtomicU64::default).take(samples.max(1).div_ceil(LANES)).collect())
    }

    /// Writes samples, no more than there is room for, at position `at` of all that were ever written.
    pub(super) fn write(&self, at: u64, samples: &[i16]) {
        let from = self.lane(at);
        let (first, second) = samples.split_at(samples.len().min(self.lanes() - from));
        self.write_piece(from, first);
        self.write_piece(0, second);
    }

    /// Reads what was written at position `at`.
    pub(super) fn read(&self, at: u64, samples: &mut [i16]) {
        let from = self.lane(at);
        let (first, second) = samples.split_at_mut(samples.len().min(self.lanes() - from));
        self.read_piece(from, first);
        self.read_piece(0, second);
    }

    /// Reads a word, that what lies from position `at` on be fetched from memory.
    pub(super) fn touch(&self, at: u64) -> u64 {
        self.0.get(self.lane(at) / LANES).map_or(0, |word| word.load(Relaxed))
    }

    pub(super) fn lanes(&self) -> usize {
        self.0.len() * LANES
    }

    pub(super) fn lane(&self, at: u64) -> usize {
        (at % self.lanes() as u64) as usize
    }

    fn write_piece(&self, from: usize, samples: &[i16]) {
        let (head, rest) = samples.split_at(head(from, samples.len()));
        let (words, tail) = rest.as_chunks::<LANES>();
        self.write_part(from, head);
        let first = from.div_ceil(LANES);
        for (word, samples) in self.0.iter().skip(first).zip(words) {
            word.store(packed(*samples), Relaxed);
        }
        self.write_part(from + samples.len() - tail.len(), tail);
    }

    /// Writes a part of a word; the rest of it stays. Only the writer writes, so that nothing comes between.
    fn write_part(&self, from: usize, samples: &[i16]) {
        let Some(word) = self.0.get(from / LANES).filter(|_| !samples.is_empty()) else { return };
        let mut whole = unpacked(word.load(Relaxed));
        whole.iter_mut().skip(from % LANES).zip(samples).for_each(|(to, sample)| *to = *sample);
        word.store(packed(whole), Relaxed);
    }

    fn read_piece(&self, from: usize, samples: &mut [i16]) {
        let length = samples.len();
        let (head, rest) = samples.split_at_mut(head(from, length));
        let (words, tail) = rest.as_chunks_mut::<LANES>();
        self.read_part(from, head);
        let first = from.div_ceil(LANES);
        for (word, samples) in self.0.iter().skip(first).zip(words) {
            *samples = unpacked(word.load(Relaxed));
        }
        self.read_part(from + length - tail.len(), tail);
    }

    fn read_part(&self, from: usize, samples: &mut [i16]) {
        let Some(word) = self.0.get(from / LANES).filter(|_| !samples.is_empty()) else { return };
        let whole = unpacked(word.load(Relaxed));
        samples.iter_mut().zip(&whole[from % LANES..]).for_each(|(to, sample)| *to = *sample);
    }
}

/// How many of `most` samples from lane `from` on share their word with earlier ones.
fn head(from: usize, most: usize) -> usize {
    (from.next_multiple_of(LANES) - from).min(most)
}

fn packed([a, b, c, d]: [i16; LANES]) -> u64 {
    let lane = |sample: i16, at: u32| u64::from(sample.cast_unsigned()) << (16 * at);
    lane(a, 0) | lane(b, 1) | lane(c, 2) | lane(d, 3)
}

fn unpacked(word: u64) -> [i16; LANES] {
    [0, 16, 32, 48].map(|shift| (word >> shift) as u16 as i16)
}

//! How often callbacks were late by how much.

/// Counted in steps of one millisecond; the last is for all that is later.
const BINS: usize = 256;
/// Counts are halved when there are so many: the last minutes are what counts.
const MOST: u32 = 4_096;

/// What is expected of a machine that nothing is known of yet, as cells late by so many milliseconds: what a loaded desktop
/// shows, in twelve seconds' worth of cells.
const EXPECTED: [(usize, u32); 3] = [(0, 100), (10, 50), (20, 50)];

#[derive(Clone, Debug)]
pub(super) struct Lateness {
    counts: [u32; BINS],
    all: u32,
    per_ms: f64,
}

impl Lateness {
    pub(super) fn new(rate: f64) -> Self {
        let mut counts = [0; BINS];
        for (late_ms, count) in EXPECTED {
            counts[late_ms] = count;
        }
        Self { counts, all: counts.iter().sum(), per_ms: rate / 1_000.0 }
    }

    /// Notes that a cell was late by so many samples.
    pub(super) fn note(&mut self, late: f64) {
        self.counts[self.bin(late)] += 1;
        self.all += 1;
        if self.all >= MOST {
            self.counts.iter_mut().for_each(|count| *count /= 2);
            self.all = self.counts.iter().sum();
        }
    }

    /// How many were noted, and how many of them late by `least` samples or more, to the millisecond below.
    pub(super) fn count(&self, least: f64) -> (usize, usize) {
        let late: u32 = self.counts[self.bin(least)..].iter().sum();
        (self.all as usize, late as usize)
    }

    fn bin(&self, late: f64) -> usize {
        ((late / self.per_ms) as usize).min(BINS - 1)
    }
}

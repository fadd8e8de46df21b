//! How long something took, of millions of times.

use std::fmt;

/// The longest time with a bin of its own, in ns; longer ones share the last but for the longest.
const BINS: usize = 1 << 20;

/// How often something took so many ns.
#[derive(Clone, Debug)]
pub struct Times {
    bins: Vec<u64>,
    longest_ns: u64,
}

impl Default for Times {
    fn default() -> Self {
        Self { bins: vec![0; BINS], longest_ns: 0 }
    }
}

impl Times {
    /// It took `ns` once more.
    pub fn note(&mut self, ns: u64) {
        self.bins[(ns as usize).min(BINS - 1)] += 1;
        self.longest_ns = self.longest_ns.max(ns);
    }

    /// The time within which this part of all was done, in ns.
    pub fn within(&self, part: f64) -> usize {
        let wanted = (self.bins.iter().sum::<u64>() as f64 * part).ceil() as u64;
        let mut so_far = 0;
        self.bins
            .iter()
            .position(|count| {
                so_far += count;
                so_far >= wanted
            })
            .unwrap_or(BINS)
    }
}

/// The p50, the p99.99 and the longest, in columns of 6, 8 and 10.
impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (half, rare) = (self.within(0.5), self.within(0.9999));
        write!(f, "{half:6} {rare:8} {:10}", self.longest_ns)
    }
}

//! Callbacks of another size: the server goes at another pace, and no time has passed.
//!
//! PipeWire's graph goes in steps, as long as its clients ask for. It gives each step's samples when the step begins, so that longer
//! steps come ahead of the clock; those of PipeWire 0.3 once more as much, since the first long one lasts only as long as those before
//! it. When the steps are short again, what was ahead is not missing.

/// So many callbacks of one size in a row are a pace.
const STEADY: u32 = 4;

/// A new pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    /// Samples that had come before its first callback.
    pub(super) after: u64,
    /// The level at that time, in samples.
    pub(super) level: f64,
    /// By how much it comes later than the pace before, in samples; less than nothing if earlier.
    pub(super) later: f64,
    /// How much that may be for the sizes alone, in samples.
    pub(super) most: f64,
}

/// The callbacks of the newest size, and the size of the pace before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    size: u64,
    count: u32,
    after: u64,
    level: f64,
    low: f64,
    before: Option<u64>,
}

impl Pace {
    /// A callback of so many samples came, after so many, with that surplus to that level.
    pub(super) fn came(&mut self, size: u64, after: u64, surplus: f64, level: f64) -> Option<Change> {
        if size != self.size {
            let before = if self.count >= STEADY { Some(self.size) } else { self.before };
            // The first came when one of the size before was due: it tells nothing.
            *self = Self { size, count: 1, after, level, low: f64::INFINITY, before };
            return None;
        }
        self.count = self.count.saturating_add(1);
        self.low = self.low.min(surplus);
        let before = self.before.filter(|&before| self.count == STEADY && before != size)?;
        let most = 2.0 * before.abs_diff(size) as f64;
        Some(Change { after: self.after, level: self.level, later: self.low - self.level, most })
    }
}

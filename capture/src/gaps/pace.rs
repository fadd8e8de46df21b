//! Callbacks that become smaller: the server goes at another pace, and no time has passed.
//!
//! PipeWire's graph goes in steps, as long as its clients ask for. It gives each step's samples when the step begins, so that longer
//! steps come ahead of the clock; those of PipeWire 0.3 once more as much, since the first long one lasts only as long as those before
//! it. When the steps are short again, what was ahead is not missing.

/// So many callbacks of one size in a row are a pace.
const STEADY: u32 = 4;

/// A new pace, of smaller callbacks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slower {
    /// Samples that had come before the first of them.
    pub(super) after: u64,
    /// The least surplus of those behind it, in samples: it came itself when one of the size before was due.
    pub(super) low: f64,
    /// How far the callbacks before were ahead of the clock, in samples, at most.
    pub(super) ahead: f64,
}

/// The callbacks of the newest size, and the size of a pace before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    size: u64,
    count: u32,
    after: u64,
    low: f64,
    before: u64,
}

impl Pace {
    /// A callback of so many samples came, after so many, with that surplus.
    pub(super) fn came(&mut self, size: u64, after: u64, surplus: f64) -> Option<Slower> {
        if size == self.size {
            self.count = self.count.saturating_add(1);
            self.low = self.low.min(surplus);
        } else {
            let before = if self.count >= STEADY { self.size } else { self.before };
            *self = Self { size, count: 1, after, low: f64::INFINITY, before };
        }
        let ahead = 2.0 * (self.before.saturating_sub(size)) as f64;
        let is_slower = self.count == STEADY && ahead > 0.0;
        is_slower.then_some(Slower { after: self.after, low: self.low, ahead })
    }
}

//! What the detector tells.

use crate::Digit;

/// A digit that starts or ends. Positions count samples from the first one that the detector was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A digit is sounding, and has been for long enough to be one.
    DigitStarted {
        /// Which digit.
        digit: Digit,
        /// The sample at which its tones began.
        start: u64,
        /// How many samples the detector had been given when it knew.
        known: u64,
    },
    /// The digit that started last has ended.
    DigitEnded {
        /// Which digit.
        digit: Digit,
        /// The sample at which its tones began: the same as in the `DigitStarted` before.
        start: u64,
        /// The first sample after its tones.
        end: u64,
        /// How many samples the detector had been given when it knew.
        known: u64,
    },
}

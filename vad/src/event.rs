//! What the detector tells.

/// Speech that starts or ends. Positions count samples from the first one that the detector was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// Someone speaks.
    SpeechStarted {
        /// The sample at which the speech began.
        start: u64,
        /// How many samples the detector had been given when it knew.
        known: u64,
    },
    /// The speech that started last has ended.
    SpeechEnded {
        /// The sample at which it began: the same as in the `SpeechStarted` before.
        start: u64,
        /// The first sample after it.
        end: u64,
        /// How many samples the detector had been given when it knew.
        known: u64,
    },
}

//! Places in a recording's time.

use crate::SampleRate;

/// A place in the capture stream, in its samples: 0 is the recording's first sample, what came before is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub i64);

impl Position {
    /// The recording's first sample.
    pub const ZERO: Self = Self(0);

    /// The same place in seconds of a stream at `rate`.
    ///
    /// ```
    /// use afterbeep::{Position, SampleRate};
    /// assert_eq!(Position(-1600).seconds(SampleRate::HZ_8000), -0.2);
    /// ```
    pub fn seconds(self, rate: SampleRate) -> f64 {
        self.0 as f64 / f64::from(rate.hz())
    }
}

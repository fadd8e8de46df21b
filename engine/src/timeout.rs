//! The lengths of time that a request may ask for.

use std::{fmt, time::Duration};

use crate::SampleRate;

/// A length of time that a request may ask for: 0.1–120 s.
///
/// The contract allows whole seconds from 1 to 120; the engine is finer, the cap of 120 s holds everywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeout(Duration);

impl Timeout {
    /// The shortest: 0.1 s.
    pub const MIN: Self = Self(Duration::from_millis(100));
    /// The longest: 120 s, the contract's cap.
    pub const MAX: Self = Self(Duration::from_secs(120));
    /// The contract's default for every timeout: 5 s.
    pub const DEFAULT: Self = Self(Duration::from_secs(5));

    /// A timeout of `duration`; `None` outside of 0.1–120 s.
    pub fn new(duration: Duration) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&duration).then_some(Self(duration))
    }

    /// The length of time.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// The same in samples of a stream at `rate`, to the nearest.
    pub fn samples(self, rate: SampleRate) -> u64 {
        samples_in(self.0, rate.hz())
    }
}

/// How many samples a stream at `hz` has in `duration`, to the nearest.
pub(crate) fn samples_in(duration: Duration, hz: u32) -> u64 {
    const NANOS: u128 = 1_000_000_000;
    let samples = (duration.as_nanos() * u128::from(hz) + NANOS / 2) / NANOS;
    u64::try_from(samples).unwrap_or(u64::MAX)
}

impl Default for Timeout {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Debug for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_counted_to_the_nearest() {
        assert_eq!(samples_in(Duration::from_millis(1500), 11_025), 16_538);
        assert_eq!(Timeout::MAX.samples(SampleRate::HZ_48000), 5_760_000);
        assert_eq!(samples_in(Duration::MAX, 96_000), u64::MAX);
    }
}

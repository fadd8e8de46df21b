//! What a limit is, and where each stands in the table of a profile.

use crate::limits::PROFILE_LIMITS;

/// A limit that a [`Profile`](crate::Profile) sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Its name: that of the builder's method.
    pub name: &'static str,
    /// What its value is counted in.
    pub unit: &'static str,
    /// The least that it may be.
    pub least: f32,
    /// The most that it may be.
    pub most: f32,
    /// Where it comes from.
    pub source: &'static str,
}

/// The values of all limits, in the order of [`PROFILE_LIMITS`](crate::limits::PROFILE_LIMITS).
pub(crate) type Values = [f32; PROFILE_LIMITS.len()];

/// Places in [`Values`].
pub(crate) mod place {
    pub(crate) const LEVEL_MIN: usize = 0;
    pub(crate) const HIGH_OVER_LOW: usize = 1;
    pub(crate) const LOW_OVER_HIGH: usize = 2;
    pub(crate) const DEVIATION_MAX: usize = 3;
    pub(crate) const THIRD_TONE_MAX: usize = 4;
    pub(crate) const DIGIT_MIN: usize = 5;
    pub(crate) const BREAK_MAX: usize = 6;
    pub(crate) const ECHO_WITHIN: usize = 7;
    pub(crate) const ECHO_UNDER: usize = 8;
}

//! How much of a sound lies in one or two lines of the spectrum, and whether they stay.

use crate::limits::{BINS, BIN_HZ, LINE_REACH};

/// The two strongest lines of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lines {
    /// Share of the whole that the stronger holds, 0–1.
    pub one: f32,
    /// Share that both hold, 0–1.
    pub two: f32,
    /// Where the stronger lies, in Hz.
    pub first_hz: f32,
    /// Where the other lies, in Hz.
    pub second_hz: f32,
}

impl Lines {
    pub(crate) const NONE: Self = Self { one: 0.0, two: 0.0, first_hz: 0.0, second_hz: 0.0 };
}

/// Finds the two strongest lines of what rises over `noise` (power per bin).
pub(crate) fn lines(power: &[f32; BINS], noise: &[f32; BINS]) -> Lines {
    let mut over = [0.0f32; BINS];
    for k in 2..BINS {
        over[k] = (power[k] - noise[k]).max(0.0);
    }
    let total: f32 = over.iter().sum();
    if total <= 0.0 {
        return Lines::NONE;
    }
    let (first, first_hz) = take_strongest(&mut over);
    let (second, second_hz) = take_strongest(&mut over);
    Lines { one: first / total, two: (first + second) / total, first_hz, second_hz }
}

/// Takes the strongest line out: its power, and its centre of gravity in Hz.
fn take_strongest(over: &mut [f32; BINS]) -> (f32, f32) {
    let (mut peak, mut at) = (0.0, 0);
    for (k, &p) in over.iter().enumerate() {
        if p > peak {
            (peak, at) = (p, k);
        }
    }
    let (mut sum, mut moment) = (0.0, 0.0);
    for k in at.saturating_sub(LINE_REACH)..(at + LINE_REACH + 1).min(BINS) {
        sum += over[k];
        moment += over[k] * k as f32;
        over[k] = 0.0;
    }
    (sum, if sum > 0.0 { moment / sum * BIN_HZ } else { 0.0 })
}

//! The verdict: what evidence makes a digit.

use crate::{
    judge::Evidence,
    limits::{DURATION_MIN, LEVEL_MIN, NORMAL_TWIST_MAX, PURITY_MIN, REVERSE_TWIST_MAX, THIRD_MAX},
};

/// Whether the pair is a digit by now.
pub(crate) fn is_digit(evidence: &Evidence) -> bool {
    let [low, high] = evidence.amplitudes;
    let loud = low.min(high) > LEVEL_MIN;
    let balanced = high * high < low * low * REVERSE_TWIST_MAX && low * low < high * high * NORMAL_TWIST_MAX;
    let long = evidence.duration >= DURATION_MIN;
    let pure = evidence.purity > PURITY_MIN && evidence.third < THIRD_MAX;
    loud && balanced && long && evidence.in_tune() && pure
}

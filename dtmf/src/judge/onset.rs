//! The sample at which a pair started: the most likely place of a change from silence to the model.

use super::model::{Model, WINDOW};
use crate::{bank::SAMPLES, limits::{ONSET_FLOOR, BREAK_MAX}};

/// The start as an index into `samples`, not before `earliest`. `noise` is the rest's power over the pair's.
///
/// Going back from the newest sample, every sample that looks like the model speaks for a start before it, and every
/// one that does not, against it: the sum of x·s − θ·s² is greatest at the start. θ is the share of the full amplitude
/// from which on a rising tone counts.
pub(crate) fn onset(samples: &[f32; SAMPLES], model: &Model, noise: f32, earliest: f64) -> usize {
    let share = (ONSET_FLOOR + noise).min(0.3);
    let power: f32 = model.amplitudes().iter().map(|a| 0.5 * a * a).sum();
    let give_up = BREAK_MAX * share * power;
    let (mut sum, mut best, mut start) = (0.0f32, 0.0f32, SAMPLES - 1);
    for (n, value) in (0..SAMPLES).rev().zip(model.backwards(WINDOW / 2 - 1)) {
        if (n as f64) < earliest || sum < best - give_up {
            break;
        }
        sum += value * (samples[n] - share * value);
        if sum > best {
            (best, start) = (sum, n);
        }
    }
    start
}

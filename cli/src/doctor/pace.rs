//! Arrivals to figures: the device's rate against the monotonic clock, what was lost without a word, how late callbacks were.
//!
//! A callback's lateness is the time by which it came after its samples were due at the device's stated rate. Scheduling
//! only ever adds to it, so the least lateness of a piece of time is the device's own: where it rises and stays, samples
//! are missing; its slope is the clock's error.

use std::time::Duration;

use serde::Serialize;

use super::limits::{PACE_PIECE, SETTLES, STEP};

/// A callback as it was seen from outside of the audio thread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Arrival {
    /// Since the stream was opened.
    pub(super) at: Duration,
    /// Samples that had come by then, losses that the ring counted among them.
    pub(super) samples: u64,
}

/// When a callback came and how late it was, in seconds; the zero of the lateness is anywhere.
type Point = (f64, f64);

/// How a stream kept time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Pace {
    /// Samples per second of the monotonic clock.
    pub(super) rate_hz: f64,
    /// By how much that is more than the device says, in millionths.
    pub(super) off_ppm: f64,
    /// Samples that are missing and that nobody told of.
    pub(super) missing_samples: u64,
    /// The latest callback, in seconds after it was due.
    pub(super) latest_s: f64,
    /// The usual time between callbacks, in seconds: the median.
    pub(super) interval_s: f64,
    /// The longest, in seconds.
    pub(super) interval_longest_s: f64,
    pub(super) callbacks: usize,
}

/// Pieces of time after a rise that have to be as late: what is late to the end may be the machine.
const STAYS: usize = 2;

/// Fewer pieces of time than this tell no slope.
const PIECES: usize = 6;

impl Pace {
    /// Judges arrivals in order; `None` where they are too few, or too short.
    pub(super) fn of(arrivals: &[Arrival], rate_hz: u32) -> Option<Self> {
        let first = arrivals.iter().position(|arrival| arrival.at >= SETTLES)?;
        let late: Vec<Point> = arrivals[first..].iter().map(|arrival| lateness(arrival, rate_hz)).collect();
        let mut least = most_punctual(&late);
        if least.len() < PIECES {
            return None;
        }
        let steps = steps(&least);
        remove(&mut least, &steps);
        let slope = median(slopes(&pairs(&least)))?;
        let missing_s: f64 = steps.iter().map(|step| step.1).sum();
        let intervals: Vec<f64> = late.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        // Where every second has `slope` less of the samples, the rate is as much lower.
        let rate = f64::from(rate_hz) * (1.0 - slope);
        Some(Self {
            rate_hz: rate,
            off_ppm: -slope * 1e6,
            missing_samples: (missing_s * f64::from(rate_hz)).round().max(0.0) as u64,
            latest_s: latest(&late, &steps, slope),
            interval_longest_s: intervals.iter().copied().fold(0.0, f64::max),
            interval_s: median(intervals)?,
            callbacks: late.len(),
        })
    }
}

fn lateness(arrival: &Arrival, rate_hz: u32) -> Point {
    let at = arrival.at.as_secs_f64();
    (at, at - arrival.samples as f64 / f64::from(rate_hz))
}

/// The most punctual callback of each piece of time.
fn most_punctual(late: &[Point]) -> Vec<Point> {
    let piece = |at: f64| (at / PACE_PIECE.as_secs_f64()) as u64;
    let pieces = late.chunk_by(|a, b| piece(a.0) == piece(b.0));
    pieces.filter_map(|piece| piece.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))).collect()
}

/// Where the lateness rises at once and stays: the time, and by how much.
fn steps(least: &[Point]) -> Vec<Point> {
    // A clock that is off rises as well: all the time.
    let usual = median(slopes(&least.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()));
    let late = |&(at, late): &Point| late - usual.unwrap_or(0.0) * at;
    (1..least.len().saturating_sub(STAYS - 1))
        .filter_map(|place| {
            let before = least[..place].iter().map(late).fold(f64::MIN, f64::max);
            let rise = least[place..].iter().map(late).fold(f64::MAX, f64::min) - before;
            (rise > STEP.as_secs_f64()).then_some((least[place].0, rise))
        })
        .collect()
}

fn remove(least: &mut [Point], steps: &[Point]) {
    for point in least {
        point.1 -= stepped(point.0, steps);
    }
}

/// By how much the steps so far made what comes at `at` later.
fn stepped(at: f64, steps: &[Point]) -> f64 {
    steps.iter().filter(|step| step.0 <= at).map(|step| step.1).sum()
}

/// All pairs of points.
fn pairs(points: &[Point]) -> Vec<(Point, Point)> {
    let later = |n: usize| points[n + 1..].iter();
    points.iter().enumerate().flat_map(|(n, &a)| later(n).map(move |&b| (a, b))).collect()
}

fn slopes(pairs: &[(Point, Point)]) -> Vec<f64> {
    pairs.iter().map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// The latest callback, against the most punctual of all.
fn latest(late: &[Point], steps: &[Point], slope: f64) -> f64 {
    let own = |&(at, late): &Point| late - stepped(at, steps) - slope * at;
    let least = late.iter().map(own).fold(f64::MAX, f64::min);
    late.iter().map(own).fold(f64::MIN, f64::max) - least
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Callbacks of 10 ms for three seconds from a device whose clock is `off` (a share of one), each late by `late(n)`
    /// seconds; `lost(n)` samples are missing before the `n`th.
    fn stream(off: f64, late: impl Fn(usize) -> f64, lost: impl Fn(usize) -> u64) -> Pace {
        let (mut arrivals, mut device) = (Vec::new(), 0);
        let (mut samples, mut at) = (0, 0.0f64);
        for n in 0..300 {
            device += 480 + lost(n);
            samples += 480;
            let due = device as f64 / (48_000.0 * (1.0 + off));
            // What is held up holds up what follows.
            at = at.max(due + late(n));
            arrivals.push(Arrival { at: Duration::from_secs_f64(at), samples });
        }
        Pace::of(&arrivals, 48_000).unwrap()
    }

    /// Scheduling: a little always, 30 ms now and then.
    fn busy(n: usize) -> f64 {
        let often = (n * 7_919 % 97) as f64 * 0.000_05;
        if n.is_multiple_of(23) { often + 0.03 } else { often }
    }

    #[test]
    fn a_clock_is_read_through_late_callbacks() {
        for off in [0.0, 300e-6, -300e-6, 0.01, -0.088] {
            let pace = stream(off, busy, |_| 0);
            assert!((pace.off_ppm - off * 1e6).abs() < 500.0, "{off}: {pace:?}");
            assert_eq!(pace.missing_samples, 0, "{off}: {pace:?}");
            assert!((0.03..0.04).contains(&pace.latest_s), "{off}: {pace:?}");
            assert!((pace.interval_s - 0.01 / (1.0 + off)).abs() < 0.003, "{pace:?}");
        }
    }

    #[test]
    fn what_is_missing_without_a_word_is_no_slope() {
        for lost in [1_440, 4_800, 48_000] {
            let pace = stream(100e-6, busy, |n| if n == 120 { lost } else { 0 });
            assert!(pace.missing_samples.abs_diff(lost) < 480, "{lost}: {pace:?}");
            assert!((pace.off_ppm - 100.0).abs() < 1_000.0, "{pace:?}");
        }
    }

    #[test]
    fn a_machine_that_stands_still_for_a_while_loses_nothing() {
        // Everything that was due in 0.4 s comes in one go after it.
        let still = |n: usize| if (100..140).contains(&n) { (140 - n) as f64 * 0.01 } else { 0.0 };
        let pace = stream(0.0, still, |_| 0);
        assert_eq!(pace.missing_samples, 0, "{pace:?}");
        assert!((pace.latest_s - 0.4).abs() < 0.01, "{pace:?}");
        assert!((pace.interval_longest_s - 0.41).abs() < 0.011, "{pace:?}");
        assert_eq!(Pace::of(&[], 48_000), None);
    }
}

//! Samples that a sound server lost without a word, found by the clock.
//!
//! A sound card delivers `rate` samples in each second. What the clock says that should have come, less what came, is the
//! *surplus*. A callback may come late, never early: the surplus jumps up with each late one and falls back when the next comes in
//! time. The *level* is its lower envelope: that of a stream that loses nothing stays where it is, or slopes by as much as the
//! card's clock is off. A loss is a step that stays.
//!
//! Whether it stays is a question of chance, as each callback may be late. The machine itself says how often one is by how much;
//! so many in a row, all so late, must be all but impossible before they are called a loss. A quiet machine's losses are seen from
//! 8 ms on, a busy one's from its own lateness on, or when they have added up to it. A step that comes with another size of
//! callbacks is none (`pace.rs`).
//!
//! Sans-IO: the caller says when a callback came and how much it brought. Nothing here allocates once built, or asks a clock.

mod cells;
mod lateness;
mod pace;
mod place;

use std::time::Duration;

use crate::limits::{CELL_MOST_S, CELL_S, DRIFT, HOLD, KEPT_S, NATS, SETTLES_S, STEP_S, WINDOW_S};
use cells::{Cell, Cells, RUN};
use lateness::Lateness;
use pace::{Change, Pace};
use place::Places;

/// A loss that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// How many samples (frames of the stream) had come before it.
    pub after: u64,
    /// How many are missing.
    pub frames: u64,
}

/// Looks for gaps in one stream.
///
/// ```
/// use std::time::Duration;
/// use afterbeep_capture::Gaps;
///
/// let mut gaps = Gaps::new(48_000);
/// let mut found = None;
/// for n in 0..400u64 {
///     // 10 ms each; a server that stood still for a second after two.
///     let at = Duration::from_millis(n * 10 + if n < 200 { 0 } else { 1_000 });
///     found = found.or(gaps.heard(at, 480));
/// }
/// let gap = found.unwrap();
/// assert_eq!((gap.after, gap.frames), (200 * 480, 48_000));
/// ```
#[derive(Clone, Debug)]
pub struct Gaps {
    rate: f64,
    /// The first callback's time, and the samples since then.
    start: Option<Duration>,
    delivered: u64,
    /// What gaps that were told have added, in samples.
    filled: f64,
    /// The surplus of a stream that lost nothing, in samples.
    level: f64,
    /// The cell that is open.
    open: Cell,
    cells: Cells,
    history: Lateness,
    places: Places,
    pace: Pace,
    /// Lateness that is nothing to speak of, in samples.
    usual: f64,
    /// Samples that had come before the first callback that was late since the last one that was not.
    in_time: u64,
}

impl Gaps {
    /// For a stream of `rate_hz` samples (frames) per second by its own clock.
    pub fn new(rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        Self {
            rate,
            start: None,
            delivered: 0,
            filled: 0.0,
            level: f64::INFINITY,
            open: Cell::NONE,
            cells: Cells::default(),
            history: Lateness::new(rate),
            places: Places::default(),
            pace: Pace::default(),
            usual: STEP_S * rate,
            in_time: 0,
        }
    }

    /// A callback came `at` (of a clock that never goes back, from any origin) with `frames` samples: a gap, if one is
    /// certain now.
    ///
    /// That is within a second of the first callback after it, as long as callbacks bring 100 ms at most, more than 30 ms were lost, and
    /// callbacks are late by less than that; smaller losses take two seconds until the machine is known, or until they add up. Its length
    /// is right within 10 ms.
    pub fn heard(&mut self, at: Duration, frames: u64) -> Option<Gap> {
        let start = *self.start.get_or_insert(at);
        let now = at.saturating_sub(start).as_secs_f64();
        let closes = now >= self.open.from_s + CELL_S;
        let gap = if closes { self.close(now) } else { None };
        let before = self.delivered;
        self.delivered += frames;
        let mut surplus = now * self.rate - self.delivered as f64 - self.filled;
        self.places.came(now, before, surplus);
        if let Some(change) = self.pace.came(frames, before, surplus, self.level) {
            surplus -= self.shift(change);
        }
        self.open.low = self.open.low.min(surplus);
        if surplus <= self.level + self.usual {
            self.in_time = self.delivered;
        }
        gap
    }

    /// So many of the samples that came stand in their place for certain; what follows came late, and may yet turn out to
    /// stand behind a gap. That is settled within a second.
    pub fn certain(&self) -> u64 {
        let held = (HOLD.as_secs_f64() * self.rate) as u64;
        self.in_time.max(self.delivered.saturating_sub(held))
    }

    /// Samples (frames) that came so far.
    pub fn delivered(&self) -> u64 {
        self.delivered
    }

    /// What came at the new pace counts as in time, as what came before it: by how much the surplus is less.
    fn shift(&mut self, change: Change) -> f64 {
        let later = change.later;
        // Before the level is known it is infinite, and nothing explains that.
        let is_explained = later.abs() <= change.most + self.usual;
        if !is_explained {
            return 0.0;
        }
        self.filled += later;
        self.level = change.level;
        // A cell that the change is in has the least of both paces.
        if self.open.after >= change.after || later < 0.0 {
            self.open.low -= later;
        }
        self.cells.shift(change.after, later, self.level);
        self.places.lower(change.after, later);
        later
    }

    /// The open cell is complete, the next begins `now`.
    fn close(&mut self, now: f64) -> Option<Gap> {
        let mut cell = self.open;
        self.open = Cell { from_s: now, after: self.delivered, ..Cell::NONE };
        if cell.low.is_infinite() {
            return None;
        }
        let settled = if now < SETTLES_S { f64::INFINITY } else { self.level };
        self.level = cell.low.min(settled + DRIFT * self.rate * (now - cell.from_s));
        cell.late = cell.low - self.level;
        if let Some(oldest) = self.cells.push(cell) {
            self.history.note(oldest.late);
        }
        let gap = self.run(now).and_then(|run| self.step(run));
        self.usual = self.cells.usual().max(STEP_S * self.rate);
        gap
    }

    /// The row of cells up to now that are all later than can be chance.
    fn run(&self, now: f64) -> Option<usize> {
        let (mut least, mut span_s, mut next_s) = (f64::INFINITY, 0.0, now);
        for (n, cell) in (1..=RUN).zip(self.cells.newest_first()) {
            least = least.min(cell.low - self.level);
            if least < STEP_S * self.rate {
                return None;
            }
            span_s += (next_s - cell.from_s).min(CELL_MOST_S);
            next_s = cell.from_s;
            if span_s >= WINDOW_S && self.cells.chance(n, least, &self.history) >= NATS {
                return Some(self.cells.split(self.level, 2.0 * (least + self.usual)));
            }
        }
        None
    }

    /// The last `run` cells lie behind a gap, if it is long enough.
    fn step(&mut self, run: usize) -> Option<Gap> {
        let level = self.cells.level_before(run).unwrap_or(self.level);
        let rise = self.cells.rise(run, level);
        if rise < STEP_S / 2.0 * self.rate {
            return None;
        }
        // Which cell was the first behind the gap is not known better than this.
        let from = self.cells.newest_first().nth(run + 2).map_or(0, |cell| cell.after);
        let to =
            self.cells.newest_first().nth(run.saturating_sub(3)).map_or(self.delivered, |cell| cell.after);
        let allowed = level + rise + self.usual.max(KEPT_S * self.rate);
        let after = self.places.of_step(from, to, allowed);
        self.filled += rise;
        self.level = level;
        self.cells.lower(run, rise, level);
        self.places.lower(after, rise);
        self.in_time = self.delivered;
        Some(Gap { after, frames: rise.round() as u64 })
    }
}

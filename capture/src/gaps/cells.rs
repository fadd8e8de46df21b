//! The last seconds, in cells.

use super::lateness::Lateness;

/// Cells that are kept: six seconds or more.
const KEPT: usize = 96;
/// The longest row of cells that is looked at as one.
pub(super) const RUN: usize = 32;
/// The shortest row of cells that tells where it begins.
const LEAST_RUN: usize = 4;

/// Callbacks that count as one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// When the first came, in seconds.
    pub(super) from_s: f64,
    /// Samples that had come before.
    pub(super) after: u64,
    /// The least surplus, in samples; infinite if none came.
    pub(super) low: f64,
    /// By how much this is above the level of its time, in samples.
    pub(super) late: f64,
}

impl Cell {
    pub(super) const NONE: Self = Self { from_s: 0.0, after: 0, low: f64::INFINITY, late: 0.0 };
}

#[derive(Clone, Debug)]
pub(super) struct Cells {
    ring: [Cell; KEPT],
    /// Cells so far.
    count: usize,
}

impl Default for Cells {
    fn default() -> Self {
        Self { ring: [Cell::NONE; KEPT], count: 0 }
    }
}

impl Cells {
    fn len(&self) -> usize {
        self.count.min(KEPT)
    }

    /// Takes the newest cell, and gives the one that it replaces.
    pub(super) fn push(&mut self, cell: Cell) -> Option<Cell> {
        let place = &mut self.ring[self.count % KEPT];
        let oldest = std::mem::replace(place, cell);
        self.count += 1;
        (self.count > KEPT).then_some(oldest)
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Cell> {
        (1..=self.len()).map(|back| &self.ring[(self.count - back) % KEPT])
    }

    /// How unlikely it is, in nats, that the next `run` cells are all late by `least` samples, after what was before them:
    /// each cell so late makes another one likelier.
    pub(super) fn chance(&self, run: usize, least: f64, history: &Lateness) -> f64 {
        let (past, past_late) = history.count(least);
        let earlier = || self.newest_first().skip(run);
        let all = past + earlier().count();
        let late = past_late + earlier().filter(|cell| cell.late >= least).count();
        (1..=run).map(|n| ((all + n) as f64 / (late + n) as f64).ln()).sum()
    }

    /// The number of newest cells that differ most from all before them: where two means, of lateness up to `most`, explain
    /// the cells best.
    pub(super) fn split(&self, level: f64, most: f64) -> usize {
        let late = |cell: &Cell| (cell.low - level).min(most);
        let total: f64 = self.newest_first().map(late).sum();
        let (mut behind, mut best) = (0.0, (0.0, self.len().min(RUN)));
        for (n, cell) in (1..self.len().min(RUN + 1)).zip(self.newest_first()) {
            behind += late(cell);
            let (after, before) = (n as f64, (self.len() - n) as f64);
            let apart = behind / after - (total - behind) / before;
            let explained = apart * apart.abs() * after * before;
            if n >= LEAST_RUN && explained > best.0 {
                best = (explained, n);
            }
        }
        best.1
    }

    /// By how much the last `run` cells are above `level` more than those before them: the median over all pairs, and no
    /// more than the least of them. The level may itself have come down meanwhile, by one cell that was less late than any:
    /// so neither may a pair count for more than by its surplus.
    pub(super) fn rise(&self, run: usize, level: f64) -> f64 {
        let mut pairs = [0.0f32; RUN * (KEPT - 1)];
        let mut count = 0;
        let mut least = f64::INFINITY;
        for cell in self.newest_first().take(run) {
            least = least.min(cell.low - level);
            for earlier in self.newest_first().skip(run) {
                let by_level = cell.low - level - earlier.late;
                pairs[count] = by_level.min(cell.low - earlier.low) as f32;
                count += 1;
            }
        }
        if count == 0 {
            return least;
        }
        let (_, median, _) = pairs[..count].select_nth_unstable_by(count / 2, f32::total_cmp);
        least.min(f64::from(*median))
    }

    /// The level before the last `run` cells.
    pub(super) fn level_before(&self, run: usize) -> Option<f64> {
        self.newest_first().nth(run).map(|cell| cell.low - cell.late)
    }

    /// The last `run` cells lie behind a gap of `rise` samples that was filled.
    pub(super) fn lower(&mut self, run: usize, rise: f64, level: f64) {
        for back in 1..=run.min(self.len()) {
            let cell = &mut self.ring[(self.count - back) % KEPT];
            cell.low -= rise;
            cell.late = cell.low - level;
        }
    }

    /// What came after so many samples came later by so much (earlier, if less than nothing) for no loss.
    pub(super) fn shift(&mut self, after: u64, later: f64, level: f64) {
        for back in 1..=self.len() {
            let cell = &mut self.ring[(self.count - back) % KEPT];
            let is_behind = cell.after >= after;
            if is_behind || later < 0.0 {
                cell.low -= later;
                cell.late = cell.low - level;
            }
            if !is_behind {
                return;
            }
        }
    }

    /// Lateness, in samples, that four of five cells do not exceed, and a quarter more.
    pub(super) fn usual(&self) -> f64 {
        let mut late = [0.0f64; KEPT];
        let count = self.len();
        for (to, cell) in late.iter_mut().zip(self.newest_first()) {
            *to = cell.late;
        }
        if count == 0 {
            return 0.0;
        }
        let (_, eighty, _) = late[..count].select_nth_unstable_by(count * 4 / 5, f64::total_cmp);
        1.25 * *eighty
    }
}

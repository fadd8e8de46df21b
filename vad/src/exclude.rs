//! What the caller of the detector knows not to be speech.

use core::ops::Range;

use crate::limits::EXCLUSIONS;

/// Ranges of samples, apart from each other and in order.
#[derive(Clone, Debug)]
pub(crate) struct Excluded {
    ranges: [Range<u64>; EXCLUSIONS],
}

const NONE: Range<u64> = 0..0;

impl Excluded {
    pub(crate) const fn new() -> Self {
        Self { ranges: [NONE; EXCLUSIONS] }
    }

    /// Adds a range. What adjoins or overlaps becomes one; when all places are taken, so do the nearest.
    pub(crate) fn add(&mut self, range: &Range<u64>) {
        if range.is_empty() {
            return;
        }
        let mut new = range.clone();
        for old in &mut self.ranges {
            if !old.is_empty() && old.start <= new.end && new.start <= old.end {
                new = old.start.min(new.start)..old.end.max(new.end);
                *old = NONE;
            }
        }
        match self.ranges.iter_mut().find(|old| old.is_empty()) {
            Some(place) => *place = new,
            None => self.join_nearest(&new),
        }
    }

    fn join_nearest(&mut self, new: &Range<u64>) {
        let gap = |old: &Range<u64>| old.start.saturating_sub(new.end) + new.start.saturating_sub(old.end);
        if let Some(old) = self.ranges.iter_mut().min_by_key(|old| gap(old)) {
            *old = old.start.min(new.start)..old.end.max(new.end);
        }
    }

    /// Whether any sample of `range` is excluded.
    pub(crate) fn touches(&self, range: &Range<u64>) -> bool {
        // All are asked, so that it can be done at once.
        self.ranges.iter().fold(false, |touches, r| touches | ((r.start < range.end) & (range.start < r.end)))
    }

    /// Drops what lies wholly before `sample`.
    pub(crate) fn forget_before(&mut self, sample: u64) {
        for range in &mut self.ranges {
            if range.end <= sample {
                *range = NONE;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(excluded: &Excluded) -> usize {
        excluded.ranges.iter().filter(|r| !r.is_empty()).count()
    }

    #[test]
    fn adjoining_and_overlapping_ranges_become_one() {
        let mut excluded = Excluded::new();
        for k in (0..50).chain(10..60) {
            excluded.add(&(k * 80..k * 80 + 80));
        }
        assert_eq!(count(&excluded), 1);
        assert!(excluded.touches(&(4_799..4_800)));
        assert!(!excluded.touches(&(4_800..9_000)));
    }

    #[test]
    fn a_range_that_bridges_two_takes_both() {
        let mut excluded = Excluded::new();
        excluded.add(&(0..10));
        excluded.add(&(20..30));
        excluded.add(&(10..20));
        assert_eq!(count(&excluded), 1);
        assert!(excluded.touches(&(15..16)));
    }

    #[test]
    fn more_ranges_than_places_join_the_nearest() {
        let mut excluded = Excluded::new();
        for k in 0..EXCLUSIONS as u64 {
            excluded.add(&(k * 1_000..k * 1_000 + 10));
        }
        excluded.add(&(2_100..2_110));
        assert!(excluded.touches(&(2_105..2_106)));
        assert!(!excluded.touches(&(1_500..1_600)));
    }

    #[test]
    fn forgets_only_what_is_over() {
        let mut excluded = Excluded::new();
        excluded.add(&(0..10));
        excluded.add(&(20..30));
        excluded.forget_before(25);
        assert!(!excluded.touches(&(0..15)));
        assert!(excluded.touches(&(20..21)));
    }
}

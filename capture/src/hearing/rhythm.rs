//! When to look for the next callback: nobody wakes a reader, as that would be a system call of the audio thread.

use std::collections::VecDeque;
use std::time::Duration;

/// Callbacks by whose distance the next one is expected.
const REMEMBERED: usize = 8;

/// What comes closer together is one delivery in pieces.
const PIECES: Duration = Duration::from_millis(1);

/// How long after it is due a callback is looked for: a little late is usual, and one look is enough then.
const GRACE: Duration = Duration::from_micros(500);

/// Pause between looks for one that is due.
const OVERDUE: Duration = Duration::from_millis(2);

/// The longest pause: a callback may come before it is due.
const LONGEST: Duration = Duration::from_millis(50);

/// The pause before callbacks have a rhythm, and when they have lost it.
const UNKNOWN: Duration = Duration::from_millis(5);

/// The rhythm in which callbacks come.
#[derive(Debug, Default)]
pub(super) struct Rhythm {
    last: Option<Duration>,
    intervals: VecDeque<Duration>,
}

impl Rhythm {
    /// A callback came.
    pub(super) fn heard(&mut self, at: Duration) {
        let interval = self.last.map_or(Duration::ZERO, |last| at.saturating_sub(last));
        self.last = Some(at);
        if interval > PIECES {
            self.intervals.truncate(REMEMBERED - 1);
            self.intervals.push_front(interval);
        }
    }

    /// How long to wait before the next look.
    pub(super) fn pause(&self, now: Duration) -> Duration {
        let (Some(last), Some(&interval)) = (self.last, self.intervals.iter().min()) else { return UNKNOWN };
        let (since, due) = (now.saturating_sub(last), interval + GRACE);
        match due.checked_sub(since) {
            Some(left) if !left.is_zero() => left.min(LONGEST),
            _ if since < 2 * due => OVERDUE,
            _ => UNKNOWN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_look_comes_just_after_each_callback_and_few_come_between() {
        for (interval, most) in [(5 * MS, 1), (10 * MS, 1), (21 * MS, 1), (100 * MS, 3)] {
            let mut rhythm = Rhythm::default();
            (0..10).for_each(|n| rhythm.heard(interval * n));
            let (next, mut now, mut looks) = (interval * 10, interval * 9, 0);
            while now < next {
                now += rhythm.pause(now);
                looks += 1;
            }
            assert!(
                looks <= most && now - next <= GRACE,
                "{looks} looks each {interval:?}, {:?} late",
                now - next
            );
        }
    }

    #[test]
    fn what_is_late_is_looked_for_often_and_what_stays_away_less_so() {
        let mut rhythm = Rhythm::default();
        assert_eq!(rhythm.pause(MS), UNKNOWN);
        (0..10).for_each(|n| rhythm.heard(10 * MS * n));
        assert_eq!([12 * MS, 40 * MS].map(|late| rhythm.pause(90 * MS + late)), [OVERDUE, UNKNOWN]);
        // In three pieces, each 30 ms.
        (0..30).for_each(|n| rhythm.heard(100 * MS + 30 * MS * (n / 3)));
        assert_eq!(rhythm.pause(370 * MS), 30 * MS + GRACE);
    }
}

//! Where frames from a network belong in a call's time.

use crate::SampleRate;

/// Follows the positions of arriving frames. They count samples, wrap at 32 bits, and begin anywhere, as the timestamps of RTP do
/// (RFC 3550 §5.1).
#[derive(Clone, Debug)]
pub(crate) struct Arrivals {
    /// How far a position may lie from what is expected, in samples: a second. Beyond, the sender counts anew.
    most: u32,
    /// The position of the sample that comes next; unknown before the first.
    next: Option<u32>,
}

/// What is to be done with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Samples that are missing before it.
    pub(crate) missing: u32,
    /// Samples at its start that came already, or come too late.
    pub(crate) late: usize,
}

impl Arrivals {
    pub(crate) fn new(rate: SampleRate) -> Self {
        Self { most: rate.hz(), next: None }
    }

    /// `samples` follow on what came before. Without any position, the first of all is 0.
    pub(crate) fn follow(&mut self, samples: usize) {
        self.next = Some(self.next.unwrap_or(0).wrapping_add(samples as u32));
    }

    /// A frame of `samples` that begins at `position`.
    pub(crate) fn at(&mut self, position: u32, samples: usize) -> Arrival {
        let ahead = position.wrapping_sub(self.next.unwrap_or(position)) as i32;
        let (missing, late) = if ahead.unsigned_abs() > self.most {
            (0, 0)
        } else if ahead >= 0 {
            (ahead.unsigned_abs(), 0)
        } else {
            (0, samples.min(ahead.unsigned_abs() as usize))
        };
        if late == 0 || late < samples {
            self.next = Some(position.wrapping_add(samples as u32));
        }
        Arrival { missing, late }
    }

    /// Whether a frame that begins at `position` follows on what came before.
    pub(crate) fn expects(&self, position: u32) -> bool {
        self.next == Some(position)
    }

    /// The sample that comes next is the network's `position`.
    pub(crate) fn count_from(&mut self, position: u32) {
        self.next = Some(position);
    }

    /// How many samples before the next one `position` lies; negative where it is still to come.
    pub(crate) fn behind(&self, position: u32) -> i64 {
        i64::from(self.next.unwrap_or(0).wrapping_sub(position) as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Arrival = Arrival { missing: 0, late: 0 };

    fn arrivals(first: u32) -> Arrivals {
        let mut arrivals = Arrivals::new(SampleRate::HZ_8000);
        assert_eq!(arrivals.at(first, 160), NONE, "time begins with the first frame");
        arrivals
    }

    #[test]
    fn gaps_are_missing_and_what_came_already_is_late() {
        let mut arrivals = arrivals(1_000);
        assert_eq!(arrivals.at(1_160, 160), NONE);
        assert_eq!(arrivals.at(1_480, 160), Arrival { missing: 160, late: 0 });
        assert_eq!(arrivals.at(1_480, 160), Arrival { missing: 0, late: 160 }, "doubled");
        assert_eq!(arrivals.at(1_320, 160), Arrival { missing: 0, late: 160 }, "its place is filled");
        assert_eq!(arrivals.at(1_600, 160), Arrival { missing: 0, late: 40 }, "half of it is new");
        assert_eq!(arrivals.at(1_760, 0), NONE);
        assert_eq!(arrivals.at(1_760, 160), NONE);
    }

    #[test]
    fn positions_wrap_at_32_bits() {
        let mut arrivals = arrivals(u32::MAX - 200);
        assert_eq!(arrivals.at(u32::MAX - 40, 160), NONE);
        assert_eq!(arrivals.behind(u32::MAX), 120);
        assert_eq!(arrivals.at(119, 160), NONE);
        assert_eq!(arrivals.at(439, 160), Arrival { missing: 160, late: 0 });
        assert_eq!(arrivals.at(u32::MAX, 160), Arrival { missing: 0, late: 160 });
        assert_eq!((arrivals.behind(u32::MAX), arrivals.behind(600)), (600, -1));
    }

    #[test]
    fn more_than_a_second_is_a_new_origin() {
        for (position, expected) in [
            (9_160, Arrival { missing: 8_000, late: 0 }),
            (9_161, NONE),
            (1_160u32.wrapping_sub(8_000), Arrival { missing: 0, late: 160 }),
            (1_160u32.wrapping_sub(8_001), NONE),
            (1_160u32.wrapping_add(1 << 31), NONE),
        ] {
            let mut arrivals = arrivals(1_000);
            assert_eq!(arrivals.at(position, 160), expected, "{position}");
            if expected == NONE {
                assert_eq!(arrivals.at(position.wrapping_add(160), 160), NONE);
            }
        }
    }
}

//! The grid of 10 ms on which things become known.

use crate::SampleRate;

/// Steps per second: a step is 10 ms (`record-response` §2).
pub(crate) const STEPS_PER_SECOND: u64 = 100;

/// The steps of 10 ms from an origin, at any rate: where 10 ms are no whole number of samples, a step ends at the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    rate_hz: u64,
    origin: u64,
    step: u64,
    /// The sample at which the current step ends.
    end: u64,
}

impl Grid {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let mut grid = Self { rate_hz: u64::from(rate.hz()), origin: 0, step: 0, end: 0 };
        grid.restart(0);
        grid
    }

    /// Starts the grid anew at sample `origin`.
    pub(crate) fn restart(&mut self, origin: u64) {
        self.origin = origin;
        self.go_to(0);
    }

    /// The sample at which the current step ends.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    fn go_to(&mut self, step: u64) {
        self.step = step;
        self.end = self.origin + ((step + 1) * self.rate_hz).div_ceil(STEPS_PER_SECOND);
    }

    /// Goes to the next step, and tells how many have ended.
    pub(crate) fn advance(&mut self) -> u64 {
        self.go_to(self.step + 1);
        self.step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_steps_are_a_second_at_every_rate() {
        for hz in [8_000, 11_025, 44_100, 96_000] {
            let mut grid = Grid::new(SampleRate::new(hz).unwrap());
            grid.restart(7);
            (0..99).for_each(|_| {
                let end = grid.end();
                grid.advance();
                assert!(grid.end() - end <= u64::from(hz).div_ceil(100));
            });
            assert_eq!(grid.end(), 7 + u64::from(hz));
        }
    }
}

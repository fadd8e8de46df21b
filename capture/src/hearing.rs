//! What comes out of the rings of one stream after the other, with every loss in its place.
//!
//! What came in time is given at once. After a callback that came late its samples may stand behind a gap: they are held
//! back until the next one that is in time, or until the clock has decided, a second at most. So a gap's silence stands where the gap
//! is, and as long as nothing is late nothing waits. What is held waits on a shelf of ours, so that the ring, which may be
//! shorter, has room for what comes meanwhile.

mod rhythm;
mod shelf;

use std::collections::VecDeque;
use std::time::Duration;

use crate::callback::{Ear, StreamState, Taken};
use crate::gaps::{Gap, Gaps};
use rhythm::Rhythm;
use shelf::Shelf;

/// Gaps that wait to be told, at first.
const ROOM: usize = 16;

/// The reading end of a line to a device, whatever streams it is made of.
pub(crate) struct Hearing {
    shelf: Shelf,
    /// Streams that were opened since.
    next: VecDeque<Ear>,
    gaps: Gaps,
    due: VecDeque<Gap>,
    /// Samples of streams before this one.
    base: u64,
    /// Samples in gaps that were told.
    missing: u64,
    /// Ring losses of streams before this one.
    lost_before: u64,
    last: Option<Duration>,
    rhythm: Rhythm,
}

impl Hearing {
    pub(crate) fn new(ear: Ear, rate_hz: u32) -> Self {
        Self {
            shelf: Shelf::new(ear, rate_hz),
            next: VecDeque::new(),
            gaps: Gaps::new(rate_hz),
            due: VecDeque::with_capacity(ROOM),
            base: 0,
            missing: 0,
            lost_before: 0,
            last: None,
            rhythm: Rhythm::default(),
        }
    }

    /// A stream to be heard after the one that is heard now, which has ended.
    pub(crate) fn then(&mut self, ear: Ear) {
        self.next.push_back(ear);
    }

    /// What lies next: never across a loss, and nothing that may have to be placed behind a gap.
    pub(crate) fn take(&mut self, frame: &mut [i16]) -> Taken {
        // Asked before the ring: what came before the end is still to be given.
        let ended = self.state().is_closed();
        self.listen();
        match self.take_certain(frame, ended) {
            Taken::Nothing if ended => self.at_the_end(),
            taken => taken,
        }
    }

    /// Whether the stream has ended, and none was opened since.
    pub(crate) fn is_broken(&self) -> bool {
        self.state().is_closed() && self.next.is_empty()
    }

    /// When the last callback came.
    pub(crate) fn last(&self) -> Option<Duration> {
        self.last
    }

    /// How long to wait before it is worth while to look again.
    pub(crate) fn pause(&self, now: Duration) -> Duration {
        self.rhythm.pause(now)
    }

    /// Samples lost so far: in the rings, and by the sound servers.
    pub(crate) fn lost(&self) -> u64 {
        self.lost_before + self.shelf.lost() + self.missing
    }

    /// Samples of these that the sound servers lost.
    pub(crate) fn missing(&self) -> u64 {
        self.missing
    }

    pub(crate) fn waiting(&self) -> usize {
        self.shelf.waiting()
    }

    pub(crate) fn state(&self) -> &StreamState {
        self.shelf.state()
    }

    /// Lets the clock hear what came.
    fn listen(&mut self) {
        while let Some(stamp) = self.shelf.stamp() {
            self.last = Some(stamp.at);
            self.rhythm.heard(stamp.at);
            self.due.extend(self.gaps.heard(stamp.at, stamp.frames));
        }
    }

    fn take_certain(&mut self, frame: &mut [i16], ended: bool) -> Taken {
        let here = self.base + self.shelf.position();
        let mut limit = if ended { u64::MAX } else { self.gaps.certain() };
        if let Some(&gap) = self.due.front() {
            if gap.after <= here {
                self.due.pop_front();
                self.missing += gap.frames;
                return Taken::Lost(gap.frames);
            }
            limit = limit.min(gap.after);
        }
        let count = usize::try_from(limit.saturating_sub(here)).unwrap_or(usize::MAX).min(frame.len());
        if count == 0 {
            self.shelf.hold();
            return Taken::Nothing;
        }
        self.shelf.take(&mut frame[..count])
    }

    /// Nothing more comes of this stream: to the next one.
    fn at_the_end(&mut self) -> Taken {
        match self.shelf.lost_at_the_end() {
            0 => {}
            lost => return Taken::Lost(lost),
        }
        let Some(ear) = self.next.pop_front() else { return Taken::Nothing };
        self.lost_before += self.shelf.lost();
        self.base += self.shelf.position();
        let unstamped = self.base.saturating_sub(self.gaps.delivered());
        if let Some(last) = self.last.filter(|_| unstamped > 0) {
            self.due.extend(self.gaps.heard(last, unstamped));
        }
        self.shelf.then(ear);
        Taken::Nothing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::{InputTap, input};

    const RATE: u32 = 48_000;
    const TEN_MS: usize = 480;
    const RING: usize = RATE as usize / 2;

    /// A sound card in virtual time, and who listens to it.
    struct Line {
        tap: InputTap,
        hearing: Hearing,
        /// When the next sample is heard, in samples; it is the sample's value.
        time: usize,
        given: Vec<Taken>,
    }

    impl Line {
        fn new() -> Self {
            let (tap, ear) = input(RING, 1);
            Self { tap, hearing: Hearing::new(ear, RATE), time: 0, given: Vec::new() }
        }

        fn value(time: usize) -> i16 {
            (time % 30_000) as i16
        }

        /// A callback with what was heard in so many samples' time, so many late.
        fn call(&mut self, samples: usize, late: usize) {
            let data: Vec<i16> = (self.time..self.time + samples).map(Self::value).collect();
            self.time += samples;
            let at = Duration::from_secs_f64((self.time + late) as f64 / f64::from(RATE));
            self.tap.on_audio_at(&data, at);
        }

        /// Takes all that there is; each sample must be that of its time, to within `off` samples once some were lost.
        fn read(&mut self, off: usize) {
            let mut frame = [0; 4_800];
            let mut ended = 0;
            while ended < 2 {
                let here = self.place();
                let taken = self.hearing.take(&mut frame);
                match taken {
                    Taken::Samples(count) => {
                        let near = here.saturating_sub(off)..=here + off;
                        let first =
                            near.clone().find(|&time| (0..count).all(|n| frame[n] == Self::value(time + n)));
                        assert!(first.is_some(), "what was heard at {} stands at {here}", frame[0]);
                    }
                    Taken::Lost(_) => {}
                    Taken::Nothing => ended += 1,
                }
                self.given.push(taken);
            }
        }

        /// Samples and losses so far.
        fn place(&self) -> usize {
            let len = |taken: &Taken| match *taken {
                Taken::Samples(count) => count,
                Taken::Lost(count) => count as usize,
                Taken::Nothing => 0,
            };
            self.given.iter().map(len).sum()
        }

        fn losses(&self) -> Vec<u64> {
            let lost = |taken: &Taken| if let Taken::Lost(count) = *taken { Some(count) } else { None };
            self.given.iter().filter_map(lost).collect()
        }

        fn run(&mut self, callbacks: usize) {
            for _ in 0..callbacks {
                self.call(TEN_MS, 0);
                self.read(0);
                assert_eq!(self.place(), self.time, "what is in time is given at once");
            }
        }
    }

    #[test]
    fn what_a_server_lost_stands_where_it_is_missing() {
        for lost in [1_500, 4_800, 48_000] {
            let mut line = Line::new();
            line.run(300);
            let place = line.time;
            line.time += lost;
            for n in 0..100 {
                line.call(TEN_MS, 0);
                line.read(48);
                if n < 60 {
                    assert_eq!(line.place(), place, "held until it is decided");
                }
            }
            let [told] = line.losses()[..] else { panic!("{:?}", line.losses()) };
            assert!(told.abs_diff(lost as u64) <= 48, "{told} of {lost}");
            assert!(line.place().abs_diff(line.time) <= 48);
            assert_eq!(line.hearing.missing(), told);
        }
    }

    #[test]
    fn what_is_merely_late_waits_for_the_next_in_time_and_no_longer() {
        let mut line = Line::new();
        line.run(300);
        for late in [600, 2_000, 20_000] {
            let before = line.place();
            // The thread was held up; what waited comes at once.
            for n in 0..late / TEN_MS {
                line.call(TEN_MS, late - n * TEN_MS);
                line.read(0);
                assert!(line.place() >= before);
            }
            line.run(30);
        }
        assert!(line.losses().is_empty(), "{:?}", line.losses());
    }

    #[test]
    fn a_stream_that_is_opened_again_follows_after_a_gap() {
        let mut line = Line::new();
        line.run(300);
        line.hearing.state().close();
        line.read(0);
        assert!(line.hearing.is_broken());
        let place = line.place();
        line.time += 2 * RATE as usize;
        let (tap, ear) = input(RING, 1);
        line.tap = tap;
        line.hearing.then(ear);
        assert!(!line.hearing.is_broken());
        for _ in 0..100 {
            line.call(TEN_MS, 0);
            line.read(100);
        }
        let [told] = line.losses()[..] else { panic!("{:?}", line.losses()) };
        assert!(told.abs_diff(96_000) <= 100 && line.place().abs_diff(line.time) <= 100, "{told}");
        assert_eq!(
            line.given.iter().position(|taken| matches!(taken, Taken::Lost(_))).map(|n| {
                line.given[..n]
                    .iter()
                    .map(|taken| if let Taken::Samples(count) = taken { *count } else { 0 })
                    .sum()
            }),
            Some(place)
        );
    }

    #[test]
    fn a_reader_that_is_late_and_a_server_that_loses_are_both_counted() {
        let mut line = Line::new();
        line.run(300);
        // Three seconds are not read, and in the midst of them half a second is lost: the ring holds another half.
        for n in 0..300 {
            line.call(TEN_MS, 0);
            if n == 100 {
                line.time += RATE as usize / 2;
            }
        }
        for _ in 0..200 {
            line.call(TEN_MS, 0);
            line.read(48);
        }
        let told: u64 = line.losses().iter().sum();
        assert_eq!(told, line.hearing.lost());
        assert!(line.place().abs_diff(line.time) <= 48, "{:?}", line.losses());
    }
}

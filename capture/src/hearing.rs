//! What comes out of the rings of one stream after the other, with every loss in its place.
//!
//! What came in time is given at once. After a callback that came late its samples may stand behind a gap: they are held
//! back until the next one that is in time, or until the clock has decided, a second at most. So a gap's silence stands where the gap
//! is, and as long as nothing is late nothing waits.

use std::collections::VecDeque;
use std::time::Duration;

use crate::callback::{Ear, StreamState, Taken};
use crate::gaps::{Gap, Gaps};

/// Gaps that wait to be told, at first.
const ROOM: usize = 16;

/// The reading end of a line to a device, whatever streams it is made of.
pub(crate) struct Hearing {
    ear: Ear,
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
}

impl Hearing {
    pub(crate) fn new(ear: Ear, rate_hz: u32) -> Self {
        Self {
            ear,
            next: VecDeque::new(),
            gaps: Gaps::new(rate_hz),
            due: VecDeque::with_capacity(ROOM),
            base: 0,
            missing: 0,
            lost_before: 0,
            last: None,
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

    /// Samples lost so far: in the rings, and by the sound servers.
    pub(crate) fn lost(&self) -> u64 {
        self.lost_before + self.ear.lost() + self.missing
    }

    /// Samples of these that the sound servers lost.
    pub(crate) fn missing(&self) -> u64 {
        self.missing
    }

    pub(crate) fn waiting(&self) -> usize {
        self.ear.waiting()
    }

    pub(crate) fn state(&self) -> &StreamState {
        self.ear.state()
    }

    /// Lets the clock hear what came.
    fn listen(&mut self) {
        while let Some(stamp) = self.ear.stamp() {
            self.last = Some(stamp.at);
            self.due.extend(self.gaps.heard(stamp.at, stamp.frames));
        }
    }

    fn take_certain(&mut self, frame: &mut [i16], ended: bool) -> Taken {
        let here = self.base + self.ear.position();
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
        if count == 0 { Taken::Nothing } else { self.ear.take(&mut frame[..count]) }
    }

    /// Nothing more comes of this stream: to the next one.
    fn at_the_end(&mut self) -> Taken {
        match self.ear.lost_at_the_end() {
            0 => {}
            lost => return Taken::Lost(lost),
        }
        let Some(ear) = self.next.pop_front() else { return Taken::Nothing };
        self.lost_before += self.ear.lost();
        self.base += self.ear.position();
        let unstamped = self.base.saturating_sub(self.gaps.delivered());
        if let Some(last) = self.last.filter(|_| unstamped > 0) {
            self.due.extend(self.gaps.heard(last, unstamped));
        }
        self.ear = ear;
        Taken::Nothing
    }
}

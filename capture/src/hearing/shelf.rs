//! Where samples wait that may have to be placed behind a gap: not in the ring, which must have room for the next callback.

use std::collections::VecDeque;

use crate::callback::{Ear, Stamp, StreamState, Taken};
use crate::limits::HOLD;

/// Samples taken from the ring in one piece.
const PIECE: usize = 512;

/// Losses that lie between samples which wait, at first.
const ROOM: usize = 16;

/// A stream's ring, and a shelf before it for what is held back.
pub(super) struct Shelf {
    ear: Ear,
    samples: VecDeque<i16>,
    /// Where losses of the ring lie, in samples that were put on the shelf; and their lengths.
    losses: VecDeque<(u64, u64)>,
    /// Samples that were put on the shelf and taken from it.
    put: u64,
    taken: u64,
    /// Samples that the losses on the shelf are long.
    lost: u64,
    /// Samples that it holds at most: the longest time that any are held back.
    most: usize,
}

impl Shelf {
    /// Before a ring of a stream of so many samples a second.
    pub(super) fn new(ear: Ear, rate_hz: u32) -> Self {
        let most = (HOLD.as_secs_f64() * f64::from(rate_hz)) as usize;
        Self {
            ear,
            samples: VecDeque::with_capacity(most),
            losses: VecDeque::with_capacity(ROOM),
            put: 0,
            taken: 0,
            lost: 0,
            most,
        }
    }

    /// Goes on with the ring of the next stream, once this one's was taken to its end.
    pub(super) fn then(&mut self, ear: Ear) {
        self.ear = ear;
    }

    /// Empties the ring onto the shelf, as far as that has room.
    pub(super) fn hold(&mut self) {
        let mut piece = [0; PIECE];
        while self.samples.len() < self.most {
            let room = PIECE.min(self.most - self.samples.len());
            match self.ear.take(&mut piece[..room]) {
                Taken::Samples(count) => {
                    self.samples.extend(&piece[..count]);
                    self.put += count as u64;
                }
                Taken::Lost(count) => {
                    self.losses.push_back((self.put, count));
                    self.lost += count;
                }
                Taken::Nothing => return,
            }
        }
    }

    /// Takes what lies next, never across a loss: from the shelf, then from the ring.
    pub(super) fn take(&mut self, frame: &mut [i16]) -> Taken {
        if let Some(&(after, count)) = self.losses.front()
            && after == self.taken
        {
            self.losses.pop_front();
            self.lost -= count;
            return Taken::Lost(count);
        }
        if self.samples.is_empty() {
            return self.ear.take(frame);
        }
        let before_loss = self.losses.front().map_or(u64::MAX, |(after, _)| after - self.taken);
        let before_loss = usize::try_from(before_loss).unwrap_or(usize::MAX);
        let count = self.samples.len().min(before_loss).min(frame.len());
        for (to, sample) in frame.iter_mut().zip(self.samples.drain(..count)) {
            *to = sample;
        }
        self.taken += count as u64;
        if count == 0 { Taken::Nothing } else { Taken::Samples(count) }
    }

    /// Samples of this stream that were given so far, and losses among them.
    pub(super) fn position(&self) -> u64 {
        self.ear.position() - self.samples.len() as u64 - self.lost
    }

    /// Samples that wait.
    pub(super) fn waiting(&self) -> usize {
        self.samples.len() + self.ear.waiting()
    }

    /// The next callback's time.
    pub(super) fn stamp(&mut self) -> Option<Stamp> {
        self.ear.stamp()
    }

    /// Samples lost after the last one in the ring; told once.
    pub(super) fn lost_at_the_end(&mut self) -> u64 {
        self.ear.lost_at_the_end()
    }

    /// Samples that found no room in the ring.
    pub(super) fn lost(&self) -> u64 {
        self.ear.lost()
    }

    /// What is known of the stream.
    pub(super) fn state(&self) -> &StreamState {
        self.ear.state()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::input;

    #[test]
    fn what_is_held_makes_room_and_keeps_its_losses_in_their_places() {
        let (mut tap, ear) = input(100, 1);
        let mut shelf = Shelf::new(ear, 1_000);
        let mut next = 0;
        let mut call = |samples: i16| {
            tap.on_audio(&Vec::from_iter(next..next + samples));
            next += samples;
        };
        call(130); // 30 find no room
        shelf.hold();
        call(90);
        shelf.hold();
        call(40); // waits in the ring, and follows what waits on the shelf
        assert_eq!((shelf.waiting(), shelf.lost(), shelf.position()), (230, 30, 0));
        let (mut given, mut frame) = (Vec::new(), [0; 64]);
        loop {
            match shelf.take(&mut frame) {
                Taken::Samples(count) => given.extend(&frame[..count]),
                Taken::Lost(count) => given.extend((given.len()..).map(|n| n as i16).take(count as usize)),
                Taken::Nothing => break,
            }
            assert_eq!(shelf.position(), given.len() as u64);
        }
        assert_eq!(given, Vec::from_iter(0..260));
    }

    #[test]
    fn a_second_is_held_and_no_more() {
        let (mut tap, ear) = input(500, 1);
        let mut shelf = Shelf::new(ear, 1_000);
        for _ in 0..4 {
            tap.on_audio(&[1; 400]);
            shelf.hold();
        }
        assert_eq!((shelf.samples.len(), shelf.waiting(), shelf.lost()), (1_000, 1_500, 100));
    }
}

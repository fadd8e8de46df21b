//! What is played in a turn. Silence costs nothing: what did not sound in the turn before is silent already.

use crate::playback::Playback;

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    /// This turn's samples, and silence.
    samples: Vec<i16>,
    /// How many of them are this turn's.
    length: usize,
    /// From here on there is silence.
    sounded: usize,
}

impl Outgoing {
    /// Forgets what was given out in the last turn.
    pub(super) fn begin_turn(&mut self) {
        if self.sounded > 0 {
            self.samples[..self.sounded].fill(0);
            self.sounded = 0;
        }
        self.length = 0;
    }

    /// Gives out the next samples of what plays.
    pub(super) fn play(&mut self, playback: &mut Playback, count: usize) {
        let from = self.length;
        self.be_silent(count);
        if playback.is_silent() {
            playback.wait(count);
        } else {
            playback.fill(&mut self.samples[from..self.length]);
            self.sounded = self.length;
        }
    }

    /// Gives out so much silence.
    pub(super) fn be_silent(&mut self, count: usize) {
        self.length += count;
        if self.length > self.samples.len() {
            self.samples.reserve_exact(self.length - self.samples.len());
            self.samples.resize(self.length, 0);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// This turn's samples.
    pub(super) fn samples(&self) -> &[i16] {
        &self.samples[..self.length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn what_sounded_in_one_turn_is_silent_in_the_next() {
        let mut playback = Playback::new(Arc::from([5, 6, 7]), Arc::default());
        playback.start_prompt(1);
        let mut outgoing = Outgoing::default();
        for (turn, expected) in [&[0, 0, 5, 6, 7][..], &[0, 0, 0, 0], &[0; 9]].into_iter().enumerate() {
            outgoing.begin_turn();
            if turn == 0 {
                outgoing.be_silent(2);
            }
            outgoing.play(&mut playback, expected.len() - outgoing.len());
            assert_eq!(outgoing.samples(), expected);
        }
        assert_eq!(playback.left(), 0);
    }
}

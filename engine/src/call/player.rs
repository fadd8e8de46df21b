//! Prompts that play one after the other.

use std::sync::Arc;

use super::operation::{PlayEnd, PlayOutcome, PlayPrompt};

/// A running [`PlayPrompt`].
#[derive(Debug)]
pub(super) struct Player {
    request: PlayPrompt,
    /// Which of the prompts plays, and in which round.
    at: usize,
    round: u32,
    sound: Arc<[i16]>,
    /// Samples of it that were given out.
    given: usize,
    played: u64,
}

impl Player {
    pub(super) fn new(request: PlayPrompt) -> Self {
        Self { request, at: 0, round: 0, sound: Arc::default(), given: 0, played: 0 }
    }

    /// Turns to what plays next once a prompt is at its end; why it is over, if it is.
    pub(super) fn settle(&mut self) -> Option<PlayOutcome> {
        while self.given == self.sound.len() {
            if let Err(end) = self.turn_to_next() {
                return Some(self.ended(end));
            }
        }
        None
    }

    /// Gives up to `most` samples to play.
    pub(super) fn next(&mut self, most: usize) -> &[i16] {
        let from = self.given;
        self.given = self.sound.len().min(from.saturating_add(most));
        self.played += (self.given - from) as u64;
        &self.sound[from..self.given]
    }

    /// What is known when it ends so.
    pub(super) fn ended(&self, end: PlayEnd) -> PlayOutcome {
        PlayOutcome { end, played: self.played }
    }

    fn turn_to_next(&mut self) -> Result<(), PlayEnd> {
        let Some(sound) = self.request.prompts.get(self.at) else {
            self.round += 1;
            self.at = 0;
            // Rounds of nothing would never give a sample.
            let over = self.round >= self.request.times || self.played == 0;
            return if over { Err(PlayEnd::Played) } else { Ok(()) };
        };
        self.at += 1;
        match sound.clone().into_parts() {
            (_, Some(failure)) => Err(PlayEnd::Failed(failure)),
            (sound, None) => {
                (self.sound, self.given) = (sound, 0);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Failure, Prompt};

    fn played(request: PlayPrompt) -> (Vec<i16>, PlayOutcome) {
        let (mut player, mut played) = (Player::new(request), Vec::new());
        loop {
            match player.settle() {
                None => played.extend(player.next(2)),
                Some(outcome) => return (played, outcome),
            }
        }
    }

    fn prompt(samples: &[i16]) -> Result<Prompt, Failure> {
        Ok(Prompt::from_samples(samples))
    }

    #[test]
    fn prompts_follow_each_other_as_often_as_asked() {
        let request = PlayPrompt::new([prompt(&[1, 2, 3]), prompt(&[]), prompt(&[4])]).times(2);
        let (samples, outcome) = played(request);
        assert_eq!(samples, [1, 2, 3, 4, 1, 2, 3, 4]);
        assert_eq!(outcome, PlayOutcome { end: PlayEnd::Played, played: 8 });
        assert_eq!(played(PlayPrompt::new([]).times(u32::MAX)).1.played, 0);
    }

    #[test]
    fn one_that_could_not_be_opened_ends_it_at_its_turn() {
        let missing = Failure::Other { cause: "gone".into() };
        let (samples, outcome) = played(PlayPrompt::new([prompt(&[1]), Err(missing.clone())]));
        assert_eq!((samples, outcome.end), (vec![1], PlayEnd::Failed(missing)));
    }
}

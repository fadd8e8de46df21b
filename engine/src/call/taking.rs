//! How samples and digits come to what runs.

use super::{Call, NetworkDigit, OperationId, OperationOutcome, Running, player::Player};
use crate::recorder::State;

impl Call {
    /// Reads a little of what runs, that it be fetched from memory.
    pub(crate) fn touch(&self) -> u64 {
        match &self.running {
            Some((_, Running::Record(recorder))) => recorder.clock(),
            _ => 0,
        }
    }

    /// The same of what hears.
    pub(crate) fn touch_ears(&self) -> u64 {
        match &self.running {
            Some((_, Running::Record(recorder))) => recorder.touch_ears(),
            _ => 0,
        }
    }

    pub(super) fn hear(&mut self, captured: &[i16]) {
        self.take(captured.len() as u64, |recorder, from, count| {
            recorder.push(&captured[from as usize..(from + count) as usize]);
        });
    }

    pub(super) fn take_as_lost(&mut self, samples: u64) {
        self.take(samples, |recorder, _, count| recorder.lose(count));
    }

    /// Brings so many samples to whatever runs meanwhile: `push` gives a recorder `count` of them, from the one `from` on.
    pub(super) fn take(&mut self, samples: u64, push: impl Fn(&mut State, u64, u64)) {
        if self.has_hung_up {
            self.late += samples;
            return;
        }
        let mut from = 0;
        while from < samples {
            let digit = self.digits.front().map_or(u64::MAX, |next| next.start.unsigned_abs());
            let count = (samples - from).min(digit.saturating_sub(self.clock));
            let taken = self.advance(count, |recorder| push(recorder, from, count));
            from += taken;
            self.clock += taken;
            self.take_digits();
        }
    }

    /// Takes at most `count` samples in what runs, and tells how many.
    pub(super) fn advance(&mut self, count: u64, push: impl FnOnce(&mut State)) -> u64 {
        match self.running.take() {
            Some((id, Running::Record(mut recorder))) => {
                recorder.borrow_room(&mut self.outputs.room);
                push(&mut recorder);
                let taken = recorder.consumed() as u64;
                self.turned(id, recorder);
                self.begin_next();
                taken
            }
            Some((id, Running::Play(player))) => self.play(id, player, count),
            None => {
                self.outputs.silence(count as usize);
                if let Some(ears) = &mut self.ears {
                    ears.rest(count);
                }
                count
            }
        }
    }

    pub(super) fn play(&mut self, id: OperationId, mut player: Player, most: u64) -> u64 {
        let samples = player.next(most as usize);
        let count = samples.len() as u64;
        self.outputs.playback(samples);
        if let Some(ears) = &mut self.ears {
            ears.play(samples);
        }
        self.settle(id, player);
        self.begin_next();
        count
    }

    /// A player goes on to run, or has ended.
    pub(super) fn settle(&mut self, id: OperationId, mut player: Player) {
        match player.settle() {
            None => self.running = Some((id, Running::Play(player))),
            Some(outcome) => self.outputs.finished(id, OperationOutcome::PlayPrompt(outcome)),
        }
    }

    /// Gives the digits to what runs that the audio has come up to.
    pub(super) fn take_digits(&mut self) {
        while let Some(digit) = self.digits.pop_front_if(|digit| digit.start <= self.clock as i64) {
            self.press(digit);
        }
    }

    pub(super) fn press(&mut self, NetworkDigit { digit, start, end }: NetworkDigit) {
        match self.running.take() {
            Some((id, Running::Record(mut recorder))) => {
                recorder.borrow_room(&mut self.outputs.room);
                let ahead = self.clock as i64 - recorder.clock() as i64;
                recorder.press(digit, start - ahead, end - ahead);
                self.turned(id, recorder);
                self.begin_next();
            }
            other => self.running = other,
        }
    }
}

//! What a frame teaches of the noise, and what of the sound under way is noise.

use super::{Decider, Speech};
use crate::cold::Hush;
use crate::floor::{Learning, Lift};
use crate::lanes::Lanes;
use crate::limits::*;
use crate::rise::Standing;
use crate::score::{Spread, Stretch};
use crate::sight::Sight;

impl Decider {
    #[inline(always)]
    pub(super) fn learn<L: Lanes>(&mut self, lanes: L, sight: &Sight, standing: &Standing, floor_db: f32) {
        let learning = self.learning(sight.level_db, standing.warm);
        if learning == Learning::Pause && self.speech.is_none() {
            self.cold.hear();
        }
        let lift = self.lift(sight, floor_db);
        self.floor.learn(lanes, &sight.levels, learning, lift);
        let noise = self.rise.is_none() && !standing.hot || learning == Learning::Unproved;
        if self.speech.is_none() && noise {
            self.spreads
                .iter_mut()
                .zip(self.stretch.scores())
                .for_each(|(spread, score)| spread.learn(score));
        }
        if self.is_cold() && self.rise.is_some_and(|rise| rise.hot > COLD_MOST_FRAMES) {
            self.take_for_noise();
        }
        self.voicing.take(standing.voiced);
        self.follow_hush(sight);
        if standing.warm && self.is_noise(sight) {
            self.take_for_noise();
        }
    }

    /// What may lift the floor: not what lies between the sounds of a voice, nor a clear vowel, however long.
    #[inline(always)]
    fn lift(&mut self, sight: &Sight, floor_db: f32) -> Lift {
        let near = sight.level_db > self.talker_db - TALKER_NEXT_DB;
        let clear = sight.voicing > CLEAR_VOICING && sight.is_bright() && near;
        self.unclear = if clear { 0 } else { self.unclear.saturating_add(1) };
        let his = self.speech.is_some() && self.unclear <= VOICE_AGO_FRAMES;
        match his && self.talker_db > floor_db + CLEAR_TALKER_DB {
            true if clear => Lift::None,
            true => Lift::Steady,
            false => Lift::Free,
        }
    }

    /// Where nobody has heard the noise alone, what is left when the first talker falls silent is the noise.
    fn follow_hush(&mut self, sight: &Sight) {
        let Some(speech) = self.speech.filter(|_| self.cold.is_unheard()) else { return self.cold.rest() };
        let hush = self.cold.hushes(sight.level_db, self.talker_db);
        if self.cold.hush_begins() {
            self.floor.begin_anew(&sight.levels);
        }
        match hush {
            Hush::None => {}
            Hush::Found => {
                let last = speech.last.min(self.frame.saturating_sub(u64::from(HUSH_FRAMES)));
                self.take_for_noise();
                self.speech = Some(Speech { last: last.max(speech.start), ..speech });
                self.stretch = Stretch::new();
            }
            Hush::Further => self.speech = Some(Speech { last: self.frame.saturating_sub(1), ..speech }),
        }
    }

    /// What the floor may learn from the frame.
    fn learning(&self, level_db: f32, warm: bool) -> Learning {
        if self.speech.is_some() {
            return if self.cold.is_hush(level_db) { Learning::Pause } else { Learning::Speech };
        }
        if self.rise.is_some_and(|rise| rise.is_cold() && rise.may_be_voice(self.shape.turns())) {
            return Learning::Speech;
        }
        match self.rise.map(|rise| self.frame - rise.born) {
            Some(age) if age > UNPROVED_FRAMES + UNPROVED_MEAN_FRAMES => Learning::Unproved,
            Some(age) if age > UNPROVED_FRAMES => Learning::UnprovedMean,
            None if self
                .warm_since
                .is_some_and(|since| since <= FILLING_FRAMES && self.frame > WARM_FRAMES) =>
            {
                Learning::Pause
            }
            _ if warm => Learning::Speech,
            _ => Learning::Pause,
        }
    }

    /// Whether the sound under way has stayed the same for too long to be speech.
    fn is_noise(&self, sight: &Sight) -> bool {
        let same = !self.voicing.is_voiced() && self.floor.same_shape() > SAME_SHAPE_FRAMES;
        let cold = self.is_cold();
        let soon = cold && !self.rise.is_some_and(|rise| rise.may_be_voice(self.shape.turns()));
        let frames = match (soon, self.voicing.is_voiced() && sight.is_bright()) {
            (true, _) => COLD_STEADY_FRAMES,
            (_, true) => HELD_VOWEL_FRAMES,
            _ => STEADY_FRAMES,
        };
        let steady = self.floor.steady() > frames;
        let behind = self.speech.is_some() && sight.level_db < self.talker_db - TALKER_NEXT_DB;
        (same || steady) && (cold || self.floor.is_broad()) || same && behind
    }

    /// Whether the sound under way was there from the first sample.
    pub(super) fn is_cold(&self) -> bool {
        self.rise.is_some_and(|rise| rise.is_cold())
    }

    /// What sounds now is the noise, and was since its shape has not changed.
    fn take_for_noise(&mut self) {
        let since = self.frame.saturating_sub(u64::from(self.floor.same_shape()));
        self.floor.relearn();
        self.spreads = Spread::of_noise();
        self.rise = None;
        (self.run, self.fading) = (0, false);
        if let Some(speech) = &mut self.speech {
            speech.last = speech.last.min(since).max(speech.start);
        }
    }
}

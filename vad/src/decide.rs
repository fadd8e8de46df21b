//! Speech or not: rises that prove to be speech, and speech that fades.

mod learn;

use core::time::Duration;

use crate::Settings;
use crate::behind::Behind;
use crate::cold::Cold;
use crate::floor::Floor;
use crate::lanes::{Lanes, Plain};
use crate::limits::*;
use crate::outdone::Outdone;
use crate::ring::Ring;
use crate::rise::{Rise, Standing, Voicing};
use crate::score::{Spread, Stretch};
use crate::shape::Shape;
use crate::sight::Sight;
use crate::undo::Undo;

/// Where speech is, in frames counted from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speech {
    /// Its first frame.
    pub start: u64,
    /// The last frame that was speech for certain.
    pub last: u64,
}

/// The state between frames, all of it.
#[derive(Clone, Debug)]
pub(crate) struct Decider {
    pub floor: Floor,
    stretch: Stretch,
    /// Of the short and of the long stretch, while there is only noise.
    spreads: [Spread; 2],
    shape: Shape,
    voicing: Voicing,
    sensitivity_db: f32,
    /// Hot frames that speech lasts at least.
    min_frames: u32,
    /// Silent frames after which it has ended.
    hangover_frames: u32,
    frame: u64,
    /// Height of the strongest band of the frame that was weighed last over its floor, in dB.
    peak_db: f32,
    /// Levels of the last frames, in dBFS, oldest first.
    levels_db: [f32; FALL_FRAMES],
    /// First frame of the warm stretch under way, and frames since it was warm.
    warm_since: Option<u64>,
    cool: u32,
    /// First frame of the stretch over the edge.
    edge_since: Option<u64>,
    rise: Option<Rise>,
    speech: Option<Speech>,
    ended: Option<Speech>,
    /// Warm frames since the sound last left the edge.
    run: u32,
    /// Whether one of them could start speech, or was a voice's.
    proved: bool,
    /// Frames since his voice was last clear.
    unclear: u8,
    /// Frames since the level was no more than [`FAINT_DB`] under the talker.
    faint: u8,
    /// Whether certain speech has not left the edge since.
    fading: bool,
    /// The loudest that the talker was of late, in dBFS.
    talker_db: f32,
    active: bool,
    cold: Cold,
    ring: Ring,
    undo: Undo,
    outdone: Outdone,
    behind: Behind,
}

impl Decider {
    pub(crate) fn new(settings: Settings) -> Self {
        let frames = |time: Duration| time.as_millis() as u32 / 10;
        Self {
            floor: Floor::new(),
            stretch: Stretch::new(),
            spreads: Spread::of_noise(),
            shape: Shape::new(),
            voicing: Voicing::new(),
            sensitivity_db: settings.sensitivity_db(),
            // The stretch of a score begins two frames before what it tells of.
            min_frames: frames(settings.min_speech()).saturating_sub(2).max(1),
            hangover_frames: frames(settings.hangover()),
            frame: 0,
            peak_db: 0.0,
            levels_db: [DUST_DB; FALL_FRAMES],
            warm_since: None,
            cool: 0,
            edge_since: None,
            rise: None,
            speech: None,
            ended: None,
            run: 0,
            unclear: 0,
            faint: 0,
            proved: false,
            fading: false,
            talker_db: DUST_DB,
            active: false,
            cold: Cold::new(),
            ring: Ring::NONE,
            undo: Undo::new(),
            outdone: Outdone::NONE,
            behind: Behind::NOTHING,
        }
    }

    /// How far speech must stand over the floor, in dB.
    pub(crate) fn sensitivity_db(&self) -> f32 {
        self.sensitivity_db
    }

    /// Frames that have ended.
    pub(crate) fn frame(&self) -> u64 {
        self.frame
    }

    /// Speech under way.
    pub(crate) fn speech(&self) -> Option<Speech> {
        self.speech
    }

    /// The speech that ended last.
    pub(crate) fn ended(&self) -> Option<Speech> {
        self.ended
    }

    /// Whether the last frame counted as speech.
    pub(crate) fn is_active(&self) -> bool {
        self.active
    }

    /// The score of the last frames, and that from which speech may start, in strays.
    pub(crate) fn score(&self) -> [f32; 2] {
        [self.stretch.scores()[0], self.spreads[0].on()]
    }

    /// Weighs the levels of the next frame against the noise; whether it may be warm, so that pitch and lines count.
    #[inline(always)]
    pub(crate) fn weigh<L: Lanes>(&mut self, lanes: L, levels: &[f32; BANDS]) -> bool {
        let (heights, peak_db) = self.floor.heights(lanes, levels);
        let scores = self.stretch.take(heights);
        self.peak_db = peak_db;
        // All is asked before one decision: a processor cannot guess what noise does next.
        let is_off = |k: usize| scores[k] > self.spreads[k].off();
        (self.peak_db > OFF_SHARE * self.sensitivity_db) & (is_off(0) | is_off(1))
    }

    /// Whether lines count that are no tone: those of a sound that may be speech, and of a tone that may ring on.
    pub(crate) fn follows_lines(&self) -> bool {
        self.speech.is_none() || self.ring.may_ring()
    }

    /// Takes the frame that was weighed last; `excluded` when it is not speech, whatever it sounds like.
    #[inline(always)]
    pub(crate) fn step<L: Lanes>(&mut self, lanes: L, sight: &Sight, excluded: bool) {
        let silent = self.ring.take(sight) || excluded;
        self.undo.keep(self.talker_db);
        if !silent {
            self.follow_lead(sight);
        }
        let standing = self.stand(sight, silent);
        self.note_edges(&standing);
        self.shape.take(lanes, sight, &self.floor.noise, self.rise.is_some());
        self.follow_rise(sight, &standing);
        let floor_db = self.follow_speech(lanes, sight, &standing);
        self.follow_outdone(sight, &standing);
        if !silent {
            self.learn(lanes, sight, &standing, floor_db);
        }
        let [_, oldest, older, old] = self.levels_db;
        self.levels_db = [oldest, older, old, sight.level_db];
        self.active = standing.warm && self.speech.is_some();
        self.frame += 1;
    }

    /// Takes back what the last `frames` frames did, as far as `excluded` says (the newest is 0) that they are not speech.
    pub(crate) fn take_back(&mut self, frames: usize, excluded: impl Fn(usize) -> bool) {
        let first = self.frame.saturating_sub(frames as u64);
        self.stretch.silence(&excluded);
        self.shape.begin();
        self.floor.forget();
        self.voicing = Voicing::new();
        self.outdone = Outdone::NONE;
        self.talker_db = self.talker_db.min(self.undo.talker_db(frames));
        (self.run, self.fading, self.active) = (0, false, false);
        self.warm_since = self.warm_since.filter(|&since| since < first);
        self.edge_since = self.edge_since.filter(|&since| since < first);
        self.rise = self.rise.filter(|rise| rise.born < first);
        self.speech = self.speech.filter(|speech| speech.start < first);
        if let Some(speech) = &mut self.speech {
            speech.last = speech.last.min(first.saturating_sub(1)).max(speech.start);
        }
    }

    /// A voice that rises out of what was there from the first sample tells that to be the noise.
    fn follow_lead(&mut self, sight: &Sight) {
        let young = self.frame < YOUNG_FRAMES || self.is_cold();
        if self.speech.is_none() && self.cold.rises(sight.level_db, self.frame) && young {
            self.floor.relearn();
            self.stretch = Stretch::new();
            self.weigh(Plain, &sight.levels);
            self.spreads = Spread::of_noise();
            (self.rise, self.warm_since, self.edge_since) = (None, None, None);
        }
    }

    /// How the frame stands against the noise.
    #[inline(always)]
    fn stand(&mut self, sight: &Sight, silent: bool) -> Standing {
        if silent {
            self.stretch.silence(|back| back == 0);
        }
        let scores = self.stretch.scores();
        let [short_noise, long_noise] = &self.spreads;
        let (on, long_on) = (scores[0] > short_noise.on(), scores[1] > long_noise.on());
        let (off, long_off) = (scores[0] > short_noise.off(), scores[1] > long_noise.off());
        let over = |spreads: f32| scores[0] > short_noise.over(spreads);
        let peak_db = self.peak_db;
        let speaks = self.speech.is_some();
        let far = speaks && self.cold.is_hush(sight.level_db);
        let faint = (sight.level_db < self.talker_db - FAINT_DB)
            | self.behind.may_go_on(sight.level_db, self.talker_db);
        self.behind.fade();
        self.faint = if faint { self.faint.saturating_add(1) } else { 0 };
        let behind = speaks & (self.faint > FAINT_FRAMES);
        // All is asked before one decision: a processor cannot guess what noise does next.
        let near = !silent & !far & !behind & (sight.level_db > self.talker_db - TALKER_RANGE_DB);
        let alive = near & over(ALIVE_SPREADS);
        let high = peak_db > OFF_SHARE * self.sensitivity_db;
        let short = near & high & off;
        let warm = short | alive & high & long_off;
        let behind = if short { 0 } else { LONG_BEHIND };
        let sustained = sight.level_db > self.levels_db[0] - SUSTAIN_FALL_DB;
        Standing {
            hot: (peak_db > self.sensitivity_db) & (near & on | alive & long_on),
            warm,
            edge: near & over(EDGE_SPREADS),
            sustained,
            voiced: warm & sustained & (sight.voicing > VOICED_FROM),
            frame: self.frame.saturating_sub(behind),
        }
    }

    /// Keeps where the sound under way rose, and where it left the noise before that.
    fn note_edges(&mut self, standing: &Standing) {
        self.edge_since = standing.edge.then(|| self.edge_since.unwrap_or(self.frame));
        if standing.warm {
            let reach = if self.frame < YOUNG_FRAMES { YOUNG_EDGE_FRAMES } else { EDGE_FRAMES };
            let earliest = standing.frame.saturating_sub(reach);
            let edge = self.edge_since.map_or(standing.frame, |edge| edge.clamp(earliest, standing.frame));
            self.warm_since.get_or_insert(edge);
            self.cool = 0;
        } else {
            self.cool += 1;
            if self.cool > DIP_FRAMES {
                self.warm_since = None;
            }
        }
    }

    fn follow_rise(&mut self, sight: &Sight, standing: &Standing) {
        if self.speech.is_some() {
            return;
        }
        let topped = |rise: Rise| rise.is_topped_by(sight.level_db, self.frame);
        if standing.hot && self.rise.is_none_or(topped) {
            self.begin_rise(self.rise_start(sight));
        }
        let Some(mut rise) = self.rise else { return };
        let before_db = rise.loudest_db();
        rise.take(sight, standing, self.frame);
        if self.comes_forward(&rise, before_db) {
            self.behind.hear(before_db);
            rise = self.begin_rise(self.frame - 1);
            rise.take(sight, standing, self.frame);
        }
        self.rise = (!rise.is_over()).then_some(rise);
        if self.is_his(&rise) && self.proves(&rise, standing) && self.is_present(&rise) {
            let start = if self.cold.is_weak_start(rise.start, rise.loudest_db()) { 0 } else { rise.start };
            self.speech = Some(Speech { start, last: self.frame });
            self.talker_db = self.talker_db.max(rise.loudest_db());
            self.rise = None;
        } else if rise.is_over() && !self.may_be_next(rise.loudest_db()) {
            self.behind.hear(rise.loudest_db());
        }
    }

    fn begin_rise(&mut self, start: u64) -> Rise {
        self.shape.begin();
        *self.rise.insert(Rise::new(start, self.frame))
    }

    /// Whether a sound lay behind the talker for as long as none of his does, at `before_db`, and now is as loud as he: another began.
    fn comes_forward(&self, rise: &Rise, before_db: f32) -> bool {
        let now = self.may_be_next(rise.loudest_db()) && !self.may_be_next(before_db);
        now && self.frame - rise.born > TOPPED_FRAMES
    }

    /// Whether a sound of `loudest_db` is loud enough to be the talker's next phrase.
    fn may_be_next(&self, loudest_db: f32) -> bool {
        loudest_db > self.talker_db - TALKER_NEXT_DB
    }

    /// Whether a rise is the talker's, or anybody's as clear, and not what lay behind him.
    fn is_his(&self, rise: &Rise) -> bool {
        let loudest_db = rise.loudest_db();
        let next = self.may_be_next(loudest_db) && !self.behind.may_begin(loudest_db, self.talker_db);
        next || rise.is_clear()
    }

    /// Whether a rise has proved to be speech; a word at the level of one who spoke before does so sooner.
    fn proves(&self, rise: &Rise, standing: &Standing) -> bool {
        let known = self.ended.is_some() && standing.warm && rise.loudest_db() > self.talker_db - AGAIN_DB;
        let lasted = self.frame - rise.start >= u64::from(self.min_frames);
        let turns = self.shape.turns();
        rise.is_speech(self.min_frames, turns) || known && lasted && rise.is_voice_again(turns)
    }

    /// Whether it is loud enough, at the ear or over the noise, to be said to us.
    fn is_present(&self, rise: &Rise) -> bool {
        let loudest_db = rise.loudest_db();
        loudest_db > CLEAR_DB || loudest_db > self.floor.level_db() + PRESENT_DB
    }

    /// Where a sound began that is hot now: what was warm for long and never rose before is the noise's edge.
    fn rise_start(&self, sight: &Sight) -> u64 {
        let since = self.warm_since.unwrap_or(self.frame);
        let jumped = since <= FILLING_FRAMES || sight.level_db > self.levels_db[0] + TOPPED_DB;
        let long = self.frame - since > WARM_FRAMES;
        if self.rise.is_some() || long && jumped { self.frame.saturating_sub(1) } else { since }
    }

    /// Whether speech goes on; the floor's level, in dBFS, where there is any.
    #[inline(always)]
    fn follow_speech<L: Lanes>(&mut self, lanes: L, sight: &Sight, standing: &Standing) -> f32 {
        // What stays over the edge is one sound: a weak consonant comes and goes over the noise that hides it.
        self.run = match (standing.warm, standing.edge) {
            (true, _) => self.run + 1,
            (_, true) => self.run,
            _ => 0,
        };
        self.proved = self.run > 0 && (self.proved || standing.hot || self.voicing.is_voiced());
        let Some(speech) = &mut self.speech else {
            self.talker_db = (self.talker_db - TALKER_REST_DB).max(DUST_DB);
            return DUST_DB;
        };
        self.talker_db = (self.talker_db - TALKER_FALL_DB).max(sight.level_db);
        let paused = self.frame - speech.last > u64::from(self.run) + PAUSED_FRAMES;
        let floor_db = self.floor.kept_level_db(lanes);
        let over = |db: f32| self.talker_db > floor_db + db;
        let resumed = !paused || self.proved || !over(NEAR_TALKER_DB);
        if self.run >= SUPPORT_FRAMES
            && resumed
            && (self.run >= RESUMED_FRAMES || !paused || !over(CLEAR_TALKER_DB))
        {
            speech.last = speech.last.max(if standing.edge { self.frame } else { standing.frame });
            self.fading = true;
        } else if standing.edge && self.fading && self.cool < EDGE_MOST_FRAMES {
            speech.last = self.frame;
        } else {
            self.fading = false;
        }
        let hidden = if over(HIDDEN_TALKER_DB) { 0 } else { HIDDEN_FRAMES };
        // A word of his that has just set in is heard until it proves to go on with his speech, or does not.
        let coming = standing.hot
            && (COMING_FRAMES..RESUMED_FRAMES).contains(&self.run)
            && sight.level_db > self.talker_db - TALKER_NEXT_DB;
        if !coming && self.frame - speech.last >= u64::from(self.hangover_frames) + hidden {
            self.ended = self.speech.take();
        }
        floor_db
    }

    /// A voice far above all that was speech before it tells that to have been none of his: it is taken back, and he begins.
    fn follow_outdone(&mut self, sight: &Sight, standing: &Standing) {
        let Some(speech) = self.speech else { return self.outdone = Outdone::NONE };
        let before_db = self.undo.talker_db(REDO_FRAMES);
        let lasted = self.frame - speech.start;
        if let Some(age) = self.outdone.take(sight.level_db, before_db, lasted, standing) {
            self.ended = Some(Speech { last: speech.start, ..speech });
            self.behind.hear(before_db);
            let start = self.frame - age - SHORT_FRAMES as u64;
            self.speech = Some(Speech { start, last: self.frame });
        }
    }
}

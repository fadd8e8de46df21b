//! Speech or not: rises that prove to be speech, and speech that fades.

use crate::floor::{Floor, Slow};
use crate::limits::*;
use crate::score::{Spread, Stretch};
use crate::shape::Shape;
use crate::sight::Sight;

/// Where speech is, in frames counted from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speech {
    /// Its first frame.
    pub start: u64,
    /// The last frame that was speech for certain.
    pub last: u64,
}

/// The state between frames. Copied now and then, so that frames can be taken back.
#[derive(Clone, Debug)]
pub(crate) struct Decider {
    pub floor: Floor,
    stretch: Stretch,
    pub shape: Shape,
    spreads: [Spread; 2],
    sensitivity_db: f32,
    min_frames: u32,
    frame: u64,
    rise: Option<Rise>,
    /// First frame of the warm stretch under way.
    warm_since: Option<u64>,
    cool: u32,
    /// First frame of the stretch over the edge.
    edge_since: Option<u64>,
    speech: Option<Speech>,
    ended: Option<Speech>,
    run: u32,
    run_on: bool,
    voiced: f32,
    talker_db: f32,
    levels_before: [f32; 4],
    pub scores: [f32; 2],
    pub active: bool,
}

/// A sound over the floor that may be speech.
#[derive(Clone, Copy, Debug, Default)]
struct Rise {
    start: u64,
    hot: u32,
    voiced: f32,
    /// Hot frames in a row, but for a closure.
    run: u32,
    cool: u32,
    gap: u32,
    level_db: f32,
    lowest_db: f32,
    highest_db: f32,
}

impl Rise {
    fn new(start: u64) -> Self {
        Self { start, lowest_db: f32::MAX, highest_db: f32::MIN, ..Self::default() }
    }

    fn take(&mut self, sight: &Sight, hot: bool, warm: bool, voiced: bool, frame: u64) {
        self.hot += u32::from(hot);
        self.cool = if hot { 0 } else { self.cool + 1 };
        self.run = if self.cool > CLOSURE_FRAMES { 0 } else { self.run + u32::from(hot) };
        self.voiced = if voiced { self.voiced + 1.0 } else { (self.voiced - UNVOICED_COST).max(0.0) };
        self.gap = if warm { 0 } else { self.gap + 1 };
        if frame <= u64::from(FILLING_FRAMES) || self.hot <= 1 {
            self.level_db = sight.level_db;
        } else {
            self.level_db += COLD_SMOOTH_RATE * (sight.level_db - self.level_db);
            self.lowest_db = self.lowest_db.min(self.level_db);
            self.highest_db = self.highest_db.max(self.level_db);
        }
    }

    fn is_speech(&self, min_frames: u32, turns: u32) -> bool {
        let voiced = self.voiced >= VOICED_FRAMES;
        let turned = self.run >= TURNED_FRAMES && turns >= TURNS;
        let moved = !self.is_cold() || self.highest_db - self.lowest_db > COLD_RANGE_DB;
        self.hot >= min_frames && (voiced || turned) && moved
    }

    /// Whether it was there from the first sample.
    fn is_cold(&self) -> bool {
        self.start <= u64::from(FILLING_FRAMES)
    }
}

impl Decider {
    pub(crate) fn new(sensitivity_db: f32, min_frames: u32) -> Self {
        Self {
            floor: Floor::new(),
            stretch: Stretch::new(),
            shape: Shape::new(),
            spreads: NOISE_SCORES.map(|(mean, spread)| Spread::new(mean, spread)),
            sensitivity_db,
            min_frames,
            frame: 0,
            rise: None,
            warm_since: None,
            cool: 0,
            edge_since: None,
            speech: None,
            ended: None,
            run: 0,
            run_on: false,
            voiced: 0.0,
            talker_db: -100.0,
            levels_before: [-100.0; 4],
            scores: [0.0; 2],
            active: false,
        }
    }

    /// Speech under way.
    pub(crate) fn speech(&self) -> Option<Speech> {
        self.speech
    }

    /// The speech that ended last.
    pub(crate) fn ended(&self) -> Option<Speech> {
        self.ended
    }

    /// Takes the next frame; `excluded` when it is not speech, whatever it sounds like.
    pub(crate) fn step(&mut self, sight: &Sight, excluded: bool) {
        let tone = excluded || is_tone(sight);
        let heights = if tone { [0.0; BANDS] } else { self.floor.heights(&sight.levels) };
        self.scores = self.stretch.take(&heights);
        let over = |k: usize, spreads| self.scores[k] > self.spreads[k].over(spreads);
        let near = sight.level_db > self.talker_db - TALKER_RANGE_DB && !tone;
        let edge = near && over(0, EDGE_SPREADS);
        let alive = near && over(0, ALIVE_SPREADS);
        let peak_db = self.floor.peak_db(&sight.levels);
        let hot = near && over(0, ON_SPREADS) || alive && over(1, ON_SPREADS);
        let hot = hot && peak_db > self.sensitivity_db;
        let near = near && peak_db > OFF_SHARE * self.sensitivity_db;
        let alive = alive && near;
        let fast = near && over(0, OFF_SPREADS);
        let warm = fast || alive && over(1, OFF_SPREADS);
        let frame = if fast { self.frame } else { self.frame.saturating_sub(LONG_BEHIND) };
        self.edge_since = edge.then(|| self.edge_since.unwrap_or(self.frame));
        self.note_warm(warm, frame);
        let voiced = warm && self.is_voiced(sight);
        self.shape.take(&sight.levels, &self.floor.noise, sight.level_db);
        self.follow_rise(sight, hot, warm, voiced);
        self.follow_speech(sight, warm, frame);
        if let (Some(speech), true) = (&mut self.speech, edge && self.run_on) {
            speech.last = self.frame;
        }
        if !tone {
            self.learn(sight, hot, warm, voiced);
        }
        self.levels_before.rotate_left(1);
        self.levels_before[3] = sight.level_db;
        self.active = warm && self.speech.is_some();
        self.frame += 1;
    }

    fn note_warm(&mut self, warm: bool, frame: u64) {
        if warm {
            let earliest = frame.saturating_sub(EDGE_FRAMES);
            let edge = self.edge_since.map_or(frame, |edge| edge.clamp(earliest, frame));
            self.warm_since.get_or_insert(edge);
            self.cool = 0;
        } else {
            self.cool += 1;
            if self.cool > DIP_FRAMES {
                self.warm_since = None;
            }
        }
    }

    fn is_voiced(&self, sight: &Sight) -> bool {
        sight.voicing > VOICED_FROM && sight.level_db > self.levels_before[0] - SUSTAIN_FALL_DB
    }

    fn follow_rise(&mut self, sight: &Sight, hot: bool, warm: bool, voiced: bool) {
        if self.speech.is_some() {
            self.rise = None;
            return;
        }
        if self.rise.is_none() && hot {
            self.shape.begin();
            self.rise = Some(Rise::new(self.warm_since.unwrap_or(self.frame)));
        }
        let Some(rise) = &mut self.rise else { return };
        rise.take(sight, hot, warm, voiced, self.frame);
        if rise.gap > GAP_FRAMES {
            self.rise = None;
        } else if rise.is_speech(self.min_frames, self.shape.turns) {
            self.speech = Some(Speech { start: rise.start, last: self.frame });
            self.rise = None;
        }
    }

    fn follow_speech(&mut self, sight: &Sight, warm: bool, frame: u64) {
        self.run = if warm { self.run + 1 } else { 0 };
        let Some(speech) = &mut self.speech else {
            self.talker_db = self.talker_db.max(-200.0) - 5.0 * TALKER_FALL_DB;
            return;
        };
        self.talker_db = (self.talker_db - TALKER_FALL_DB).max(sight.level_db);
        if self.run >= SUPPORT_FRAMES {
            speech.last = speech.last.max(frame);
        }
        self.run_on = self.run >= SUPPORT_FRAMES || self.run_on && self.edge_since.is_some() && self.frame - speech.last < 2 && self.cool < EDGE_FRAMES as u32;
        if self.frame - speech.last >= u64::from(HANGOVER_FRAMES) {
            self.ended = self.speech.take();
        }
    }

    fn learn(&mut self, sight: &Sight, hot: bool, warm: bool, voiced: bool) {
        let slow = match self.rise.map(|rise| self.frame - rise.start) {
            Some(age) if age > UNPROVED_FRAMES + SLOW_MEAN_FRAMES => Slow::Both,
            Some(age) if age > UNPROVED_FRAMES => Slow::Mean,
            _ => Slow::No,
        };
        let pause = self.speech.is_none() && (!warm || slow != Slow::No);
        self.floor.learn(&sight.levels, pause, slow);
        if self.speech.is_none() && (self.rise.is_none() && !hot || slow == Slow::Both) {
            for (spread, score) in self.spreads.iter_mut().zip(self.scores) {
                spread.learn(score);
            }
        }
        if self.cold() && self.rise.is_some_and(|rise| rise.hot > COLD_MOST_FRAMES) {
            self.rise = None;
        }
        self.voiced = if voiced { self.voiced + 1.0 } else { (self.voiced - UNVOICED_COST).max(0.0) };
        self.voiced = self.voiced.min(2.0 * VOICED_FRAMES);
        if warm && self.is_noise() {
            let since = self.frame.saturating_sub(u64::from(self.floor.same_shape));
            self.floor.relearn();
            self.spreads = NOISE_SCORES.map(|(mean, spread)| Spread::new(mean, spread));
            self.rise = None;
            if let Some(speech) = &mut self.speech {
                speech.last = speech.last.min(since).max(speech.start);
            }
        }
    }

    /// Whether the sound under way has stayed the same for too long to be speech.
    fn is_noise(&self) -> bool {
        let same = self.voiced < VOICED_FRAMES && self.floor.same_shape > SAME_SHAPE_FRAMES;
        let steady = if self.cold() { COLD_STEADY_FRAMES } else { STEADY_FRAMES };
        (same || self.floor.steady > steady) && (self.cold() || self.floor.is_broad())
    }

    /// Whether the sound under way was there from the first sample.
    fn cold(&self) -> bool {
        self.rise.is_some_and(|rise| rise.is_cold())
    }
}

fn is_tone(sight: &Sight) -> bool {
    let lines = &sight.lines;
    let single = lines.one > 0.95 && lines.first_hz > 560.0;
    let (low, high) = (lines.first_hz.min(lines.second_hz), lines.first_hz.max(lines.second_hz));
    let pair = lines.two > 0.93 && (670.0..980.0).contains(&low) && (1170.0..1690.0).contains(&high);
    single || pair
}

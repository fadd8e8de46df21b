//! A sound that has risen over the floor, until it proves to be speech or goes away.

use crate::limits::*;
use crate::sight::Sight;

/// How one frame stands against the noise.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    /// It may start speech.
    pub hot: bool,
    /// It may go on with speech.
    pub warm: bool,
    /// It may be the hidden edge of certain speech.
    pub edge: bool,
    /// It does not die away like something struck.
    pub sustained: bool,
    /// It repeats at the pitch of a voice, and does not die away like something struck.
    pub voiced: bool,
    /// The frame that it speaks for: an earlier one where only the long stretch is warm.
    pub frame: u64,
}

/// What speaks for a sound's being speech.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rise {
    /// Its first frame.
    pub start: u64,
    /// The first frame that was hot.
    pub born: u64,
    /// Hot frames.
    pub hot: u32,
    /// Hot frames in a row, but for a closure.
    run: u32,
    /// Hot frames in it that did not die away.
    firm: u32,
    /// Whether it was closed after so many of these that it is more than a knock, and went on.
    closed: bool,
    /// Frames since the last hot one.
    cool: u32,
    /// Frames since the last warm one.
    gap: u32,
    voicing: Voicing,
    /// Whether it was ever voiced.
    sounded: bool,
    /// Voiced frames, and the sum of their voicing.
    voiced: f32,
    voicings: f32,
    /// Voiced frames with formants, not only a low rumble.
    bright: f32,
    /// Voiced frames with more than a line or two.
    rich: u32,
    /// Where its one line, or each of its two, wandered, in Hz.
    lines_hz: [Span; 3],
    /// Level of the last frame, in dBFS.
    last_db: f32,
    level_db: f32,
    /// Where its smoothed level went, in dBFS.
    levels_db: Span,
}

impl Rise {
    pub(crate) const fn new(start: u64, born: u64) -> Self {
        Self {
            start,
            born,
            hot: 0,
            run: 0,
            firm: 0,
            closed: false,
            cool: 0,
            gap: 0,
            voicing: Voicing::new(),
            sounded: false,
            voiced: 0.0,
            voicings: 0.0,
            bright: 0.0,
            rich: 0,
            lines_hz: [Span::NONE; 3],
            last_db: DUST_DB,
            level_db: 0.0,
            levels_db: Span::NONE,
        }
    }

    /// Takes the next frame.
    pub(crate) fn take(&mut self, sight: &Sight, standing: &Standing, frame: u64) {
        self.hot += u32::from(standing.hot);
        self.follow_run(standing);
        self.gap = if standing.warm { 0 } else { self.gap + 1 };
        self.voicing.take(standing.voiced);
        self.sounded |= self.voicing.is_voiced();
        if standing.voiced {
            self.voiced += 1.0;
            self.voicings += sight.voicing;
            self.bright += if sight.is_bright() { 1.0 } else { 0.0 };
        }
        self.follow_lines(sight, standing.voiced);
        self.last_db = sight.level_db;
        if frame <= FILLING_FRAMES || self.hot <= 1 {
            self.level_db = sight.level_db;
        } else {
            self.level_db += COLD_SMOOTH_RATE * (sight.level_db - self.level_db);
            self.levels_db.take(self.level_db);
        }
    }

    /// Counts hot frames in a row. A long sound that breaks off and goes on within the time of a stop was closed by a
    /// mouth; one with a pitch has to prove itself by that, it may be a tone that beats.
    fn follow_run(&mut self, standing: &Standing) {
        let long = self.firm >= LONG_BURST_FRAMES;
        let closed = long && self.cool > DENT_FRAMES && self.cool <= CLOSURE_FRAMES;
        self.closed |= closed && standing.hot && !self.voicing.is_voiced();
        self.cool = if standing.hot { 0 } else { self.cool + 1 };
        if self.cool > if long { CLOSURE_FRAMES } else { DENT_FRAMES } {
            (self.run, self.firm) = (0, 0);
        } else if standing.hot {
            self.run += 1;
            self.firm += u32::from(standing.sustained);
        }
    }

    fn follow_lines(&mut self, sight: &Sight, voiced: bool) {
        let [one, low, high] = &mut self.lines_hz;
        let lines = &sight.lines;
        let full = (sight.level_db - self.last_db).abs() < FULL_DB;
        if lines.first_hz.min(lines.near_hz) < TONE_FROM_HZ {
            self.rich += u32::from(voiced);
        } else if lines.near.max(lines.two) > PURE_SHARE && !full {
            // The window is not full of it yet, or any more: its lines are blurred.
        } else if lines.near > PURE_SHARE {
            one.take(lines.near_hz);
        } else if lines.two > PURE_SHARE {
            low.take(lines.first_hz.min(lines.second_hz));
            high.take(lines.first_hz.max(lines.second_hz));
        } else {
            self.rich += u32::from(voiced);
        }
    }

    /// The loudest that its smoothed level was, in dBFS.
    pub(crate) fn loudest_db(&self) -> f32 {
        self.levels_db.highest
    }

    /// Whether it has gone away.
    pub(crate) fn is_over(&self) -> bool {
        self.gap > GAP_FRAMES
    }

    /// Whether it has proved to be speech, given how often its spectrum turned into another.
    pub(crate) fn is_speech(&self, min_frames: u32, turns: u32) -> bool {
        let voiced = self.voicing.is_voiced() && self.is_sung(RICH_FRAMES);
        let turned = self.run >= TURNED_FRAMES && turns + u32::from(self.closed) >= TURNS;
        self.hot >= min_frames && (voiced || turned) && self.has_moved(turns)
    }

    /// Whether it is a voice, where one as loud was heard before: a closure may follow its first syllable, and its hot
    /// frames be few.
    pub(crate) fn is_voice_again(&self, turns: u32) -> bool {
        let voiced = self.sounded && self.is_sung(RICH_FRAMES - 1) && self.is_clearly_voiced();
        self.hot >= AGAIN_FRAMES && voiced && self.has_moved(turns)
    }

    /// Whether its voiced frames are more than a tone.
    fn is_sung(&self, frames: u32) -> bool {
        self.rich >= frames || self.lines_hz.iter().any(|line| line.width() > LINE_WANDER_HZ)
    }

    fn is_clearly_voiced(&self) -> bool {
        self.voicings > CLEAR_VOICING * self.voiced
    }

    /// Whether its level moved as speech does, if it was there from the first sample.
    fn has_moved(&self, turns: u32) -> bool {
        let range_db = if self.is_voice(turns) && self.bright > CLEAR_BRIGHT * self.voiced {
            COLD_BRIGHT_RANGE_DB
        } else if turns >= TURNS && self.is_voice(turns - 1) {
            COLD_VOICE_RANGE_DB
        } else {
            COLD_RANGE_DB
        };
        !self.is_cold() || self.levels_db.width() > range_db
    }

    /// Whether one loud voice is heard so clearly that it can hardly be noise, a crowd or music far off.
    fn is_voice(&self, turns: u32) -> bool {
        self.is_clear()
            && (self.hot <= TURN_FRAMES * (turns + 1) || self.voicings < RUMBLE_VOICING * self.voiced)
            && self.levels_db.highest > CLEAR_DB
    }

    /// Whether a pitch is heard so clearly that it is that of one voice, not of a crowd.
    pub(crate) fn is_clear(&self) -> bool {
        self.voiced >= CLEAR_FRAMES && self.is_clearly_voiced() && 2.0 * self.rich as f32 > self.voiced
    }

    /// Whether it may yet prove to be such a voice: the next syllables may be of one vowel.
    pub(crate) fn may_be_voice(&self, turns: u32) -> bool {
        self.is_voice(turns + 1)
    }

    /// Whether a sound at `level_db` is another, far above it: what rose before was the noise.
    pub(crate) fn is_topped_by(&self, level_db: f32, frame: u64) -> bool {
        let settled = frame - self.born > TOPPED_FRAMES;
        settled && !self.voicing.is_voiced() && level_db > self.levels_db.highest + TOPPED_DB
    }

    /// Whether it was there from the first sample.
    pub(crate) fn is_cold(&self) -> bool {
        self.start <= FILLING_FRAMES
    }
}

/// How much of the last frames was voiced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voicing(f32);

impl Voicing {
    pub(crate) const fn new() -> Self {
        Self(0.0)
    }

    pub(crate) fn take(&mut self, voiced: bool) {
        let change = if voiced { 1.0 } else { -UNVOICED_COST };
        self.0 = (self.0 + change).clamp(0.0, 2.0 * VOICED_FRAMES);
    }

    pub(crate) fn is_voiced(self) -> bool {
        self.0 >= VOICED_FRAMES
    }
}

/// The lowest and the highest of some values.
#[derive(Clone, Copy, Debug)]
struct Span {
    lowest: f32,
    highest: f32,
}

impl Span {
    const NONE: Self = Self { lowest: f32::MAX, highest: f32::MIN };

    fn take(&mut self, value: f32) {
        self.lowest = self.lowest.min(value);
        self.highest = self.highest.max(value);
    }

    fn width(&self) -> f32 {
        self.highest - self.lowest
    }
}

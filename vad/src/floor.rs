//! The noise floor of each band, and how far the noise strays from it.

use crate::bands::{db, powers};
use crate::lanes::{self, Lanes, Plain, Work};
use crate::limits::*;
use crate::row::Row;

/// Noise floors, in dBFS: learnt in pauses, drawn down at once, and up by minimum statistics.
#[derive(Clone, Debug)]
pub(crate) struct Floor {
    /// The floor of each band.
    pub noise: [f32; BANDS],
    /// How far a frame of noise strays from the floor, in dB squared.
    variance: [f32; BANDS],
    /// Levels smoothed over about 80 ms.
    smooth: [f32; BANDS],
    /// Smallest smoothed level of the block under way and of the two before it.
    least: [[i16; BANDS]; 3],
    in_block: u32,
    frames: u32,
    /// What the sound is compared with to see whether it moves.
    anchor: [i16; BANDS],
    anchor_level: f32,
    /// Where each band has stayed since when, in frames.
    held: [i16; BANDS],
    held_for: [i16; BANDS],
    /// Frames since its shape or its level changed.
    steady: u32,
    /// Frames since its shape changed.
    same_shape: u32,
    /// The floor over all bands, in dBFS, if it was asked for and has not changed since.
    level_db: f32,
}

/// What the floor may learn from a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Learning {
    /// It is noise.
    Pause,
    /// It belongs to a sound that should have proved to be speech by now: its level may be the floor's.
    UnprovedMean,
    /// The same, longer: its strays may be the floor's too.
    Unproved,
    /// It may be speech.
    Speech,
}

/// What may lift the floor, whatever is learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lift {
    /// The minimum of the last second, and a band that stays where it is.
    Free,
    /// Only a band that stays where it is: the minimum may be the talker's own.
    Steady,
    /// Nothing: what stays where it is may be a vowel.
    None,
}

impl Floor {
    pub(crate) fn new() -> Self {
        Self {
            noise: [UNHEARD_DB; BANDS],
            variance: STRAY_DB.map(|db| db * db),
            smooth: [UNHEARD_DB; BANDS],
            least: [[i16::MAX; BANDS]; 3],
            in_block: 0,
            frames: 0,
            anchor: packed(&[UNHEARD_DB; BANDS]),
            anchor_level: UNHEARD_DB,
            held: packed(&[UNHEARD_DB; BANDS]),
            held_for: [0; BANDS],
            steady: 0,
            same_shape: 0,
            level_db: f32::NAN,
        }
    }

    /// Height of each band over its floor, in strays of its noise; and that of the highest, in dB.
    #[inline(always)]
    pub(crate) fn heights<L: Lanes>(&self, lanes: L, levels: &[f32; BANDS]) -> (Row<L>, f32) {
        let strays = Row::load(lanes, &self.variance).at_least(LEAST_STRAY_DB * LEAST_STRAY_DB).root();
        let over = Row::load(lanes, levels) - Row::load(lanes, &self.noise);
        ((over / strays).at_least(HEIGHT_LEAST).at_most(HEIGHT_MOST), over.highest())
    }

    /// The floor over all bands, in dBFS.
    pub(crate) fn level_db(&self) -> f32 {
        if self.level_db.is_nan() { lanes::best(Level(&self.noise)) } else { self.level_db }
    }

    /// The same; kept, as it takes as many powers as there are bands, and while someone speaks it seldom changes.
    #[inline(always)]
    pub(crate) fn kept_level_db<L: Lanes>(&mut self, lanes: L) -> f32 {
        if self.level_db.is_nan() {
            self.level_db = Level(&self.noise).with(lanes);
        }
        self.level_db
    }

    /// Takes a frame.
    #[inline(always)]
    pub(crate) fn learn<L: Lanes>(
        &mut self,
        lanes: L,
        levels: &[f32; BANDS],
        learning: Learning,
        lift: Lift,
    ) {
        let levels = Row::load(lanes, levels);
        let smooth = self.smooth_and_keep_least(levels);
        let before = Row::load(lanes, &self.noise);
        let mut noise = before;
        self.compare(smooth, noise);
        noise = match learning {
            Learning::Pause if self.frames < COLD_FRAMES => self.go(noise, levels, COLD_RATE, STRAY_RATE),
            Learning::Pause => self.go(noise, levels, PAUSE_RATE, STRAY_RATE),
            Learning::UnprovedMean => self.go(noise, levels, UNPROVED_MEAN_RATE, 0.0),
            Learning::Unproved => self.go(noise, levels, UNPROVED_RATE, UNPROVED_RATE),
            Learning::Speech => fallen(noise, smooth),
        };
        if lift != Lift::None {
            noise = self.hold(lanes, noise, smooth);
        }
        if lift == Lift::Free && self.frames >= BLOCK_FRAMES {
            noise = self.risen(lanes, noise);
        }
        if before.has_more(noise) || noise.has_more(before) {
            self.level_db = f32::NAN;
        }
        noise.store(&mut self.noise);
    }

    /// Goes a share of the way to the levels, and to how far they stray.
    #[inline(always)]
    fn go<L: Lanes>(&mut self, noise: Row<L>, levels: Row<L>, rate: f32, stray_rate: f32) -> Row<L> {
        let off = levels - noise;
        let stray = off.at_least(-STRAY_REACH_DB).at_most(STRAY_REACH_DB);
        let variance = Row::load(off.lanes(), &self.variance);
        (variance + (stray * stray - variance).times(stray_rate)).store(&mut self.variance);
        noise + off.times(rate)
    }

    /// A band that stays where it is for long enough is noise there.
    #[inline(always)]
    fn hold<L: Lanes>(&mut self, lanes: L, noise: Row<L>, smooth: Row<L>) -> Row<L> {
        let moved = (smooth - Row::unpacked(lanes, &self.held)).unsigned();
        let (moves, stays) = (Row::all(lanes, 0.0), Row::all(lanes, -1.0));
        let stays = moved.where_more(Row::all(lanes, HELD_DB), moves, stays).whole();
        let now = smooth.packed();
        for b in 0..BANDS {
            self.held[b] = (self.held[b] & stays[b]) | (now[b] & !stays[b]);
            self.held_for[b] = (self.held_for[b] + 1).min(HELD_FRAMES + 1) & stays[b];
        }
        let above = smooth.where_more(noise.plus(RISE_FROM_DB), smooth, noise);
        let frames = Row::of_whole(lanes, &self.held_for);
        frames.where_more(Row::all(lanes, HELD_FRAMES.into()), above, noise)
    }

    /// Goes up to the minimum of the last second.
    #[inline(always)]
    fn risen<L: Lanes>(&self, lanes: L, noise: Row<L>) -> Row<L> {
        let [older, old, new] = &self.least;
        let mut least = [0; BANDS];
        for b in 0..BANDS {
            least[b] = older[b].min(old[b]).min(new[b]);
        }
        let off = Row::unpacked(lanes, &least).plus(LEAST_BIAS_DB) - noise;
        noise + off.where_more(Row::all(lanes, RISE_FROM_DB), off.times(RISE_RATE), Row::all(lanes, 0.0))
    }

    #[inline(always)]
    fn smooth_and_keep_least<L: Lanes>(&mut self, levels: Row<L>) -> Row<L> {
        if self.in_block == BLOCK_FRAMES {
            self.least = [self.least[1], self.least[2], [i16::MAX; BANDS]];
            self.in_block = 0;
        }
        let mut smooth = Row::load(levels.lanes(), &self.smooth);
        if u64::from(self.frames) <= FILLING_FRAMES {
            smooth = levels;
        }
        smooth = smooth + (levels - smooth).times(SMOOTH_RATE);
        smooth.store(&mut self.smooth);
        for (least, smooth) in self.least[2].iter_mut().zip(smooth.packed()) {
            *least = (*least).min(smooth);
        }
        self.in_block += 1;
        self.frames = self.frames.saturating_add(1);
        smooth
    }

    /// Counts the frames for which the sound has kept its shape, and its level too.
    #[inline(always)]
    fn compare<L: Lanes>(&mut self, smooth: Row<L>, noise: Row<L>) {
        let (mut turned, mut level) = (0.0, 0.0);
        if smooth.has_more(noise.plus(RISEN_DB)) {
            let lanes = smooth.lanes();
            let (yes, no) = (Row::all(lanes, 1.0), Row::all(lanes, 0.0));
            let risen = smooth.where_more(noise.plus(RISEN_DB), yes, no);
            let apart = risen * (smooth - Row::unpacked(lanes, &self.anchor));
            let per = 1.0 / risen.total();
            let louder = per * apart.total();
            level = per * (risen * smooth).total();
            turned = per * (risen * apart.plus(-louder).unsigned()).total();
        }
        self.same_shape += 1;
        self.steady += 1;
        if turned > STEADY_DB {
            self.anchor = smooth.packed();
            self.same_shape = 0;
        }
        if (level - self.anchor_level).abs() > STEADY_DB || self.same_shape == 0 {
            self.anchor_level = level;
            self.steady = 0;
        }
    }

    /// Whether most bands stand over their floors: noise that grows does so everywhere, a voice in noise does not.
    #[inline(always)]
    pub(crate) fn is_broad(&self) -> bool {
        let risen = |b: &usize| self.smooth[*b] > self.noise[*b] + RISEN_DB;
        (0..BANDS).filter(risen).count() >= BROAD_BANDS
    }

    /// Frames since the shape of the sound changed.
    pub(crate) fn same_shape(&self) -> u32 {
        self.same_shape
    }

    /// Frames since its shape or its level changed.
    pub(crate) fn steady(&self) -> u32 {
        self.steady
    }

    /// The sound before is over: what is smoothed begins with these levels.
    pub(crate) fn begin_anew(&mut self, levels: &[f32; BANDS]) {
        self.smooth = *levels;
    }

    /// What was heard of late was not speech, and no noise to learn from.
    pub(crate) fn forget(&mut self) {
        self.begin_anew(&self.noise.clone());
        self.anchor = packed(&self.noise);
        self.held = self.anchor;
        self.held_for = [0; BANDS];
        (self.steady, self.same_shape) = (0, 0);
    }

    /// Takes what is heard now for the noise.
    pub(crate) fn relearn(&mut self) {
        self.noise = self.smooth;
        self.level_db = f32::NAN;
        self.variance = STRAY_DB.map(|db| db * db);
        (self.steady, self.same_shape) = (0, 0);
        self.least = [[i16::MAX; BANDS], [i16::MAX; BANDS], packed(&self.smooth)];
    }
}

/// The level over all bands of floors in dBFS.
struct Level<'a>(&'a [f32; BANDS]);

impl Work for Level<'_> {
    type Output = f32;

    #[inline(always)]
    fn with<L: Lanes>(self, lanes: L) -> f32 {
        db(powers(Row::load(lanes, self.0)).total() + DUST)
    }
}

/// Down to what is clearly less.
#[inline(always)]
fn fallen<L: Lanes>(noise: Row<L>, smooth: Row<L>) -> Row<L> {
    noise - (noise.plus(-FALL_FROM_DB) - smooth).at_least(0.0).times(FALL_RATE)
}

fn packed(levels: &[f32; BANDS]) -> [i16; BANDS] {
    Row::load(Plain, levels).packed()
}

//! The noise floor of each band, and how far the noise strays from it.

use crate::bands::{db, highest, powers, roots, total};
use crate::lanes::Lanes;
use crate::limits::*;
use crate::packed::{self, pack_levels};

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
            anchor: pack_levels(&[UNHEARD_DB; BANDS]),
            anchor_level: UNHEARD_DB,
            held: pack_levels(&[UNHEARD_DB; BANDS]),
            held_for: [0; BANDS],
            steady: 0,
            same_shape: 0,
        }
    }

    /// Height of each band over its floor, in strays of its noise.
    #[inline(always)]
    pub(crate) fn heights<L: Lanes>(&self, lanes: L, levels: &[f32; BANDS]) -> [f32; BANDS] {
        const LEAST: f32 = LEAST_STRAY_DB * LEAST_STRAY_DB;
        let mut strays = [0.0; BANDS];
        for (stray, &variance) in strays.iter_mut().zip(&self.variance) {
            *stray = if variance > LEAST { variance } else { LEAST };
        }
        let strays = roots(lanes, &strays);
        let mut out = [0.0; BANDS];
        for b in 0..BANDS {
            let height = (levels[b] - self.noise[b]) / strays[b];
            let low = if height > HEIGHT_LEAST { height } else { HEIGHT_LEAST };
            out[b] = if low < HEIGHT_MOST { low } else { HEIGHT_MOST };
        }
        out
    }

    /// The floor over all bands, in dBFS.
    #[inline(always)]
    pub(crate) fn level_db(&self) -> f32 {
        db(total(&powers(&self.noise)) + DUST)
    }

    /// Takes a frame.
    #[inline(always)]
    pub(crate) fn learn(&mut self, levels: &[f32; BANDS], learning: Learning, lift: Lift) {
        self.smooth_and_keep_least(levels);
        self.compare();
        match learning {
            Learning::Pause if self.frames < COLD_FRAMES => self.go(levels, COLD_RATE, STRAY_RATE),
            Learning::Pause => self.go(levels, PAUSE_RATE, STRAY_RATE),
            Learning::UnprovedMean => self.go(levels, UNPROVED_MEAN_RATE, 0.0),
            Learning::Unproved => self.go(levels, UNPROVED_RATE, UNPROVED_RATE),
            Learning::Speech => self.fall(),
        }
        if lift != Lift::None {
            self.hold();
        }
        if lift == Lift::Free {
            self.rise();
        }
    }

    /// Goes a share of the way to the levels, and to how far they stray.
    #[inline(always)]
    fn go(&mut self, levels: &[f32; BANDS], rate: f32, stray_rate: f32) {
        for ((noise, variance), level) in self.noise.iter_mut().zip(&mut self.variance).zip(levels) {
            let off = level - *noise;
            let low = if off > -STRAY_REACH_DB { off } else { -STRAY_REACH_DB };
            let stray = if low < STRAY_REACH_DB { low } else { STRAY_REACH_DB };
            *noise += rate * off;
            *variance += stray_rate * (stray * stray - *variance);
        }
    }

    /// Goes down to what is clearly less.
    #[inline(always)]
    fn fall(&mut self) {
        for (noise, smooth) in self.noise.iter_mut().zip(&self.smooth) {
            let under = *noise - FALL_FROM_DB - smooth;
            *noise -= FALL_RATE * if under > 0.0 { under } else { 0.0 };
        }
    }

    /// A band that stays where it is for long enough is noise there.
    #[inline(always)]
    fn hold(&mut self) {
        // Chosen, not branched, and numbers of one width at a time, so that the compiler can take several bands at once.
        let (held, now) = (packed::levels(&self.held), pack_levels(&self.smooth));
        let (mut stays, mut held_for) = ([0i16; BANDS], [0.0; BANDS]);
        for b in 0..BANDS {
            stays[b] = if (self.smooth[b] - held[b]).abs() > HELD_DB { 0 } else { -1 };
        }
        for b in 0..BANDS {
            self.held[b] = (self.held[b] & stays[b]) | (now[b] & !stays[b]);
            self.held_for[b] = (self.held_for[b] + 1).min(HELD_FRAMES + 1) & stays[b];
            held_for[b] = f32::from(self.held_for[b]);
        }
        for ((noise, &smooth), frames) in self.noise.iter_mut().zip(&self.smooth).zip(held_for) {
            let above = if smooth > *noise + RISE_FROM_DB { smooth } else { *noise };
            *noise = if frames > f32::from(HELD_FRAMES) { above } else { *noise };
        }
    }

    /// Goes up to the minimum of the last second.
    #[inline(always)]
    fn rise(&mut self) {
        if self.frames < BLOCK_FRAMES {
            return;
        }
        let [older, old, new] = &self.least;
        let mut least = [0; BANDS];
        for b in 0..BANDS {
            least[b] = older[b].min(old[b]).min(new[b]);
        }
        let least = packed::levels(&least);
        for (noise, least) in self.noise.iter_mut().zip(least) {
            let off = least + LEAST_BIAS_DB - *noise;
            *noise += if off > RISE_FROM_DB { RISE_RATE * off } else { 0.0 };
        }
    }

    #[inline(always)]
    fn smooth_and_keep_least(&mut self, levels: &[f32; BANDS]) {
        if self.in_block == BLOCK_FRAMES {
            self.least = [self.least[1], self.least[2], [i16::MAX; BANDS]];
            self.in_block = 0;
        }
        if u64::from(self.frames) <= FILLING_FRAMES {
            self.smooth = *levels;
        }
        for (smooth, level) in self.smooth.iter_mut().zip(levels) {
            *smooth += SMOOTH_RATE * (level - *smooth);
        }
        for (least, smooth) in self.least[2].iter_mut().zip(pack_levels(&self.smooth)) {
            *least = (*least).min(smooth);
        }
        self.in_block += 1;
        self.frames = self.frames.saturating_add(1);
    }

    /// Counts the frames for which the sound has kept its shape, and its level too.
    #[inline(always)]
    fn compare(&mut self) {
        let anchor = packed::levels(&self.anchor);
        let (mut risen, mut apart, mut level) = ([0.0; BANDS], [0.0; BANDS], [0.0; BANDS]);
        for b in 0..BANDS {
            risen[b] = if self.smooth[b] > self.noise[b] + RISEN_DB { 1.0 } else { 0.0 };
            apart[b] = risen[b] * (self.smooth[b] - anchor[b]);
            level[b] = risen[b] * self.smooth[b];
        }
        let per = 1.0 / total(&risen).max(1.0);
        let (louder, level) = (per * total(&apart), per * total(&level));
        for b in 0..BANDS {
            apart[b] = risen[b] * (apart[b] - louder).abs();
        }
        let turned = per * total(&apart);
        self.same_shape += 1;
        self.steady += 1;
        if turned > STEADY_DB {
            self.anchor = pack_levels(&self.smooth);
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

    /// Height of the strongest band over its floor, in dB.
    #[inline(always)]
    pub(crate) fn peak_db(&self, levels: &[f32; BANDS]) -> f32 {
        let mut over = [0.0; BANDS];
        for b in 0..BANDS {
            over[b] = levels[b] - self.noise[b];
        }
        highest(&over)
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
        self.anchor = pack_levels(&self.noise);
        self.held = self.anchor;
        self.held_for = [0; BANDS];
        (self.steady, self.same_shape) = (0, 0);
    }

    /// Takes what is heard now for the noise.
    pub(crate) fn relearn(&mut self) {
        self.noise = self.smooth;
        self.variance = STRAY_DB.map(|db| db * db);
        (self.steady, self.same_shape) = (0, 0);
        self.least = [[i16::MAX; BANDS], [i16::MAX; BANDS], pack_levels(&self.smooth)];
    }
}

//! What the detector sees of one frame.

use crate::bands::{levels, per_bin, powers};
use crate::fft::Spectrum;
use crate::lanes::Lanes;
use crate::limits::{BANDS, BRIGHT_DB, BRIGHT_FROM};
use crate::lines::{Lines, lines, may_be_tone};
use crate::row::Row;
use crate::voicing::voicing;

/// One frame: the level of each band, and what the spectrum says of its source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sight {
    /// Power of each band.
    pub bands: [f32; BANDS],
    /// Level of each band, in dBFS.
    pub levels: [f32; BANDS],
    /// Level over all bands, in dBFS.
    pub level_db: f32,
    /// How much repeats at the pitch of a voice, 0–1; 0 where it was not looked for.
    pub voicing: f32,
    /// The strongest lines; none where they were not looked for.
    pub lines: Lines,
}

impl Sight {
    #[cfg(test)]
    pub(crate) const NOTHING: Self = Self {
        bands: [0.0; BANDS],
        levels: [crate::limits::DUST_DB; BANDS],
        level_db: crate::limits::DUST_DB,
        voicing: 0.0,
        lines: Lines::NONE,
    };

    /// What the spectrum of the newest window says, given the mean squares of the high bands.
    #[inline(always)]
    pub(crate) fn of<L: Lanes>(spectrum: &Spectrum<L>, high: [f32; 2]) -> Self {
        let now = spectrum.bands(high);
        let levels = levels(now.beside(now.total()));
        let (level_db, levels, bands) = (levels.aside(), levels.bands(), now.bands());
        Self { bands, levels, level_db, voicing: 0.0, lines: Lines::NONE }
    }

    /// Looks for a pitch and for lines over `noise`, in dBFS, where it may be speech; for lines only where it may be a tone,
    /// unless `all` of them count.
    #[inline(always)]
    pub(crate) fn look_closer<L: Lanes>(&mut self, spectrum: &Spectrum<L>, noise: &[f32; BANDS], all: bool) {
        let (lanes, power) = (spectrum.lanes, spectrum.power());
        let in_bands = powers(Row::load(lanes, noise)).bands();
        let noise = per_bin(&in_bands);
        self.voicing = voicing(lanes, &power, &noise);
        if all || may_be_tone(&power, &self.bands, &in_bands) {
            self.lines = lines(&power, &noise);
        }
    }

    /// Whether formants stand beside the fundamental: a rumble falls off above it.
    #[inline(always)]
    pub(crate) fn is_bright(&self) -> bool {
        self.levels[BRIGHT_FROM..].iter().any(|&level| level > self.level_db - BRIGHT_DB)
    }
}

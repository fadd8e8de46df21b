//! What rings on in a room after a tone: it beats, and is no longer one line, but it lies where the tone lay.

use crate::limits::*;
use crate::sight::Sight;

/// The tone that was heard last, and whether it may still ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ring {
    /// Where it lies, in Hz.
    hz: i16,
    /// The loudest that it was, in dBFS.
    loudest_db: i16,
    /// Frames that it was held.
    held: u8,
    /// Frames since it was heard.
    ago: u8,
}

impl Ring {
    pub(crate) const NONE: Self = Self { hz: 0, loudest_db: 0, held: 0, ago: 0 };

    /// Takes a frame; whether it is a tone, or one that rings on.
    pub(crate) fn take(&mut self, sight: &Sight) -> bool {
        let lines = &sight.lines;
        if lines.is_tone() {
            self.hold(lines.first_hz, sight.level_db);
            return true;
        }
        let rings = self.may_ring()
            && lines.near > RING_SHARE
            && (lines.near_hz - f32::from(self.hz)).abs() < BIN_HZ
            && sight.level_db <= f32::from(self.loudest_db);
        self.ago = if rings { 0 } else { self.ago.saturating_add(1) };
        if self.ago > RING_GAP_FRAMES {
            self.held = 0;
        }
        rings
    }

    /// Whether a tone was held for long enough to ring on.
    pub(crate) fn may_ring(&self) -> bool {
        self.held >= RING_HELD_FRAMES
    }

    /// Takes a frame of a tone at `hz`.
    fn hold(&mut self, hz: f32, level_db: f32) {
        let same = (hz - f32::from(self.hz)).abs() < 0.5 * BIN_HZ;
        // What rings is fainter than the tone, and does not end what is known of it.
        if !same && self.held >= RING_HELD_FRAMES && level_db < f32::from(self.loudest_db) {
            return;
        }
        if !same || self.held == 0 {
            *self = Self { hz: hz as i16, loudest_db: DUST_DB as i16, ..Self::NONE };
        }
        self.held = self.held.saturating_add(1);
        self.ago = 0;
        self.loudest_db = self.loudest_db.max(libm::ceilf(level_db) as i16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::Lines;

    /// A frame with one line at `hz` that holds `share` of it, and all but a tenth near it.
    fn sight(hz: f32, share: f32, level_db: f32) -> Sight {
        let lines = Lines { one: share, first_hz: hz, near: 0.9, near_hz: hz, ..Lines::NONE };
        Sight { level_db, voicing: 0.8, lines, ..Sight::NOTHING }
    }

    fn after_beep(frames: u32) -> Ring {
        let mut ring = Ring::NONE;
        for _ in 0..frames {
            assert!(ring.take(&sight(1_000.0, 0.99, -30.0)));
        }
        ring
    }

    #[test]
    fn a_blurred_line_where_a_tone_was_is_its_ring() {
        let mut ring = after_beep(20);
        for k in 0..40 {
            assert!(ring.take(&sight(1_010.0, 0.8, -40.0 - k as f32)), "{k}");
        }
    }

    #[test]
    fn nothing_rings_elsewhere_or_louder_or_later_or_after_a_moment_of_a_line() {
        assert!(!after_beep(20).take(&sight(1_100.0, 0.8, -40.0)));
        assert!(!after_beep(20).take(&sight(1_000.0, 0.8, -25.0)));
        assert!(!after_beep(5).take(&sight(1_000.0, 0.8, -40.0)));
        let mut ring = after_beep(20);
        for _ in 0..30 {
            assert!(!ring.take(&sight(200.0, 0.5, -40.0)));
        }
        assert!(!ring.take(&sight(1_000.0, 0.8, -40.0)));
    }
}

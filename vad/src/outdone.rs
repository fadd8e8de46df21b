//! What was taken for speech, until a voice far above it shows that it lay behind: music, a crowd, a machine.

use crate::limits::*;
use crate::rise::Standing;

/// A sound far above all that was speech before it, until it proves to be a voice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outdone {
    /// The loudest that the speech was before, in dBFS.
    before_dbfs: i8,
    /// Frames since the sound rose out of it, 0 for none.
    age: u8,
    /// Voiced frames of it.
    voiced: u8,
}

impl Outdone {
    pub(crate) const NONE: Self = Self { before_dbfs: 0, age: 0, voiced: 0 };

    /// Takes a frame of speech that was heard for `lasted` frames, no louder than `before_db` until just now; for how many
    /// frames it was another's, if that is certain now.
    pub(crate) fn take(
        &mut self,
        level_db: f32,
        before_db: f32,
        lasted: u64,
        standing: &Standing,
    ) -> Option<u64> {
        let over_db = if lasted > OUTDONE_AFTER_FRAMES { OUTDONE_DB } else { OUTDONE_SOON_DB };
        let long = lasted > OUTDONE_SOON_FRAMES && before_db > DUST_DB;
        if self.age > 0 {
            self.age += 1;
        } else if long && standing.hot && level_db > before_db + over_db {
            *self = Self { before_dbfs: before_db as i8, age: 1, voiced: 0 };
        }
        let above = self.age > 0 && level_db > f32::from(self.before_dbfs) + OUTDONE_HELD_DB;
        self.voiced += u8::from(above && standing.voiced);
        let age = u64::from(self.age);
        let outdone = self.voiced >= OUTDONE_VOICED;
        if outdone || self.age > OUTDONE_FRAMES {
            *self = Self::NONE;
        }
        outdone.then_some(age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the sound is found to be another's after `lasted` frames, given for each frame how far it stands over what was
    /// before.
    fn found(lasted: u64, over_db: impl Fn(u64) -> f32, voiced: bool) -> Option<u64> {
        let standing = Standing { hot: true, warm: true, edge: true, sustained: true, voiced, frame: 0 };
        let mut outdone = Outdone::NONE;
        (0..20).find_map(|k| outdone.take(-40.0 + over_db(k), -40.0, lasted + k, &standing))
    }

    #[test]
    fn only_a_voice_far_above_it_outdoes_what_was_before() {
        assert!(found(100, |_| 20.0, true).is_some());
        assert_eq!(found(100, |_| 20.0, false), None);
        assert_eq!(found(100, |_| 10.0, true), None);
    }

    #[test]
    fn the_sooner_it_comes_the_louder_it_must_be() {
        assert!(found(100, |_| 14.0, true).is_some());
        assert_eq!(found(50, |_| 14.0, true), None);
        assert!(found(50, |_| 18.0, true).is_some());
        assert_eq!(found(20, |_| 30.0, true), None);
    }

    #[test]
    fn a_knock_does_not() {
        assert_eq!(found(100, |k| if k < 4 { 30.0 } else { 0.0 }, true), None);
    }
}

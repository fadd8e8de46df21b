//! What was heard behind the talker: music, a crowd, a television, so far under him that it is none of his.

use crate::limits::*;

/// How loud that was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behind {
    /// Its loudest of late, in dBFS.
    loudest_db: f32,
}

impl Behind {
    pub(crate) const NOTHING: Self = Self { loudest_db: DUST_DB };

    /// A frame passes: what is not heard again is forgotten as slowly as the talker is.
    pub(crate) fn fade(&mut self) {
        self.loudest_db = (self.loudest_db - TALKER_REST_DB).max(DUST_DB);
    }

    /// A sound of `level_db` proved to lie there.
    pub(crate) fn hear(&mut self, level_db: f32) {
        self.loudest_db = self.loudest_db.max(level_db);
    }

    /// Whether what comes at `level_db` may be the same again, and not the next phrase of the talker, who was at `talker_db`.
    pub(crate) fn may_begin(&self, level_db: f32, talker_db: f32) -> bool {
        level_db <= (self.loudest_db + BEHIND_DB).min(talker_db - BEHIND_NEXT_DB)
    }

    /// Whether what stays at `level_db` may be that, and not the talker's own weak sounds.
    pub(crate) fn may_go_on(&self, level_db: f32, talker_db: f32) -> bool {
        level_db < (self.loudest_db + BEHIND_DB).min(talker_db - BEHIND_STAYS_DB)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_as_loud_as_before_is_the_same_unless_it_is_near_the_talker() {
        let mut behind = Behind::NOTHING;
        assert!(!behind.may_begin(-45.0, -20.0) && !behind.may_go_on(-45.0, -20.0), "nothing was heard yet");
        behind.hear(-45.0);
        assert!(behind.may_begin(-41.0, -20.0) && behind.may_go_on(-41.0, -20.0));
        assert!(!behind.may_begin(-37.0, -20.0) && !behind.may_go_on(-37.0, -20.0));
        assert!(!behind.may_begin(-41.0, -30.0) && !behind.may_go_on(-41.0, -30.0), "a soft talker");
    }

    #[test]
    fn it_is_forgotten() {
        let mut behind = Behind::NOTHING;
        behind.hear(-45.0);
        (0..1_000).for_each(|_| behind.fade());
        assert!(!behind.may_begin(-45.0, -20.0));
        behind.hear(-45.0);
        assert!(behind.may_begin(-45.0, -20.0));
    }
}

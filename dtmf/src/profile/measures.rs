//! A profile's limits in the units in which the detector counts.

use super::{Profile, limit::place};
use crate::limits::{
    DEVIATION_LATE_SHARE, FULL_SCALE_DBM0, INTERNAL_HZ, QUIET_SHARE, SCORE_THIRD_LONG, SOON_SHARE,
};

/// A profile, worked out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measures {
    /// The least amplitude of a tone; 1 is full scale.
    pub(crate) level_min: f32,
    /// A hop of less mean power than this holds no pair.
    pub(crate) quiet: f32,
    /// High tone over low and low over high at most, as ratios of powers.
    pub(crate) high_over_low: f32,
    pub(crate) low_over_high: f32,
    /// How far a tone may be off, as a share of its frequency: while the pair sounds, and when it has just ended.
    pub(crate) deviation_max: f32,
    pub(crate) deviation_max_late: f32,
    /// A third tone over the weaker one at most, as a ratio of amplitudes: at first, and when the pair has sounded for long.
    pub(crate) third: f32,
    pub(crate) third_long: f32,
    /// The shortest digit, the longest break within one, and the time within which an echo may come, in samples at 8 kHz.
    pub(crate) digit_min: f32,
    pub(crate) digit_soonest: f32,
    pub(crate) break_max: f32,
    pub(crate) echo_within: f32,
    /// The amplitude under which it is one, as a share of the digit's.
    pub(crate) echo: f32,
    /// Whether exactly tuned pairs are digits under a louder third tone, too.
    pub(crate) over_speech: bool,
}

impl Measures {
    pub(crate) fn of(profile: &Profile) -> Self {
        let values = &profile.values;
        let samples = |ms: f32| ms * (INTERNAL_HZ as f32 / 1_000.0);
        let level_min = amplitude(values[place::LEVEL_MIN] - FULL_SCALE_DBM0);
        let deviation_max = values[place::DEVIATION_MAX] / 100.0;
        let third = amplitude(values[place::THIRD_TONE_MAX]);
        Self {
            level_min,
            quiet: level_min * level_min * QUIET_SHARE,
            high_over_low: power(values[place::HIGH_OVER_LOW]),
            low_over_high: power(values[place::LOW_OVER_HIGH]),
            deviation_max,
            deviation_max_late: deviation_max * DEVIATION_LATE_SHARE,
            third,
            third_long: third * SCORE_THIRD_LONG,
            digit_min: samples(values[place::DIGIT_MIN]),
            digit_soonest: samples(values[place::DIGIT_MIN]) * SOON_SHARE,
            break_max: samples(values[place::BREAK_MAX]),
            echo_within: samples(values[place::ECHO_WITHIN]),
            echo: amplitude(-values[place::ECHO_UNDER]),
            over_speech: profile.over_speech,
        }
    }
}

fn amplitude(db: f32) -> f32 {
    libm::powf(10.0, db / 20.0)
}

fn power(db: f32) -> f32 {
    libm::powf(10.0, db / 10.0)
}

//! Changing a profile's limits one by one.

use super::{Profile, limit::place};

/// Builds a [`Profile`] out of another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use = "a builder does nothing until `build`"]
pub struct ProfileBuilder {
    pub(super) profile: Profile,
}

impl ProfileBuilder {
    /// A tone under this is none, in dBm0 (0 is 3.14 dB under a full-scale sine): −60 to −20.
    pub const fn level_min_dbm0(self, dbm0: f32) -> Self {
        self.set(place::LEVEL_MIN, dbm0)
    }

    /// The high tone may be this far over the low one, in dB: 4 to 24. Some books call it forward twist, some reverse.
    pub const fn high_over_low_db(self, db: f32) -> Self {
        self.set(place::HIGH_OVER_LOW, db)
    }

    /// The low tone may be this far over the high one, in dB: 4 to 24.
    pub const fn low_over_high_db(self, db: f32) -> Self {
        self.set(place::LOW_OVER_HIGH, db)
    }

    /// A tone may be this far off, in percent of its frequency: 1.5 to 2.6.
    pub const fn deviation_max_percent(self, percent: f32) -> Self {
        self.set(place::DEVIATION_MAX, percent)
    }

    /// A third tone may be this far over (negative: under) the weaker one of the pair, in dB: −20 to −6.
    pub const fn third_tone_max_db(self, db: f32) -> Self {
        self.set(place::THIRD_TONE_MAX, db)
    }

    /// What is shorter is no digit, in milliseconds: 28 to 56. A digit is told 2 to 6 ms after that.
    pub const fn digit_min_ms(self, ms: f32) -> Self {
        self.set(place::DIGIT_MIN, ms)
    }

    /// A break up to this belongs to the digit, in milliseconds: 10 to 100. The end is told that much later.
    pub const fn break_max_ms(self, ms: f32) -> Self {
        self.set(place::BREAK_MAX, ms)
    }

    /// The same digit may be an echo within this after its end, in milliseconds: 0 to 1000.
    pub const fn echo_within_ms(self, ms: f32) -> Self {
        self.set(place::ECHO_WITHIN, ms)
    }

    /// It is one if both its tones are this far under the digit's, in dB: 3 to 30.
    pub const fn echo_under_db(self, db: f32) -> Self {
        self.set(place::ECHO_UNDER, db)
    }

    /// Whether a pair is taken for a digit although there is a louder third tone, if it is exactly in tune: digits over speech
    /// and music.
    pub const fn over_speech(mut self, taken: bool) -> Self {
        self.profile.over_speech = taken;
        self
    }

    /// The profile.
    ///
    /// # Errors
    /// [`InvalidLimit`] names the first limit that is outside of its range, or not a number.
    pub fn build(self) -> Result<Profile, InvalidLimit> {
        for (limit, value) in self.profile.limits() {
            if !(value >= limit.least && value <= limit.most) {
                return Err(InvalidLimit {
                    name: limit.name,
                    unit: limit.unit,
                    value,
                    least: limit.least,
                    most: limit.most,
                });
            }
        }
        Ok(self.profile)
    }

    const fn set(mut self, place: usize, value: f32) -> Self {
        self.profile.values[place] = value;
        self
    }
}

/// A limit that is outside of its range.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("profile: {name} is {value} {unit}, outside of {least}–{most}")]
pub struct InvalidLimit {
    /// Which limit.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
    /// What was given.
    pub value: f32,
    /// The least that is allowed.
    pub least: f32,
    /// The most that is allowed.
    pub most: f32,
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::string::ToString;

    #[test]
    fn the_profiles_are_valid_themselves() {
        for profile in [Profile::Q24, Profile::ETSI, Profile::STRICT, Profile::WIDE] {
            assert_eq!(profile.builder().build(), Ok(profile));
        }
    }

    #[test]
    fn every_limit_has_a_range_that_is_held() {
        for (place, limit) in crate::limits::PROFILE_LIMITS.iter().enumerate() {
            for value in [limit.least - 0.1, limit.most + 0.1, f32::NAN] {
                let error =
                    Profile::Q24.builder().set(place, value).build().map_err(|error| error.to_string());
                assert!(error.is_err_and(|told| told.contains(limit.name)), "{}", limit.name);
            }
        }
    }
}

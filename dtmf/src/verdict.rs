//! The verdict: what evidence makes a digit.

use crate::{
    channel::Turning,
    judge::Evidence,
    limits::{
        DRIFT_MAX, DROWNED_BELOW, DROWNED_THIRD, EXACT_BELOW_MAX, EXACT_COHERENCE_MIN, EXACT_DEVIATION,
        EXACT_DRIFT, EXACT_THIRD_LONG_MAX, EXACT_THIRD_MAX, JOINED_BELOW_MAX, JOINED_DEVIATION, JOINED_DRIFT,
        LONG, PURITY_MIN, SCORE_DEVIATION, SCORE_DRIFT, SOON_OFF_MAX, SOON_PURITY_MIN, SOON_THIRD_MAX,
        STAYS_HARMONY_MAX, STAYS_PURITY_MIN, STAYS_THIRD_MAX, VOICE_BELOW_MIN, VOICE_GLIDE_MIN,
        VOICE_HARMONY_MIN, VOICE_THIRD_MIN,
    },
    profile::Measures,
    steady::Steadiness,
};

/// Whether the pair is a digit by now.
pub(crate) fn is_digit(evidence: &Evidence, measures: &Measures) -> bool {
    (evidence.duration >= measures.digit_min || is_pure(evidence))
        && evidence.duration >= measures.digit_soonest
        && has_level(evidence, measures)
        && evidence.purity > PURITY_MIN
        && !is_drowned(evidence)
        && (is_likely(evidence, measures) || (measures.over_speech && is_exact(evidence)))
}

/// Whether the pair has stayed where it is for so long that it is a digit under whatever is louder.
pub(crate) fn stays(evidence: &Evidence, steadiness: &Steadiness, measures: &Measures) -> bool {
    measures.over_speech
        && steadiness.is_proven()
        && has_level(evidence, measures)
        && evidence.purity > STAYS_PURITY_MIN
        && evidence.third < STAYS_THIRD_MAX
        && evidence.harmony < STAYS_HARMONY_MAX
        && evidence.below < EXACT_BELOW_MAX
}

/// So pure, so well in tune and so steady that it is told a little sooner.
fn is_pure(evidence: &Evidence) -> bool {
    evidence.purity > SOON_PURITY_MIN
        && evidence.third < SOON_THIRD_MAX
        && off_and_moving(&evidence.turnings, SCORE_DEVIATION, SCORE_DRIFT) < SOON_OFF_MAX
}

/// Loud enough, and neither tone much louder than the other.
fn has_level(evidence: &Evidence, measures: &Measures) -> bool {
    let [low, high] = evidence.amplitudes;
    low.min(high) > measures.level_min
        && high * high < low * low * measures.high_over_low
        && low * low < high * high * measures.low_over_high
}

/// Whether a pair that turns like this can be a digit, whatever else sounds: the tones are where they must be, and stay.
pub(crate) fn may_be_digit(turnings: &[Turning; 2], lasts: bool, measures: &Measures) -> bool {
    let most = if lasts { measures.deviation_max } else { measures.deviation_max_late };
    turnings.iter().all(|turning| turning.deviation.abs() < most && turning.drift.abs() < DRIFT_MAX)
        && (off_and_moving(turnings, SCORE_DEVIATION, SCORE_DRIFT) < 1.0
            || off_and_moving(turnings, EXACT_DEVIATION, EXACT_DRIFT) < 1.0)
}

/// What is off, moves and sounds beside the pair is little in sum.
fn is_likely(evidence: &Evidence, measures: &Measures) -> bool {
    let third = if evidence.duration >= LONG { measures.third_long } else { measures.third };
    let third = evidence.third / third;
    third * third + off_and_moving(&evidence.turnings, SCORE_DEVIATION, SCORE_DRIFT) < 1.0
}

/// So exactly in tune and so steady that it is a digit under speech or music.
fn is_exact(evidence: &Evidence) -> bool {
    let long = evidence.duration >= LONG;
    let off = off_and_moving(&evidence.turnings, EXACT_DEVIATION, EXACT_DRIFT);
    let likely = evidence.third < EXACT_THIRD_MAX && off < 1.0;
    let more_than_likely = long && evidence.third < EXACT_THIRD_LONG_MAX && off < 0.25;
    (likely || more_than_likely)
        && !evidence.third_is_related
        && (long || evidence.below < EXACT_BELOW_MAX)
        && evidence.turnings.iter().all(|turning| turning.coherence > EXACT_COHERENCE_MIN)
}

/// Whether a pair that joins what sounded before is so exactly in tune for so long that it is a digit under whatever is louder.
pub(crate) fn joins_exactly(evidence: &Evidence, deviations: [f32; 2], measures: &Measures) -> bool {
    measures.over_speech
        && evidence.duration >= measures.digit_min
        && has_level(evidence, measures)
        && evidence.purity > STAYS_PURITY_MIN
        && evidence.third < STAYS_THIRD_MAX
        && evidence.below < JOINED_BELOW_MAX
        && evidence.harmony < STAYS_HARMONY_MAX
        && evidence.turnings.iter().any(|turning| turning.drift.abs() < JOINED_DRIFT)
        && deviations.iter().all(|deviation| deviation.abs() < JOINED_DEVIATION)
}

/// What is no objection to a pair that joins what sounded before, if what lies below is weaker: whose tone the third one is, and,
/// if the pair is exactly in tune, that all share a pitch.
pub(crate) fn excuse(evidence: &mut Evidence) {
    if evidence.below < JOINED_BELOW_MAX {
        evidence.third_is_related = false;
        if off_and_moving(&evidence.turnings, EXACT_DEVIATION, EXACT_DRIFT) < 1.0 {
            evidence.harmony = 0.0;
        }
    }
}

/// The squares of deviations and drifts over their limits.
fn off_and_moving(turnings: &[Turning; 2], deviation: f32, drift: f32) -> f32 {
    let square = |share: f32, limit: f32| (share / limit) * (share / limit);
    turnings.iter().map(|t| square(t.deviation, deviation) + square(t.drift, drift)).sum()
}

/// Something below the band is much louder, and it reaches up into the band.
fn is_drowned(evidence: &Evidence) -> bool {
    evidence.below > DROWNED_BELOW && evidence.third > DROWNED_THIRD
}

/// The tones and most of the rest are harmonics of one pitch, and there is a voice's power below them, or they glide together.
pub(crate) fn is_voice(evidence: &Evidence) -> bool {
    evidence.harmony > VOICE_HARMONY_MIN
        && (evidence.below > VOICE_BELOW_MIN || glides(&evidence.turnings))
        && evidence.third > VOICE_THIRD_MIN
}

/// Both tones move, and the same way.
fn glides([low, high]: &[Turning; 2]) -> bool {
    low.drift * high.drift > 0.0 && low.drift.abs().min(high.drift.abs()) > VOICE_GLIDE_MIN
}

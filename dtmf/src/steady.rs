//! A pair that stays: what many looks in a row say together.

use crate::{
    judge::Evidence,
    limits::{STAYS_DEVIATION, STAYS_DRIFT, STAYS_LEVEL, STAYS_LOOKS, STAYS_MEAN_DEVIATION},
};

/// What a candidate's looks have in common, since the first one of a row in which all were in tune.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steadiness {
    looks: u32,
    /// The deviations of both tones, summed.
    deviations: [f32; 2],
    least: [f32; 2],
    most: [f32; 2],
}

impl Steadiness {
    pub(crate) const NONE: Self = Self { looks: 0, deviations: [0.0; 2], least: [0.0; 2], most: [0.0; 2] };

    /// Takes in another look; one that is out of tune or moves, or has another key's tone or a second
    /// harmonic beside it, makes all that was before worth nothing.
    pub(crate) fn see(&mut self, evidence: &Evidence) {
        let is_in_tune = evidence
            .turnings
            .iter()
            .all(|t| t.deviation.abs() < STAYS_DEVIATION && t.drift.abs() < STAYS_DRIFT);
        if !is_in_tune || evidence.third_is_related {
            *self = Self::NONE;
            return;
        }
        if self.looks == 0 {
            (self.least, self.most) = (evidence.amplitudes, evidence.amplitudes);
        }
        self.looks += 1;
        for n in 0..2 {
            self.deviations[n] += evidence.turnings[n].deviation;
            self.least[n] = self.least[n].min(evidence.amplitudes[n]);
            self.most[n] = self.most[n].max(evidence.amplitudes[n]);
        }
    }

    /// Whether both tones have been seen for long, in tune on the whole, and at one level.
    pub(crate) fn is_proven(&self) -> bool {
        self.looks >= STAYS_LOOKS
            && (0..2).all(|n| {
                self.deviations[n].abs() < STAYS_MEAN_DEVIATION * self.looks as f32
                    && self.most[n] < self.least[n] * STAYS_LEVEL
            })
    }
}

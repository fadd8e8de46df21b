//! The judge: the full examination of a pair that passed the screen.

mod model;
mod onset;
mod spectrum;
mod transform;
mod window;

use crate::{
    bank::Bank,
    channel::{Channel, Turning},
    envelope::Envelope,
    limits::{CLEAN, HOP, HUM_EARLY, HUM_FROM, HUM_LATE},
    machine::Lanes,
    samples::SAMPLES,
    screen::Pair,
};
use model::Model;
use onset::Search;
use spectrum::Rest;
use window::Window;

/// What was found out about a pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    /// For how long it has sounded, in samples, breaks left out.
    pub(crate) duration: f32,
    /// Amplitudes of the low and of the high tone.
    pub(crate) amplitudes: [f32; 2],
    /// How they turn.
    pub(crate) turnings: [Turning; 2],
    /// The pair's share of the energy in the band.
    pub(crate) purity: f32,
    /// The strongest third tone against the weaker of the two, as a ratio of amplitudes.
    pub(crate) third: f32,
    /// That tone's frequency.
    pub(crate) third_hz: f32,
    /// Whether that third tone is one of the eight, or a second harmonic of the pair.
    pub(crate) third_is_related: bool,
    /// Power below the band over the pair's.
    pub(crate) below: f32,
    /// How much of the rest lies on a pitch that the tones share: a voice.
    pub(crate) harmony: f32,
    /// The two tones that were fitted.
    pub(crate) model: Model,
    /// The power of the rest of the band over the pair's.
    pub(crate) noise: f32,
}

/// How the tones of a pair turn, if both do so steadily enough near the right speed to be worth a full look.
#[inline(always)]
pub(crate) fn turnings(bank: &Bank, pair: Pair, deviation_max: f32) -> Option<[Turning; 2]> {
    let [low, high] = Channel::both(bank, pair);
    if !(low.may_be_in_tune() && high.may_be_in_tune()) {
        return None;
    }
    Some([low.turning(deviation_max)?, high.turning(deviation_max)?])
}

/// The digit before: its pair, and where it ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    pub(crate) pair: Pair,
    pub(crate) end: f64,
}

impl Before {
    /// The start of this pair is not looked for before this.
    pub(crate) fn earliest_start(&self, pair: Pair) -> f64 {
        if self.pair == pair { self.end } else { 0.0 }
    }

    /// The only tone of `pair` that was not in the digit before, if there is one.
    fn only_new_tone(&self, pair: Pair) -> Option<usize> {
        match (self.pair.row == pair.row, self.pair.column == pair.column) {
            (true, false) => Some(1),
            (false, true) => Some(0),
            _ => None,
        }
    }
}

/// A pair that is worth a full look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suspect {
    pub(crate) pair: Pair,
    pub(crate) turnings: [Turning; 2],
    pub(crate) envelope: Envelope,
    pub(crate) before: Option<Before>,
}

impl Suspect {
    /// Looks at everything: at the spectrum of the rest only if that is not little, or if the worst that it may be is not
    /// `enough` to decide.
    #[inline(always)]
    pub(crate) fn examine<L: Lanes>(
        &self,
        lanes: L,
        bank: &Bank,
        enough: impl Fn(&Evidence) -> bool,
    ) -> Evidence {
        let hz = self.turnings.map(|turning| turning.hz * (1.0 + turning.deviation));
        let window = Window::of(&self.envelope);
        let mut residual = window.newest(&bank.samples);
        let model = Model::fit(lanes, &mut residual, &window, hz);
        let at_most = self.evidence(model, &Rest::at_most(lanes, &residual, &window));
        if at_most.noise < CLEAN && enough(&at_most) {
            return at_most;
        }
        self.evidence(model, &spectrum::look(&residual, &window, hz))
    }

    #[inline(always)]
    fn evidence(&self, model: Model, rest: &Rest) -> Evidence {
        let amplitudes = model.amplitudes();
        let energy = 0.5 * (amplitudes[0] * amplitudes[0] + amplitudes[1] * amplitudes[1]) + 1e-12;
        Evidence {
            duration: self.envelope.duration(),
            amplitudes,
            turnings: self.turnings,
            purity: energy / (energy + rest.energy),
            third: rest.peak / (amplitudes[0].min(amplitudes[1]) + 1e-9),
            third_hz: rest.peak_hz,
            third_is_related: rest.peak_is_related,
            below: rest.below / energy,
            harmony: rest.harmony,
            model,
            noise: rest.energy / energy,
        }
    }

    /// Where the pair started, at 8 kHz. Under a louder dial tone or hum the samples say little by themselves; then the start lies
    /// where the tones' envelope has it, or little before.
    pub(crate) fn onset(&self, bank: &Bank, evidence: &Evidence) -> f64 {
        let start = self.onset_in_samples(bank, evidence);
        if evidence.below < HUM_FROM {
            return start;
        }
        // The newest hop's second half lies outside of every window.
        let rough = bank.heard() as f64 - HOP as f64 / 2.0 - f64::from(evidence.duration);
        let end_before = self.before.map_or(0.0, |before| before.earliest_start(self.pair));
        start.clamp(rough - f64::from(HUM_EARLY), rough - f64::from(HUM_LATE)).max(end_before)
    }

    fn onset_in_samples(&self, bank: &Bank, evidence: &Evidence) -> f64 {
        let first = bank.heard() as f64 - SAMPLES as f64;
        let earliest = self.before.map_or(0.0, |before| before.earliest_start(self.pair)) - first;
        let search = Search { noise: evidence.noise, earliest, only: None };
        let start = first + search.run(&bank.samples, &evidence.model) as f64;
        match self.before.filter(|before| start < before.end).and_then(|b| b.only_new_tone(self.pair)) {
            Some(tone) => {
                first + Search { only: Some(tone), ..search }.run(&bank.samples, &evidence.model) as f64
            }
            None => start,
        }
    }
}

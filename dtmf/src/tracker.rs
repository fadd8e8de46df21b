//! The tracker: from hops to digits that start and end.

use crate::{
    Digit, Event,
    bank::Bank,
    envelope::{Amplitudes, Envelope},
    front::Front,
    held::Held,
    joining::joins,
    judge::{Before, Evidence, Suspect, turnings},
    limits::{
        HOPELESS_HOPS, HOPELESS_THIRD, JOINED_ASKED, JOINED_FOR, JOINED_LOOKS, START_MARGIN, VOICE_HOPS,
    },
    long_window::deviations,
    machine::Lanes,
    past::Past,
    pending::Pending,
    profile::Measures,
    screen::{Pair, look, rough_look},
    steady::Steadiness,
    verdict::{excuse, is_digit, is_voice, joins_exactly, may_be_digit, stays},
};

/// A pair that may become a digit, and the start that was found when there was first hope of that.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    pair: Pair,
    /// At 8 kHz; infinite until then.
    onset: f64,
    /// The hop in which that start was found, and the one in which the pair was seen last.
    first: u64,
    hop: u64,
    /// Until which hop it counts as a voice.
    voice_until: u64,
    /// In which hop it is looked at next.
    next_look: u64,
    steadiness: Steadiness,
    /// Whether the third tone sounded before the pair did, as far as that was asked.
    joins: bool,
    /// Looks in a row in which a pair that joins was exactly in tune for long.
    exact_looks: u32,
}

/// Hops for which a candidate may be out of sight.
const CANDIDATE_HOPS: u64 = 4;

/// Which digit sounds, and which one was before.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    pub(crate) measures: Measures,
    held: Option<Held>,
    past: Option<Past>,
    candidate: Option<Candidate>,
    /// The pair for whose sake the next hop is looked at, too: seen by the last look, not held, and turning like one.
    in_sight: Option<Pair>,
    /// The end that was told last, in input samples: no digit starts before it.
    told: u64,
}

/// Where the stream stands: for positions in events.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock<'a> {
    pub(crate) front: &'a Front,
    /// Input samples given so far.
    pub(crate) known: u64,
}

impl Clock<'_> {
    fn position(&self, internal: f64) -> u64 {
        self.front.input_position(internal).min(self.known)
    }
}

impl Tracker {
    pub(crate) const fn new(measures: Measures) -> Self {
        Self { measures, held: None, past: None, candidate: None, in_sight: None, told: 0 }
    }

    /// Takes in the bank's newest hop.
    #[inline(always)]
    pub(crate) fn hear<L: Lanes>(
        &mut self,
        lanes: L,
        bank: &mut Bank,
        clock: Clock<'_>,
        events: &mut Pending,
    ) {
        if let Some(past) = &mut self.past {
            past.hear(bank, &self.measures);
        }
        if self.held.as_mut().is_some_and(|held| held.hear(bank, self.measures.break_max)) {
            self.end(None, clock, events);
        }
        if let Some(pair) = self.look(lanes, bank) {
            self.consider(lanes, pair, bank, clock, events);
        }
    }

    /// The pair in sight that is not held already: a rough look every other hop, a better one where that has seen a pair.
    #[inline(always)]
    fn look<L: Lanes>(&mut self, lanes: L, bank: &mut Bank) -> Option<Pair> {
        if bank.hops().is_multiple_of(2) {
            let rough = if bank.is_quiet() { None } else { rough_look(lanes, bank, &self.measures) };
            self.in_sight = rough.filter(|pair| self.is_new(*pair, bank));
        }
        if self.waits(self.in_sight?, bank) {
            return None;
        }
        let pair = look(lanes, bank, &self.measures).filter(|pair| self.is_new(*pair, bank));
        self.in_sight = pair;
        pair.filter(|pair| !self.waits(*pair, bank))
    }

    /// Whether the pair has lately been far from a digit.
    #[inline(always)]
    fn waits(&self, pair: Pair, bank: &Bank) -> bool {
        self.candidate.is_some_and(|candidate| candidate.pair == pair && bank.hops() < candidate.next_look)
    }

    /// Whether the pair can be another digit than the one that is held, or that was.
    #[inline(always)]
    fn is_new(&self, pair: Pair, bank: &Bank) -> bool {
        match (self.held, self.past) {
            (Some(held), _) => held.pair != pair,
            (None, Some(past)) => past.is_over(pair, bank, self.measures.digit_soonest),
            (None, None) => true,
        }
    }

    /// Ends the digit that sounds, if any: at `at`, or where it was last heard.
    pub(crate) fn end(&mut self, at: Option<f64>, clock: Clock<'_>, events: &mut Pending) {
        let Some(held) = self.held.take() else { return };
        let end = at.map_or(held.end, |at| at.min(held.end));
        self.past = Some(Past::new(&held, end));
        let digit = Digit::at(held.pair.row, held.pair.column);
        let end = clock.position(end).max(held.start + 1);
        self.told = end;
        events.push(Event::DigitEnded { digit, start: held.start, end, known: clock.known });
    }

    #[inline(always)]
    fn consider<L: Lanes>(
        &mut self,
        lanes: L,
        pair: Pair,
        bank: &Bank,
        clock: Clock<'_>,
        events: &mut Pending,
    ) {
        let Some(turnings) = turnings(bank, pair, self.measures.deviation_max) else {
            self.in_sight = None;
            return;
        };
        let amplitudes = Amplitudes::of(bank, pair);
        if !may_be_digit(&turnings, amplitudes.last(), &self.measures) {
            return;
        }
        let full = amplitudes.full();
        if self.past.is_some_and(|past| past.is_plainly_heard_again(pair, full, bank, &self.measures)) {
            return;
        }
        let before = self.before();
        let earliest = before.map_or(0.0, |before| before.earliest_start(pair));
        let envelope = Envelope::of(bank, pair, &amplitudes, earliest);
        if envelope.duration() < self.measures.digit_soonest {
            return;
        }
        let suspect = Suspect { pair, turnings, envelope, before };
        let enough = |worst: &Evidence| is_digit(worst, &self.measures) && !is_voice(worst);
        let mut evidence = suspect.examine(lanes, bank, enough);
        let mut candidate = self.candidate(lanes, &suspect, &mut evidence, bank);
        let is_one = is_digit(&evidence, &self.measures)
            || candidate.exact_looks >= JOINED_LOOKS
            || stays(&evidence, &candidate.steadiness, &self.measures);
        if is_one && candidate.voice_until <= bank.hops() {
            if candidate.first < bank.hops() {
                candidate.onset = candidate.onset.min(suspect.onset(bank, &evidence));
            }
            if !self
                .past
                .is_some_and(|past| past.sounds_again(pair, candidate.onset, &evidence, &self.measures))
            {
                self.candidate = None;
                return self.start(candidate, &evidence, bank, clock, events);
            }
        }
        self.candidate = Some(candidate);
    }

    /// The digit that sounds or has sounded last.
    #[inline(always)]
    fn before(&self) -> Option<Before> {
        let held = self.held.map(|held| Before { pair: held.pair, end: held.end });
        held.or(self.past.map(|past| Before { pair: past.pair, end: past.end }))
    }

    /// The pair as a candidate: the one in sight, or a new one.
    #[inline(always)]
    fn candidate<L: Lanes>(
        &self,
        lanes: L,
        suspect: &Suspect,
        evidence: &mut Evidence,
        bank: &Bank,
    ) -> Candidate {
        let hop = bank.hops();
        let known = self.candidate.filter(|c| c.pair == suspect.pair && hop - c.hop <= CANDIDATE_HOPS);
        let mut candidate = known.unwrap_or(Candidate {
            pair: suspect.pair,
            onset: f64::INFINITY,
            first: hop,
            hop,
            voice_until: 0,
            next_look: hop,
            steadiness: Steadiness::NONE,
            joins: false,
            exact_looks: 0,
        });
        candidate.hop = hop;
        let is_hopeless = evidence.third > HOPELESS_THIRD;
        candidate.next_look = hop + if is_hopeless { HOPELESS_HOPS } else { 1 };
        if !is_hopeless && candidate.onset == f64::INFINITY {
            (candidate.first, candidate.onset) = (hop, suspect.onset(bank, evidence));
        }
        candidate.joins = candidate.joins
            || self.measures.over_speech
                && (evidence.third_is_related || is_voice(evidence) || evidence.third > JOINED_ASKED)
                && joins(lanes, bank, evidence, candidate.onset.min(bank.heard() as f64));
        if candidate.joins {
            excuse(evidence);
        }
        if candidate.joins && bank.heard() as f64 - candidate.onset > f64::from(JOINED_FOR) {
            let is_exact = joins_exactly(evidence, deviations(bank, suspect.pair), &self.measures);
            candidate.exact_looks = if is_exact { candidate.exact_looks + 1 } else { 0 };
        }
        candidate.steadiness.see(evidence);
        if is_voice(evidence) {
            candidate.voice_until = hop + VOICE_HOPS;
        }
        candidate
    }

    fn start(
        &mut self,
        candidate: Candidate,
        evidence: &Evidence,
        bank: &Bank,
        clock: Clock<'_>,
        events: &mut Pending,
    ) {
        let onset = candidate.onset - f64::from(START_MARGIN);
        self.end(Some(onset), clock, events);
        let pair = candidate.pair;
        let start = clock.position(onset).max(self.told);
        self.held = Some(Held::new(pair, start, evidence.amplitudes, bank));
        let digit = Digit::at(pair.row, pair.column);
        events.push(Event::DigitStarted { digit, start, known: clock.known });
    }
}

#[cfg(test)]
mod tests;

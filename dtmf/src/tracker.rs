//! The tracker: from hops to digits that start and end.

use crate::{
    Digit, Event,
    bank::Bank,
    envelope::Envelope,
    front::Front,
    held::Held,
    judge::{Evidence, channels, examine},
    limits::{DURATION_MIN, ECHO_AMPLITUDE_MAX, ECHO_WITHIN, START_MARGIN},
    pending::Pending,
    screen::{Pair, screen, tone_powers},
    verdict::is_digit,
};

/// A digit that has ended.
#[derive(Clone, Copy, Debug)]
struct Past {
    pair: Pair,
    loudest: [f32; 2],
    end: f64,
}

/// A pair that may become a digit, and the start that was found when it was first looked at.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    pair: Pair,
    onset: f64,
    hop: u64,
}

/// Hops for which a candidate may be out of sight.
const CANDIDATE_HOPS: u64 = 4;

/// Which digit sounds, and which one was before.
#[derive(Clone, Debug)]
pub(crate) struct Tracker {
    held: Option<Held>,
    past: Option<Past>,
    candidate: Option<Candidate>,
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
    pub(crate) const fn new() -> Self {
        Self { held: None, past: None, candidate: None }
    }

    /// Takes in the bank's newest hop.
    pub(crate) fn hear(&mut self, bank: &Bank, clock: Clock<'_>, events: &mut Pending) {
        if self.held.as_mut().is_some_and(|held| held.hear(bank)) {
            self.end(None, clock, events);
        }
        let Some(pair) = screen(&tone_powers(bank)) else { return };
        if self.held.is_some_and(|held| held.pair == pair) {
            return;
        }
        self.consider(pair, bank, clock, events);
    }

    /// Ends the digit that sounds, if any: at `at`, or where it was last heard.
    pub(crate) fn end(&mut self, at: Option<f64>, clock: Clock<'_>, events: &mut Pending) {
        let Some(held) = self.held.take() else { return };
        let end = at.map_or(held.end, |at| at.min(held.end));
        self.past = Some(Past { pair: held.pair, loudest: held.loudest, end });
        let digit = Digit::at(held.pair.row, held.pair.column);
        let end = clock.position(end).max(held.start + 1);
        events.push(Event::DigitEnded { digit, start: held.start, end, known: clock.known });
    }

    fn consider(&mut self, pair: Pair, bank: &Bank, clock: Clock<'_>, events: &mut Pending) {
        let Some(channels) = channels(bank, pair) else { return };
        let earliest = self.past.filter(|past| past.pair == pair).map_or(0.0, |past| past.end);
        let envelope = Envelope::of(bank, pair, earliest);
        if envelope.duration() < DURATION_MIN {
            return;
        }
        let mut evidence = examine(bank, &channels, &envelope, earliest);
        evidence.onset = self.remember(pair, evidence.onset, bank.hops());
        if is_digit(&evidence) && !self.is_echo(pair, &evidence) {
            self.start(pair, &evidence, bank, clock, events);
        }
    }

    /// The candidate's start: the earliest that was found while it was in sight.
    fn remember(&mut self, pair: Pair, onset: f64, hop: u64) -> f64 {
        let known = self.candidate.filter(|c| c.pair == pair && hop - c.hop <= CANDIDATE_HOPS);
        let onset = known.map_or(onset, |candidate| candidate.onset.min(onset));
        self.candidate = Some(Candidate { pair, onset, hop });
        onset
    }

    fn start(&mut self, pair: Pair, evidence: &Evidence, bank: &Bank, clock: Clock<'_>, events: &mut Pending) {
        self.end(Some(evidence.onset), clock, events);
        self.candidate = None;
        let start = clock.position(evidence.onset - f64::from(START_MARGIN));
        self.held = Some(Held::new(pair, start, evidence.amplitudes, bank));
        let digit = Digit::at(pair.row, pair.column);
        events.push(Event::DigitStarted { digit, start, known: clock.known });
    }

    /// Whether this is the last digit again, so soon and so much weaker that it is its echo.
    fn is_echo(&self, pair: Pair, evidence: &Evidence) -> bool {
        self.past.is_some_and(|past| {
            let weaker = |n: usize| evidence.amplitudes[n] < past.loudest[n] * ECHO_AMPLITUDE_MAX;
            past.pair == pair
                && evidence.onset - past.end < f64::from(ECHO_WITHIN)
                && weaker(0)
                && weaker(1)
        })
    }
}

//! The digit that has ended last: what its echoes and its reverberation are told by.

use crate::{
    bank::Bank,
    held::{Held, amplitudes_in_newest_hop},
    judge::Evidence,
    limits::{FADE_PAUSE_MAX, FADE_POWER_MAX, HOP, PLAINLY, RISE_MIN},
    profile::Measures,
    screen::Pair,
};

/// A digit that has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    pub(crate) pair: Pair,
    /// Where it ended, at 8 kHz.
    pub(crate) end: f64,
    /// The loudest that its tones were.
    loudest: [f32; 2],
    /// The least that was left of the stronger of its tones since, as a share of the loudest.
    quietest: f32,
}

impl Past {
    pub(crate) fn new(held: &Held, end: f64) -> Self {
        Self { pair: held.pair, end, loudest: held.loudest, quietest: held.quietest }
    }

    /// Takes in the newest hop, as long as it matters: once it was gone, whatever is more than its echo has risen by enough.
    pub(crate) fn hear(&mut self, bank: &Bank, measures: &Measures) {
        let is_gone = self.quietest <= measures.echo / RISE_MIN;
        if !is_gone && bank.heard() as f64 - self.end < f64::from(measures.echo_within) {
            let now = amplitudes_in_newest_hop(bank, self.pair);
            self.quietest = self.quietest.min((now[0] / self.loudest[0]).max(now[1] / self.loudest[1]));
        }
    }

    /// Whether the pair has had the time to sound as a digit since.
    pub(crate) fn is_over(&self, pair: Pair, bank: &Bank, digit_min: f32) -> bool {
        pair != self.pair || bank.heard() as f64 - self.end >= f64::from(digit_min) + HOP as f64 / 2.0
    }

    /// Whether a pair is so weak against this digit that it is its echo, without a full look; `full` are its tones' amplitudes.
    pub(crate) fn is_plainly_heard_again(
        &self,
        pair: Pair,
        full: [f32; 2],
        bank: &Bank,
        measures: &Measures,
    ) -> bool {
        let most = (full[0] / self.loudest[0]).max(full[1] / self.loudest[1]);
        pair == self.pair
            && most * PLAINLY < measures.echo
            && bank.heard() as f64 - self.end < f64::from(measures.echo_within)
    }

    /// Whether this is the same digit, so soon and so much weaker, or so little louder than what was left of it all the
    /// while, that it is its echo or its reverberation.
    pub(crate) fn sounds_again(
        &self,
        pair: Pair,
        onset: f64,
        evidence: &Evidence,
        measures: &Measures,
    ) -> bool {
        let pause = (onset - self.end) as f32;
        if pair != self.pair || pause > measures.echo_within {
            return false;
        }
        let shares = [0, 1].map(|n| evidence.amplitudes[n] / self.loudest[n]);
        let rise = shares[0].max(shares[1]) / (self.quietest + 1e-6);
        let power = 0.5 * (shares[0] * shares[0] + shares[1] * shares[1]);
        shares[0].max(shares[1]) < measures.echo
            || rise < RISE_MIN
            || (pause < FADE_PAUSE_MAX && power < FADE_POWER_MAX)
    }
}

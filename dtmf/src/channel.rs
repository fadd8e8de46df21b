//! One tone's channel over the last hops: how steady it turns, how far it is off, how loud it was when.

use crate::{
    bank::{Bank, KEPT, TONES},
    limits::{HOP, INTERNAL_HZ, TONES_HZ},
    phasor::{Phasor, cos_turns, sin_turns},
};

/// Hops over which a tone's turning is looked at: 32 ms.
pub(crate) const SPAN: usize = KEPT;

/// The tangent of a hop's turn, per Hz of the tone, that a tone may have: 4.0 % off at 697 Hz, 2.7 % at 1633 Hz.
const IN_TUNE_TANGENT: f32 = 0.001_2;

/// By how much each tone is turned back per hop: a steady tone then has the same value in every hop, and one that is off by
/// δ Hz turns by δ · 4 ms from one to the next.
static TURN_BACK: [Phasor; TONES] = turns_back();

/// A tone's values in the newest hops, oldest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channel {
    pub(crate) hz: f32,
    values: [Phasor; SPAN],
}

impl Channel {
    /// The channel of one of the eight tones.
    pub(crate) fn of(bank: &Bank, tone: usize) -> Self {
        let turn_back = TURN_BACK[tone % TONES];
        let mut values = [Phasor::ZERO; SPAN];
        let mut turned = Phasor::new(1.0, 0.0);
        for (n, value) in values.iter_mut().enumerate() {
            *value = bank.tone(SPAN - 1 - n, tone) * turned;
            turned = turned * turn_back;
        }
        Self { hz: TONES_HZ[tone % TONES] as f32, values }
    }

    /// Whether the phase turns at about the right speed: the cheapest look, without an angle.
    pub(crate) fn may_be_in_tune(&self) -> bool {
        let turn = self.lagged(1, 0..SPAN);
        turn.im.abs() < IN_TUNE_TANGENT * self.hz * turn.re
    }

    /// How steadily the phase turns from hop to hop: 1 for a pure tone, near 0 for noise.
    pub(crate) fn coherence(&self) -> f32 {
        let mut sum = Phasor::ZERO;
        let mut lengths = 1e-20;
        for (a, b) in self.values.iter().zip(&self.values[1..]) {
            let product = *b * a.conj();
            sum += product;
            lengths += product.length();
        }
        sum.length() / lengths
    }

    /// How far the tone is off, in Hz: from hops side by side first, then from those 16 ms apart.
    pub(crate) fn deviation_hz(&self) -> f32 {
        let coarse = self.lagged(1, 0..SPAN).angle();
        let fine = self.lagged(4, 0..SPAN) * Phasor::turned(-4.0 * coarse);
        (coarse + fine.angle() / 4.0) * hz_per_radian()
    }

    /// By how much the frequency moves from the window's first half to its second, in Hz.
    pub(crate) fn drift_hz(&self) -> f32 {
        let first = self.lagged(2, 0..SPAN / 2 + 1);
        let second = self.lagged(2, SPAN / 2 - 1..SPAN);
        (second * first.conj()).angle() / 2.0 * hz_per_radian()
    }

    fn lagged(&self, lag: usize, range: core::ops::Range<usize>) -> Phasor {
        let values = self.values.get(range).unwrap_or(&[]);
        let later = values.get(lag..).unwrap_or(&[]);
        later.iter().zip(values).fold(Phasor::ZERO, |sum, (b, a)| sum + *b * a.conj())
    }
}

fn hz_per_radian() -> f32 {
    INTERNAL_HZ as f32 / (HOP as f32 * 2.0 * core::f32::consts::PI)
}

const fn turns_back() -> [Phasor; TONES] {
    let mut turns = [Phasor::ZERO; TONES];
    let mut tone = 0;
    while tone < TONES {
        let turn = TONES_HZ[tone] as f64 * HOP as f64 / INTERNAL_HZ as f64;
        turns[tone] = Phasor::new(cos_turns(turn) as f32, -sin_turns(turn) as f32);
        tone += 1;
    }
    turns
}

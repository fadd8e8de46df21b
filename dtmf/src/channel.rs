//! One tone's channel over the last hops: how steady it turns, how far it is off, how loud it was when.

use crate::{
    bank::Bank,
    limits::{HOP, INTERNAL_HZ, TONES_HZ},
    phasor::Phasor,
};

/// Hops over which a tone's turning is looked at: 32 ms.
pub(crate) const SPAN: usize = 8;

/// The tangent of a hop's turn, per Hz of the tone, that a tone may have: 4.0 % off at 697 Hz, 2.7 % at 1633 Hz.
const IN_TUNE_TANGENT: f32 = 0.001_2;

/// A tone's values in the newest hops, oldest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channel {
    pub(crate) hz: f32,
    values: [Phasor; SPAN],
}

impl Channel {
    /// The channel of one of the eight tones.
    pub(crate) fn of(bank: &Bank, tone: usize) -> Self {
        let mut values = [Phasor::ZERO; SPAN];
        for (n, value) in values.iter_mut().enumerate() {
            *value = bank.bins(SPAN - 1 - n).tone(tone);
        }
        Self { hz: TONES_HZ[tone % TONES_HZ.len()] as f32, values }
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

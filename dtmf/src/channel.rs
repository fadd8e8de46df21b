//! One tone's channel over the last hops: how steady it turns, how far it is off, how loud it was when.

use crate::{
    bank::{Bank, Group, KEPT, TONES},
    limits::{HOP, INTERNAL_HZ, ROUGH_COHERENCE_MIN, ROUGH_PRESENT, SCREEN_COHERENCE_MIN, TONES_HZ},
    phasor::{Phasor, cos_turns, sin_turns},
    screen::Pair,
};
use wide::f32x4;

/// Hops over which a tone's turning is looked at: 32 ms.
const SPAN: usize = KEPT;

/// The tangent of a hop's turn, per Hz of the tone, that a tone may have: 4.0 % off at 697 Hz, 2.7 % at 1633 Hz.
const IN_TUNE_TANGENT: f32 = 0.001_2;

/// Hops between the values that a deviation is taken from: first side by side, then 16 ms apart.
const COARSE: usize = 1;
/// See [`COARSE`].
const FINE: usize = 4;
/// By how much each tone is turned back within so many hops: what remains of a steady tone's turn is 0, and of one that is off by
/// δ Hz, δ · 4 ms per hop.
static COARSE_BACK: [Phasor; TONES] = turns_back(COARSE);
static FINE_BACK: [Phasor; TONES] = turns_back(FINE);

/// A tone's values in the newest hops, oldest first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Channel {
    tone: usize,
    hz: f32,
    values: [Phasor; SPAN],
    /// The sum of each value's turn from the one before.
    turn: Phasor,
}

/// How one of the eight tones turns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turning {
    /// The tone's nominal frequency.
    pub(crate) hz: f32,
    /// How steadily the phase turns from hop to hop: 1 for a pure tone, near 0 for noise.
    pub(crate) coherence: f32,
    /// How far the tone is off, as a share of its frequency.
    pub(crate) deviation: f32,
    /// By how much the frequency moves from the window's first half to its second (16 ms), as a share.
    pub(crate) drift: f32,
}

/// Whether a tone may be steady: a look at its values in every other hop, which must have been worked out, without an angle. It
/// must have sounded 28 ms ago (or, if that was in a break, 40 ms ago) and turn by about as much from one value to the next.
#[inline(always)]
pub(crate) fn may_be_steady(bank: &Bank, tone: usize) -> bool {
    let values: [Phasor; SPAN / 2] = core::array::from_fn(|n| bank.kept(2 * n, Group::of(tone)).tone(tone));
    let [a, b, c, d] = values;
    let (re, im) = (f32x4::new([a.re, b.re, c.re, d.re]), f32x4::new([a.im, b.im, c.im, d.im]));
    let lengths = (re * re + im * im).sqrt();
    let turn = a * b.conj() + b * c.conj() + c * d.conj();
    let [a, b, c, d] = lengths.to_array();
    let sum = a * b + b * c + c * d;
    let present = ROUGH_PRESENT * if b > a { b } else { a };
    turn.power() > ROUGH_COHERENCE_MIN * ROUGH_COHERENCE_MIN * sum * sum
        && (d > present || bank.tone(SPAN + 1, tone).length() > present)
}

impl Channel {
    /// The channels of a pair's tones, whose values must have been worked out.
    #[inline(always)]
    pub(crate) fn both(bank: &Bank, pair: Pair) -> [Self; 2] {
        [Self::of(bank, pair.low()), Self::of(bank, pair.high())]
    }

    #[inline(always)]
    fn of(bank: &Bank, tone: usize) -> Self {
        let mut values = [Phasor::ZERO; SPAN];
        for (value, age) in values.iter_mut().zip((0..SPAN).rev()) {
            *value = bank.kept(age, Group::of(tone)).tone(tone);
        }
        let hz = TONES_HZ[tone % TONES] as f32;
        Self { tone, hz, turn: lagged(&values, COARSE) * COARSE_BACK[tone % TONES], values }
    }

    /// Whether the phase turns at about the right speed: the cheapest look, without an angle.
    pub(crate) fn may_be_in_tune(&self) -> bool {
        self.turn.im.abs() < IN_TUNE_TANGENT * self.hz * self.turn.re
    }

    /// How it turns, if that is steady enough to be worth more than a look.
    #[inline(always)]
    pub(crate) fn turning(&self, deviation_max: f32) -> Option<Turning> {
        let coherence = self.coherence();
        if coherence <= SCREEN_COHERENCE_MIN {
            return None;
        }
        let deviation = self.deviation_hz() / self.hz;
        let is_near = deviation.abs() < deviation_max;
        is_near.then(|| Turning { hz: self.hz, coherence, deviation, drift: self.drift_hz() / self.hz })
    }

    #[inline(always)]
    fn coherence(&self) -> f32 {
        let lengths = lengths(&self.values);
        let sum: f32 = lengths.iter().zip(&lengths[1..]).map(|(a, b)| a * b).sum();
        self.turn.length() / (sum + 1e-20)
    }

    /// From hops side by side first, then from those 16 ms apart, whose turn alone would be ambiguous.
    #[inline(always)]
    fn deviation_hz(&self) -> f32 {
        let coarse = self.turn.angle();
        let back = FINE_BACK[self.tone % TONES] * self.turn.conj().to_the(FINE);
        let fine = lagged(&self.values, FINE) * back;
        (coarse + fine.angle() / FINE as f32) * hz_per_radian()
    }

    /// Both halves turn by the nominal frequency as well; their difference does not.
    #[inline(always)]
    fn drift_hz(&self) -> f32 {
        let first = lagged(&self.values[..SPAN / 2 + 1], 2);
        let second = lagged(&self.values[SPAN / 2 - 1..], 2);
        (second * first.conj()).angle() / 2.0 * hz_per_radian()
    }
}

#[inline(always)]
fn lengths<const N: usize>(values: &[Phasor; N]) -> [f32; N] {
    let mut lengths = [0.0; N];
    for (length, value) in lengths.iter_mut().zip(values) {
        *length = value.length();
    }
    lengths
}

#[inline(always)]
fn lagged(values: &[Phasor], lag: usize) -> Phasor {
    let later = values.get(lag..).unwrap_or(&[]);
    later.iter().zip(values).fold(Phasor::ZERO, |sum, (b, a)| sum + *b * a.conj())
}

fn hz_per_radian() -> f32 {
    INTERNAL_HZ as f32 / (HOP as f32 * 2.0 * core::f32::consts::PI)
}

const fn turns_back(hops: usize) -> [Phasor; TONES] {
    let mut turns = [Phasor::ZERO; TONES];
    let mut tone = 0;
    while tone < TONES {
        let turn = (TONES_HZ[tone] as usize * hops * HOP) as f64 / INTERNAL_HZ as f64;
        turns[tone] = Phasor::new(cos_turns(turn) as f32, -sin_turns(turn) as f32);
        tone += 1;
    }
    turns
}

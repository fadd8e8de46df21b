//! How loud a pair was in each of the last hops, against how loud it is when it sounds.

use crate::{
    bank::{Bank, KEPT},
    limits::{ENVELOPE_GAP_HOPS, HOP},
    phasor::Phasor,
    samples::HOPS,
    screen::Pair,
};

/// From this share of the full amplitude on a tone still sounds.
const STILL_THERE: f32 = 0.5;
/// Under this share it does not.
const ABSENT: f32 = 0.3;

/// The envelope of a pair over the last 64 ms, newest hop first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    /// The weaker tone's share of its full amplitude: 1 where both tones sound in full.
    weaker: [f32; HOPS],
    /// The stronger one's: near 0 only where neither sounds.
    stronger: [f32; HOPS],
}

impl Envelope {
    /// The envelope since `earliest` (at 8 kHz); before that it is 0.
    pub(crate) fn of(bank: &Bank, pair: Pair, earliest: f64) -> Self {
        let since = (bank.heard() as f64 - earliest) / HOP as f64 - 0.5;
        let hops = (since.max(0.0) as usize).min(HOPS);
        let amplitudes = Amplitudes { bank, pair };
        let (mut lows, mut highs) = ([0.0; KEPT], [0.0; KEPT]);
        for (age, (low, high)) in lows.iter_mut().zip(&mut highs).enumerate() {
            [*low, *high] = amplitudes.at(age);
        }
        let full = [typical(&lows), typical(&highs)];
        let mut envelope = Self { weaker: [0.0; HOPS], stronger: [0.0; HOPS] };
        let (mut gap, mut has_begun) = (0, false);
        for age in 0..hops {
            if age >= KEPT && has_begun {
                break;
            }
            let [low, high] = match (lows.get(age), highs.get(age)) {
                (Some(low), Some(high)) => [*low, *high],
                _ => amplitudes.at(age),
            };
            let shares = [(low / full[0]).min(1.0), (high / full[1]).min(1.0)];
            envelope.weaker[age] = shares[0].min(shares[1]);
            envelope.stronger[age] = shares[0].max(shares[1]);
            gap = if envelope.weaker[age] < ABSENT { gap + 1 } else { 0 };
            has_begun |= gap > ENVELOPE_GAP_HOPS;
        }
        envelope
    }

    /// For how many samples the pair has sounded, breaks left out: the sum of the envelope over the newest run of hops.
    pub(crate) fn duration(&self) -> f32 {
        let mut sum = 0.0;
        let mut gap = 0;
        for share in self.weaker {
            gap = if share < ABSENT { gap + 1 } else { 0 };
            if gap > ENVELOPE_GAP_HOPS {
                break;
            }
            sum += share;
        }
        sum * HOP as f32
    }

    /// Whether the pair sounds still, or did 8 ms ago: later, what is left in the window is mostly its end.
    pub(crate) fn lasts(&self) -> bool {
        self.weaker[0].max(self.weaker[1]) > STILL_THERE
    }

    /// Whether any of the pair sounds in the hop of this age: if not, it is a hole, or before the start.
    pub(crate) fn sounds(&self, age: usize) -> bool {
        self.stronger.get(age).is_some_and(|share| *share > 0.6)
    }
}

/// The amplitudes of a pair's tones.
struct Amplitudes<'a> {
    bank: &'a Bank,
    pair: Pair,
}

impl Amplitudes<'_> {
    fn at(&self, age: usize) -> [f32; 2] {
        self.bank.tones(age, [self.pair.low(), self.pair.high()]).map(Phasor::length)
    }
}

/// The third loudest of the newest eight hops: neither a click nor an edge.
fn typical(amplitudes: &[f32; KEPT]) -> f32 {
    let mut top = [1e-12f32; 3];
    for &value in amplitudes {
        if value > top[0] {
            top = [value, top[0], top[1]];
        } else if value > top[1] {
            top = [top[0], value, top[1]];
        } else if value > top[2] {
            top[2] = value;
        }
    }
    top[2]
}

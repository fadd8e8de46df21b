//! How loud a pair was in each of the last hops, against how loud it is when it sounds.

use crate::{
    bank::{Bank, Group, KEPT},
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

/// The amplitudes of a pair's tones in the newest 32 ms, newest hop first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amplitudes {
    of_hops: [[f32; 2]; KEPT],
    /// Those of the pair when it sounds.
    full: [f32; 2],
}

impl Amplitudes {
    /// Those of the newest hops, whose values must have been worked out.
    #[inline(always)]
    pub(crate) fn of(bank: &Bank, pair: Pair) -> Self {
        let mut of_hops = [[0.0; 2]; KEPT];
        for (age, hop) in of_hops.iter_mut().enumerate() {
            hop[0] = bank.kept(age, Group::Low).tone(pair.low()).length();
            hop[1] = bank.kept(age, Group::High).tone(pair.high()).length();
        }
        Self { of_hops, full: [typical(&of_hops, 0), typical(&of_hops, 1)] }
    }

    /// Whether the pair sounds still, or did 8 ms ago: later, what is left in the window is mostly its end.
    pub(crate) fn last(&self) -> bool {
        let [newest, before, ..] = self.of_hops;
        [newest, before].into_iter().any(|hop| self.shares(hop).into_iter().all(|share| share > STILL_THERE))
    }

    /// The amplitudes of the pair when it sounds.
    pub(crate) fn full(&self) -> [f32; 2] {
        self.full
    }

    fn shares(&self, hop: [f32; 2]) -> [f32; 2] {
        [(hop[0] / self.full[0]).min(1.0), (hop[1] / self.full[1]).min(1.0)]
    }
}

impl Envelope {
    /// The envelope since `earliest` (at 8 kHz); before that it is 0.
    #[inline(always)]
    pub(crate) fn of(bank: &Bank, pair: Pair, newest: &Amplitudes, earliest: f64) -> Self {
        let since = (bank.heard() as f64 - earliest) / HOP as f64 - 0.5;
        let hops = (since.max(0.0) as usize).min(HOPS);
        let mut envelope = Self { weaker: [0.0; HOPS], stronger: [0.0; HOPS] };
        let (mut gap, mut has_begun) = (0, false);
        for age in 0..hops {
            if age >= KEPT && has_begun {
                break;
            }
            let hop = newest.of_hops.get(age).copied();
            let hop = hop.unwrap_or_else(|| bank.tones(age, [pair.low(), pair.high()]).map(Phasor::length));
            let shares = newest.shares(hop);
            envelope.weaker[age] = shares[0].min(shares[1]);
            envelope.stronger[age] = shares[0].max(shares[1]);
            gap = if envelope.weaker[age] < ABSENT { gap + 1 } else { 0 };
            has_begun |= gap > ENVELOPE_GAP_HOPS;
        }
        envelope
    }

    /// For how many samples the pair has sounded, breaks left out: the sum of the envelope over the newest run of hops.
    #[inline(always)]
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

    /// Whether any of the pair sounds in the hop of this age: if not, it is a hole, or before the start.
    pub(crate) fn sounds(&self, age: usize) -> bool {
        self.stronger.get(age).is_some_and(|share| *share > 0.6)
    }
}

/// A tone's third loudest of the newest eight hops: neither a click nor an edge.
#[inline(always)]
fn typical(hops: &[[f32; 2]; KEPT], tone: usize) -> f32 {
    let mut top = [1e-12f32; 3];
    for hop in hops {
        let value = hop[tone];
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

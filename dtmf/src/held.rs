//! A digit that is sounding: its breaks, and its end.

use crate::{bank::Bank, limits::HOP, phasor::Phasor, screen::Pair};

/// From this share of the full amplitude on the digit sounds.
const SOUNDING: f32 = 0.65;
/// Under this share it does not; between the two it does in part.
const SILENT: f32 = 0.35;
/// From this share on a hop is filled by the tone; under it, an edge may lie in the hop.
const FILLED: f32 = 0.9;
/// From this share on the full amplitude follows the tone, by [`FOLLOWING`] per hop: a wobble of 12 dB at 20 Hz is followed,
/// an echo 10 dB down is not.
const FOLLOWED: f32 = 0.5;
const FOLLOWING: f32 = 0.4;

/// A digit that falls while it is examined is followed from this share of the examined amplitude on.
const FALLEN: f32 = 0.6;

/// A digit that was told and has not ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) pair: Pair,
    /// The first input sample.
    pub(crate) start: u64,
    /// The loudest that its tones were: what an echo is measured against.
    pub(crate) loudest: [f32; 2],
    /// Where it ends if it does not go on, at 8 kHz.
    pub(crate) end: f64,
    /// The least that was left of the stronger tone in the break that is under way, as a share of the loudest.
    pub(crate) quietest: f32,
    full: [f32; 2],
    gap: f32,
}

impl Held {
    pub(crate) fn new(pair: Pair, start: u64, amplitudes: [f32; 2], bank: &Bank) -> Self {
        let end = bank.heard() as f64 - HOP as f64 / 2.0;
        let now = amplitudes_in_newest_hop(bank, pair);
        let full = [0, 1].map(|n| now[n].clamp(amplitudes[n] * FALLEN, amplitudes[n]));
        Self { pair, start, loudest: amplitudes, end, quietest: 1.0, full, gap: 0.0 }
    }

    /// Takes in the newest hop; whether the digit has ended.
    pub(crate) fn hear(&mut self, bank: &Bank, break_max: f32) -> bool {
        let now = amplitudes_in_newest_hop(bank, self.pair);
        let share = (now[0] / self.full[0]).min(now[1] / self.full[1]);
        let centre = bank.heard() as f64 - HOP as f64;
        if share >= SOUNDING {
            let filled = if share >= FILLED { 1.0 } else { f64::from(share) };
            self.end = self.end.max(centre + (filled - 0.5) * HOP as f64);
            self.gap = 0.0;
            self.quietest = 1.0;
        } else {
            self.quietest = self.quietest.min((now[0] / self.loudest[0]).max(now[1] / self.loudest[1]));
            if self.gap < 2.0 * HOP as f32 {
                self.end += f64::from(share * HOP as f32);
            }
            self.gap += HOP as f32 * (1.0 - ((share - SILENT) / (SOUNDING - SILENT)).max(0.0));
        }
        if share > FOLLOWED {
            self.follow(now);
        }
        self.gap > break_max
    }

    fn follow(&mut self, now: [f32; 2]) {
        for ((full, loudest), now) in self.full.iter_mut().zip(&mut self.loudest).zip(now) {
            *full += FOLLOWING * (now - *full);
            *loudest = loudest.max(*full);
        }
    }
}

/// The amplitudes of a pair's tones in the newest hop.
pub(crate) fn amplitudes_in_newest_hop(bank: &Bank, pair: Pair) -> [f32; 2] {
    bank.tones(0, [pair.low(), pair.high()]).map(Phasor::length)
}

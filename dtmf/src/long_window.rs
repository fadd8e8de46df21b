//! How exactly a pair is in tune over 48 ms: what sounds some 60 Hz beside a tone bends that far less than over 32 ms.

use crate::{
    bank::Bank,
    limits::{HOP, INTERNAL_HZ, TONES_HZ},
    phasor::Phasor,
    screen::{HANN, Pair},
};

/// Hops between the two windows: 16 ms.
const APART: usize = 4;

/// How far each tone is off, as a share: by how much its phase turns from one window to the next.
pub(crate) fn deviations(bank: &Bank, pair: Pair) -> [f32; 2] {
    [pair.low(), pair.high()].map(|tone| {
        let hz = TONES_HZ[tone % TONES_HZ.len()] as f32;
        let hop = 2.0 * core::f32::consts::PI * HOP as f32 / INTERNAL_HZ as f32;
        let turn = Phasor::turned(hop * hz);
        let windowed = |first: usize| {
            HANN.iter().enumerate().rev().fold(Phasor::ZERO, |sum, (n, weight)| {
                sum * turn + bank.tone(first + n, tone).scaled(*weight as f32)
            })
        };
        let (newer, older) = (windowed(0), windowed(APART));
        let turned = newer * older.conj() * turn.to_the(APART).conj();
        turned.angle() / (hop * APART as f32 * hz)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::FULL_SCALE;

    #[test]
    fn a_note_60_hz_beside_a_tone_bends_it_by_less_than_a_thousandth() {
        let mut bank = Bank::new();
        let mut n = 0;
        while bank.hops() < 20 {
            let sample = |hz: f32, n: i32| libm::sinf(2.0 * core::f32::consts::PI * hz * n as f32 / 8_000.0);
            let sum = 0.2 * sample(852.0, n) + 0.2 * sample(1_336.0 * 1.01, n) + 0.15 * sample(790.0, n);
            bank.samples.next(1).fill((sum * f32::from(FULL_SCALE)) as i16);
            if bank.samples.is_full() {
                bank.hear(0.0);
            }
            n += 1;
        }
        let [low, high] = deviations(&bank, Pair { row: 2, column: 1 });
        assert!(low.abs() < 0.001 && (high - 0.01).abs() < 0.000_3, "{low} {high}");
    }
}

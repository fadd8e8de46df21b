//! Whether a digit is part of what was played: then it is ours when it comes back.

use super::limits::{DIGIT_PAIR, DIGIT_REACH, DIGIT_TONE};
use super::spectrum::{BINS, FRAME, Packed};
use afterbeep_dtmf::Digit;

/// The tones of rows and columns, in Hz (ITU-T Q.23 §1).
const ROWS_HZ: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS_HZ: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];

/// Whether `digit` sounds in one of the blocks, which are at `hz`.
pub(super) fn is_played<'a>(digit: Digit, hz: f32, blocks: impl Iterator<Item = &'a Packed>) -> bool {
    let bins = [ROWS_HZ[digit.row()], COLUMNS_HZ[digit.column()]]
        .map(|tone| (tone * FRAME as f32 / hz).round() as usize);
    blocks.into_iter().any(|block| {
        let all: f32 = (0..BINS).map(|bin| block.power(bin)).sum();
        let [low, high] =
            bins.map(|bin| (bin - DIGIT_REACH..=bin + DIGIT_REACH).map(|bin| block.power(bin)).sum::<f32>());
        all > 0.0 && low.min(high) >= DIGIT_TONE * all && low + high >= DIGIT_PAIR * all
    })
}

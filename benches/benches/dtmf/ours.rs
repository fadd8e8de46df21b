//! `afterbeep-dtmf`: bank, decisions, positions, talk-off rules.

use super::{BLOCK, buffers::Buffer};
use afterbeep_dtmf::{Detector, Event, SampleRate};

pub(crate) fn hear(buffer: &Buffer) -> Option<usize> {
    let mut detector = Detector::new(SampleRate::new(8_000).unwrap());
    let told = |event: &Event| matches!(event, Event::DigitStarted { .. });
    Some(buffer.words.chunks(BLOCK).map(|block| detector.push_i16(block).filter(told).count()).sum())
}

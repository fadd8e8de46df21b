//! The crate `dtmf` 0.1.5: two blocks of 25 ms alike are a digit.

use super::{BLOCK, buffers::Buffer};
use dtmf::{decoder::Decoder, enums::State};

pub(crate) fn hear(buffer: &Buffer) -> Option<usize> {
    let mut digits = 0;
    let mut decoder = Decoder::new(8_000, |_, state| digits += usize::from(matches!(state, State::On)));
    buffer.floats.chunks(BLOCK).for_each(|block| decoder.process(block));
    Some(digits)
}

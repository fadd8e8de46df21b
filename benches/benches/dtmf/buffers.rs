//! What is heard: 10 s each at 8 kHz, in the kinds of numbers that the peers take.

use afterbeep_benches::{SECONDS, as_float, conversation};
use afterbeep_dtmf::{Digit, SampleRate, Tone};
use afterbeep_tests::voice;

const RATE_HZ: u32 = 8_000;
/// The length of a block in which textbooks tell the tones apart, in samples.
pub(crate) const TEXTBOOK: usize = 205;

/// Ten seconds of something.
pub(crate) struct Buffer {
    pub(crate) name: &'static str,
    pub(crate) words: Vec<i16>,
    pub(crate) floats: Vec<f32>,
    /// Blocks of [`TEXTBOOK`] samples.
    pub(crate) blocks: Vec<Vec<f64>>,
}

impl Buffer {
    fn new(name: &'static str, words: Vec<i16>) -> Self {
        let floats = as_float(&words);
        let double = |block: &[f32]| block.iter().map(|&sample| f64::from(sample)).collect();
        let blocks = floats.chunks_exact(TEXTBOOK).map(double).collect();
        Self { name, words, floats, blocks }
    }
}

/// A conversation (speech for 4 s of 10), speech without end, and digits without end (50 ms on, 50 ms off).
pub(crate) fn all() -> [Buffer; 3] {
    [
        Buffer::new("conversation", conversation(RATE_HZ)),
        Buffer::new("speech", speech()),
        Buffer::new("digits", digits()),
    ]
}

/// Five speakers, one after another.
fn speech() -> Vec<i16> {
    const SPEAKERS: u32 = 5;
    let length = (SECONDS * RATE_HZ / SPEAKERS) as usize;
    let samples = (1..=SPEAKERS).flat_map(|speaker| voice(RATE_HZ, length, -20.0, u64::from(speaker)));
    samples.map(|x| (x * 32_768.0).round() as i16).collect()
}

fn digits() -> Vec<i16> {
    let tone = Tone::builder().length_s(0.05).pause_s(0.05).build().unwrap();
    let count = SECONDS as usize * 10;
    let keys = Digit::all().collect::<Vec<_>>().into_iter().cycle().take(count);
    tone.dial(keys, SampleRate::new(RATE_HZ).unwrap()).map(|x| (x * 32_768.0).round() as i16).collect()
}

//! The slow way from a format's bytes to 16 bits and back, by the formats' definitions and in whole numbers.

use cpal::SampleFormat;
use random::random;

#[path = "../random/mod.rs"]
mod random;

/// Bits of a whole-number format, and whether zero amplitude is its middle.
fn integer(format: SampleFormat) -> Option<(u32, bool)> {
    use SampleFormat::*;
    Some(match format {
        I8 => (8, false),
        I16 => (16, false),
        I24 => (24, false),
        I32 => (32, false),
        I64 => (64, false),
        U8 => (8, true),
        U16 => (16, true),
        U24 => (24, true),
        U32 => (32, true),
        U64 => (64, true),
        _ => return None,
    })
}

/// A sample's 32 most significant bits, as a signed number.
fn level(format: SampleFormat, bytes: &[u8]) -> i128 {
    let Some((bits, offset)) = integer(format) else {
        let value = match bytes.len() {
            4 => f64::from(f32::from_ne_bytes(bytes.try_into().expect("4 bytes"))),
            _ => f64::from_ne_bytes(bytes.try_into().expect("8 bytes")),
        };
        // Not-a-number is 0; what is too loud is clipped; the fraction goes.
        return i128::from((value * 2f64.powi(31)) as i32);
    };
    let word = bytes.iter().rev().fold(0i128, |word, &byte| word << 8 | i128::from(byte));
    let word = word & ((1 << bits) - 1);
    let half = 1i128 << (bits - 1);
    let signed = if offset { word - half } else { (word ^ half) - half };
    if bits < 32 { signed << (32 - bits) } else { signed >> (bits - 32) }
}

/// The 16-bit value nearest to the mean of a frame's samples, halves upwards, clipped.
pub(crate) fn heard(format: SampleFormat, frame: &[u8]) -> i16 {
    let size = format.sample_size();
    let count = (frame.len() / size) as i128;
    let sum: i128 = frame.chunks(size).map(|sample| level(format, sample)).sum();
    let nearest = (2 * sum + count * (1 << 16)).div_euclid(count * (1 << 17));
    nearest.clamp(-32_768, 32_767) as i16
}

/// A 16-bit sample in a format's bytes.
pub(crate) fn played(format: SampleFormat, sample: i16) -> Vec<u8> {
    let size = format.sample_size();
    let Some((bits, offset)) = integer(format) else {
        let value = f64::from(sample) / 32_768.0;
        return if size == 4 { (value as f32).to_ne_bytes().into() } else { value.to_ne_bytes().into() };
    };
    let wide = i128::from(sample);
    let signed = if bits < 16 { wide >> (16 - bits) } else { wide << (bits - 16) };
    let word = if offset { signed + (1 << (bits - 1)) } else { signed };
    word.to_le_bytes()[..size].to_vec()
}

/// Samples worth a try: every value of 8 and 16 bits; of wider formats every 16-bit value, the two nearest on each side
/// of it and of the half step above it, and as many at random.
pub(crate) fn samples(format: SampleFormat, seed: u64) -> Vec<Vec<u8>> {
    let size = format.sample_size();
    let whole = |word: i128| word.to_le_bytes()[..size].to_vec();
    match integer(format) {
        Some((bits @ (8 | 16), _)) => (0..1i128 << bits).map(whole).collect(),
        Some((bits, _)) => {
            let (step, half) = (1i128 << (bits - 16), 1i128 << (bits - 17));
            let near = move |n: i128| [-1, 0, 1, half - 1, half, half + 1].map(|off| whole(n * step + off));
            // The fourth byte of 24 bits is anything.
            let random = random(seed).take(1 << 16).map(|word| whole(i128::from(word)));
            (0..1i128 << 16).flat_map(near).chain(random).collect()
        }
        None => floats(size, seed),
    }
}

fn floats(size: usize, seed: u64) -> Vec<Vec<u8>> {
    let bytes = |value: f64| {
        if size == 4 { (value as f32).to_ne_bytes().to_vec() } else { value.to_ne_bytes().to_vec() }
    };
    let near = |n: i32| {
        let value = f64::from(n) / 32_768.0;
        let half = value + 0.5 / 32_768.0;
        [value.next_down(), value, value.next_up(), half.next_down(), half, half.next_up()]
    };
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 7.5, -7.5, 1e-40, -0.0, f64::MAX];
    // Any bits at all, not-a-numbers and sub-normals among them.
    let random = random(seed).take(1 << 16).map(|word| word.to_le_bytes()[..size].to_vec());
    (-32_800..32_800).flat_map(near).chain(odd).map(bytes).chain(random).collect()
}

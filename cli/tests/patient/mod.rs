//! What the doctor is given to hear: a voice that is well, and what can be wrong with it.

use std::f64::consts::TAU;

use afterbeep::resampler;

use crate::afterbeep::{caller, samples};

/// Rate of all of them, in Hz.
pub(crate) const RATE: u32 = 48_000;

/// The bundled caller over again for so many seconds, in a quiet room: noise at −66 dBFS.
pub(crate) fn voice(seconds: usize) -> Vec<i16> {
    let spoken = resampler::convert(&samples(&caller()), 16_000, RATE).unwrap();
    // The key at the end is left out, and so is the silence.
    let words = &spoken[..5 * RATE as usize];
    let room = noise(seconds, 16.4);
    words.iter().cycle().zip(room).map(|(&word, room)| word.saturating_add(room)).collect()
}

/// White noise of this root of a mean square.
pub(crate) fn noise(seconds: usize, rms: f64) -> Vec<i16> {
    let mut state = 0x1234_5678u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) - 0.5) * 12f64.sqrt()
    };
    std::iter::repeat_with(|| (rms * next()).round().clamp(-32_768.0, 32_767.0) as i16)
        .take(seconds * RATE as usize)
        .collect()
}

/// The same with a hum of 50 Hz and its third multiple, at −49 dBFS together.
pub(crate) fn with_hum(sound: &[i16]) -> Vec<i16> {
    let hum = |n: usize, hz: f64| (TAU * hz * n as f64 / f64::from(RATE)).sin();
    let sum = |n: usize| (150.0 * hum(n, 50.0) + 50.0 * hum(n, 150.0)).round() as i16;
    sound.iter().enumerate().map(|(n, &sample)| sample.saturating_add(sum(n))).collect()
}

/// The same, so many times as loud, and cut off at full scale.
pub(crate) fn louder(sound: &[i16], times: f64) -> Vec<i16> {
    let scaled = |sample: i16| (f64::from(sample) * times).clamp(-32_768.0, 32_767.0);
    sound.iter().map(|&sample| scaled(sample).round() as i16).collect()
}

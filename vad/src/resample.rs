//! From any rate to 16 kHz, by a cubic through four samples.

use crate::limits::WIDE_HZ;
use crate::packed::rounded_sample;

/// Delay, in samples of the input: an output lies after the second of the four newest.
pub(crate) const DELAY: f32 = 2.0;

/// Samples before the newest that an output needs.
const REACH: usize = 3;
/// New samples taken at a time, at most: 10 ms at 16 kHz, and one more that a filter before it held back.
const BLOCK: usize = 161;
/// Most outputs: 16 kHz from 8 kHz is two for each sample.
pub(crate) const OUTPUTS: usize = 2 * BLOCK;

/// Interpolates. What lies over 8 kHz folds back into the 4–8 kHz half, where only loudness is heard.
#[derive(Clone, Debug)]
pub(crate) struct Resampler {
    rate_hz: u32,
    /// Where the next output lies after the second of the four samples that end with the next one, in 1/16000 of an input sample.
    phase: u32,
    last: [f32; REACH],
}

impl Resampler {
    pub(crate) const fn new(rate_hz: u32) -> Self {
        Self { rate_hz, phase: 0, last: [0.0; REACH] }
    }

    /// Takes samples and writes the outputs; says how many.
    #[inline(always)]
    pub(crate) fn stretch(&mut self, samples: &[f32], out: &mut [f32; OUTPUTS]) -> usize {
        let samples = &samples[..samples.len().min(BLOCK)];
        let mut line = [0.0; REACH + BLOCK];
        line[..REACH].copy_from_slice(&self.last);
        line[REACH..].iter_mut().zip(samples).for_each(|(to, &x)| *to = rounded_sample(x));
        let (mut at, mut phase, mut n) = ((self.phase / WIDE_HZ) as usize, self.phase % WIDE_HZ, 0);
        let (whole, part) = ((self.rate_hz / WIDE_HZ) as usize, self.rate_hz % WIDE_HZ);
        for to in out {
            if at >= samples.len() {
                break;
            }
            let Some(four) = line[at..].first_chunk() else { break };
            *to = cubic(four, phase as f32 * (1.0 / WIDE_HZ as f32));
            (at, phase, n) = (at + whole, phase + part, n + 1);
            if phase >= WIDE_HZ {
                (at, phase) = (at + 1, phase - WIDE_HZ);
            }
        }
        self.phase = (at - samples.len()) as u32 * WIDE_HZ + phase;
        self.last.copy_from_slice(&line[samples.len()..][..REACH]);
        n
    }
}

/// Catmull-Rom: the value `t` of the way from the second to the third.
#[inline(always)]
fn cubic([a, b, c, d]: &[f32; REACH + 1], t: f32) -> f32 {
    let slope = 0.5 * (c - a);
    let bend = a - 2.5 * b + 2.0 * c - 0.5 * d;
    let twist = 1.5 * (b - c) + 0.5 * (d - a);
    ((twist * t + bend) * t + slope) * t + b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_16000_of_any_rate() {
        for hz in [8_001, 11_025, 12_345, 22_050, 24_000, 31_999] {
            let (mut resampler, mut made) = (Resampler::new(hz), 0);
            for _ in 0..hz {
                made += resampler.stretch(&[0.0], &mut [0.0; OUTPUTS]);
            }
            assert!((15_999..=16_001).contains(&made), "{hz} Hz: {made}");
        }
    }

    #[test]
    fn keeps_a_straight_line_straight() {
        let mut resampler = Resampler::new(11_025);
        let ramp: [f32; 100] = core::array::from_fn(|n| n as f32 / 128.0);
        let mut out = [0.0; OUTPUTS];
        let n = resampler.stretch(&ramp, &mut out);
        for pair in out[10..n].windows(2).take(100) {
            assert!((128.0 * (pair[1] - pair[0]) - 11_025.0 / 16_000.0).abs() < 1e-3);
        }
    }
}

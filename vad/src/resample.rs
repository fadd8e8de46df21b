//! From any rate to 16 kHz, by a cubic through four samples.

use crate::lanes::nearest;
use crate::limits::WIDE_HZ;

/// Delay, in samples of the input: an output lies after the second of the four newest.
pub(crate) const DELAY: f32 = 2.0;

/// Samples before the newest that an output needs.
const REACH: usize = 3;
/// New samples taken at a time, at most: 10 ms at 32 kHz, and one more that a filter before it held back.
const BLOCK: usize = 321;
/// Most outputs of 10 ms: two for each of the 81 samples that they are at 8001 Hz.
pub(crate) const OUTPUTS: usize = 162;

/// Interpolates. What lies over 8 kHz folds back into the 4–8 kHz half, where only loudness is heard.
#[derive(Clone, Debug)]
pub(crate) struct Resampler {
    rate_hz: u32,
    /// Where the next output lies after the second of the four samples that end with the next one, in 1/16000 of an input sample.
    phase: u32,
    last: [i16; REACH],
}

impl Resampler {
    pub(crate) const fn new(rate_hz: u32) -> Self {
        Self { rate_hz, phase: 0, last: [0; REACH] }
    }

    /// Takes samples, 10 ms or less, and writes the outputs; says how many.
    #[inline(always)]
    pub(crate) fn stretch(&mut self, samples: &[i16], out: &mut [i16; OUTPUTS]) -> usize {
        let samples = &samples[..samples.len().min(BLOCK)];
        let mut line = [0.0; REACH + BLOCK];
        line.iter_mut().zip(&self.last).for_each(|(to, &x)| *to = f32::from(x));
        line[REACH..].iter_mut().zip(samples).for_each(|(to, &x)| *to = f32::from(x));
        let (mut at, mut phase, mut n) = ((self.phase / WIDE_HZ) as usize, self.phase % WIDE_HZ, 0);
        let (whole, part) = ((self.rate_hz / WIDE_HZ) as usize, self.rate_hz % WIDE_HZ);
        while at < samples.len() && n < OUTPUTS {
            if self.rate_hz == THREE_HALVES_HZ && phase == 0 {
                let threes = ((samples.len() - at) / 3).min((OUTPUTS - n) / 2);
                three_halves(&line[at..], &mut out[n..][..2 * threes]);
                (at, n) = (at + 3 * threes, n + 2 * threes);
                if threes > 0 {
                    continue;
                }
            }
            let Some(four) = line[at..].first_chunk() else { break };
            out[n] = nearest(cubic(four, phase as f32 * (1.0 / WIDE_HZ as f32)));
            (at, phase, n) = (at + whole, phase + part, n + 1);
            if phase >= WIDE_HZ {
                (at, phase) = (at + 1, phase - WIDE_HZ);
            }
        }
        self.phase = at.saturating_sub(samples.len()) as u32 * WIDE_HZ + phase;
        for (kept, &x) in self.last.iter_mut().zip(&line[samples.len()..]) {
            *kept = x as i16;
        }
        n
    }
}

/// What 48 and 96 kHz are when halved: of three samples two are made, the first as it is and one between the others.
const THREE_HALVES_HZ: u32 = 24_000;

/// Makes the outputs of whole threes of samples.
#[inline(always)]
fn three_halves(line: &[f32], out: &mut [i16]) {
    let mut rest = line;
    for two in out.chunks_exact_mut(2) {
        let [_, first, a, b, c, ..] = rest else { return };
        two[0] = nearest(*first);
        two[1] = nearest(cubic(&[*first, *a, *b, *c], 0.5));
        rest = &rest[3..];
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
                made += resampler.stretch(&[0], &mut [0; OUTPUTS]);
            }
            assert!((15_999..=16_001).contains(&made), "{hz} Hz: {made}");
        }
    }

    #[test]
    fn keeps_a_straight_line_straight() {
        let mut resampler = Resampler::new(11_025);
        let ramp: [i16; 100] = core::array::from_fn(|n| 256 * n as i16);
        let mut out = [0; OUTPUTS];
        let n = resampler.stretch(&ramp, &mut out);
        for pair in out[10..n].windows(2).take(100) {
            assert!((f32::from(pair[1] - pair[0]) - 256.0 * 11_025.0 / 16_000.0).abs() <= 1.0);
        }
    }
}

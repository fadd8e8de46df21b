//! From any rate to 16 kHz, by a cubic through four samples.

use crate::limits::WIDE_HZ;

/// Delay, in samples of the input: an output lies after the second of the four newest.
pub(crate) const DELAY: f32 = 2.0;
/// Most outputs of one input: 16 kHz from 8 kHz.
pub(crate) const MOST_PER_SAMPLE: usize = 2;

/// Interpolates. What lies over 8 kHz folds back into the 4–8 kHz half, where only loudness is heard.
#[derive(Clone, Debug)]
pub(crate) struct Resampler {
    rate_hz: u32,
    /// Where the next output lies after the second of `last`, in 1/16000 of an input sample.
    phase: u32,
    last: [f32; 4],
}

impl Resampler {
    pub(crate) const fn new(rate_hz: u32) -> Self {
        Self { rate_hz, phase: 0, last: [0.0; 4] }
    }

    /// Takes samples and writes the outputs; says how many.
    pub(crate) fn stretch(&mut self, samples: &[f32], out: &mut [f32]) -> usize {
        let mut n = 0;
        for &x in samples {
            let [_, a, b, c] = self.last;
            self.last = [a, b, c, x];
            while self.phase < WIDE_HZ {
                if let Some(to) = out.get_mut(n) {
                    *to = cubic(self.last, self.phase as f32 / WIDE_HZ as f32);
                    n += 1;
                }
                self.phase += self.rate_hz;
            }
            self.phase -= WIDE_HZ;
        }
        n
    }
}

/// Catmull-Rom: the value `t` of the way from the second to the third.
fn cubic([a, b, c, d]: [f32; 4], t: f32) -> f32 {
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
                made += resampler.stretch(&[0.0], &mut [0.0; MOST_PER_SAMPLE]);
            }
            assert!((15_999..=16_001).contains(&made), "{hz} Hz: {made}");
        }
    }

    #[test]
    fn keeps_a_straight_line_straight() {
        let mut resampler = Resampler::new(11_025);
        let ramp: [f32; 100] = core::array::from_fn(|n| n as f32);
        let mut out = [0.0; 200];
        let n = resampler.stretch(&ramp, &mut out);
        for pair in out[10..n].windows(2).take(100) {
            assert!((pair[1] - pair[0] - 11_025.0 / 16_000.0).abs() < 1e-3);
        }
    }
}

//! Samples to the lines of the mains that sound all the time.

use std::f64::consts::TAU;

use serde::Serialize;

use super::limits::{HUM_ABOVE_DB, HUM_AROUND_HZ, HUM_MULTIPLES, HUM_PIECE, HUM_PIECES, MAINS_HZ};
use super::sound::{dbfs, length};

/// A hum.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Hum {
    pub(super) mains_hz: u32,
    /// The multiples of it that stand out, in Hz.
    pub(super) lines_hz: Vec<u32>,
    /// Its lines together, in the half second in which each is softest.
    pub(super) level_dbfs: f64,
}

impl Hum {
    /// The louder of the two that the mains of the world make, if there is one.
    ///
    /// A line is steady: it stands out in each half second, which no voice keeps up within 2 Hz. It is hum if the mains' own
    /// frequency is among the lines, or two of its multiples.
    pub(super) fn of(samples: &[i16], rate_hz: u32) -> Option<Self> {
        let pieces: Vec<&[i16]> = samples.chunks_exact(length(HUM_PIECE, rate_hz)).collect();
        if pieces.len() < HUM_PIECES {
            return None;
        }
        let hums = MAINS_HZ.into_iter().filter_map(|mains| of_mains(mains, &pieces, rate_hz));
        hums.max_by(|a, b| a.level_dbfs.total_cmp(&b.level_dbfs))
    }
}

fn of_mains(mains_hz: u32, pieces: &[&[i16]], rate_hz: u32) -> Option<Hum> {
    let lines = (1..=HUM_MULTIPLES).map(|multiple| multiple * mains_hz);
    let (lines_hz, powers): (Vec<u32>, Vec<f64>) =
        lines.filter_map(|line| steady(line, pieces, rate_hz).map(|power| (line, power))).unzip();
    let is_hum = lines_hz.first() == Some(&mains_hz) || lines_hz.len() > 1;
    is_hum.then(|| Hum { mains_hz, lines_hz, level_dbfs: dbfs(powers.iter().sum::<f64>().sqrt()) })
}

/// The power of a line where it is softest, if it stands out even there.
fn steady(line_hz: u32, pieces: &[&[i16]], rate_hz: u32) -> Option<f64> {
    let least =
        |power: &dyn Fn(&[i16]) -> f64| pieces.iter().map(|piece| power(piece)).fold(f64::MAX, f64::min);
    let line_hz = f64::from(line_hz);
    let line = least(&|piece| power_at(piece, rate_hz, line_hz));
    let around = least(&|piece| {
        let powers = HUM_AROUND_HZ.map(|off| power_at(piece, rate_hz, line_hz + off));
        powers.iter().sum::<f64>() / powers.len() as f64
    });
    (line > around * 10f64.powf(HUM_ABOVE_DB / 10.0)).then_some(line)
}

/// The mean square of what sounds at a frequency, within the main lobe of a Hann window as long as the samples.
pub(super) fn power_at(samples: &[i16], rate_hz: u32, frequency_hz: f64) -> f64 {
    let (mut real, mut imaginary, mut weight) = (0.0, 0.0, 0.0);
    let step = TAU * frequency_hz / f64::from(rate_hz);
    for (n, &sample) in samples.iter().enumerate() {
        let window = 0.5 - 0.5 * (TAU * (n as f64 + 0.5) / samples.len() as f64).cos();
        let (sine, cosine) = (step * n as f64).sin_cos();
        real += window * f64::from(sample) * cosine;
        imaginary += window * f64::from(sample) * sine;
        weight += window;
    }
    // A sine of amplitude A gives A/2 of the weight, and has a mean square of A²/2.
    2.0 * (real * real + imaginary * imaginary) / (weight * weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8_000;

    /// Noise with a mean square of 1, then sines of these frequencies and amplitudes, scaled by `scale`.
    fn sound(noise: f64, sines: &[(f64, f64)]) -> Vec<i16> {
        let mut state = 0x9e37_79b9u32;
        (0..3 * RATE)
            .map(|n| {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                let white = (f64::from(state) / f64::from(u32::MAX) - 0.5) * 12f64.sqrt();
                let tones =
                    sines.iter().map(|(hz, peak)| peak * (TAU * hz * f64::from(n) / f64::from(RATE)).sin());
                (noise * white + tones.sum::<f64>()).round() as i16
            })
            .collect()
    }

    #[test]
    fn a_line_has_its_own_level() {
        let sine = sound(0.0, &[(50.0, 3_276.8)]);
        assert!((dbfs(power_at(&sine, RATE, 50.0).sqrt()) + 23.01).abs() < 0.05);
        assert!(dbfs(power_at(&sine, RATE, 60.0).sqrt()) < -80.0);
    }

    #[test]
    fn the_mains_of_either_half_of_the_world_are_heard_in_noise() {
        let hum = Hum::of(&sound(100.0, &[(50.1, 300.0), (150.3, 100.0)]), RATE).unwrap();
        assert_eq!((hum.mains_hz, hum.lines_hz.as_slice()), (50, [50, 150].as_slice()));
        assert!((hum.level_dbfs + 43.3).abs() < 1.0, "{hum:?}");
        let hum = Hum::of(&sound(30.0, &[(119.9, 60.0), (239.8, 60.0)]), RATE).unwrap();
        assert_eq!((hum.mains_hz, hum.lines_hz.as_slice()), (60, [120, 240].as_slice()));
    }

    #[test]
    fn noise_one_tone_and_a_voice_that_moves_are_no_hum() {
        assert_eq!(Hum::of(&sound(1_000.0, &[]), RATE), None);
        assert_eq!(Hum::of(&sound(10.0, &[(200.0, 3_000.0)]), RATE), None, "one multiple alone");
        // A voice's pitch that glides from 90 to 130 Hz and back, with its harmonics.
        let mut phase = 0.0;
        let voice: Vec<i16> = (0..3 * RATE)
            .map(|n| {
                let time = f64::from(n) / f64::from(RATE);
                phase += TAU * (110.0 - 20.0 * (TAU * time / 1.3).cos()) / f64::from(RATE);
                (1..6).map(|k| 1_500.0 * (f64::from(k) * phase).sin()).sum::<f64>() as i16
            })
            .collect();
        assert_eq!(Hum::of(&voice, RATE), None);
        assert_eq!(Hum::of(&sound(0.0, &[(50.0, 900.0)])[..8_000], RATE), None, "too short to tell");
    }
}

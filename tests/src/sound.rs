//! Tones, digits and noise. A level is the root of the mean square in dB below full scale.

use std::f64::consts::TAU;

use afterbeep::Digit;

use crate::{Color, Random};

/// The DTMF frequencies in Hz, low group and high group (ITU-T Q.23).
pub(crate) const DTMF_HZ: [[f64; 4]; 2] =
    [[697.0, 770.0, 852.0, 941.0], [1_209.0, 1_336.0, 1_477.0, 1_633.0]];

/// The amplitude of `db` decibels.
pub fn gain(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// A sine of `hz` with hard edges, `length` samples at `rate_hz`, full scale 1.
pub fn tone(rate_hz: u32, length: usize, hz: f64, level_dbfs: f64) -> Vec<f64> {
    let amplitude = gain(level_dbfs) * 2f64.sqrt();
    (0..length).map(|n| amplitude * (TAU * hz * n as f64 / f64::from(rate_hz)).sin()).collect()
}

/// Both tones of a digit with hard edges; `level_dbfs` is that of the sum.
pub fn digit(rate_hz: u32, length: usize, digit: Digit, level_dbfs: f64) -> Vec<f64> {
    let [low, high] = [DTMF_HZ[0][digit.row()], DTMF_HZ[1][digit.column()]]
        .map(|hz| tone(rate_hz, length, hz, level_dbfs - 10.0 * 2f64.log10()));
    low.iter().zip(high).map(|(low, high)| low + high).collect()
}

/// Noise of a colour.
pub fn noise(length: usize, color: Color, level_dbfs: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    let mut samples: Vec<f64> = match color {
        Color::White => (0..length).map(|_| random.bell()).collect(),
        Color::Pink => pink(length, &mut random),
    };
    set_level(&mut samples, level_dbfs);
    samples
}

/// Paul Kellet's filter: −3 dB per octave within 0.5 dB.
fn pink(length: usize, random: &mut Random) -> Vec<f64> {
    const POLES: [(f64, f64); 3] = [(0.997_65, 0.099_046), (0.963, 0.296_516_4), (0.57, 1.052_691_3)];
    let mut state = [0.0; 3];
    (0..length)
        .map(|_| {
            let white = random.bell();
            for (state, (pole, gain)) in state.iter_mut().zip(POLES) {
                *state = pole * *state + gain * white;
            }
            state.iter().sum::<f64>() + 0.1848 * white
        })
        .collect()
}

/// Scales `samples` to a level.
pub(crate) fn set_level(samples: &mut [f64], level_dbfs: f64) {
    let squares: f64 = samples.iter().map(|x| x * x).sum();
    if squares > 0.0 {
        let scale = gain(level_dbfs) / (squares / samples.len() as f64).sqrt();
        samples.iter_mut().for_each(|x| *x *= scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(samples: &[f64]) -> f64 {
        10.0 * (samples.iter().map(|x| x * x).sum::<f64>() / samples.len() as f64).log10()
    }

    #[test]
    fn a_level_is_what_it_says() {
        let five = Digit::try_from('5').unwrap();
        for samples in [
            tone(8_000, 8_000, 1_000.0, -20.0),
            digit(8_000, 8_000, five, -20.0),
            noise(8_000, Color::White, -20.0, 1),
            noise(8_000, Color::Pink, -20.0, 1),
            crate::voice(8_000, 8_000, -20.0, 1),
        ] {
            assert!((level(&samples) + 20.0).abs() < 0.05, "{}", level(&samples));
        }
    }
}

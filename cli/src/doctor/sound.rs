//! Samples to figures: how loud, how noisy, clipped, or not there at all.

use std::time::Duration;

use afterbeep::{Level, SILENCE_DBFS};
use serde::Serialize;

use super::limits::{LOUDEST, PIECE, SOFTEST, ZEROS};

/// What was heard.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Sound {
    /// Seconds.
    pub(super) heard_s: f64,
    pub(super) peak_dbfs: f64,
    /// The loudest pieces, as speech is loud; without any constant part.
    pub(super) loud_dbfs: f64,
    /// The softest pieces, which are the noise.
    pub(super) floor_dbfs: f64,
    pub(super) clipped_samples: u64,
    /// The longest row of exact zeros, in seconds.
    pub(super) zeros_longest_s: f64,
    /// All rows of exact zeros that are no chance, in seconds.
    pub(super) zeros_s: f64,
}

impl Sound {
    pub(super) fn of(samples: &[i16], rate_hz: u32) -> Self {
        let mut level = Level::default();
        level.add(samples);
        let pieces = loudness(samples, length(PIECE, rate_hz));
        let rows = zeros(samples);
        let seconds = |samples: usize| samples as f64 / f64::from(rate_hz);
        Self {
            heard_s: seconds(samples.len()),
            peak_dbfs: level.peak_dbfs(),
            loud_dbfs: at_share(&pieces, 1.0 - LOUDEST),
            floor_dbfs: at_share(&pieces, SOFTEST),
            clipped_samples: level.clipped_samples(),
            zeros_longest_s: seconds(rows.iter().copied().max().unwrap_or(0)),
            zeros_s: seconds(rows.iter().filter(|&&row| row >= length(ZEROS, rate_hz)).sum()),
        }
    }
}

/// Samples in a time; one at least.
pub(super) fn length(time: Duration, rate_hz: u32) -> usize {
    ((time.as_secs_f64() * f64::from(rate_hz)) as usize).max(1)
}

/// The level of a root of a mean square, in dB below full scale.
pub(super) fn dbfs(rms: f64) -> f64 {
    if rms > 0.0 { (20.0 * (rms / 32_768.0).log10()).max(SILENCE_DBFS) } else { SILENCE_DBFS }
}

/// The level of each piece about the mean of all, in dBFS, sorted.
fn loudness(samples: &[i16], piece: usize) -> Vec<f64> {
    let mean = samples.iter().map(|&s| f64::from(s)).sum::<f64>() / samples.len().max(1) as f64;
    let mut levels: Vec<f64> = samples
        .chunks(piece)
        .map(|piece| {
            let squares: f64 = piece.iter().map(|&s| (f64::from(s) - mean).powi(2)).sum();
            dbfs((squares / piece.len() as f64).sqrt())
        })
        .collect();
    levels.sort_by(f64::total_cmp);
    levels
}

fn at_share(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share) as usize;
    sorted.get(place.min(sorted.len().saturating_sub(1))).copied().unwrap_or(SILENCE_DBFS)
}

/// The lengths of all rows of exact zeros.
fn zeros(samples: &[i16]) -> Vec<usize> {
    samples.split(|&sample| sample != 0).map(<[i16]>::len).filter(|&row| row > 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 16_000;

    #[test]
    fn words_and_pauses_are_told_apart_and_a_constant_part_is_no_sound() {
        // A square wave of ±3277 for half of the time, ±33 for the other, both on top of 500.
        let samples: Vec<i16> = (0..3 * RATE as usize)
            .map(|n| {
                let peak = if (n / 4_000).is_multiple_of(2) { 3_277 } else { 33 };
                500 + if n % 2 == 0 { peak } else { -peak }
            })
            .collect();
        let sound = Sound::of(&samples, RATE);
        assert!((sound.loud_dbfs + 20.0).abs() < 0.1, "{sound:?}");
        assert!((sound.floor_dbfs + 60.0).abs() < 0.3, "{sound:?}");
        assert_eq!((sound.heard_s, sound.clipped_samples, sound.zeros_s), (3.0, 0, 0.0));
    }

    #[test]
    fn zeros_and_full_scale_are_counted() {
        let mut samples = vec![7; 1_000];
        samples.extend([0; 3_200]);
        samples.extend([9, 0, 0, 9, 32_767, -32_768, -32_767]);
        let sound = Sound::of(&samples, RATE);
        assert_eq!((sound.zeros_longest_s, sound.zeros_s), (0.2, 0.2), "two in a row are chance");
        assert_eq!((sound.clipped_samples, sound.peak_dbfs), (3, 0.0));
    }

    #[test]
    fn nothing_is_silence() {
        let sound = Sound::of(&[], RATE);
        assert_eq!((sound.loud_dbfs, sound.peak_dbfs), (SILENCE_DBFS, SILENCE_DBFS));
    }
}

//! The beep after which to leave a message.

use std::{f64::consts::PI, time::Duration};

use dasp::{Signal, signal};

use crate::{SampleRate, timeout::samples_in};

/// A single tone with soft edges: 1 kHz for 200 ms at −12 dBFS unless asked otherwise.
///
/// The edges are raised cosines, so that the beep starts and stops without a click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beep {
    frequency_hz: f64,
    duration: Duration,
    edge: Duration,
    level_dbfs: f64,
}

impl Default for Beep {
    fn default() -> Self {
        Self {
            frequency_hz: 1_000.0,
            duration: Duration::from_millis(200),
            edge: Duration::from_millis(10),
            level_dbfs: -12.0,
        }
    }
}

impl Beep {
    /// A beep of `frequency_hz` (100–3,400 Hz: what a telephone carries) for `duration` (20 ms–5 s), with edges of
    /// `edge` (at most half of it), its peak at `level_dbfs` (−60–0 dBFS).
    ///
    /// # Errors
    /// [`InvalidBeep`], which names the value and the range.
    pub fn new(
        frequency_hz: f64,
        duration: Duration,
        edge: Duration,
        level_dbfs: f64,
    ) -> Result<Self, InvalidBeep> {
        if !(100.0..=3_400.0).contains(&frequency_hz) {
            return Err(InvalidBeep::Frequency { hz: frequency_hz });
        }
        if !(20..=5_000).contains(&duration.as_millis()) || edge > duration / 2 {
            return Err(InvalidBeep::Duration { duration, edge });
        }
        if !(-60.0..=0.0).contains(&level_dbfs) {
            return Err(InvalidBeep::Level { dbfs: level_dbfs });
        }
        Ok(Self { frequency_hz, duration, edge, level_dbfs })
    }

    /// How long it sounds.
    pub const fn duration(&self) -> Duration {
        self.duration
    }

    /// The beep's samples at `rate`.
    pub fn samples(&self, rate: SampleRate) -> Vec<i16> {
        let length = samples_in(self.duration, rate.hz()) as usize;
        let edge = samples_in(self.edge, rate.hz()) as usize;
        let peak = 10f64.powf(self.level_dbfs / 20.0) * f64::from(i16::MAX);
        signal::rate(f64::from(rate.hz()))
            .const_hz(self.frequency_hz)
            .sine()
            .take(length)
            .enumerate()
            .map(|(n, tone)| (peak * tone * edge_gain(n.min(length - 1 - n), edge)).round() as i16)
            .collect()
    }
}

/// The gain of a raised-cosine edge of `edge` samples, `n` samples from the tone's end.
fn edge_gain(n: usize, edge: usize) -> f64 {
    if n >= edge { 1.0 } else { 0.5 - 0.5 * (PI * (n as f64 + 0.5) / edge as f64).cos() }
}

/// A beep that cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBeep {
    /// No telephone carries it.
    #[error("beep frequency: {hz} Hz is outside of 100–3400 Hz")]
    Frequency {
        /// The value that was given, in Hz.
        hz: f64,
    },
    /// Too short, too long, or all edge.
    #[error(
        "beep duration: {duration:?} with edges of {edge:?} is outside of 20 ms–5 s with edges of at most half"
    )]
    Duration {
        /// The length that was given.
        duration: Duration,
        /// The edges that were given.
        edge: Duration,
    },
    /// Too loud or too soft.
    #[error("beep level: {dbfs} dBFS is outside of −60–0 dBFS")]
    Level {
        /// The value that was given, in dBFS.
        dbfs: f64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_its_length_level_and_soft_edges_at_every_rate() {
        for hz in [8_000, 11_025, 44_100, 96_000] {
            let beep = Beep::default().samples(SampleRate::new(hz).unwrap());
            assert_eq!(beep.len() as u32, hz / 5);
            let peak = beep.iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!((8_150..=8_231).contains(&peak), "{hz} Hz: {peak}");
            assert!(beep[0].unsigned_abs() < 50 && beep[beep.len() - 1].unsigned_abs() < 200, "{hz} Hz");
        }
    }

    #[test]
    fn what_cannot_be_played_is_refused_by_name() {
        let ms = Duration::from_millis;
        assert!(matches!(Beep::new(50.0, ms(200), ms(10), -12.0), Err(InvalidBeep::Frequency { .. })));
        assert!(matches!(Beep::new(1e3, ms(200), ms(101), -12.0), Err(InvalidBeep::Duration { .. })));
        assert!(matches!(Beep::new(1e3, ms(200), ms(10), f64::NAN), Err(InvalidBeep::Level { .. })));
    }
}

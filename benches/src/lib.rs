//! What the benches share: a conversation to hear, and times as nanoseconds per sample.

mod times;

use std::time::Duration;

use afterbeep_tests::{Color, noise, voice};
use criterion::{
    Throughput,
    measurement::{Measurement, ValueFormatter, WallTime},
};

pub use times::Times;

/// Length of the conversation in seconds.
pub const SECONDS: u32 = 10;

/// A conversation: 10 s of which the caller speaks 4, at −20 dBFS over noise at −60 dBFS.
pub fn conversation(rate_hz: u32) -> Vec<i16> {
    let mut mix = noise((SECONDS * rate_hz) as usize, Color::White, -60.0, 1);
    for (start_s, seed) in [(1, 1), (5, 2)] {
        let speech = voice(rate_hz, 2 * rate_hz as usize, -20.0, seed);
        mix[(start_s * rate_hz) as usize..].iter_mut().zip(speech).for_each(|(to, from)| *to += from);
    }
    mix.iter().map(|x| (x * 32_768.0).round() as i16).collect()
}

/// The same samples as the detectors take them.
pub fn as_float(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect()
}

/// Wall-clock time, told per sample where a bench says how many it hears.
pub struct PerSample(WallTime);

impl Default for PerSample {
    fn default() -> Self {
        Self(WallTime)
    }
}

impl Measurement for PerSample {
    type Intermediate = <WallTime as Measurement>::Intermediate;
    type Value = Duration;

    fn start(&self) -> Self::Intermediate {
        self.0.start()
    }

    fn end(&self, started: Self::Intermediate) -> Duration {
        self.0.end(started)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        self.0.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self
    }
}

impl ValueFormatter for PerSample {
    fn scale_values(&self, typical: f64, values: &mut [f64]) -> &'static str {
        self.0.formatter().scale_values(typical, values)
    }

    fn scale_throughputs(&self, _: f64, throughput: &Throughput, values: &mut [f64]) -> &'static str {
        if let Throughput::Elements(samples) = *throughput {
            values.iter_mut().for_each(|nanos| *nanos /= samples as f64);
        }
        "ns/sample"
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        "ns"
    }
}

//! The band in which an echo is compared with what was played.
//!
//! A line takes away what lies under 300 Hz, and a small loudspeaker does: the deepest and strongest part of a voice.
//! And near the edge of its band a line turns the phase. Compared in the middle of the band the copy is a copy.

use core::f32::consts::TAU;

/// The band's lower edge, in Hz: above a line's own at 300 Hz (ITU-T G.712 §2), where it turns the phase.
const LOW_HZ: f32 = 400.0;
/// The band's upper edge, in Hz: a voice has little above that noise does not hide, and a line's own edge is far.
const HIGH_HZ: f32 = 2_000.0;
/// The quality factor of a Butterworth filter of second order: 1 / √2.
const QUALITY: f32 = core::f32::consts::FRAC_1_SQRT_2;
/// The quality factors of a Butterworth filter's two halves, of fourth order: 1 / (2 cos 22.5°), 1 / (2 cos 67.5°).
const QUALITIES: [f32; 2] = [0.541_196_1, 1.306_563];

/// Takes the middle of the telephone band, sample by sample.
#[derive(Debug)]
pub(super) struct Band([Section; 3]);

impl Band {
    /// For a stream at `rate_hz`.
    pub(super) fn new(rate_hz: f32) -> Self {
        let [one, other] = QUALITIES;
        Self([
            Section::above(LOW_HZ, QUALITY, rate_hz),
            Section::below(HIGH_HZ, one, rate_hz),
            Section::below(HIGH_HZ, other, rate_hz),
        ])
    }

    pub(super) fn next(&mut self, sample: f32) -> f32 {
        self.0.iter_mut().fold(sample, |sample, section| section.next(sample))
    }
}

/// A filter of second order, in transposed direct form II.
#[derive(Debug)]
struct Section {
    /// What weighs the input, its last value and the one before.
    forward: [f32; 3],
    /// What weighs the last output and the one before.
    back: [f32; 2],
    state: [f32; 2],
}

impl Section {
    fn above(edge_hz: f32, quality: f32, rate_hz: f32) -> Self {
        let cos = (TAU * edge_hz / rate_hz).cos();
        let half = (1.0 + cos) / 2.0;
        Self::new([half, -2.0 * half, half], edge_hz, quality, rate_hz)
    }

    fn below(edge_hz: f32, quality: f32, rate_hz: f32) -> Self {
        let cos = (TAU * edge_hz / rate_hz).cos();
        let half = (1.0 - cos) / 2.0;
        Self::new([half, 2.0 * half, half], edge_hz, quality, rate_hz)
    }

    /// The bilinear transform of a Butterworth section with its edge in place.
    fn new(forward: [f32; 3], edge_hz: f32, quality: f32, rate_hz: f32) -> Self {
        let (sin, cos) = (TAU * edge_hz / rate_hz).sin_cos();
        let alpha = sin / (2.0 * quality);
        let scale = 1.0 / (1.0 + alpha);
        Self {
            forward: forward.map(|weight| weight * scale),
            back: [-2.0 * cos * scale, (1.0 - alpha) * scale],
            state: [0.0; 2],
        }
    }

    fn next(&mut self, sample: f32) -> f32 {
        let out = self.forward[0] * sample + self.state[0];
        self.state[0] = self.forward[1] * sample - self.back[0] * out + self.state[1];
        self.state[1] = self.forward[2] * sample - self.back[1] * out;
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The level of a tone behind the filter, in dB of the level before it.
    fn gain_db(hz: f32) -> f32 {
        let mut band = Band::new(8_000.0);
        let tone = |n: u16| (TAU * hz * f32::from(n) / 8_000.0).sin();
        let power: f32 = (0..8_000).map(|n| band.next(tone(n)).powi(2)).sum();
        10.0 * (power / 4_000.0).log10()
    }

    #[test]
    fn the_middle_passes_and_the_edges_of_a_line_do_not() {
        for hz in [697.0, 1_000.0, 1_633.0] {
            assert!(gain_db(hz).abs() < 1.0, "{hz} Hz: {} dB", gain_db(hz));
        }
        for hz in [100.0, 3_000.0] {
            assert!(gain_db(hz) < -20.0, "{hz} Hz: {} dB", gain_db(hz));
        }
        assert!((gain_db(LOW_HZ) + 3.0).abs() < 0.3);
        assert!((gain_db(HIGH_HZ) + 3.0).abs() < 0.3);
    }
}

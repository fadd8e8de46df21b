//! A prompt that comes back over a line or through a room.

use crate::{Random, gain};

/// The way from what is played to what is heard.
#[derive(Clone, Copy, Debug)]
pub struct EchoPath {
    /// How late the echo begins, in seconds.
    pub delay: f64,
    /// The echo's level over what was played, in dB, for a sound of all frequencies.
    pub level: f64,
    /// Reflections of a small room behind it, another room for each seed.
    pub room: Option<u64>,
}

/// How long a room sounds, in seconds, and how far it has died away by then, in dB.
const ROOM_S: f64 = 0.03;
const ROOM_DB: f64 = -30.0;
/// What comes the straight way over what comes by reflections, in dB.
const STRAIGHT_DB: f64 = 3.0;

impl EchoPath {
    /// What is heard of `played`, as long as it, full scale 1.
    pub fn echo(&self, rate_hz: u32, played: &[f64]) -> Vec<f64> {
        let delay = (self.delay * f64::from(rate_hz)).round() as usize;
        let mut echo = vec![0.0; played.len()];
        for (at, weight) in self.response(rate_hz).into_iter().enumerate() {
            for (to, from) in echo.iter_mut().skip(delay + at).zip(played) {
                *to += weight * from;
            }
        }
        echo
    }

    /// The response from the echo's first sample on.
    fn response(&self, rate_hz: u32) -> Vec<f64> {
        let mut response = vec![1.0];
        if let Some(seed) = self.room {
            let mut random = Random::new(seed ^ 0x0000_EC40);
            let length = (ROOM_S * f64::from(rate_hz)) as usize;
            let mut room: Vec<f64> =
                (1..length).map(|n| random.bell() * gain(ROOM_DB * n as f64 / length as f64)).collect();
            scale(&mut room, gain(-STRAIGHT_DB));
            response.extend(room);
        }
        scale(&mut response, gain(self.level));
        response
    }
}

/// Scales a response to a gain.
fn scale(response: &mut [f64], gain: f64) {
    let power: f64 = response.iter().map(|x| x * x).sum();
    response.iter_mut().for_each(|x| *x *= gain / power.sqrt());
}

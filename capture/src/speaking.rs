//! What goes into the ring of one stream after the other: what a stream left unplayed when it ended is played by the next.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::RingLength;
use crate::callback::{Mouth, StreamState};
use crate::control::heard;

/// The writing end of a line to a device, whatever streams it is made of.
pub(crate) struct Speaking {
    mouth: Mouth,
    rate_hz: u32,
    /// What is in the ring.
    unplayed: VecDeque<i16>,
    /// Since when samples are due, if they are.
    due_since: Instant,
    /// Underruns of streams before this one, and of the time between them.
    before: u64,
    /// The device's latency, as it was last known of a stream before.
    device_latency: Duration,
}

impl Speaking {
    pub(crate) fn new(mouth: Mouth, rate_hz: u32) -> Self {
        let unplayed = VecDeque::with_capacity(RingLength::DEFAULT.samples(rate_hz));
        let (due_since, device_latency) = (Instant::now(), Duration::ZERO);
        Self { mouth, rate_hz, unplayed, due_since, before: 0, device_latency }
    }

    /// Goes on with a stream after the one that had its last callback at `last`: the silence since then is an
    /// underrun if samples were due.
    pub(crate) fn then(&mut self, mouth: Mouth, last: Instant) {
        self.forget_played();
        self.device_latency = self.device_latency();
        let before = std::mem::replace(&mut self.mouth, mouth);
        self.before += before.underruns();
        if before.progress().all_taken() {
            return;
        }
        let missing = last.elapsed().min(self.due_since.elapsed());
        self.before += (missing.as_secs_f64() * f64::from(self.rate_hz)) as u64;
        let (first, second) = self.unplayed.as_slices();
        for samples in [first, second] {
            self.mouth.say(samples);
        }
        if before.has_ended() {
            self.mouth.end();
        }
    }

    /// Takes samples, as many as there is room for, and says how many. From now on samples are due.
    pub(crate) fn say(&mut self, samples: &[i16]) -> usize {
        self.forget_played();
        if self.mouth.progress().all_taken() {
            self.due_since = Instant::now();
        }
        let count = self.mouth.say(samples);
        self.unplayed.extend(&samples[..count]);
        count
    }

    /// Nothing is due after what was said.
    pub(crate) fn end(&mut self) {
        self.mouth.end();
    }

    /// Silences what was said and not played.
    pub(crate) fn cut(&mut self) {
        self.unplayed.clear();
        self.mouth.cut();
    }

    /// Samples that there is room for.
    pub(crate) fn room(&self) -> usize {
        self.mouth.room()
    }

    /// Samples that wait to be played.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.mouth.waiting()
    }

    /// Time until a sample that is said now will be heard, should the device be there.
    pub(crate) fn latency(&self) -> Duration {
        let queued = self.mouth.waiting() as f64 / f64::from(self.rate_hz);
        Duration::from_secs_f64(queued) + self.device_latency()
    }

    /// Samples of silence that were heard, or would have been, in place of samples that were due.
    pub(crate) fn underruns(&self) -> u64 {
        self.before + self.mouth.underruns()
    }

    /// Asks whether the last sample was heard; of the stream that plays now only.
    pub(crate) fn heard(&self) -> impl FnMut() -> bool + Send + use<> {
        heard(self.mouth.progress(), self.rate_hz)
    }

    pub(crate) fn state(&self) -> &StreamState {
        self.mouth.state()
    }

    fn device_latency(&self) -> Duration {
        match self.mouth.state().callbacks() {
            0 => self.device_latency,
            _ => self.mouth.progress().device_latency(self.rate_hz),
        }
    }

    fn forget_played(&mut self) {
        let played = self.unplayed.len().saturating_sub(self.mouth.waiting());
        self.unplayed.drain(..played);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::callback::{OutputTap, output};

    const RATE: u32 = 1_000;

    fn played(tap: &mut OutputTap, samples: usize) -> Vec<i16> {
        let mut data = vec![-1i16; samples];
        tap.on_audio(&mut data);
        data
    }

    #[test]
    fn what_a_stream_left_is_played_by_the_next_and_the_time_between_is_an_underrun() {
        for ends in [false, true] {
            let (mut tap, mouth) = output(500, 1);
            let mut speaking = Speaking::new(mouth, RATE);
            assert_eq!(speaking.say(&[1, 2, 3, 4, 5]), 5);
            if ends {
                speaking.end();
            }
            assert_eq!(played(&mut tap, 2), [1, 2]);
            let last = Instant::now();
            let (mut next, mouth) = output(500, 1);
            thread::sleep(Duration::from_millis(100));
            speaking.then(mouth, last);
            let away = speaking.underruns();
            assert!((100..5_000).contains(&away), "{away}");
            assert_eq!(played(&mut next, 5), [3, 4, 5, 0, 0]);
            assert_eq!(speaking.underruns() - away, if ends { 0 } else { 2 });
        }
    }

    #[test]
    fn where_nothing_was_due_nothing_is_missing() {
        let (mut tap, mouth) = output(500, 1);
        let mut speaking = Speaking::new(mouth, RATE);
        speaking.say(&[1, 2, 3]);
        speaking.cut();
        played(&mut tap, 2);
        thread::sleep(Duration::from_millis(20));
        let (mut next, mouth) = output(500, 1);
        let last = Instant::now().checked_sub(Duration::from_millis(10)).unwrap();
        speaking.then(mouth, last);
        assert_eq!(played(&mut next, 2), [0, 0]);
        assert_eq!(speaking.underruns(), 0);
        speaking.say(&[7]);
        assert_eq!(played(&mut next, 1), [7]);
    }
}

//! The detector: samples in, digits out.

use crate::{
    Event, Profile, SampleRate,
    bank::{Bank, TONES},
    front::Front,
    pending::Pending,
    profile::Measures,
    screen::tone_powers,
    tracker::{Clock, Tracker},
};

/// The faintest level that [`Detector::tones_dbfs`] tells, in dBFS.
const FAINTEST_DBFS: f32 = -120.0;

/// Hears DTMF digits in a stream of samples.
///
/// Nothing is allocated, ever: a detector is less than 4 KiB of its owner's memory. The same samples give the same events,
/// however they are cut into slices.
///
/// ```
/// use afterbeep_dtmf::{Detector, Event, SampleRate};
///
/// let mut detector = Detector::new(SampleRate::new(8_000)?);
/// let digit_5: Vec<f32> = (0..800)
///     .map(|n| n as f32 * std::f32::consts::TAU / 8_000.0)
///     .map(|t| 0.2 * (770.0 * t).sin() + 0.2 * (1336.0 * t).sin())
///     .collect();
/// let started = detector.push(&digit_5).next();
/// assert!(matches!(started, Some(Event::DigitStarted { digit, .. }) if digit.as_char() == '5'));
/// # Ok::<(), afterbeep_dtmf::UnsupportedRate>(())
/// ```
#[derive(Clone, Debug)]
pub struct Detector {
    front: Front,
    bank: Bank,
    tracker: Tracker,
    pending: Pending,
    position: u64,
}

impl Detector {
    /// A detector for a stream at `rate`, for any telephone line: [`Profile::Q24`].
    pub fn new(rate: SampleRate) -> Self {
        Self::with_profile(rate, &Profile::Q24)
    }

    /// A detector for a stream at `rate` from a line of which more is known.
    pub fn with_profile(rate: SampleRate, profile: &Profile) -> Self {
        Self {
            front: Front::new(rate),
            bank: Bank::new(),
            tracker: Tracker::new(Measures::of(profile)),
            pending: Pending::new(),
            position: 0,
        }
    }

    /// Takes the stream's next samples, full scale ±1.0, in slices of any length.
    ///
    /// The samples are heard as the events are taken, and all of them when the iterator is dropped. What is not a
    /// finite number is heard as silence.
    pub fn push<'a>(&'a mut self, samples: &'a [f32]) -> Events<'a> {
        Events { detector: self, rest: samples }
    }

    /// Ends the stream: a digit that is sounding and long enough by now is told, and closed here.
    pub fn finish(mut self) -> impl Iterator<Item = Event> {
        self.flush();
        core::iter::from_fn(move || self.pending.pop())
    }

    /// The power of the eight tones over the last window of 32 ms in dBFS (0 is a full-scale sine), low group first:
    /// for a trace. −120 and less is told as −120.
    pub fn tones_dbfs(&self) -> [f32; TONES] {
        let [[a, b, c, d], [e, f, g, h]] = tone_powers(&mut self.bank.clone());
        [a, b, c, d, e, f, g, h].map(|power| (10.0 * libm::log10f(power + 1e-30)).max(FAINTEST_DBFS))
    }

    /// Hears samples until an event comes or they are used up.
    fn hear(&mut self, rest: &mut &[f32]) -> Option<Event> {
        loop {
            if let Some(event) = self.pending.pop() {
                return Some(event);
            }
            if rest.is_empty() {
                return None;
            }
            let used = self.front.feed(rest, &mut self.bank.samples);
            *rest = rest.get(used..).unwrap_or(&[]);
            self.position += used as u64;
            self.hear_hop();
        }
    }

    fn hear_hop(&mut self) {
        if self.bank.samples.is_full() {
            self.bank.hear(self.tracker.measures.quiet);
            let clock = Clock { front: &self.front, known: self.position };
            self.tracker.hear(&mut self.bank, clock, &mut self.pending);
        }
    }

    /// Hears what is still under way in the filters and the hop, as if silence followed, and ends the digit.
    fn flush(&mut self) {
        for _ in 0..self.front.delay() {
            self.front.feed(&[0.0], &mut self.bank.samples);
            self.hear_hop();
        }
        while !self.bank.samples.is_empty() {
            self.bank.samples.gather(&[0.0]);
            self.hear_hop();
        }
        let clock = Clock { front: &self.front, known: self.position };
        self.tracker.end(None, clock, &mut self.pending);
    }
}

/// The events of one push, in order. Dropping it early loses events, but no samples.
#[derive(Debug)]
#[must_use = "the events of a push are lost with it"]
pub struct Events<'a> {
    detector: &'a mut Detector,
    rest: &'a [f32],
}

impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.detector.hear(&mut self.rest)
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detector_is_less_than_4_kib() {
        assert!(size_of::<Detector>() <= 4_096);
    }
}

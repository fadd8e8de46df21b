//! The detector: samples in, digits out.

use crate::{
    Event, Profile, SampleRate,
    bank::{Bank, TONES},
    front::Front,
    machine::{Eight, Lanes, Machine, Work},
    pending::Pending,
    profile::Measures,
    rest::{BLOCK, Rest},
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
    machine: Machine,
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
            machine: Machine::this(),
        }
    }

    /// Takes the stream's next samples, full scale ±1.0, in slices of any length.
    ///
    /// The samples are heard as the events are taken, and all of them when the iterator is dropped. What is not a
    /// finite number is heard as silence, what is beyond full scale as full scale. They are heard as 16 bits: samples that are
    /// such already need not be turned into floats for [`Self::push_i16`].
    pub fn push<'a>(&'a mut self, samples: &'a [f32]) -> Events<'a> {
        Events { detector: self, rest: Rest::Float(samples) }
    }

    /// Takes the stream's next samples, of 16 bits each, in slices of any length: the same as [`Self::push`] of each over 32768.
    pub fn push_i16<'a>(&'a mut self, samples: &'a [i16]) -> Events<'a> {
        Events { detector: self, rest: Rest::Whole(samples) }
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
    #[inline(always)]
    fn hear<L: Lanes>(&mut self, lanes: L, rest: &mut Rest<'_>) {
        let mut block = [0; BLOCK];
        while !rest.is_empty() && self.pending.is_empty() {
            let used = self.front.feed(lanes, rest.next(&mut block), &mut self.bank.samples);
            rest.skip(used);
            self.position += used as u64;
            self.hear_hop(lanes);
        }
    }

    #[inline(always)]
    fn hear_hop<L: Lanes>(&mut self, lanes: L) {
        if self.bank.samples.is_full() {
            self.bank.hear(self.tracker.measures.quiet);
            let clock = Clock { front: &self.front, known: self.position };
            self.tracker.hear(lanes, &mut self.bank, clock, &mut self.pending);
        }
    }

    /// Hears what is still under way in the filters and the hop, as if silence followed, and ends the digit.
    fn flush(&mut self) {
        for _ in 0..self.front.delay() {
            self.front.feed(Eight, &[0], &mut self.bank.samples);
            self.hear_hop(Eight);
        }
        self.front.finish(Eight, &mut self.bank.samples);
        self.hear_hop(Eight);
        let clock = Clock { front: &self.front, known: self.position };
        self.tracker.end(None, clock, &mut self.pending);
    }
}

/// Samples to hear.
struct Hear<'a, 'b>(&'a mut Detector, &'a mut Rest<'b>);

impl Work for Hear<'_, '_> {
    #[inline(always)]
    fn with<L: Lanes>(self, lanes: L) {
        self.0.hear(lanes, self.1);
    }
}

/// The events of one push, in order. Dropping it early loses events, but no samples.
#[derive(Debug)]
#[must_use = "the events of a push are lost with it"]
pub struct Events<'a> {
    detector: &'a mut Detector,
    rest: Rest<'a>,
}

impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let detector = &mut *self.detector;
        if detector.pending.is_empty() && !self.rest.is_empty() {
            detector.machine.run(Hear(detector, &mut self.rest));
        }
        detector.pending.pop()
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::{Digit, Tone};
    use std::vec::Vec;

    /// All digits in noise, by themselves and under a tone that comes and goes.
    fn call(rate: SampleRate) -> Vec<f32> {
        let mut state = 1u32;
        let noise = core::iter::from_fn(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((state >> 8) as f32 / 8_388_608.0 - 1.0)
        });
        let digits = Tone::new().dial(Digit::all().chain(Digit::all()), rate);
        let hum = |n: usize| libm::sinf(n as f32 * 4_000.0 / rate.hz() as f32);
        let swell = |n: usize| libm::sinf(n as f32 / rate.hz() as f32).abs();
        let mixed = digits.zip(noise).enumerate();
        mixed.map(|(n, (digit, noise))| digit + 0.02 * noise + 0.1 * swell(n) * hum(n)).collect()
    }

    #[test]
    fn every_machine_hears_the_same() -> Result<(), crate::UnsupportedRate> {
        for hz in [8_000, 16_000, 44_100, 48_000, 96_000] {
            let rate = SampleRate::new(hz)?;
            let [mut wide, mut narrow] = [0, 1].map(|_| Detector::new(rate));
            let mut digits = 0;
            for slice in call(rate).chunks(77) {
                let mut rest = Rest::Float(slice);
                for event in wide.push(slice) {
                    narrow.hear(Eight, &mut rest);
                    assert_eq!(narrow.pending.pop(), Some(event), "{hz} Hz");
                    digits += usize::from(matches!(event, Event::DigitStarted { .. }));
                }
                narrow.hear(Eight, &mut rest);
                assert!(rest.is_empty() && narrow.pending.is_empty());
                assert_eq!(wide.tones_dbfs(), narrow.tones_dbfs(), "{hz} Hz");
            }
            assert!(digits >= 24, "{hz} Hz: {digits}");
        }
        Ok(())
    }

    #[test]
    fn a_detector_is_less_than_4_kib() {
        assert!(size_of::<Detector>() <= 4_096);
    }
}

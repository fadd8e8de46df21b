//! The detector: samples in, starts and ends of speech out.

use core::ops::Range;

use crate::decide::Decider;
use crate::exclude::Excluded;
use crate::front::{self, Front};
use crate::lanes::{self, Lanes, Work};
use crate::limits::{DUST_DB, FRAMES_PER_S, REDO_FRAMES};
use crate::packed::pack_sample;
use crate::report::Reporter;
use crate::sight::Sight;
use crate::{Event, SampleRate, Settings};

/// Hears where speech starts and ends in a stream of samples.
#[derive(Clone, Debug)]
pub struct Detector {
    position: u64,
    front: Front,
    decider: Decider,
    /// The last frame.
    seen: Seen,
    excluded: Excluded,
    reporter: Reporter,
}

impl Detector {
    /// A detector for a stream at `rate`.
    pub fn new(rate: SampleRate, settings: Settings) -> Self {
        let front = Front::new(rate);
        Self {
            position: 0,
            seen: Seen::NOTHING,
            decider: Decider::new(settings),
            excluded: Excluded::new(),
            reporter: Reporter::new(rate, front.age_s(rate)),
            front,
        }
    }

    /// Takes the stream's next samples, full scale ±1.0, in slices of any length.
    pub fn push<'a>(&'a mut self, samples: &'a [f32]) -> Events<'a> {
        Events { detector: self, rest: Samples::Parts(samples), is_over: false }
    }

    /// Takes the stream's next samples as converters give them, full scale ±32768, in slices of any length: the same
    /// samples as parts of full scale give the same events, and cost more.
    pub fn push_i16<'a>(&'a mut self, samples: &'a [i16]) -> Events<'a> {
        Events { detector: self, rest: Samples::Steps(samples), is_over: false }
    }

    /// Says that the samples of `range` are not speech, whatever they sound like (a digit, our own beep).
    pub fn exclude(&mut self, range: Range<u64>) {
        self.excluded.forget_before(self.position.saturating_sub(u64::from(self.reporter.rate().hz())));
        self.excluded.add(&range);
        if range.start < self.position && !range.is_empty() {
            self.take_back(&range);
        }
    }

    /// Judges the last frames as if what they heard of `range` had been silence.
    fn take_back(&mut self, range: &Range<u64>) {
        let frames = self.decider.frame();
        let heard = |back: usize| {
            let frame = frames.checked_sub(back as u64 + 1)?;
            let heard = self.reporter.heard(frame);
            (range.start < heard.end && heard.start < range.end).then_some(())
        };
        let excluded = |back: usize| back < REDO_FRAMES && heard(back).is_some();
        if let Some(oldest) = (0..REDO_FRAMES).rev().find(|&back| excluded(back)) {
            self.decider.take_back(oldest + 1, excluded);
        }
    }

    /// Ends the stream: speech that is open is closed here.
    pub fn finish(mut self) -> Option<Event> {
        self.reporter.finish(&self.decider, self.position)
    }

    /// The last 10 ms frame as the detector saw it: for a trace or a level meter.
    pub fn frame(&self) -> Frame {
        Frame::of(&self.seen, &self.decider)
    }

    /// Samples that the frame under way still needs.
    #[inline(always)]
    fn missing(&self) -> usize {
        let ends = ((self.decider.frame() + 1) * u64::from(self.reporter.rate().hz())).div_ceil(FRAMES_PER_S);
        usize::try_from(ends - self.position).unwrap_or(usize::MAX)
    }

    /// Takes samples up to the end of the frame under way, at most [`front::BLOCK`]; says how many.
    #[inline(always)]
    fn fill<L: Lanes>(&mut self, lanes: L, samples: &[i16]) -> usize {
        let missing = self.missing();
        let n = samples.len().min(missing).min(front::BLOCK);
        self.front.take(lanes, &samples[..n]);
        self.position += n as u64;
        if n == missing {
            self.end_frame(lanes);
        }
        n
    }

    /// The same of samples that are not of 16 bits yet.
    fn fill_parts(&mut self, samples: &[f32]) -> usize {
        let n = samples.len().min(self.missing()).min(front::BLOCK);
        let mut packed = [0; front::BLOCK];
        lanes::best(Pack(&samples[..n], &mut packed));
        lanes::best(Fill(self, &packed[..n]))
    }

    #[inline(always)]
    fn end_frame<L: Lanes>(&mut self, lanes: L) {
        let spectrum = self.front.spectrum(lanes);
        let mut sight = Sight::of(&spectrum, self.front.high());
        if self.decider.weigh(lanes, &sight.levels) {
            sight.look_closer(&spectrum, &self.decider.floor.noise, self.decider.follows_lines());
        }
        let excluded = self.excluded.touches(&self.reporter.heard(self.decider.frame()));
        self.seen = Seen { level_db: sight.level_db, voicing: sight.voicing, tone: sight.lines.is_tone() };
        self.decider.step(lanes, &sight, excluded);
    }
}

/// Samples as they come.
#[derive(Clone, Copy, Debug)]
enum Samples<'a> {
    /// Full scale ±1.0.
    Parts(&'a [f32]),
    /// Full scale ±32768.
    Steps(&'a [i16]),
}

impl Samples<'_> {
    /// Those from the `n`th on.
    fn after(self, n: usize) -> Self {
        match self {
            Self::Parts(samples) => Self::Parts(&samples[n..]),
            Self::Steps(samples) => Self::Steps(&samples[n..]),
        }
    }

    fn is_empty(self) -> bool {
        match self {
            Self::Parts(samples) => samples.is_empty(),
            Self::Steps(samples) => samples.is_empty(),
        }
    }
}

/// Samples for the frame under way.
struct Fill<'a>(&'a mut Detector, &'a [i16]);

impl Work for Fill<'_> {
    type Output = usize;

    #[inline(always)]
    fn with<L: Lanes>(self, lanes: L) -> usize {
        self.0.fill(lanes, self.1)
    }
}

/// Samples to bring to 16 bits.
struct Pack<'a>(&'a [f32], &'a mut [i16; front::BLOCK]);

impl Work for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn with<L: Lanes>(self, _: L) {
        for (to, &x) in self.1.iter_mut().zip(self.0) {
            *to = pack_sample(x);
        }
    }
}

/// What of a frame is kept for the trace.
#[derive(Clone, Copy, Debug)]
struct Seen {
    level_db: f32,
    voicing: f32,
    tone: bool,
}

impl Seen {
    const NOTHING: Self = Self { level_db: DUST_DB, voicing: 0.0, tone: false };
}

/// One 10 ms frame as the detector saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The frame's level, in dBFS.
    pub level_dbfs: f32,
    /// The noise floor that was tracked up to it, in dBFS.
    pub floor_dbfs: f32,
    /// The level from which a frame counts as speech, in dBFS.
    pub threshold_dbfs: f32,
    /// Height of the strongest bands of the last 30 ms over their floors, in strays of the noise.
    pub score: f32,
    /// The score from which speech may start, in strays: it grows with how the noise moves.
    pub score_threshold: f32,
    /// Whether this frame counted as speech.
    pub active: bool,
    /// Whether speech is under way, its pauses included.
    pub speech: bool,
    /// How much of it repeats at the pitch of a voice, 0–1; 0 where it does not rise over the floor.
    pub voicing: f32,
    /// Whether it is a single tone or a DTMF digit.
    pub tone: bool,
}

impl Frame {
    fn of(seen: &Seen, decider: &Decider) -> Self {
        let floor_dbfs = decider.floor.level_db();
        let [score, score_threshold] = decider.score();
        Self {
            level_dbfs: seen.level_db,
            floor_dbfs,
            threshold_dbfs: floor_dbfs + decider.sensitivity_db(),
            score,
            score_threshold,
            active: decider.is_active(),
            speech: decider.speech().is_some(),
            voicing: seen.voicing,
            tone: seen.tone,
        }
    }
}

/// The events of one push, in order. Dropping it early loses events, but no samples.
#[derive(Debug)]
#[must_use = "the events of a push are lost with it"]
pub struct Events<'a> {
    detector: &'a mut Detector,
    rest: Samples<'a>,
    /// All of them were taken.
    is_over: bool,
}

impl Iterator for Events<'_> {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            let detector = &mut *self.detector;
            if let Some(event) = detector.reporter.next(&detector.decider, detector.position) {
                return Some(event);
            }
            if self.rest.is_empty() {
                self.is_over = true;
                return None;
            }
            let n = match self.rest {
                Samples::Parts(samples) => detector.fill_parts(samples),
                Samples::Steps(samples) => lanes::best(Fill(detector, samples)),
            };
            self.rest = self.rest.after(n);
        }
    }
}

impl Drop for Events<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.for_each(drop);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise, and in every other half second a voice over it.
    fn talk() -> impl Iterator<Item = f32> {
        let mut state = 1u32;
        (0..80_000).map(move |n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            let harmonic = |h: u32| libm::sinf(0.0942 * (h * n) as f32) / h as f32;
            let voice: f32 = (1..8).map(harmonic).sum();
            0.002 * noise + if n / 4_000 % 2 == 1 { 0.1 * voice * libm::sinf(0.003 * n as f32) } else { 0.0 }
        })
    }

    #[test]
    fn every_machine_sees_the_same() -> Result<(), crate::UnsupportedRate> {
        for hz in [8_000, 16_000] {
            let rate = SampleRate::new(hz)?;
            let [mut best, mut less, mut plain] = [0; 3].map(|_| Detector::new(rate, Settings::default()));
            let mut spoke = false;
            for sample in talk() {
                let step = [pack_sample(sample)];
                lanes::best(Fill(&mut best, &step));
                lanes::without_avx512(Fill(&mut less, &step));
                plain.fill(lanes::Plain, &step);
                assert_eq!([best.frame(), less.frame()], [plain.frame(); 2]);
                spoke |= best.frame().speech;
            }
            assert!(spoke);
        }
        Ok(())
    }

    #[test]
    fn state_fits_in_two_kibibytes() {
        assert!(size_of::<Detector>() <= 2048, "{} bytes", size_of::<Detector>());
    }
}

//! From frames of speech to events at samples, each told once.

use core::ops::Range;

use crate::decide::{Decider, Speech};
use crate::limits::FRAMES_PER_S;
use crate::{Event, SampleRate};

/// What was told so far.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    rate: SampleRate,
    /// How long before the end of its frame a sound was heard, in samples.
    age: u32,
    told: Option<Told>,
    /// Where the speech before ended: none may begin earlier.
    ended: u64,
}

#[derive(Clone, Copy, Debug)]
struct Told {
    start: u64,
    frames: Speech,
}

impl Reporter {
    pub(crate) fn new(rate: SampleRate, age_s: f32) -> Self {
        // The level of a frame is that of three windows: their middle is 10 ms older.
        let age = libm::roundf((age_s + 0.010) * rate.hz() as f32) as u32;
        Self { rate, age, told: None, ended: 0 }
    }

    /// The stream's rate.
    pub(crate) fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The next event that is due, `known` being the samples given so far.
    pub(crate) fn next(&mut self, decider: &Decider, known: u64) -> Option<Event> {
        match (self.told, decider.speech()) {
            (None, Some(frames)) => {
                let start = self.start_of(frames);
                self.told = Some(Told { start, frames });
                Some(Event::SpeechStarted { start, known })
            }
            (Some(told), Some(frames)) if frames.start == told.frames.start => None,
            (Some(told), _) => Some(self.end(told, decider.ended(), known)),
            (None, None) => None,
        }
    }

    /// Ends speech that is open at the end of the stream.
    pub(crate) fn finish(&mut self, decider: &Decider, known: u64) -> Option<Event> {
        let told = self.told?;
        Some(self.end(told, decider.speech().or(decider.ended()), known))
    }

    /// Ends what was told; `judged` is what came of it, if it is speech at all.
    fn end(&mut self, told: Told, judged: Option<Speech>, known: u64) -> Event {
        self.told = None;
        let end = match judged.filter(|speech| speech.start == told.frames.start) {
            Some(speech) => {
                (self.end_of(speech.last) + 2 * self.half_frame()).saturating_sub(self.age.into())
            }
            None => told.start,
        };
        let end = end.clamp(told.start, known.max(told.start));
        self.ended = end;
        Event::SpeechEnded { start: told.start, end, known }
    }

    /// The samples that a frame was heard in: its window, and the filters before it.
    pub(crate) fn heard(&self, frame: u64) -> Range<u64> {
        let end = self.end_of(frame);
        end.saturating_sub(2 * u64::from(self.age))..end
    }

    fn start_of(&self, frames: Speech) -> u64 {
        self.end_of(frames.start).saturating_sub(u64::from(self.age) + self.half_frame()).max(self.ended)
    }

    /// The first sample after a frame.
    fn end_of(&self, frame: u64) -> u64 {
        ((frame + 1) * u64::from(self.rate.hz())).div_ceil(FRAMES_PER_S)
    }

    fn half_frame(&self) -> u64 {
        u64::from(self.rate.hz()) / (2 * FRAMES_PER_S)
    }
}

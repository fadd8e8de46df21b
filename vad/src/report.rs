//! From frames of speech to events at samples, each told once.

use crate::decide::Speech;
use crate::limits::FRAMES_PER_S;
use crate::{Event, SampleRate};

/// What was told so far.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    rate: SampleRate,
    /// How long before the end of its frame a sound was heard, in samples.
    age: u64,
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
        let age = libm::roundf((age_s + 0.010) * rate.hz() as f32) as u64;
        Self { rate, age, told: None, ended: 0 }
    }

    /// The next event that is due, `known` being the samples given so far.
    pub(crate) fn next(&mut self, speech: Option<Speech>, known: u64) -> Option<Event> {
        match (self.told, speech) {
            (None, Some(frames)) => {
                let start = self.start_of(frames);
                self.told = Some(Told { start, frames });
                Some(Event::SpeechStarted { start, known })
            }
            (Some(told), Some(frames)) if frames.start == told.frames.start => {
                self.told = Some(Told { frames, ..told });
                None
            }
            (Some(told), _) => Some(self.end(told, known)),
            (None, None) => None,
        }
    }

    /// Ends speech that is open at the end of the stream.
    pub(crate) fn finish(&mut self, speech: Option<Speech>, known: u64) -> Option<Event> {
        let told = self.told?;
        let frames = speech.filter(|s| s.start == told.frames.start).unwrap_or(told.frames);
        Some(self.end(Told { frames, ..told }, known))
    }

    fn end(&mut self, told: Told, known: u64) -> Event {
        self.told = None;
        let end = (self.end_of(told.frames.last) + self.half_frame()).saturating_sub(self.age);
        let end = end.clamp(told.start, known.max(told.start));
        self.ended = end;
        Event::SpeechEnded { start: told.start, end, known }
    }

    fn start_of(&self, frames: Speech) -> u64 {
        self.end_of(frames.start).saturating_sub(self.age + self.half_frame()).max(self.ended)
    }

    /// The first sample after a frame.
    fn end_of(&self, frame: u64) -> u64 {
        ((frame + 1) * u64::from(self.rate.hz())).div_ceil(FRAMES_PER_S)
    }

    fn half_frame(&self) -> u64 {
        u64::from(self.rate.hz()) / (2 * FRAMES_PER_S)
    }
}

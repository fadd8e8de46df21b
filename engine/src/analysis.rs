//! Both detectors over a whole stream, without phases and timers.

use crate::{
    DigitHeard, Level, Position, SampleRate, SpeechSegment, VadSettings,
    hearing::{Heard, Hearing},
};

/// Hears a stream from its first sample to its last, with the detectors that [`crate::Recorder`] runs.
///
/// ```
/// use afterbeep::{Analyzer, SampleRate, VadSettings};
/// let mut analyzer = Analyzer::new(SampleRate::HZ_8000, VadSettings::default());
/// analyzer.push(&[0; 8_000]);
/// let heard = analyzer.finish();
/// assert!(heard.digits.is_empty() && heard.speech.is_empty());
/// ```
#[derive(Debug)]
pub struct Analyzer {
    hearing: Hearing,
    rate: SampleRate,
    block: Vec<i16>,
    steps: u64,
    taken: u64,
    found: Analysis,
}

/// What was heard in a stream; positions count from its first sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// Every digit, in order.
    pub digits: Vec<DigitHeard>,
    /// Every segment of speech, in order.
    pub speech: Vec<SpeechSegment>,
    /// The level of the whole.
    pub level: Level,
    /// How many samples the stream had.
    pub samples: u64,
    /// The stream's rate.
    pub rate: SampleRate,
}

impl Analyzer {
    /// An analyzer of a stream at `rate`.
    pub fn new(rate: SampleRate, settings: VadSettings) -> Self {
        Self {
            hearing: Hearing::new(rate, settings),
            rate,
            block: Vec::with_capacity(rate.hz() as usize / 50),
            steps: 0,
            taken: 0,
            found: Analysis {
                digits: Vec::new(),
                speech: Vec::new(),
                level: Level::default(),
                samples: 0,
                rate,
            },
        }
    }

    /// Takes the stream's next samples, any number; the detectors get them in frames of 10 ms.
    pub fn push(&mut self, samples: &[i16]) {
        self.found.level.add(samples);
        self.found.samples += samples.len() as u64;
        let mut rest = samples;
        while !rest.is_empty() {
            let end_of_step = ((self.steps + 1) * u64::from(self.rate.hz())).div_ceil(100);
            let missing = end_of_step - self.taken - self.block.len() as u64;
            let (now, later) = rest.split_at((missing as usize).min(rest.len()));
            self.block.extend_from_slice(now);
            rest = later;
            if now.len() as u64 == missing {
                self.hear();
                self.steps += 1;
            }
        }
    }

    /// Ends the stream: what is open is closed at its last sample.
    pub fn finish(mut self) -> Analysis {
        self.hear();
        for heard in self.hearing.finish() {
            self.found.note(heard);
        }
        self.found
    }

    fn hear(&mut self) {
        for &heard in self.hearing.hear(&self.block) {
            self.found.note(heard);
        }
        self.taken += self.block.len() as u64;
        self.block.clear();
    }
}

impl Analysis {
    fn note(&mut self, heard: Heard) {
        let place = |sample: u64| Position(sample as i64);
        match heard {
            Heard::DigitStarted { digit, start, known } => {
                self.digits.push(DigitHeard {
                    digit,
                    start: place(start),
                    end: None,
                    reported: place(known),
                });
            }
            Heard::DigitEnded { end, .. } => {
                if let Some(digit) = self.digits.last_mut() {
                    digit.end = Some(place(end));
                }
            }
            Heard::SpeechStarted { start, known } => self.speech.push(SpeechSegment {
                start: place(start),
                end: place(known),
                onset_reported: place(known),
                offset_reported: place(known),
            }),
            Heard::SpeechEnded { end, known, .. } => {
                if let Some(segment) = self.speech.last_mut() {
                    segment.end = place(end);
                    segment.offset_reported = place(known);
                }
                // The detector took it back: it was a digit.
                self.speech.pop_if(|segment| segment.end <= segment.start);
            }
        }
    }
}

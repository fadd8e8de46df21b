//! Both detectors on one stream: `record` and `analyze` hear with the very same ears.

use std::ops::Range;

use crate::SampleRate;
use afterbeep_dtmf::{self as dtmf, Digit};
use afterbeep_vad::{self as vad, Settings};

/// Something that was heard. Positions count samples from the first one heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    DigitStarted { digit: Digit, start: u64, known: u64 },
    DigitEnded { digit: Digit, start: u64, end: u64, known: u64 },
    SpeechStarted { start: u64, known: u64 },
    SpeechEnded { start: u64, end: u64, known: u64 },
}

/// The DTMF detector and the VAD, with what the one must know of the other: a digit is never speech.
#[derive(Debug)]
pub(crate) struct Hearing {
    rate: SampleRate,
    dtmf: dtmf::Detector,
    vad: vad::Detector,
    settings: Settings,
    /// Where the VAD's own first sample lies.
    vad_from: u64,
    /// A block as the VAD takes it.
    heard: Vec<Heard>,
    taken: u64,
    digit_sounds: bool,
    speech: bool,
}

impl Hearing {
    pub(crate) fn new(rate: SampleRate, settings: Settings) -> Self {
        Self {
            rate,
            dtmf: dtmf::Detector::new(rate.dtmf()),
            vad: vad::Detector::new(rate.vad(), settings),
            settings,
            vad_from: 0,
            heard: Vec::new(),
            taken: 0,
            digit_sounds: false,
            speech: false,
        }
    }

    /// Hears speech by other settings from now on; a voice that is heard is heard anew then.
    pub(crate) fn tune(&mut self, settings: Settings) {
        if settings != self.settings {
            self.vad = vad::Detector::new(self.rate.vad(), settings);
            self.settings = settings;
            self.vad_from = self.taken;
            self.speech = false;
        }
    }

    /// Takes the stream's next samples, 10 ms or less, and gives what was heard by then, in order.
    pub(crate) fn hear(&mut self, block: &[i16]) -> &[Heard] {
        self.heard.clear();
        self.listen_for_digits(block);
        self.listen_for_speech(block);
        self.taken += block.len() as u64;
        &self.heard
    }

    fn listen_for_digits(&mut self, block: &[i16]) {
        let vad_from = self.vad_from;
        let end_of_block = self.taken + block.len() as u64;
        let mut from = self.digit_sounds.then_some(self.taken);
        for event in self.dtmf.push_i16(block) {
            let heard = match digit_heard(event) {
                Some(heard) => heard,
                None => continue,
            };
            match heard {
                Heard::DigitStarted { start, .. } => from = Some(from.map_or(start, |from| from.min(start))),
                Heard::DigitEnded { end, .. } => {
                    if let Some(from) = from.take() {
                        self.vad.exclude(since(vad_from, from.min(end)..end));
                    }
                }
                _ => {}
            }
            self.heard.push(heard);
        }
        self.digit_sounds = from.is_some();
        if let Some(from) = from {
            self.vad.exclude(since(vad_from, from..end_of_block));
        }
    }

    fn listen_for_speech(&mut self, block: &[i16]) {
        for event in self.vad.push_i16(block) {
            if let Some(heard) = speech_heard(event, self.vad_from) {
                self.speech = matches!(heard, Heard::SpeechStarted { .. });
                self.heard.push(heard);
            }
        }
    }

    /// Says that the last `samples` that were heard are none of the caller's.
    pub(crate) fn exclude_last(&mut self, samples: u64) {
        self.vad.exclude(since(self.vad_from, self.taken.saturating_sub(samples)..self.taken));
    }

    /// Says that the next `samples` are none of the caller's.
    pub(crate) fn exclude_next(&mut self, samples: u64) {
        self.vad.exclude(since(self.vad_from, self.taken..self.taken + samples));
    }

    /// How many samples were heard.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether someone speaks, as far as is known.
    pub(crate) fn speech(&self) -> bool {
        self.speech
    }

    /// Whether a digit sounds, as far as is known.
    pub(crate) fn digit_sounds(&self) -> bool {
        self.digit_sounds
    }

    /// The last 10 ms as the VAD saw them.
    pub(crate) fn frame(&self) -> vad::Frame {
        self.vad.frame()
    }

    /// The power of the eight DTMF tones, in dBFS.
    pub(crate) fn tones_dbfs(&self) -> [f32; 8] {
        self.dtmf.tones_dbfs()
    }

    /// Ends the stream: what is open is closed.
    pub(crate) fn finish(self) -> impl Iterator<Item = Heard> {
        self.dtmf
            .finish()
            .filter_map(digit_heard)
            .chain(self.vad.finish().and_then(move |event| speech_heard(event, self.vad_from)))
    }
}

/// A range on the count that begins at `from`.
fn since(from: u64, samples: Range<u64>) -> Range<u64> {
    samples.start.saturating_sub(from)..samples.end.saturating_sub(from)
}

fn digit_heard(event: dtmf::Event) -> Option<Heard> {
    match event {
        dtmf::Event::DigitStarted { digit, start, known } => {
            Some(Heard::DigitStarted { digit, start, known })
        }
        dtmf::Event::DigitEnded { digit, start, end, known } => {
            Some(Heard::DigitEnded { digit, start, end, known })
        }
        _ => None,
    }
}

/// The same on the stream's own count: the VAD's first sample is number `from`.
fn speech_heard(event: vad::Event, from: u64) -> Option<Heard> {
    match event {
        vad::Event::SpeechStarted { start, known } => {
            Some(Heard::SpeechStarted { start: from + start, known: from + known })
        }
        vad::Event::SpeechEnded { start, end, known } => {
            Some(Heard::SpeechEnded { start: from + start, end: from + end, known: from + known })
        }
        _ => None,
    }
}

//! What the detectors hear, put on the recorder's clock, logged and told.

use std::mem;

use super::state::State;
use crate::{Event, Phase, Position, Reading, Trace, echo::EchoGuard, hearing::Heard};

impl State {
    /// Lets the detectors hear what was gathered, without our own sound in it.
    pub(super) fn hear_gathered(&mut self) {
        let (mut block, mut played) = (mem::take(&mut self.ears.block), mem::take(&mut self.ears.played));
        let plays = self.is_playing();
        if let Some(own) = self.ears.cancel_echo(plays, &mut block, &played) {
            let samples = block.len() as u64;
            self.ears.hearing.exclude_last(own.saturating_sub(samples));
            self.ears.hearing.exclude_next(samples);
        }
        self.hear(&block);
        block.clear();
        played.clear();
        (self.ears.block, self.ears.played) = (block, played);
    }

    /// Lets the detectors hear a block of 10 ms or less, and notes what they heard on the recorder's clock.
    pub(super) fn hear(&mut self, block: &[i16]) {
        self.ears.heard.clear();
        let heard = self.ears.hearing.hear(block);
        if !heard.is_empty() {
            self.ears.heard.extend_from_slice(heard);
            let mut heard = mem::take(&mut self.ears.heard);
            heard.retain(|heard| self.note(*heard));
            self.ears.heard = heard;
        }
    }

    /// Logs what was heard and tells of it; false where it is our own sound, or was told by the network.
    fn note(&mut self, heard: Heard) -> bool {
        match heard {
            Heard::DigitStarted { digit, start, known } => {
                let is_own = self.ears.echo.as_ref().is_some_and(|echo| echo.plays(digit));
                self.ears.ignores_digit = is_own || self.was_told(digit, self.clock_at(start));
                if self.ears.ignores_digit {
                    return false;
                }
                self.log.digit_started(digit, self.clock_at(start), self.clock_at(known));
                let (start, reported) = (self.position_at(start), self.position_at(known));
                self.events.push(Event::DigitStarted { digit, start, reported });
            }
            Heard::DigitEnded { digit, start, end, known } => {
                if self.ears.ignores_digit {
                    return false;
                }
                self.log.digit_ended(self.clock_at(end));
                let (start, end, reported) =
                    (self.position_at(start), self.position_at(end), self.position_at(known));
                self.events.push(Event::DigitEnded { digit, start, end, reported });
            }
            Heard::SpeechStarted { start, known } => {
                self.log.speech_started(self.clock_at(start), self.clock_at(known));
                let (start, reported) = (self.position_at(start), self.position_at(known));
                self.events.push(Event::SpeechStarted { start, reported });
            }
            Heard::SpeechEnded { start, end, known } => {
                self.log.speech_ended(self.clock_at(end), self.clock_at(known));
                let (start, end, reported) =
                    (self.position_at(start), self.position_at(end), self.position_at(known));
                self.events.push(Event::SpeechEnded { start, end, reported });
            }
        }
        true
    }

    /// The clock at the sample that the detectors count as `heard`.
    pub(super) fn clock_at(&self, heard: u64) -> i64 {
        let delay = self.ears.echo.as_ref().map_or(0, EchoGuard::delay);
        let behind = self.ears.hearing.taken() as i64 - heard as i64 + delay as i64;
        self.clock as i64 - behind
    }

    fn position_at(&self, heard: u64) -> Position {
        self.position(self.clock_at(heard))
    }

    pub(super) fn position(&self, clock: i64) -> Position {
        Position(clock - self.zero as i64)
    }

    pub(super) fn read_level(&mut self) {
        let frame = self.ears.hearing.frame();
        self.events.push(Event::Level(Reading {
            at: self.position(self.clock as i64),
            samples: self.take.samples(),
            level_dbfs: frame.level_dbfs,
            floor_dbfs: frame.floor_dbfs,
            timer: self.timers.watched(self.phase, self.clock),
        }));
    }

    pub(super) fn trace(&mut self, phase: Phase) {
        let frame = self.ears.hearing.frame();
        self.events.push(Event::Trace(Trace {
            at: self.position(self.clock as i64),
            phase,
            level_dbfs: frame.level_dbfs,
            floor_dbfs: frame.floor_dbfs,
            threshold_dbfs: frame.threshold_dbfs,
            active: frame.active,
            echo: self.ears.echo.as_ref().is_some_and(EchoGuard::is_echo),
            tones_dbfs: self.ears.hearing.tones_dbfs(),
        }));
    }
}

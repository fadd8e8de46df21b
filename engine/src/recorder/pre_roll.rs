//! Speech that starts during the beep, kept: the recording then begins with it, not where the beep ends.

use std::time::Duration;

use super::state::State;
use crate::{Phase, phase::Input, timeout::samples_in};

/// What is kept before the start of that speech: an onset is told to some 20 ms, and a soft consonant may lie before it.
const LEAD: Duration = Duration::from_millis(100);
/// By then it is known whether someone spoke already when the beep ended: the VAD takes 0.43 s at worst.
const KNOWN_AFTER: Duration = Duration::from_millis(500);

/// What was captured since the beep began, and is not on record yet.
#[derive(Debug, Default)]
pub(super) struct PreRoll {
    samples: Vec<i16>,
    /// The clock at the first of them.
    from: u64,
}

impl State {
    /// The beep begins: from here on it may turn out that the caller speaks.
    pub(super) fn await_speech_in_beep(&mut self) {
        if self.request.options().pre_roll {
            self.pre_roll = Some(PreRoll { samples: Vec::new(), from: self.clock });
        }
    }

    /// Nothing was captured so far.
    pub(super) fn await_speech_from_here(&mut self) {
        if let Some(pre_roll) = &mut self.pre_roll {
            *pre_roll = PreRoll { samples: Vec::new(), from: self.clock };
        }
    }

    /// Takes what was captured: on record at once, unless it is not known yet where that begins.
    pub(super) fn keep(&mut self, captured: &[i16]) {
        if let Some(pre_roll) = &mut self.pre_roll {
            pre_roll.samples.extend_from_slice(captured);
        } else if self.phase.is_recording() {
            self.take.push(captured);
        }
    }

    /// Looks whether the caller spoke before sample 0; once that is known, the recording has its beginning.
    pub(super) fn settle_pre_roll(&mut self) {
        if self.pre_roll.is_none() || !self.phase.is_recording() {
            return;
        }
        let waits = self.clock < self.zero + samples_in(KNOWN_AFTER, self.rate.hz());
        match self.log.first_speech_since(self.beep_began()) {
            Some(start) if start < self.zero as i64 => {
                let lead = samples_in(LEAD, self.rate.hz()) as i64;
                self.begin_at((start - lead).max(self.beep_began()) as u64);
            }
            None if waits => {}
            _ => self.begin_at(self.zero),
        }
    }

    fn beep_began(&self) -> i64 {
        self.pre_roll.as_ref().map_or(self.zero, |pre_roll| pre_roll.from) as i64
    }

    /// The recording's sample 0 is the one at clock `begin`.
    pub(super) fn begin_at(&mut self, begin: u64) {
        let Some(pre_roll) = self.pre_roll.take() else { return };
        self.timers.cap = (self.timers.cap - (self.zero - begin)).max(self.clock);
        self.zero = begin;
        let skipped = (begin - pre_roll.from) as usize;
        self.take.push(pre_roll.samples.get(skipped..).unwrap_or_default());
        if self.phase == Phase::InitialSilence && self.log.first_speech_since(begin as i64).is_some() {
            self.apply(Input::SpeechStarted);
            if let Some(end) = self.log.last_speech_end() {
                self.pause_since(end);
            }
        }
    }
}

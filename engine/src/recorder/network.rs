//! Digits that the network tells: counted once with those that are heard.

use std::time::Duration;

use afterbeep_dtmf::Digit;

use super::{log::KnownBy, state::State};
use crate::{Event, Phase, phase::Input, timeout::samples_in};

/// How far apart the network's account of a digit and its sound may lie: an INFO of SIP comes by another way than the audio, whose
/// buffers hold a fifth of a second at times. Of equal digits the first is meant.
const APART: Duration = Duration::from_millis(250);

impl State {
    /// The network tells now of a digit from `start` to `end` on the recorder's clock.
    pub(crate) fn press(&mut self, digit: Digit, start: i64, end: i64) {
        self.begin_turn();
        if self.log.is_same_digit(digit, (start, end), KnownBy::Ear, self.apart()) {
            return;
        }
        let now = self.clock as i64;
        self.log.digit_told(digit, start, end, now);
        let (start_at, end_at, reported) = (self.position(start), self.position(end), self.position(now));
        self.events.push(Event::DigitStarted { digit, start: start_at, reported });
        self.events.push(Event::DigitEnded { digit, start: start_at, end: end_at, reported });
        let zero = self.zero as i64;
        if self.phase == Phase::Prompt && self.request.options().prompt_interruption.by_dtmf() {
            self.cut_prompt();
        } else if self.phase.is_recording() && end > zero && self.request.stop_tones().contains(digit) {
            self.stop_tone = Some((digit, start.min(now).max(zero) as u64));
            self.apply(Input::StopTone);
        }
    }

    /// Whether the network has told of the digit that is heard to begin at `start`.
    pub(super) fn was_told(&mut self, digit: Digit, start: i64) -> bool {
        self.log.is_same_digit(digit, (start, start), KnownBy::Network, self.apart())
    }

    fn apart(&self) -> i64 {
        samples_in(APART, self.rate.hz()) as i64
    }
}

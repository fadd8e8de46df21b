//! What follows from what was heard and from the timers, in the contract's order of ties.

use std::time::Duration;

use afterbeep_dtmf::Digit;

use super::state::State;
use crate::{Phase, hearing::Heard, phase::Input, timeout::samples_in};

/// How long before the start of a stop tone the recording is cut: the detector may be late by 1 ms, and 5 ms before the
/// tone are allowed (`record-response` §2).
const STOP_TONE_MARGIN: Duration = Duration::from_millis(2);

impl State {
    /// Draws the consequences of a step, in the contract's order of ties: stop tone, cap, speech, silence.
    pub(super) fn decide(&mut self) {
        match self.phase {
            Phase::Prompt => self.interrupt_prompt(),
            phase if phase.is_recording() => {
                self.settle_pre_roll();
                self.stop_tone = self.find_stop_tone();
                if self.stop_tone.is_some() {
                    return self.apply(Input::StopTone);
                }
                if self.clock >= self.timers.cap {
                    return self.apply(Input::MaxDurationReached);
                }
                self.follow_speech();
                self.end_what_elapsed();
            }
            _ => {}
        }
    }

    fn interrupt_prompt(&mut self) {
        let by = self.request.options().prompt_interruption;
        let interrupts = |heard: &Heard| match heard {
            Heard::DigitStarted { .. } => by.by_dtmf(),
            Heard::SpeechStarted { .. } => by.by_speech(),
            _ => false,
        };
        if self.ears.heard.iter().any(interrupts) {
            self.cut_prompt();
        }
    }

    pub(super) fn cut_prompt(&mut self) {
        self.playback.stop();
        self.cut = Some(self.outgoing.len());
        self.plan_zero(0);
        self.apply(Input::PromptInterrupted);
    }

    /// The stop tone that was heard in this step, and where the recording is cut for it.
    fn find_stop_tone(&self) -> Option<(Digit, u64)> {
        let tones = self.request.stop_tones();
        self.ears.heard.iter().find_map(|heard| match *heard {
            Heard::DigitStarted { digit, start, .. } if tones.contains(digit) => {
                let margin = samples_in(STOP_TONE_MARGIN, self.rate.hz()) as i64;
                Some((digit, (self.clock_at(start) - margin).max(self.zero as i64) as u64))
            }
            _ => None,
        })
    }

    fn follow_speech(&mut self) {
        for at in 0..self.ears.heard.len() {
            match self.ears.heard[at] {
                Heard::SpeechStarted { .. } => self.apply(Input::SpeechStarted),
                Heard::SpeechEnded { end, .. } => {
                    self.pause_since(self.clock_at(end));
                }
                _ => {}
            }
        }
    }

    /// The caller has spoken, and pauses since `end`.
    pub(super) fn pause_since(&mut self, end: i64) {
        let end = end.max(self.zero as i64) as u64;
        self.last_speech = Some(end);
        if self.request.options().trim_trailing_silence {
            self.take.mark(self.trimmed(end) - self.zero);
        }
        let timeout = self.request.max_silence_timeout().samples(self.rate);
        self.timers.max_silence = (end + timeout).max(self.clock);
        self.apply(Input::SpeechEnded);
    }

    pub(super) fn end_what_elapsed(&mut self) {
        if self.clock >= self.timers.cap && self.phase.is_recording() {
            self.apply(Input::MaxDurationReached);
        } else if self.clock >= self.timers.next(self.phase) {
            match self.phase {
                Phase::InitialSilence => self.apply(Input::InitialSilenceElapsed),
                Phase::TrailingSilence => self.apply(Input::MaxSilenceElapsed),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        CompletionReason, RecordResponse, SampleRate,
        recorder::{Setup, ears::Ears},
    };

    /// What a recorder makes of things that are heard in one step, with `#` as its stop tone.
    fn decided(phase: Phase, clock: u64, heard: &[Heard]) -> (Phase, Option<CompletionReason>) {
        let request =
            RecordResponse::builder().play_beep(false).stop_tones("#".parse().unwrap()).build().unwrap();
        let ears = Box::new(Ears::new(SampleRate::HZ_8000, request.options().vad));
        let mut state = State::new(&request, Setup::new(SampleRate::HZ_8000), ears).unwrap();
        state.start();
        state.clock = clock;
        state.phase = phase;
        state.ears.heard = heard.to_vec();
        state.decide();
        (state.phase, state.take_outcome().map(|outcome| outcome.reason))
    }

    const ONSET: Heard = Heard::SpeechStarted { start: 0, known: 0 };
    const CAP: u64 = 40_000;

    fn pound() -> Heard {
        Heard::DigitStarted { digit: '#'.try_into().unwrap(), start: 0, known: 0 }
    }

    #[test]
    fn a_stop_tone_wins_over_an_onset_and_over_the_cap_in_the_same_step() {
        for (clock, heard) in [(800, [ONSET, pound()]), (800, [pound(), ONSET]), (CAP, [ONSET, pound()])] {
            let (phase, reason) = decided(Phase::InitialSilence, clock, &heard);
            assert_eq!((phase, reason), (Phase::Finished, Some(CompletionReason::StopToneDetected)));
        }
    }

    #[test]
    fn the_cap_wins_over_an_onset_and_an_onset_over_the_silence() {
        let capped = decided(Phase::InitialSilence, CAP, &[ONSET]);
        assert_eq!(capped, (Phase::Finished, Some(CompletionReason::MaxRecordDurationReached)));
        assert_eq!(decided(Phase::InitialSilence, CAP - 1, &[ONSET]), (Phase::Speaking, None));
        assert_eq!(decided(Phase::InitialSilence, CAP - 1, &[]), (Phase::InitialSilence, None));
    }
}

//! What happened, kept for the outcome. Places are counted on the recorder's clock until the end.

use afterbeep_dtmf::Digit;

use crate::{Phase, Position, outcome};

#[derive(Debug, Default)]
pub(crate) struct Log {
    digits: Vec<DigitEntry>,
    speech: Vec<SpeechEntry>,
    phases: Vec<(Phase, u64)>,
}

#[derive(Debug)]
struct DigitEntry {
    digit: Digit,
    start: i64,
    end: Option<i64>,
    reported: i64,
    known_by: KnownBy,
}

/// Who has told of a digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KnownBy {
    /// The detector heard it.
    Ear,
    /// The network said so.
    Network,
    Both,
}

#[derive(Debug)]
struct SpeechEntry {
    start: i64,
    onset_reported: i64,
    /// End, and where it was known.
    end: Option<(i64, i64)>,
}

impl Log {
    pub(crate) fn phase(&mut self, phase: Phase, at: u64) {
        self.phases.push((phase, at));
    }

    pub(crate) fn digit_started(&mut self, digit: Digit, start: i64, reported: i64) {
        self.digits.push(DigitEntry { digit, start, end: None, reported, known_by: KnownBy::Ear });
    }

    pub(crate) fn digit_told(&mut self, digit: Digit, start: i64, end: i64, reported: i64) {
        let known_by = KnownBy::Network;
        self.digits.push(DigitEntry { digit, start, end: Some(end), reported, known_by });
    }

    /// Whether `digit`, from `start` to `end`, is the same as the first that was known only by `known_by` and lies no farther from it
    /// than `apart`: then it is known by both.
    pub(crate) fn is_same_digit(
        &mut self,
        digit: Digit,
        (start, end): (i64, i64),
        known_by: KnownBy,
        apart: i64,
    ) -> bool {
        let is_near = |entry: &&mut DigitEntry| {
            let until = entry.end.unwrap_or(entry.reported);
            entry.digit == digit
                && entry.known_by == known_by
                && (start - until).max(entry.start - end) <= apart
        };
        let same = self.digits.iter_mut().find(is_near);
        if let Some(entry) = same {
            entry.known_by = KnownBy::Both;
            return true;
        }
        false
    }

    pub(crate) fn digit_ended(&mut self, end: i64) {
        if let Some(open) = self.digits.iter_mut().rfind(|entry| entry.end.is_none()) {
            open.end = Some(end);
        }
    }

    pub(crate) fn speech_started(&mut self, start: i64, onset_reported: i64) {
        self.speech.push(SpeechEntry { start, onset_reported, end: None });
    }

    pub(crate) fn speech_ended(&mut self, end: i64, reported: i64) {
        if let Some(open) = self.speech.last_mut().filter(|entry| entry.end.is_none()) {
            open.end = Some((end, reported));
        }
        // The detector took it back: it was a digit, or our own sound.
        self.speech.pop_if(|entry| end <= entry.start);
    }

    /// Where the first speech began that began at `since` or later.
    pub(crate) fn first_speech_since(&self, since: i64) -> Option<i64> {
        self.speech.iter().map(|entry| entry.start).find(|&start| start >= since)
    }

    /// Where the last speech ended, if it has.
    pub(crate) fn last_speech_end(&self) -> Option<i64> {
        self.speech.last().and_then(|entry| entry.end).map(|(end, _)| end)
    }

    pub(crate) fn digits(&self, zero: i64) -> Vec<outcome::DigitHeard> {
        let heard = |entry: &DigitEntry| outcome::DigitHeard {
            digit: entry.digit,
            start: Position(entry.start - zero),
            end: entry.end.map(|end| Position(end - zero)),
            reported: Position(entry.reported - zero),
        };
        let mut digits: Vec<_> = self.digits.iter().map(heard).collect();
        digits.sort_by_key(|digit| digit.start);
        digits
    }

    /// The segments of speech, none beyond the recording's end at clock `end`; `over` is where the operation ended.
    pub(crate) fn speech(&self, zero: i64, end: i64, over: i64) -> Vec<outcome::SpeechSegment> {
        let segment = |entry: &SpeechEntry| {
            let (until, reported) = entry.end.unwrap_or((end, over));
            outcome::SpeechSegment {
                start: Position(entry.start.min(end) - zero),
                end: Position(until.min(end) - zero),
                onset_reported: Position(entry.onset_reported - zero),
                offset_reported: Position(reported - zero),
            }
        };
        self.speech.iter().map(segment).collect()
    }

    pub(crate) fn phases(&self, zero: i64) -> Vec<outcome::PhaseStart> {
        let start =
            |&(phase, at): &(Phase, u64)| outcome::PhaseStart { phase, start: Position(at as i64 - zero) };
        self.phases.iter().map(start).collect()
    }
}

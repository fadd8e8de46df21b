//! What a call gives: events, outcomes, what to record and what to play.

use std::{collections::VecDeque, ops::Range};

use super::operation::{OperationId, OperationOutcome};
use crate::{Event, recorder::Room};

/// Something that a call gives. What is of one operation comes in its order, the outcome last.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Output<'a> {
    /// Something happened in an operation.
    Event(OperationId, Event),
    /// To be appended to the operation's recording, at the recording's rate. At its end the recording is cut to
    /// [`crate::Recorded::samples`].
    Recorded(OperationId, &'a [i16]),
    /// To be played: as many samples as were captured meanwhile.
    Playback(&'a [i16]),
    /// What was given to be played and waits to be heard is not to be heard any more.
    PlaybackCut,
    /// The operation has ended.
    Finished(OperationId, OperationOutcome),
}

/// Outputs that wait to be taken. Whoever runs many calls has one for all of them, and lends it to each in its turn.
#[derive(Debug, Default)]
pub(crate) struct Outputs {
    entries: VecDeque<Entry>,
    samples: Vec<i16>,
    /// For the recorder that runs.
    pub(super) room: Room,
}

#[derive(Debug)]
enum Entry {
    Event(OperationId, Event),
    Recorded(OperationId, Range<usize>),
    Playback(Range<usize>),
    PlaybackCut,
    Finished(OperationId, Box<OperationOutcome>),
}

impl Outputs {
    pub(super) fn event(&mut self, operation: OperationId, event: Event) {
        self.entries.push_back(Entry::Event(operation, event));
    }

    pub(super) fn recorded(&mut self, operation: OperationId, samples: &[i16]) {
        if !samples.is_empty() {
            let range = self.keep(samples);
            self.entries.push_back(Entry::Recorded(operation, range));
        }
    }

    pub(super) fn playback(&mut self, samples: &[i16]) {
        if !samples.is_empty() {
            let range = self.keep(samples);
            self.entries.push_back(Entry::Playback(range));
        }
    }

    pub(super) fn silence(&mut self, samples: usize) {
        if samples > 0 {
            let from = self.samples.len();
            self.samples.resize(from + samples, 0);
            self.entries.push_back(Entry::Playback(from..from + samples));
        }
    }

    pub(super) fn playback_cut(&mut self) {
        self.entries.push_back(Entry::PlaybackCut);
    }

    pub(super) fn finished(&mut self, operation: OperationId, outcome: OperationOutcome) {
        self.entries.push_back(Entry::Finished(operation, Box::new(outcome)));
    }

    /// The next; once all were taken their room is used anew.
    pub(super) fn take(&mut self) -> Option<Output<'_>> {
        let Some(entry) = self.entries.pop_front() else {
            self.samples.clear();
            return None;
        };
        Some(match entry {
            Entry::Event(operation, event) => Output::Event(operation, event),
            Entry::Recorded(operation, range) => Output::Recorded(operation, &self.samples[range]),
            Entry::Playback(range) => Output::Playback(&self.samples[range]),
            Entry::PlaybackCut => Output::PlaybackCut,
            Entry::Finished(operation, outcome) => Output::Finished(operation, *outcome),
        })
    }

    fn keep(&mut self, samples: &[i16]) -> Range<usize> {
        let from = self.samples.len();
        self.samples.extend_from_slice(samples);
        from..self.samples.len()
    }
}

//! What a call tells whoever listens: bounded, and never at the price of an outcome.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::finished::Finished;
use crate::{Event, OperationId, OperationOutcome};

/// Something that a call tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CallEvent {
    /// Something happened in an operation.
    Event(OperationId, Event),
    /// The operation has ended; its recording may still be on its way to the disk.
    Finished(OperationId, OperationOutcome),
    /// All that there is of the operation is in its place: nothing more comes of it.
    Ready(OperationId, Finished),
}

impl CallEvent {
    /// Whether it may be left out for a listener who does not read.
    fn is_level(&self) -> bool {
        matches!(self, Self::Event(_, Event::Level(_) | Event::Trace(_)))
    }

    fn is_outcome(&self) -> bool {
        !matches!(self, Self::Event(..))
    }
}

/// The reading end of a call's events. Dropping it ends the telling.
#[derive(Debug)]
pub struct Events {
    mailbox: Arc<Mailbox>,
}

/// The telling end: when the last copy is dropped, nothing more comes.
#[derive(Clone, Debug)]
pub(super) struct Teller(Arc<LastWord>);

#[derive(Debug)]
struct LastWord(Arc<Mailbox>);

impl Drop for LastWord {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Where events wait.
#[derive(Debug)]
struct Mailbox {
    most: usize,
    waiting: Mutex<Waiting>,
    came: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<CallEvent>,
    left_out: u64,
    is_over: bool,
    is_unread: bool,
}

/// Both ends of a mailbox; `most` events may wait, and outcomes beyond that.
pub(super) fn mailbox(most: usize) -> (Teller, Events) {
    let mailbox = Arc::new(Mailbox { most: most.max(1), waiting: Mutex::default(), came: Condvar::new() });
    (Teller(Arc::new(LastWord(Arc::clone(&mailbox)))), Events { mailbox })
}

impl Teller {
    /// Puts an event in.
    pub(super) fn tell(&self, event: CallEvent) {
        self.0.0.tell(event);
    }
}

impl Mailbox {
    /// Puts an event in. Where there is no room readings of the level go first, then the oldest that is no outcome.
    fn tell(&self, event: CallEvent) {
        let mut waiting = self.waiting.lock();
        if waiting.is_unread {
            return;
        }
        if waiting.events.len() >= self.most {
            waiting.left_out += 1;
            if event.is_level() {
                return;
            }
            let level = waiting.events.iter().position(CallEvent::is_level);
            let expendable = level.or_else(|| waiting.events.iter().position(|event| !event.is_outcome()));
            match expendable {
                Some(at) => drop(waiting.events.remove(at)),
                None if event.is_outcome() => waiting.left_out -= 1,
                None => return,
            }
        }
        waiting.events.push_back(event);
        drop(waiting);
        self.came.notify_one();
    }

    /// Nothing more comes.
    fn close(&self) {
        self.waiting.lock().is_over = true;
        self.came.notify_all();
    }
}

impl Events {
    /// The next event, if one is there.
    pub fn try_next(&self) -> Option<CallEvent> {
        self.mailbox.waiting.lock().events.pop_front()
    }

    /// The next event, waited for; `None` when the deadline has passed, or the call is over.
    pub fn next_within(&self, deadline: Duration) -> Option<CallEvent> {
        let until = Instant::now() + deadline;
        let mut waiting = self.mailbox.waiting.lock();
        while waiting.events.is_empty() && !waiting.is_over {
            if self.mailbox.came.wait_until(&mut waiting, until).timed_out() {
                break;
            }
        }
        waiting.events.pop_front()
    }

    /// Whether the call is over, and every event was read.
    pub fn is_over(&self) -> bool {
        let waiting = self.mailbox.waiting.lock();
        waiting.is_over && waiting.events.is_empty()
    }

    /// Events that were left out so far, because they were not read.
    pub fn left_out(&self) -> u64 {
        self.mailbox.waiting.lock().left_out
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let mut waiting = self.mailbox.waiting.lock();
        waiting.is_unread = true;
        waiting.events.clear();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "threads")]

    use super::*;
    use crate::{CompletionReason, Outcome, Phase, Position, Reading, SampleRate};

    const ID: OperationId = OperationId(1);

    fn level() -> CallEvent {
        let reading =
            Reading { at: Position::ZERO, samples: 0, level_dbfs: 0.0, floor_dbfs: 0.0, timer: None };
        CallEvent::Event(ID, Event::Level(reading))
    }

    fn phase(at: i64) -> CallEvent {
        CallEvent::Event(ID, Event::PhaseChanged { phase: Phase::Speaking, at: Position(at) })
    }

    fn outcome() -> CallEvent {
        let outcome = Outcome::unbegun(CompletionReason::OperationCanceled, None, SampleRate::HZ_8000);
        CallEvent::Finished(ID, OperationOutcome::RecordResponse(outcome))
    }

    #[test]
    fn who_does_not_read_loses_levels_first_and_never_an_outcome() {
        let (teller, events) = mailbox(3);
        for event in
            [phase(1), level(), outcome(), level(), phase(2), phase(3), outcome(), outcome(), phase(4)]
        {
            teller.tell(event);
        }
        let read: Vec<_> = std::iter::from_fn(|| events.try_next()).collect();
        assert_eq!(read, [outcome(), outcome(), outcome()]);
        assert_eq!(events.left_out(), 6);
        teller.tell(phase(5));
        drop(teller);
        assert_eq!(events.next_within(Duration::from_secs(60)), Some(phase(5)));
        assert_eq!(events.next_within(Duration::from_secs(60)), None);
        assert!(events.is_over());
    }

    #[test]
    fn who_listens_while_it_is_told_hears_all_and_the_end() {
        let (teller, events) = mailbox(100);
        let telling = std::thread::spawn(move || (0..5).for_each(|at| teller.tell(phase(at))));
        let heard: Vec<_> = std::iter::from_fn(|| events.next_within(Duration::from_secs(60))).collect();
        telling.join().unwrap();
        assert_eq!(heard, (0..5).map(phase).collect::<Vec<_>>());
        assert!(events.is_over());
    }
}

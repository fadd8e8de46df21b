//! A control thread's end of a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use crossbeam_channel::bounded;
use parking_lot::Mutex;

use super::cabinet::Places;
use super::command::{Command, Commands};
use super::finished::{Operation, Promise};
use super::mailbox::{Events, mailbox};
use super::message::Message;
use super::shared::{Count, Shared};
use crate::recording::UnusablePath;
use crate::{Digit, Failure, NotRecording, OperationId, PlayPrompt, Refused, SampleRate};

/// Operations that may wait or run in one call.
const MOST_OPEN: usize = 1_000;

/// A call, for those who ask something of it. Any thread may; none of its methods waits for a disk or for audio.
///
/// Dropping it hangs the call up.
pub struct CallHandle {
    rate: SampleRate,
    commands: Commands,
    counts: Arc<Shared>,
    /// Operations that have not ended.
    open: Arc<AtomicUsize>,
    /// Calls of the same worker.
    calls: Arc<AtomicUsize>,
    places: Option<Places>,
    /// Held while an operation is asked for: operations are numbered in the order in which they are sent.
    asked: Mutex<Asked>,
}

#[derive(Debug, Default)]
struct Asked {
    last_id: u64,
    has_hung_up: bool,
}

/// Why an operation is not taken; nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The call does not take it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No recording can appear in the engine's folder.
    #[error(transparent)]
    Path(#[from] UnusablePath),
}

/// What was counted of a call's audio so far, in samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Captured samples that found no room in the ring: the worker was late. Lost.
    pub overrun: u64,
    /// Samples that the network lost.
    pub missing: u64,
    /// Samples that came too late or twice, and were left out.
    pub late: u64,
    /// Samples that were to be played when none were there.
    pub underrun: u64,
}

impl CallHandle {
    pub(super) fn new(
        rate: SampleRate,
        commands: Commands,
        counts: Arc<Shared>,
        calls: Arc<AtomicUsize>,
        places: Option<Places>,
    ) -> Self {
        Self { rate, commands, counts, open: Arc::default(), calls, places, asked: Mutex::default() }
    }

    /// Records a message, once what was asked for before has ended; at once, and in place of all that, where the request
    /// allows to barge in. The request's prompt is read on this thread.
    ///
    /// # Errors
    /// [`AskError`], and nothing has changed.
    pub fn record_response(&self, message: impl Into<Message>) -> Result<Operation, AskError> {
        let message = message.into();
        let barges_in = message.request.barge_in_allowed();
        // Nobody waits for a file that would be refused.
        self.may_ask(&self.asked.lock(), barges_in)?;
        let mut order = Box::new(message.opened(self.rate));
        self.ask(barges_in, |id, promise| {
            if order.path.is_none()
                && let Some(places) = &self.places
            {
                order.path = Some(places.place(self.commands.call, id)?);
            }
            Ok(Command::Record(id, order, promise))
        })
    }

    /// Plays prompts, in its turn as [`Self::record_response`].
    ///
    /// # Errors
    /// [`AskError`], and nothing has changed.
    pub fn play_prompt(&self, request: PlayPrompt) -> Result<Operation, AskError> {
        let barges_in = request.barges_in();
        self.ask(barges_in, |id, promise| Ok(Command::Play(id, Box::new(request), promise)))
    }

    fn ask(
        &self,
        barges_in: bool,
        command: impl FnOnce(OperationId, Promise) -> Result<Command, AskError>,
    ) -> Result<Operation, AskError> {
        let mut asked = self.asked.lock();
        self.may_ask(&asked, barges_in)?;
        let id = OperationId(asked.last_id + 1);
        let (promise, slot) = Promise::new(&self.open, self.rate);
        self.commands.send(command(id, promise)?);
        asked.last_id += 1;
        Ok(Operation { id, slot, commands: self.commands.clone() })
    }

    fn may_ask(&self, asked: &Asked, barges_in: bool) -> Result<(), Refused> {
        if asked.has_hung_up {
            return Err(Refused::HungUp);
        }
        let waiting = self.open.load(Relaxed);
        if waiting >= MOST_OPEN && !barges_in { Err(Refused::QueueFull { waiting }) } else { Ok(()) }
    }

    /// Ends every operation of the call.
    pub fn cancel_all(&self) {
        self.commands.send(Command::CancelAll);
    }

    /// Ends an operation because something around it failed; what was recorded is kept.
    pub fn fail(&self, operation: OperationId, failure: Failure) {
        self.commands.send(Command::Fail(operation, failure));
    }

    /// A digit that the network told; see [`crate::Call::digit`].
    pub fn digit(&self, digit: Digit, start: u32, end: u32) {
        self.commands.send(Command::Digit { digit, start, end });
    }

    /// Stops to record until [`Self::resume`].
    ///
    /// # Errors
    /// [`NotRecording`] where no operation records, prompt and beep included.
    pub fn pause(&self) -> Result<(), NotRecording> {
        self.set_paused(true)
    }

    /// Goes on with the recording that was paused.
    ///
    /// # Errors
    /// [`NotRecording`] where no operation records.
    pub fn resume(&self) -> Result<(), NotRecording> {
        self.set_paused(false)
    }

    fn set_paused(&self, pause: bool) -> Result<(), NotRecording> {
        let (answer, answered) = bounded(1);
        self.commands.send(Command::Pause(pause, answer));
        // A worker that is gone records nothing.
        answered.recv().unwrap_or(Err(NotRecording))
    }

    /// What happens in the call from now on. `most` events may wait to be read: beyond that readings of the level are left out
    /// first, then other events, and outcomes never. Ends an earlier listener's telling.
    pub fn events(&self, most: usize) -> Events {
        let (teller, events) = mailbox(most);
        self.commands.send(Command::Listen(teller));
        events
    }

    /// The call is over: every operation ends as cancelled, with what it had recorded, and none is taken any more.
    pub fn hang_up(&self) {
        let mut asked = self.asked.lock();
        if !std::mem::replace(&mut asked.has_hung_up, true) {
            self.calls.fetch_sub(1, Relaxed);
            self.commands.send(Command::HangUp);
        }
    }

    /// The rate of the call's samples.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// Operations that wait or run.
    pub fn open(&self) -> usize {
        self.open.load(Relaxed)
    }

    /// What was counted of the call's audio so far.
    pub fn counted(&self) -> Counted {
        let Shared { overrun, missing, late, underrun, .. } = &*self.counts;
        let [overrun, missing, late, underrun] = [overrun, missing, late, underrun].map(Count::mine);
        Counted { overrun, missing, late, underrun }
    }
}

impl Drop for CallHandle {
    fn drop(&mut self) {
        self.hang_up();
    }
}

//! What control threads want of a worker.

use crossbeam_channel::Sender;

use super::finished::Promise;
use super::mailbox::Teller;
use super::message::Order;
use super::task::Task;
use crate::{Digit, Failure, NotRecording, OperationId, PlayPrompt};

/// The number of a call among all of an engine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct CallId(pub(super) u64);

/// To a call.
pub(super) enum Command {
    Open(Box<Task>),
    Record(OperationId, Box<Order>, Promise),
    Play(OperationId, Box<PlayPrompt>, Promise),
    Cancel(OperationId),
    CancelAll,
    Fail(OperationId, Failure),
    Digit { digit: Digit, start: u32, end: u32 },
    Pause(bool, Sender<Result<(), NotRecording>>),
    Listen(Teller),
    HangUp,
}

/// To a worker.
pub(super) enum Wish {
    Call(CallId, Command),
    /// Every call is over, and so is the worker.
    Stop,
}

/// The way to one call's worker.
#[derive(Clone, Debug)]
pub(super) struct Commands {
    pub(super) call: CallId,
    pub(super) worker: Sender<Wish>,
}

impl Commands {
    /// A worker that is gone has ended every operation before: nothing is left to be wished for.
    pub(super) fn send(&self, command: Command) {
        let _ = self.worker.send(Wish::Call(self.call, command));
    }
}

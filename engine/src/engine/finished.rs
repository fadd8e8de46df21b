//! The end of an operation, and those who wait for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use super::command::{Command, Commands};
use crate::{
    CompletionReason, Failure, OperationId, OperationOutcome, Outcome, SampleRate,
    recording::{SavedRecording, StorageError},
};

/// An operation that is over, its recording in its place.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finished {
    /// How it ended.
    pub outcome: OperationOutcome,
    /// What was kept of it.
    pub kept: Kept,
}

/// What was kept of an operation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kept {
    /// Nothing: it recorded nothing, or too little.
    Nothing,
    /// The recording's samples: the engine has no folder for recordings.
    Samples(Arc<[i16]>),
    /// The recording's file.
    File(SavedRecording),
    /// The disk failed; what it holds is valid, under its partial name.
    Failed(StorageError),
}

/// An operation that was asked for: to be waited for, or cancelled. Dropping it does neither.
///
/// It is a `Future`, too, that needs no particular runtime.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(super) id: OperationId,
    pub(super) slot: Arc<Slot>,
    pub(super) commands: Commands,
}

/// Where the end is put.
#[derive(Debug, Default)]
pub(super) struct Slot {
    state: Mutex<State>,
    is_done: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Boxed, so that nothing is taken for it before it is there.
    finished: Option<Box<Finished>>,
    wakers: Vec<Waker>,
}

/// The duty to end an operation: kept when it is dropped, too.
#[derive(Debug)]
pub(super) struct Promise {
    slot: Arc<Slot>,
    /// Operations of the call that have not ended.
    open: Arc<AtomicUsize>,
    rate: SampleRate,
    is_kept: bool,
}

impl Promise {
    /// One more operation of the `open` ones of a call at `rate`, and where its end will be.
    pub(super) fn new(open: &Arc<AtomicUsize>, rate: SampleRate) -> (Self, Arc<Slot>) {
        open.fetch_add(1, Relaxed);
        let slot = Arc::new(Slot::default());
        let promise = Self { slot: Arc::clone(&slot), open: Arc::clone(open), rate, is_kept: false };
        (promise, slot)
    }

    /// The operation is over.
    pub(super) fn keep(mut self, finished: Finished) {
        self.is_kept = true;
        self.open.fetch_sub(1, Relaxed);
        self.slot.finish(finished);
    }

    /// The end of an operation that nobody will run.
    pub(super) fn broken(&self) -> Finished {
        let failure = Failure::Other { cause: "the engine has ended".to_owned() };
        let outcome = Outcome::unbegun(CompletionReason::UnspecifiedError, Some(failure), self.rate);
        Finished { outcome: OperationOutcome::RecordResponse(outcome), kept: Kept::Nothing }
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        if !self.is_kept {
            self.open.fetch_sub(1, Relaxed);
            self.slot.finish(self.broken());
        }
    }
}

impl Slot {
    fn finish(&self, finished: Finished) {
        let mut state = self.state.lock();
        state.finished = Some(Box::new(finished));
        let wakers = std::mem::take(&mut state.wakers);
        drop(state);
        self.is_done.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Operation {
    /// Its number in its call.
    pub fn id(&self) -> OperationId {
        self.id
    }

    /// Waits until it is over, and its recording is in its place.
    pub fn wait(&self) -> Finished {
        let mut state = self.slot.state.lock();
        loop {
            if let Some(finished) = &state.finished {
                return Finished::clone(finished);
            }
            self.slot.is_done.wait(&mut state);
        }
    }

    /// The same, for no longer than `deadline`.
    pub fn wait_timeout(&self, deadline: Duration) -> Option<Finished> {
        let until = Instant::now() + deadline;
        let mut state = self.slot.state.lock();
        while state.finished.is_none() {
            if self.slot.is_done.wait_until(&mut state, until).timed_out() {
                break;
            }
        }
        state.finished.as_deref().cloned()
    }

    /// Ends it, whether it runs or waits; what was recorded is kept. Does nothing where it has ended.
    pub fn cancel(&self) {
        self.commands.send(Command::Cancel(self.id));
    }
}

impl Future for Operation {
    type Output = Finished;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Finished> {
        let mut state = self.slot.state.lock();
        if let Some(finished) = &state.finished {
            return Poll::Ready(Finished::clone(finished));
        }
        if !state.wakers.iter().any(|waker| waker.will_wake(context.waker())) {
            state.wakers.push(context.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "threads")]

    use std::sync::atomic::AtomicBool;
    use std::task::Wake;
    use std::thread;

    use super::super::command::CallId;
    use super::*;

    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Relaxed);
        }
    }

    fn operation(open: &Arc<AtomicUsize>) -> (Promise, Operation) {
        let (promise, slot) = Promise::new(open, SampleRate::HZ_8000);
        let commands = Commands { call: CallId(0), worker: crossbeam_channel::unbounded().0 };
        (promise, Operation { id: OperationId(1), slot, commands })
    }

    fn poll(operation: &mut Operation, woken: &Arc<Woken>) -> Poll<Finished> {
        let waker = Waker::from(Arc::clone(woken));
        Pin::new(operation).poll(&mut Context::from_waker(&waker))
    }

    #[test]
    fn whoever_waits_is_told_whether_the_promise_is_kept_or_dropped() {
        for is_kept in [true, false] {
            let open = Arc::default();
            let (promise, operation) = operation(&open);
            let expected = promise.broken();
            let finished = expected.clone();
            let ending = thread::spawn(move || if is_kept { promise.keep(finished) } else { drop(promise) });
            assert_eq!(operation.wait(), expected);
            ending.join().unwrap();
            assert_eq!(open.load(Relaxed), 0);
        }
    }

    #[test]
    fn who_polls_while_it_ends_is_woken_or_told() {
        let open = Arc::default();
        let (promise, mut operation) = operation(&open);
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        let ending = thread::spawn(move || drop(promise));
        let polled = poll(&mut operation, &woken);
        ending.join().unwrap();
        assert!(polled.is_ready() || woken.0.load(Relaxed));
        assert!(poll(&mut operation, &woken).is_ready());
    }
}

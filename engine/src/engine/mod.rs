//! Many calls at once: workers that run them, and handles for those who bring audio and those who ask.
//!
//! The audio thread has an [`Audio`], wait-free; control threads have a [`CallHandle`] and an [`Operation`] for each thing
//! that they asked for; a worker thread in between runs the [`crate::Call`].
#![expect(
    clippy::disallowed_types,
    reason = "the edge to threads: workers, those who wait for them, and the clock that notices that no samples come"
)]

mod cabinet;
mod command;
mod finished;
mod handle;
mod line;
mod mailbox;
mod message;
mod ring;
mod shared;
mod tape;
mod task;
mod telemetry;
#[cfg(test)]
mod tests;
mod worker;

/// Where a line's atomics come from: a test compiles the line with a model checker's in their place.
mod atomic {
    pub(super) use std::sync::atomic::{AtomicU64, Ordering};
}

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::thread::available_parallelism;
use std::time::Duration;

use crate::recording::{Backlog, Recordings, Recovery, Store, StoreBuilder};
use crate::{Call, SampleRate, timeout::samples_in};
use cabinet::Cabinet;
use command::{CallId, Command, Commands, Wish};
use task::Task;
use worker::{Slack, Worker};

pub use cabinet::OpenError;
pub use finished::{Finished, Kept, Operation};
pub use handle::{AskError, CallHandle, Counted};
pub use line::Audio;
pub use mailbox::{CallEvent, Events};
pub use message::Message;

/// How much audio may lie between the audio thread and a worker each way, unless said otherwise.
const RING: Duration = Duration::from_millis(500);
/// How much later what is given to be played is heard, unless said otherwise.
const PLAYOUT_DELAY: Duration = Duration::from_millis(50);
/// How long a recording waits for samples, unless said otherwise (`record-response` §2).
const MEDIA_RECEIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// How an engine is to be.
#[derive(Clone, Debug)]
#[must_use = "there is no engine before `build`"]
pub struct Builder {
    recordings: Option<PathBuf>,
    store: StoreBuilder,
    workers: usize,
    slack: Slack,
    media_receive_timeout: Duration,
}

impl Builder {
    /// Recordings are files in this folder, which is made if it is not there. What a process that died has left unfinished there is
    /// completed when the engine starts. Without a folder they stay in memory ([`Kept::Samples`]).
    pub fn recordings(self, folder: impl Into<PathBuf>) -> Self {
        Self { recordings: Some(folder.into()), ..self }
    }

    /// How recordings are written: how much may wait, and on how many threads.
    pub fn store(self, store: StoreBuilder) -> Self {
        Self { store, ..self }
    }

    /// So many worker threads, at least one; one per core unless said.
    pub fn workers(self, workers: usize) -> Self {
        Self { workers: workers.max(1), ..self }
    }

    /// How much audio may wait between the audio thread and a worker each way: 20 ms–10 s, 500 ms unless said. A worker that is late by
    /// more loses samples, counted.
    pub fn ring(self, ring: Duration) -> Self {
        let ring = ring.clamp(Duration::from_millis(20), Duration::from_secs(10));
        Self { slack: Slack { ring, ..self.slack }, ..self }
    }

    /// How much later than it is given the caller hears what is played, in return for how late a worker may be: 20–500 ms, 50 ms unless
    /// said. With thousands of calls more is cheaper: a worker looks at each after four fifths of that at the latest, and what a call
    /// needs has to be fetched from memory each time. From 100 ms on that is of no more use.
    pub fn playout_delay(self, delay: Duration) -> Self {
        let playout_delay = delay.clamp(Duration::from_millis(20), Duration::from_millis(500));
        Self { slack: Slack { playout_delay, ..self.slack }, ..self }
    }

    /// How long an operation waits for captured samples before it ends: 5 s unless said.
    pub fn media_receive_timeout(self, timeout: Duration) -> Self {
        Self { media_receive_timeout: timeout, ..self }
    }

    /// Starts the workers.
    ///
    /// # Errors
    /// [`OpenError`] where the folder cannot be used, or the system gives no thread.
    pub fn build(self) -> Result<Engine, OpenError> {
        let (cabinet, recovery) = match &self.recordings {
            Some(folder) => {
                Cabinet::open(folder.clone(), self.store).map(|(cabinet, found)| (Some(cabinet), found))?
            }
            None => (None, Recovery::default()),
        };
        let store = cabinet.as_ref().map(|cabinet| &cabinet.store);
        let desk = |number| {
            let watched = store.filter(|_| number == 0).cloned();
            Ok(Desk { worker: Worker::start(number, self.slack, watched)?, calls: Arc::default() })
        };
        let (first, others) = (desk(0)?, (1..self.workers).map(desk).collect::<std::io::Result<_>>()?);
        Ok(Engine { first, others, how: self, cabinet, recovery, last_call: AtomicU64::new(0) })
    }
}

/// Runs calls, any number of them at once. Dropping it hangs all of them up, and returns when every operation has ended.
///
/// ```
/// use afterbeep::{CompletionReason, Engine, Kept, OperationOutcome, RecordResponse, SampleRate};
///
/// let engine = Engine::builder().build()?;
/// let (call, mut audio) = engine.open_call(SampleRate::HZ_8000);
/// let operation = call.record_response(RecordResponse::builder().stop_tones("#".parse()?).build()?)?;
///
/// // The audio thread, once per frame:
/// let (from_network, mut to_network) = ([0; 160], [0; 160]);
/// audio.capture(&from_network);
/// audio.playback(&mut to_network);
///
/// // A control thread:
/// call.hang_up();
/// let finished = operation.wait();
/// let OperationOutcome::RecordResponse(outcome) = finished.outcome else { panic!() };
/// assert_eq!(outcome.reason, CompletionReason::OperationCanceled);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Engine {
    first: Desk,
    others: Vec<Desk>,
    how: Builder,
    cabinet: Option<Cabinet>,
    recovery: Recovery,
    last_call: AtomicU64,
}

/// A worker, and how many calls it has.
struct Desk {
    worker: Worker,
    calls: Arc<AtomicUsize>,
}

impl Engine {
    /// An engine with a worker per core, to be changed.
    pub fn builder() -> Builder {
        let workers = available_parallelism().map_or(1, usize::from);
        let (recordings, store) = (None, Store::builder());
        let slack = Slack { ring: RING, playout_delay: PLAYOUT_DELAY };
        Builder { recordings, store, workers, slack, media_receive_timeout: MEDIA_RECEIVE_TIMEOUT }
    }

    /// A call whose samples come and go at `rate`, on the worker that has the fewest: a handle for control threads, and the
    /// audio thread's end.
    pub fn open_call(&self, rate: SampleRate) -> (CallHandle, Audio) {
        let samples = |duration| samples_in(duration, rate.hz()) as usize;
        let Slack { ring, playout_delay } = self.how.slack;
        let (audio, line) = line::line(rate, samples(ring), samples(playout_delay));
        let id = CallId(self.last_call.fetch_add(1, Relaxed) + 1);
        let counts = Arc::clone(&line.shared);
        // Those who ask count what waits.
        let call = Call::new(rate).most_waiting(usize::MAX);
        let store = self.cabinet.as_ref().map(|cabinet| Arc::clone(&cabinet.store));
        let task = Task::new(id, call, line, store, playout_delay, self.how.media_receive_timeout);
        let (commands, calls) = self.desk(id);
        commands.send(Command::Open(Box::new(task)));
        let places = self.cabinet.as_ref().map(|cabinet| cabinet.places.clone());
        (CallHandle::new(rate, commands, counts, calls, places), audio)
    }

    /// The way to the worker with the fewest calls, which has one more now.
    fn desk(&self, call: CallId) -> (Commands, Arc<AtomicUsize>) {
        let desk = self.desks().min_by_key(|desk| desk.calls.load(Relaxed)).unwrap_or(&self.first);
        desk.calls.fetch_add(1, Relaxed);
        let worker = desk.worker.wishes.clone();
        (Commands { call, worker }, Arc::clone(&desk.calls))
    }

    /// The engine's folder, to list, open, delete and expire recordings; none where they stay in memory.
    pub fn recordings(&self) -> Option<&Recordings> {
        self.cabinet.as_ref().map(|cabinet| &cabinet.places.recordings)
    }

    /// What was found unfinished in the folder when the engine started.
    pub fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// How far the disk is behind; none where recordings stay in memory.
    pub fn backlog(&self) -> Option<Backlog> {
        self.cabinet.as_ref().map(|cabinet| cabinet.store.backlog())
    }

    /// Calls that have not been hung up.
    pub fn calls(&self) -> usize {
        self.desks().map(|desk| desk.calls.load(Relaxed)).sum()
    }

    fn desks(&self) -> impl Iterator<Item = &Desk> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // All at once, then each is waited for; then every recording is.
        for desk in self.desks() {
            let _ = desk.worker.wishes.send(Wish::Stop);
        }
        self.first.worker.join();
        self.others.iter_mut().for_each(|desk| desk.worker.join());
        if let Some(store) = self.cabinet.take().and_then(|cabinet| Arc::into_inner(cabinet.store)) {
            store.close();
        }
    }
}

//! A thread that runs many calls.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::command::{CallId, Command, Wish};
use super::task::{FRAME, Task};
use super::telemetry;
use crate::recording::Store;

/// How often a worker looks what has come: the audio thread may wake nobody. Where a look at every call takes longer than this, as
/// much time again passes until the next one: more waits for each call then, and a call that is fetched from memory is worth it.
const TICK: Duration = Duration::from_millis(5);
/// The longest time between two looks, so that rings of 100 ms do not fill up.
const LONGEST_TICK: Duration = Duration::from_millis(40);

/// The way to a worker.
pub(super) struct Worker {
    pub(super) wishes: Sender<Wish>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; it tells how far `store` is behind.
    pub(super) fn start(number: usize, store: Option<Arc<Store>>) -> std::io::Result<Self> {
        let (wishes, queue) = unbounded();
        let thread = thread::Builder::new()
            .name(format!("afterbeep-worker-{number}"))
            .spawn(move || Calls { queue, tasks: HashMap::new(), frame: [0; FRAME], store }.run())?;
        Ok(Self { wishes, thread: Some(thread) })
    }
}

impl Worker {
    /// Waits until it has stopped, as it was told.
    pub(super) fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // It catches what its calls do.
            let _ = thread.join();
        }
    }
}

/// A worker's calls.
struct Calls {
    queue: Receiver<Wish>,
    tasks: HashMap<CallId, Box<Task>>,
    frame: [i16; FRAME],
    store: Option<Arc<Store>>,
}

impl Calls {
    fn run(mut self) {
        let mut next = Instant::now();
        loop {
            let wish = if self.tasks.is_empty() {
                // Nothing can come: it sleeps until somebody calls.
                self.queue.recv().ok().or(Some(Wish::Stop))
            } else {
                self.queue.recv_deadline(next).ok()
            };
            match wish {
                Some(Wish::Stop) => break,
                Some(Wish::Call(call, Command::Open(task))) => drop(self.tasks.insert(call, task)),
                Some(Wish::Call(call, command)) => self.obey(call, command),
                None => {
                    let took = self.tick();
                    next = Instant::now() + took.clamp(TICK, LONGEST_TICK);
                }
            }
        }
        for (_, mut task) in self.tasks.drain() {
            caught(|| task.hang_up());
        }
    }

    /// Looks what has come to every call, and tells how long that took.
    fn tick(&mut self) -> Duration {
        let Self { tasks, frame, .. } = &mut *self;
        let (start, mut samples) = (Instant::now(), 0);
        tasks.retain(|_, task| {
            let goes_on = caught(|| task.run(frame)).unwrap_or(false);
            samples += task.heard();
            goes_on
        });
        let took = start.elapsed();
        if samples > 0 {
            telemetry::worked(samples, took);
        }
        if let Some(store) = &self.store {
            telemetry::stored(&store.backlog());
        }
        took
    }

    fn obey(&mut self, call: CallId, command: Command) {
        if let Some(task) = self.tasks.get_mut(&call)
            && caught(|| task.obey(command)).is_none()
        {
            self.tasks.remove(&call);
        }
    }
}

/// Runs a call. One that panics gives nothing, and is to be dropped, with all that it had promised; no other is touched.
fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

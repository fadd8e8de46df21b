//! A thread that runs many calls.

use std::hint::black_box;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::command::{Command, Wish};
use super::task::{Hands, Task};
use super::telemetry;
use crate::recording::Store;

/// How often a worker looks what has come: the audio thread may wake nobody, and brings a frame each 20 ms. It finds one each time, and
/// most of what a look costs few calls is the waking up, after which nothing is in the cache.
const TICK: Duration = Duration::from_millis(24);
/// Calls beyond these add to it: what thousands need has to be fetched from memory each time, which is worth it for more than one frame.
/// So 500 calls are looked at each 27 ms, and 5,000 each 76 ms.
const FEW: usize = 250;
const TICK_PER_CALL: Duration = Duration::from_micros(11);
/// The longest time between two looks: a process that is killed loses no more than 100 ms of a recording with what its file gathers.
const LONGEST_TICK: Duration = Duration::from_millis(80);
/// It is no longer than these parts of what may wait either way, either: a ring does not fill up, and what is played does not run out,
/// before the worker has come to it, be it a little late.
const PART_OF_A_RING: f64 = 0.4;
const PART_OF_PLAYOUT_DELAY: f64 = 0.8;

/// How late a worker may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slack {
    /// How much may wait each way.
    pub(super) ring: Duration,
    /// How much later what is given to be played is heard.
    pub(super) playout_delay: Duration,
}

impl Slack {
    fn longest_tick(&self) -> Duration {
        let [ring, playout] = [(self.ring, PART_OF_A_RING), (self.playout_delay, PART_OF_PLAYOUT_DELAY)]
            .map(|(time, part)| time.mul_f64(part));
        ring.min(playout).min(LONGEST_TICK)
    }
}

/// The way to a worker.
pub(super) struct Worker {
    pub(super) wishes: Sender<Wish>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread, for calls with so much `slack`; it tells how far `store` is behind.
    pub(super) fn start(number: usize, slack: Slack, store: Option<Arc<Store>>) -> std::io::Result<Self> {
        let (wishes, queue) = unbounded();
        let longest_tick = slack.longest_tick();
        let thread = thread::Builder::new().name(format!("afterbeep-worker-{number}")).spawn(move || {
            Calls { queue, tasks: Vec::new(), hands: Hands::new(), longest_tick, store }.run();
        })?;
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
    /// By their numbers, one behind the other.
    tasks: Vec<Task>,
    hands: Hands,
    longest_tick: Duration,
    store: Option<Arc<Store>>,
}

impl Calls {
    fn run(mut self) {
        while self.obey_until_next_tick().is_continue() && self.tick().is_continue() {}
        let Self { tasks, hands, .. } = &mut self;
        hands.now = Instant::now();
        for task in tasks {
            caught(|| task.obey(Command::HangUp, hands));
        }
        self.tell_work();
    }

    /// Does what control threads want until it is time to look at the calls, or, while there are none, whenever.
    fn obey_until_next_tick(&mut self) -> ControlFlow<()> {
        while self.tasks.is_empty() {
            let wish = self.queue.recv().unwrap_or(Wish::Stop);
            self.obey(wish)?;
        }
        let next = self.hands.now + self.period();
        while Instant::now() < next
            && let Ok(wish) = self.queue.recv_deadline(next)
        {
            self.obey(wish)?;
        }
        ControlFlow::Continue(())
    }

    /// Does what they have wanted by now.
    fn obey_all(&mut self) -> ControlFlow<()> {
        for _ in 0..self.queue.len() {
            let Ok(wish) = self.queue.try_recv() else { break };
            self.obey(wish)?;
        }
        ControlFlow::Continue(())
    }

    /// The time from one look at all of them to the next.
    fn period(&self) -> Duration {
        (TICK + TICK_PER_CALL * self.tasks.len().saturating_sub(FEW) as u32).min(self.longest_tick)
    }

    /// Takes what has come to every call.
    fn tick(&mut self) -> ControlFlow<()> {
        self.hands.now = Instant::now();
        let (mut at, mut some_are_over) = (0, false);
        while at < self.tasks.len() {
            fetch_ahead(&self.tasks, at);
            self.tasks[at].look();
            // In this order: what was asked for before samples came is done before they are heard.
            self.obey_all()?;
            if let Some(task) = self.tasks.get_mut(at) {
                if caught(|| task.run(&mut self.hands)).is_none() {
                    task.give_up();
                }
                some_are_over |= task.is_over();
            }
            at += 1;
        }
        if some_are_over {
            self.tasks.retain(|task| !task.is_over());
            self.tasks.shrink_to(2 * self.tasks.len());
        }
        self.tell_work();
        if let Some(store) = &self.store {
            telemetry::stored(&store.backlog());
        }
        ControlFlow::Continue(())
    }

    fn tell_work(&mut self) {
        let heard = std::mem::take(&mut self.hands.heard);
        if heard > 0 {
            telemetry::worked(heard, self.hands.now.elapsed());
        }
    }

    fn obey(&mut self, wish: Wish) -> ControlFlow<()> {
        let Self { tasks, hands, .. } = self;
        match wish {
            Wish::Stop => return ControlFlow::Break(()),
            Wish::Call(call, Command::Open(task)) => {
                tasks.insert(tasks.partition_point(|other| other.id() < call), *task);
            }
            Wish::Call(call, command) => {
                if let Ok(at) = tasks.binary_search_by_key(&call, Task::id)
                    && caught(|| tasks[at].obey(command, hands)).is_none()
                {
                    tasks.remove(at);
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Looks into the calls whose turn comes soon, so that they are on their way from memory meanwhile. A call lies in several places,
/// each known from the one before: the farther ahead, the less of it can be asked for.
fn fetch_ahead(tasks: &[Task], at: usize) {
    let ahead = |calls: usize| tasks.get(at + calls);
    black_box((
        ahead(3).map(Task::touch),
        ahead(2).map(Task::touch_what_it_holds),
        ahead(1).map(Task::touch_what_came),
    ));
}

/// Runs a call. One that panics gives nothing, and is to be dropped, with all that it had promised; no other is touched.
fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
}

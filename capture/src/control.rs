//! Threads on which streams are opened, watched and dropped, as every one of these may hang with its server.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::callback::{Fault, Progress, StreamState};

/// How often a stream's faults are looked at.
const WATCH: Duration = Duration::from_millis(20);

/// How long callbacks have to show that a stream survived an error without a name.
const SURVIVAL: Duration = Duration::from_millis(300);

/// Runs `work` on a thread of its own and waits for its result, `None` once the deadline has passed.
///
/// The thread is left alone then: nothing can stop a call that hangs in a driver.
pub(crate) fn within<R: Send + 'static>(
    deadline: Duration,
    work: impl FnOnce() -> R + Send + 'static,
) -> Option<R> {
    let (sender, receiver) = mpsc::channel();
    spawn(move || {
        // Nobody may wait any more.
        let _ = sender.send(work());
    })?;
    receiver.recv_timeout(deadline).ok()
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Option<()> {
    thread::Builder::new().name("afterbeep-control".into()).spawn(work).ok().map(drop)
}

/// Keeps a stream that lives on a control thread; dropping the keeper lets the stream end, without waiting for it.
#[derive(Debug)]
pub(crate) struct Keeper {
    // Held for its drop only, which the control thread sees.
    _alive: Sender<()>,
}

/// What a control thread does with its stream beside holding it.
pub(crate) struct Duties {
    /// Where the stream's callbacks report.
    pub(crate) state: Arc<StreamState>,
    /// Asked again and again once the keeper is gone: whether the stream may end now.
    pub(crate) may_end: Box<dyn FnMut() -> bool + Send>,
    /// The longest that `may_end` is waited for.
    pub(crate) patience: Duration,
}

/// Opens a stream on a control thread of its own, which then keeps it until it fails or the keeper is dropped.
///
/// `open` gives the stream, what its opener wants to know, and the thread's duties. `None` if the deadline passed; a
/// stream that opens later is dropped at once.
pub(crate) fn keep<S, I, E>(
    deadline: Duration,
    open: impl FnOnce() -> Result<(S, I, Duties), E> + Send + 'static,
) -> Option<Result<(I, Keeper), E>>
where
    S: 'static,
    I: Send + 'static,
    E: Send + 'static,
{
    let (alive, gone) = mpsc::channel();
    let (sender, receiver) = mpsc::channel();
    spawn(move || match open() {
        Err(error) => drop(sender.send(Err(error))),
        Ok((stream, info, duties)) => {
            if sender.send(Ok(info)).is_ok() {
                watch(&gone, duties, stream);
            }
        }
    })?;
    let opened = receiver.recv_timeout(deadline).ok()?;
    Some(opened.map(|info| (info, Keeper { _alive: alive })))
}

/// Holds the stream as long as it lives and is wanted.
fn watch<S>(gone: &Receiver<()>, mut duties: Duties, stream: S) {
    while gone.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
        if has_ended(&duties.state) {
            break;
        }
    }
    let start = Instant::now();
    while !has_ended(&duties.state) && start.elapsed() < duties.patience && !(duties.may_end)() {
        thread::sleep(WATCH / 4);
    }
    drop(stream);
    duties.state.close();
}

/// Whether a fault ended the stream. One without a name does if no callback follows; they may come by the million
/// (ALSA's plugin after its server died), so that the stream must go.
fn has_ended(state: &StreamState) -> bool {
    match state.fault() {
        Some(Fault::Backend) => {
            let before = state.callbacks();
            thread::sleep(SURVIVAL);
            let survived = state.callbacks() > before;
            if survived {
                state.forgive();
            }
            !survived
        }
        fault => fault.is_some_and(Fault::is_end),
    }
}

/// Asks whether the last sample that was written, and taken at `rate` per second by the sound card, was heard.
pub(crate) fn heard(progress: Progress, rate: u32) -> impl FnMut() -> bool + Send {
    let mut taken: Option<Instant> = None;
    move || {
        if !progress.all_taken() {
            taken = None;
            return false;
        }
        // Half a latency more: it is the device's word only.
        let latency = progress.device_latency(rate).mul_f64(1.5);
        taken.get_or_insert_with(Instant::now).elapsed() >= latency
    }
}

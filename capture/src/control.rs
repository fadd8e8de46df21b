//! Threads on which streams are opened, watched and dropped, as every one of these may hang with its server.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::callback::{Fault, Progress, StreamState};

/// How often a stream's faults are looked at: a thread that wakes costs 30 µs of a core.
pub(crate) const WATCH: Duration = Duration::from_millis(50);

/// How long callbacks have to show that a stream survived an error without a name.
const SURVIVAL: Duration = Duration::from_millis(300);

/// So many of them and no callback are the end at once: each costs time, and ALSA's plugin makes half a million a second.
const STORM: u64 = 10_000;

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

pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) -> Option<()> {
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

/// A stream that is being opened on a control thread; a stream that opens when this is gone is dropped at once.
pub(crate) struct Keeping<I, E> {
    opened: Receiver<Result<I, E>>,
    keeper: Option<Keeper>,
}

impl<I, E> Keeping<I, E> {
    /// What came of it, once, if it is known within the deadline.
    pub(crate) fn wait(&mut self, deadline: Duration) -> Option<Result<(I, Keeper), E>> {
        self.keeper.as_ref()?;
        let opened = self.opened.recv_timeout(deadline).ok()?;
        let keeper = self.keeper.take()?;
        Some(opened.map(|info| (info, keeper)))
    }
}

/// Opens a stream on a control thread of its own, which then keeps it until it fails or the keeper is dropped. Does not wait.
///
/// `open` gives the stream, what its opener wants to know, and the thread's duties.
pub(crate) fn keep<S, I, E>(
    open: impl FnOnce() -> Result<(S, I, Duties), E> + Send + 'static,
) -> Keeping<I, E>
where
    S: 'static,
    I: Send + 'static,
    E: Send + 'static,
{
    let (alive, gone) = mpsc::channel();
    let (sender, opened) = mpsc::channel();
    // Without a thread nothing comes of it, as when the server hangs.
    let _ = spawn(move || match open() {
        Err(error) => drop(sender.send(Err(error))),
        Ok((stream, info, duties)) => {
            if sender.send(Ok(info)).is_ok() {
                watch(&gone, duties, stream);
            }
        }
    });
    Keeping { opened, keeper: Some(Keeper { _alive: alive }) }
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
pub(crate) fn has_ended(state: &StreamState) -> bool {
    match state.fault() {
        Some(Fault::Backend) => {
            let survived = survives(state);
            if survived {
                state.forgive();
            }
            !survived
        }
        fault => fault.is_some_and(Fault::is_end),
    }
}

/// Whether a callback follows soon enough.
fn survives(state: &StreamState) -> bool {
    let (start, callbacks, errors) = (Instant::now(), state.callbacks(), state.errors());
    while state.callbacks() == callbacks {
        if start.elapsed() >= SURVIVAL || state.errors() - errors >= STORM {
            return false;
        }
        thread::sleep(WATCH / 4);
    }
    true
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callback::output;

    /// A stream that says when it is dropped.
    struct Witness(Sender<()>);

    impl Drop for Witness {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    fn duties(state: &Arc<StreamState>) -> Duties {
        Duties { state: state.clone(), may_end: Box::new(|| true), patience: Duration::ZERO }
    }

    /// Keeps a witness; gives its state, its keeper, and where its end is told.
    fn kept(may_end: bool) -> (Arc<StreamState>, Keeper, Receiver<()>) {
        let state = Arc::new(StreamState::default());
        let (told, end) = mpsc::channel();
        let duties = Duties { may_end: Box::new(move || may_end), ..duties(&state) };
        let duties = Duties { patience: Duration::from_millis(300), ..duties };
        let opened = keep(|| Ok::<_, ()>((Witness(told), (), duties))).wait(Duration::from_secs(5));
        let ((), keeper) = opened.unwrap().unwrap();
        (state, keeper, end)
    }

    const SOON: Duration = Duration::from_secs(2);

    #[test]
    fn what_hangs_is_not_waited_for_and_what_opens_late_is_dropped() {
        let start = Instant::now();
        assert_eq!(within(Duration::from_millis(50), || thread::sleep(SOON)), None);
        let (told, end) = mpsc::channel();
        let open = move || {
            thread::sleep(Duration::from_millis(300));
            Ok::<_, ()>((Witness(told), (), duties(&Arc::default())))
        };
        let late = keep(open).wait(Duration::from_millis(50));
        assert!(late.is_none() && start.elapsed() < Duration::from_millis(280));
        assert_eq!(end.recv_timeout(SOON), Ok(()));
    }

    #[test]
    fn a_stream_ends_with_its_keeper_or_at_the_end_of_the_patience_with_its_last_sound() {
        for (may_end, least) in [(true, 0), (false, 300)] {
            let (state, keeper, end) = kept(may_end);
            assert_eq!(end.recv_timeout(Duration::from_millis(100)), Err(RecvTimeoutError::Timeout));
            let start = Instant::now();
            drop(keeper);
            assert_eq!(end.recv_timeout(SOON), Ok(()));
            assert!(start.elapsed() >= Duration::from_millis(least));
            while !state.is_closed() {
                assert!(start.elapsed() < SOON, "closed after it is dropped");
            }
        }
    }

    #[test]
    fn a_fatal_fault_ends_a_stream_and_a_note_does_not() {
        let (state, _keeper, end) = kept(true);
        state.report(Fault::Xrun);
        state.report(Fault::DeviceChanged);
        assert_eq!(end.recv_timeout(Duration::from_millis(200)), Err(RecvTimeoutError::Timeout));
        state.report(Fault::DeviceLost);
        assert_eq!(end.recv_timeout(SOON), Ok(()));
        assert_eq!(state.fault(), Some(Fault::DeviceLost));
    }

    #[test]
    fn an_error_without_a_name_ends_a_stream_unless_callbacks_go_on() {
        let (state, _keeper, end) = kept(true);
        state.report(Fault::Backend);
        assert_eq!(end.recv_timeout(SOON), Ok(()), "no callback followed");

        let (mut tap, mouth) = output(10, 1);
        let survivor = mouth.shared_state();
        survivor.report(Fault::Backend);
        let asked = {
            let state = survivor.clone();
            thread::spawn(move || has_ended(&state))
        };
        thread::sleep(SURVIVAL / 2);
        tap.on_audio(&mut [0i16; 10]);
        assert!(!asked.join().unwrap());
        assert_eq!(survivor.fault(), Some(Fault::Xrun), "noted, and forgiven");
        drop(state);
    }
}

//! What control threads do: everything that may hang with a server is done on one.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::callback::{Fault, Progress, StreamState};

/// How often a stream's faults are looked at: a thread that wakes costs 30 µs of a core.
pub(crate) const WATCH: Duration = Duration::from_millis(50);

/// How long callbacks have to show that a stream survived an error without a name.
const SURVIVAL: Duration = Duration::from_millis(300);

/// So many of them and no callback are the end at once: each costs time, and ALSA's plugin makes half a million a second.
const STORM: u64 = 100;

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

    #[test]
    fn what_hangs_is_not_waited_for() {
        let start = Instant::now();
        assert_eq!(within(Duration::from_millis(50), || thread::sleep(Duration::from_secs(2))), None);
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn an_error_without_a_name_ends_a_stream_unless_callbacks_go_on() {
        let (mut tap, mouth) = output(10, 1);
        let state = mouth.shared_state();
        state.report(Fault::Backend);
        assert!(has_ended(&state), "no callback followed");
        let asked = {
            let state = state.clone();
            thread::spawn(move || has_ended(&state))
        };
        thread::sleep(SURVIVAL / 2);
        tap.on_audio(&mut [0i16; 10]);
        assert!(!asked.join().unwrap());
        assert_eq!(state.fault(), Some(Fault::Xrun), "noted, and forgiven");
    }

    #[test]
    fn a_storm_of_errors_is_the_end_at_once() {
        let (_tap, mouth) = output(10, 1);
        let state = mouth.shared_state();
        let storm = {
            let state = state.clone();
            thread::spawn(move || (0..=2 * STORM).for_each(|_| state.report(Fault::Backend)))
        };
        let start = Instant::now();
        while !has_ended(&state) {
            assert!(start.elapsed() < 2 * SURVIVAL);
        }
        storm.join().unwrap();
    }
}

//! The thread that tends to a stream, a microphone's or a loudspeaker's: opens it, watches it, and opens it again when it ends.
//!
//! Everything that may hang with a server happens here, and nobody waits for it.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::callback::{Fault, StreamState};
use crate::control::{WATCH, has_ended, spawn};
use crate::host::{Kind, Line, Opened, Pinned, Seen, Whereabouts, timed_out};
use crate::limits::{
    FIRST_PAUSE, GIVE_UP_STREAM, LAST_SOUND, LONGEST_PAUSE, LOOK_AROUND, ORPHANED, PATIENCE, REPLACED,
};
use crate::{Choice, DeviceError};

/// Opens a stream; the very same again, once there was one.
pub(crate) type Open<End> = Box<dyn FnMut(Option<&Pinned>) -> Result<Line<End>, DeviceError> + Send>;

/// What a tender is to open.
pub(crate) struct Order<End> {
    pub(crate) open: Open<End>,
    pub(crate) choice: Choice,
    /// Another device is as good, if it becomes the default.
    pub(crate) follow_default: bool,
    /// The server may move the stream to another device.
    pub(crate) may_be_moved: bool,
}

/// What a tender tells.
pub(crate) enum News<End> {
    /// A stream runs; the one before it, if there was one, had its last callback then.
    Opened(Opened<End>, Instant),
    /// None could be opened, for the time being if there was one before.
    Failed(DeviceError),
    /// The stream was ended, because the server had moved it.
    Moved {
        /// The device.
        from: String,
        /// Where the server had moved it to.
        to: String,
    },
}

/// A tender's thread; dropping this ends it and its stream, without waiting.
pub(crate) struct Tender<End> {
    pub(crate) news: Receiver<News<End>>,
    // Held for its drop only, which the thread sees.
    _wanted: Sender<()>,
}

impl<End: Send + 'static> Tender<End> {
    /// Starts the thread, and does not wait; nothing comes of it where the system gives no thread.
    pub(crate) fn start(order: Order<End>) -> Self {
        let (sender, news) = mpsc::channel();
        let (wanted, gone) = mpsc::channel();
        spawn(move || {
            Work { order, news: sender, gone, pinned: None, source: None, last: Instant::now() }.run();
        });
        Self { news, _wanted: wanted }
    }
}

/// The first stream and who tends to it, or why there is none.
pub(crate) type Tended<End> = Result<(Opened<End>, Tender<End>), DeviceError>;

/// A stream that is being opened for the first time; dropping this gives up, without waiting.
pub(crate) struct First<End> {
    tender: Option<Tender<End>>,
    choice: Choice,
    begun: Instant,
}

impl<End: Send + 'static> First<End> {
    pub(crate) fn begin(order: Order<End>, begun: Instant) -> Self {
        Self { choice: order.choice.clone(), tender: Some(Tender::start(order)), begun }
    }

    /// What came of it, once, if it is known within the deadline; after [`PATIENCE`] it is an error.
    pub(crate) fn wait(&mut self, deadline: Duration) -> Option<Tended<End>> {
        let left = PATIENCE.saturating_sub(self.begun.elapsed());
        let news = self.tender.as_ref()?.news.recv_timeout(deadline.min(left));
        let opened = match news {
            Ok(News::Opened(opened, _)) => Ok(opened),
            Ok(News::Failed(error)) => Err(error),
            Ok(News::Moved { .. }) => return None,
            Err(RecvTimeoutError::Timeout) if self.begun.elapsed() < PATIENCE => return None,
            Err(_) => Err(timed_out(&self.choice, PATIENCE)),
        };
        let tender = self.tender.take()?;
        Some(opened.map(|opened| (opened, tender)))
    }
}

/// Why a stream was left.
enum Left {
    Unwanted,
    Ended,
    Moved(String),
}

struct Work<End> {
    order: Order<End>,
    news: Sender<News<End>>,
    gone: Receiver<()>,
    pinned: Option<Pinned>,
    /// The server's source that the stream was on.
    source: Option<String>,
    /// When the last callback was seen.
    last: Instant,
}

impl<End: Send + 'static> Work<End> {
    fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.tend() {
                // A file would begin again.
                Ok((Left::Unwanted, _) | (_, Kind::File)) => return,
                Ok((Left::Ended | Left::Moved(_), Kind::Card)) => pause = FIRST_PAUSE,
                Err(error) => {
                    let is_first = self.pinned.is_none();
                    if self.news.send(News::Failed(error)).is_err() || is_first {
                        return;
                    }
                }
            }
            if self.gone.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            pause = (2 * pause).min(LONGEST_PAUSE);
        }
    }

    /// The device in words.
    fn name(&self) -> String {
        let pinned = self.pinned.as_ref().and_then(|pinned| pinned.device.clone());
        self.source.clone().or(pinned).unwrap_or_else(|| self.order.choice.device_name())
    }

    fn follows(&self) -> bool {
        self.order.follow_default && self.order.choice.device.is_none()
    }

    /// Opens a stream and holds it as long as it lives and is wanted.
    fn tend(&mut self) -> Result<(Left, Kind), DeviceError> {
        let Line { stream, opened, state, mut whereabouts, mut may_end } =
            (self.order.open)(self.pinned.as_ref())?;
        if let Some(now) = self.astray(&whereabouts) {
            let (host, device, reason) =
                (opened.host, self.name(), format!("the server gives {now} instead"));
            return Err(DeviceError::Lost { host, device, reason });
        }
        let device = (!self.follows()).then(|| opened.device.clone());
        self.pinned = Some(Pinned { host: opened.host.clone(), device, rate_hz: opened.rate_hz });
        let kind = opened.kind;
        let left = match self.news.send(News::Opened(opened, self.last)) {
            Ok(()) => self.watch(kind, &state, &mut whereabouts),
            Err(_) => Left::Unwanted,
        };
        if matches!(left, Left::Unwanted) {
            let start = Instant::now();
            while !has_ended(&state) && start.elapsed() < LAST_SOUND && !may_end() {
                thread::sleep(WATCH / 4);
            }
            drop(stream);
        } else {
            // It may hang with its server, and the next one is to be opened.
            drop(thread::Builder::new().spawn(move || drop(stream)));
        }
        let to = match &left {
            Left::Moved(to) => Some(to.clone()),
            Left::Ended => Self::replaced(&mut whereabouts),
            Left::Unwanted => None,
        };
        if let Some(to) = to {
            // Before the end can be seen. Nobody may listen any more: seen later.
            let _ = self.news.send(News::Moved { from: self.name(), to });
        }
        state.close();
        Ok((left, kind))
    }

    /// The source that a stream is on, if that is not the one that it was on before, and no other is as good.
    fn astray(&mut self, whereabouts: &Whereabouts) -> Option<String> {
        let now = whereabouts.source()?.to_owned();
        if self.source.as_ref().is_some_and(|before| *before != now) && !self.follows() {
            return Some(now);
        }
        self.source = Some(now);
        None
    }

    fn watch(&mut self, kind: Kind, state: &StreamState, whereabouts: &mut Whereabouts) -> Left {
        let mut callbacks = state.callbacks();
        let mut looked = Instant::now();
        self.last = looked;
        while self.gone.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
            if has_ended(state) {
                return Left::Ended;
            }
            if state.callbacks() != callbacks {
                (callbacks, self.last) = (state.callbacks(), Instant::now());
            } else if self.last.elapsed() >= GIVE_UP_STREAM && kind == Kind::Card {
                return Left::Ended;
            }
            if state.fault() == Some(Fault::DeviceChanged) && !self.order.may_be_moved {
                return Left::Moved("another device".into());
            }
            if looked.elapsed() >= LOOK_AROUND {
                looked = Instant::now();
                match self.look(whereabouts) {
                    Seen::Same => {}
                    Seen::On(to) => return Left::Moved(to),
                    // ALSA's plugin hangs without a word when its server dies.
                    Seen::Nowhere if self.last.elapsed() >= ORPHANED => {
                        state.report(Fault::HostGone);
                        return Left::Ended;
                    }
                    Seen::Nowhere => {}
                }
            }
        }
        Left::Unwanted
    }

    /// Where the stream is, or should be by now.
    fn look(&mut self, whereabouts: &mut Whereabouts) -> Seen {
        match whereabouts.look() {
            Seen::Same if self.follows() => whereabouts.new_default().map_or(Seen::Same, Seen::On),
            // It may be known only now.
            Seen::Same => self.astray(whereabouts).map_or(Seen::Same, Seen::On),
            seen => seen,
        }
    }

    /// What the server has in the place of the device of a stream that ended, if that was removed.
    fn replaced(whereabouts: &mut Whereabouts) -> Option<String> {
        let end = Instant::now();
        while end.elapsed() < REPLACED {
            match whereabouts.instead() {
                Seen::On(name) => return Some(name),
                Seen::Nowhere => return None,
                Seen::Same => thread::sleep(WATCH),
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::scheduling::Threads;

    const SOON: Duration = Duration::from_secs(2);

    /// A stream that says when it is dropped.
    struct Witness(Sender<()>);

    impl Drop for Witness {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    /// Streams of nothing that open after so long; each one's state, and where the ends are told.
    fn streams(
        opens_after: Duration,
        may_end: bool,
    ) -> (Order<()>, Receiver<Arc<StreamState>>, Receiver<()>) {
        let ((told, ends), (sender, states)) = (mpsc::channel(), mpsc::channel());
        let open = move |_: Option<&Pinned>| {
            thread::sleep(opens_after);
            let state = Arc::new(StreamState::default());
            let _ = sender.send(state.clone());
            let (host, device) = (String::new(), String::new());
            Ok(Line {
                stream: Box::new(Witness(told.clone())),
                opened: Opened {
                    end: (),
                    rate_hz: 1,
                    host,
                    device,
                    kind: Kind::Card,
                    threads: Threads::default(),
                },
                state,
                whereabouts: Whereabouts::of_nothing(),
                may_end: Box::new(move || may_end),
            })
        };
        let choice = Choice::default();
        let order = Order { open: Box::new(open), choice, follow_default: false, may_be_moved: true };
        (order, states, ends)
    }

    #[test]
    fn what_opens_late_is_not_waited_for_and_is_dropped() {
        let (order, _, ends) = streams(Duration::from_millis(300), true);
        let start = Instant::now();
        let mut first = First::begin(order, start);
        assert!(
            first.wait(Duration::from_millis(50)).is_none() && start.elapsed() < Duration::from_millis(280)
        );
        drop(first);
        assert_eq!(ends.recv_timeout(SOON), Ok(()));
    }

    #[test]
    fn a_stream_ends_with_its_tender_once_its_last_sound_was_heard_or_took_too_long() {
        for (may_end, least) in [(true, Duration::ZERO), (false, LAST_SOUND)] {
            let (order, states, ends) = streams(Duration::ZERO, may_end);
            let tender = Tender::start(order);
            let state = states.recv_timeout(SOON).unwrap();
            assert_eq!(ends.recv_timeout(Duration::from_millis(100)), Err(RecvTimeoutError::Timeout));
            let start = Instant::now();
            drop(tender);
            assert_eq!(ends.recv_timeout(SOON + LAST_SOUND), Ok(()));
            assert!(start.elapsed() >= least);
            while !state.is_closed() {
                assert!(start.elapsed() < SOON + LAST_SOUND, "closed after it is dropped");
            }
        }
    }

    #[test]
    fn a_fatal_fault_ends_a_stream_and_another_is_opened_and_a_note_does_not() {
        let (order, states, ends) = streams(Duration::ZERO, true);
        let tender = Tender::start(order);
        let state = states.recv_timeout(SOON).unwrap();
        state.report(Fault::Xrun);
        state.report(Fault::DeviceChanged);
        assert_eq!(ends.recv_timeout(Duration::from_millis(200)), Err(RecvTimeoutError::Timeout));
        state.report(Fault::DeviceLost);
        assert_eq!(ends.recv_timeout(SOON), Ok(()));
        assert!(state.is_closed() && state.fault() == Some(Fault::DeviceLost));
        states.recv_timeout(SOON).expect("another stream");
        drop(tender);
    }
}

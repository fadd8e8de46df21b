//! The thread that tends to a microphone: opens its stream, watches it, and opens it again when it ends.
//!
//! Everything that may hang with a server happens here, and nobody waits for it.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Instant;

use crate::callback::{Ear, Fault, StreamState};
use crate::control::{WATCH, has_ended, spawn};
use crate::host::{self, Opened, Pinned, Seen, Whereabouts};
use crate::limits::{FIRST_PAUSE, GIVE_UP_STREAM, LONGEST_PAUSE, LOOK_AROUND};
use crate::{Choice, DeviceError, RingLength};

/// What a tender is to open.
pub(crate) struct Order {
    pub(crate) choice: Choice,
    pub(crate) ring: RingLength,
    /// Another device is as good, if it becomes the default.
    pub(crate) follow_default: bool,
    /// Where times count from.
    pub(crate) epoch: Instant,
}

/// What a tender tells.
pub(crate) enum News {
    /// A stream runs.
    Opened(Opened<Ear>),
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
pub(crate) struct Tender {
    pub(crate) news: Receiver<News>,
    // Held for its drop only, which the thread sees.
    _wanted: Sender<()>,
}

impl Tender {
    /// Starts the thread, and does not wait; nothing comes of it where the system gives no thread.
    pub(crate) fn start(order: Order) -> Self {
        let (sender, news) = mpsc::channel();
        let (wanted, gone) = mpsc::channel();
        spawn(move || Work { order, news: sender, gone, pinned: None, source: None }.run());
        Self { news, _wanted: wanted }
    }
}

/// Why a stream was left.
enum End {
    Unwanted,
    Ended,
    Moved(String),
}

struct Work {
    order: Order,
    news: Sender<News>,
    gone: Receiver<()>,
    pinned: Option<Pinned>,
    /// The server's source that the stream was on.
    source: Option<String>,
}

impl Work {
    fn run(mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.tend() {
                Ok(End::Unwanted) => return,
                // It would begin again.
                Ok(_) if self.order.choice.is_file() => return,
                Ok(End::Ended | End::Moved(_)) => pause = FIRST_PAUSE,
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
    fn tend(&mut self) -> Result<End, DeviceError> {
        let mut whereabouts = Whereabouts::before_opening();
        let Order { choice, ring, epoch, .. } = &self.order;
        let opened = host::open_input(choice, *ring, self.pinned.as_ref(), *epoch);
        let (stream, opened, state) = opened?;
        let source = whereabouts.opened().map(str::to_owned);
        if let (Some(before), Some(now)) = (&self.source, &source)
            && before != now
            && !self.follows()
        {
            let (host, device) = (opened.host, before.clone());
            return Err(DeviceError::Lost {
                host,
                device,
                reason: format!("the server gives {now} instead"),
            });
        }
        self.source = source;
        let device = (!self.follows()).then(|| opened.device.clone());
        self.pinned = Some(Pinned { host: opened.host.clone(), device, rate_hz: opened.rate_hz });
        let end = match self.news.send(News::Opened(opened)) {
            Ok(()) => self.watch(&state, &mut whereabouts),
            Err(_) => End::Unwanted,
        };
        if let End::Moved(to) = &end {
            // Before the end can be seen. Nobody may listen any more: seen later.
            let _ = self.news.send(News::Moved { from: self.name(), to: to.clone() });
        }
        state.close();
        match end {
            End::Unwanted => drop(stream),
            // It may hang with its server, and the next one is to be opened.
            _ => drop(thread::Builder::new().spawn(move || drop(stream))),
        }
        Ok(end)
    }

    fn watch(&self, state: &StreamState, whereabouts: &mut Whereabouts) -> End {
        let mut last = (state.callbacks(), Instant::now());
        let mut looked = Instant::now();
        while self.gone.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
            if has_ended(state) {
                return End::Ended;
            }
            if state.callbacks() != last.0 {
                last = (state.callbacks(), Instant::now());
            } else if last.1.elapsed() >= GIVE_UP_STREAM && !self.order.choice.is_file() {
                return End::Ended;
            }
            if state.fault() == Some(Fault::DeviceChanged) {
                return End::Moved("another device".into());
            }
            if looked.elapsed() >= LOOK_AROUND {
                looked = Instant::now();
                if let Some(to) = self.elsewhere(whereabouts) {
                    return End::Moved(to);
                }
            }
        }
        End::Unwanted
    }

    /// Where the stream is, or should be by now, if that is not where it was opened.
    fn elsewhere(&self, whereabouts: &mut Whereabouts) -> Option<String> {
        match whereabouts.look() {
            Seen::On(name) => Some(name),
            Seen::Same if self.follows() => whereabouts.new_default(),
            Seen::Same => None,
        }
    }
}

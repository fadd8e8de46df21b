//! Events that were made and not yet taken.

use crate::Event;

/// At most this many: a digit ends, another starts and, when the stream is finished, ends.
const MOST: usize = 8;

/// A short queue.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    events: [Option<Event>; MOST],
    next: usize,
    free: usize,
}

impl Pending {
    pub(crate) const fn new() -> Self {
        Self { events: [None; MOST], next: 0, free: 0 }
    }

    pub(crate) fn push(&mut self, event: Event) {
        self.events[self.free % MOST] = Some(event);
        self.free = (self.free + 1) % MOST;
    }

    pub(crate) fn pop(&mut self) -> Option<Event> {
        let event = self.events[self.next % MOST].take()?;
        self.next = (self.next + 1) % MOST;
        Some(event)
    }
}

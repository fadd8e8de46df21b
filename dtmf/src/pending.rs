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
        self.free = self.free.wrapping_add(1);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.next == self.free
    }

    /// The oldest. There is none nearly always: that is told from two numbers, without a look at the places.
    pub(crate) fn pop(&mut self) -> Option<Event> {
        if self.is_empty() {
            return None;
        }
        let event = self.events[self.next % MOST];
        self.next = self.next.wrapping_add(1);
        event
    }
}

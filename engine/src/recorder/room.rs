//! Room for what a turn gives out, lent to a recorder for that turn: of thousands of recorders none needs any of its own.

use std::mem::swap;

use super::{outgoing::Outgoing, state::State};
use crate::Event;

/// Buffers that hold nothing between two turns.
#[derive(Debug, Default)]
pub(crate) struct Room {
    events: Vec<Event>,
    outgoing: Outgoing,
    recorded: Vec<i16>,
}

impl State {
    /// Takes `room` for the turn that begins.
    pub(crate) fn borrow_room(&mut self, room: &mut Room) {
        swap(&mut self.events, &mut room.events);
        swap(&mut self.outgoing, &mut room.outgoing);
        self.take.swap_room(&mut room.recorded);
    }

    /// Reads a little of what hears, that it be fetched from memory.
    pub(crate) fn touch_ears(&self) -> u64 {
        self.ears.touch()
    }

    /// Gives it back: what the turn gave was taken.
    pub(crate) fn return_room(&mut self, room: &mut Room) {
        self.begin_turn();
        self.borrow_room(room);
    }
}

//! What needs more than a call's outside to be seen.

mod line;
mod model;
mod ring;

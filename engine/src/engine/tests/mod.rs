//! What needs more than a call's outside to be seen.

mod line;
#[cfg(not(miri))]
mod model;
mod ring;

//! Signals for the benches.

//! Standard output, for results only.

use std::io::{self, Write};

use serde::Serialize;

/// Writes one line and flushes it, into a pipe as well. A reader that went away is no error of ours: nobody is left to be
/// told.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Writes one JSON value on one line.
pub(crate) fn json(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => line(&text),
        Err(error) => eprintln!("afterbeep: the result cannot be written as JSON: {error}"),
    }
}

//! Standard output, for results only, and standard error, for everything else.

use std::{
    fmt,
    io::{self, Write},
};

use serde::Serialize;

/// Writes a line to standard error, as `eprintln!` does; where that cannot be written, the recording matters more.
macro_rules! say {
    ($($text:tt)*) => { $crate::output::aside(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use say;

/// Writes one line and flushes it, into a pipe as well. A reader that went away is no error of ours: nobody is left to be
/// told.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            say!("afterbeep: standard output cannot be written: {error}");
        }
        _ => {}
    }
}

/// Writes to standard error, if it takes it.
pub(crate) fn aside(text: fmt::Arguments<'_>) {
    let mut out = io::stderr().lock();
    let _ = out.write_fmt(text).and_then(|()| out.flush());
}

/// Writes one JSON value on one line.
pub(crate) fn json(value: &impl Serialize) {
    match serde_json::to_string(value) {
        Ok(text) => line(&text),
        Err(error) => say!("afterbeep: the result cannot be written as JSON: {error}"),
    }
}

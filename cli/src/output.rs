//! Standard output, for results only, and standard error, for everything else.

use std::{
    fmt,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

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
    match json_text(value) {
        Ok(text) => line(&text),
        Err(error) => say!("afterbeep: the result cannot be written as JSON: {error}"),
    }
}

/// A value as JSON, its fractions with four decimals at least.
pub(crate) fn json_text(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut text, FourDecimals))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// JSON on one line, where `0.2` is `0.2000`: a time shows how exact it is.
struct FourDecimals;

impl Formatter for FourDecimals {
    fn write_f64<W: Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        // There is no −0.0 dB and no second −0.0.
        let value = value + 0.0;
        let exact = value.to_string();
        match exact.split_once('.') {
            Some((_, decimals)) if decimals.len() >= 4 => writer.write_all(exact.as_bytes()),
            _ => write!(writer, "{value:.4}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_have_four_decimals_at_least_and_lose_none() {
        let text = json_text(&[0.0, -0.2, 3.28, 0.2776666666666667, -0.0, 120.0, 1e-9]).unwrap();
        assert_eq!(text, "[0.0000,-0.2000,3.2800,0.2776666666666667,0.0000,120.0000,0.000000001]");
        assert_eq!(json_text(&(96_320, f64::NAN)).unwrap(), "[96320,null]");
    }
}

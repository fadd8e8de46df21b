//! The `afterbeep` command as a library: [`run`] is the whole of it.

// What cannot be written must not panic: see `output`.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod analyze;
mod args;
mod devices;
mod doctor;
mod exit;
mod output;
mod picture;
mod record;
mod words;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory, Parser};

use args::{Arguments, Command};

/// Runs the command with these arguments, the program's name first, and tells with which code to leave.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(refused) => {
            // Help and version go to standard output with code 0, everything else to standard error with code 2.
            let _ = refused.print();
            return if refused.use_stderr() { exit::USAGE.into() } else { ExitCode::SUCCESS };
        }
    };
    let code = match arguments.command {
        Command::Record(record) => record::run(&record),
        Command::Analyze(analyze) => analyze::run(&analyze),
        Command::Devices(devices) => devices::run(&devices),
        Command::Doctor(doctor) => doctor::run(&doctor),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "afterbeep", &mut text);
            page(&text)
        }
        Command::Man => {
            let mut text = Vec::new();
            match clap_mangen::Man::new(Arguments::command()).render(&mut text) {
                Ok(()) => page(&text),
                Err(error) => exit::refuse(&error),
            }
        }
    };
    code.into()
}

fn page(text: &[u8]) -> u8 {
    output::line(String::from_utf8_lossy(text).trim_end());
    exit::DONE
}

//! The `afterbeep` command as a library: [`run`] is the whole of it.

mod analyze;
mod args;
mod devices;
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
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "afterbeep", &mut std::io::stdout());
            exit::DONE
        }
        Command::Man => match clap_mangen::Man::new(Arguments::command()).render(&mut std::io::stdout()) {
            Ok(()) => exit::DONE,
            Err(error) => exit::refuse(&error),
        },
    };
    code.into()
}

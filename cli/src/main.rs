//! The `afterbeep` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    afterbeep_cli::run(std::env::args_os())
}

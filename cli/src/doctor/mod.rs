//! `afterbeep doctor`: three seconds from the microphone, a beep, a look at the disk, and in words what is right and wrong.
//!
//! `measure` is thin and touches the machine; `sound`, `hum` and `pace` turn samples and times into figures, and `judge`
//! figures into findings, without a machine.

mod finding;
mod hum;
mod judge;
mod limits;
mod measure;
mod measured;
mod pace;
mod page;
mod sound;

use crate::{
    args::{DoctorArguments, Format},
    output,
};

/// Measures, says what was found, and gives the code to leave with.
pub(crate) fn run(arguments: &DoctorArguments) -> u8 {
    let measured = measure::measure(arguments);
    let findings = judge::judge(&measured);
    let code = finding::exit_code(&findings);
    match arguments.format {
        Format::Json => output::json(&page::json(&findings, &measured, code)),
        Format::Text => output::line(&page::text(&findings)),
    }
    code
}

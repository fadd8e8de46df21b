//! Measurements in, findings out: no sound card, no clock, no disk in here.

mod disk;
mod machine;
mod sound;
mod speaker;
mod stream;

use super::{finding::Finding, measured::Measured};

/// Everything that there is to say, in the order in which a recording would meet it.
pub(super) fn judge(measured: &Measured) -> Vec<Finding> {
    let mut findings = machine::judge(&measured.hosts, measured.microphone.as_ref());
    if let Ok(heard) = &measured.microphone {
        findings.extend(sound::judge(heard));
        findings.extend(stream::judge(heard));
    }
    findings.extend(measured.beep.as_ref().map(|beep| speaker::judge(beep.as_ref())));
    findings.push(disk::judge(measured.disk.as_ref()));
    findings
}

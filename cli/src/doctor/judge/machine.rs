//! What there is to record from, and whether we may.

use afterbeep_capture::DeviceError;

use crate::doctor::{
    finding::{Finding, Subject},
    measured::{Heard, Host},
};
use crate::exit;

pub(super) fn judge(hosts: &[Host], microphone: Result<&Heard, &DeviceError>) -> Vec<Finding> {
    let mut findings = vec![devices(hosts, microphone.is_ok())];
    findings.extend(match microphone {
        Ok(heard) => opened(heard),
        Err(error) => vec![refused(error)],
    });
    findings
}

fn devices(hosts: &[Host], opened: bool) -> Finding {
    let says: Vec<String> = hosts.iter().map(described).collect();
    let says = says.join("; ");
    if opened || hosts.iter().any(|host| host.inputs > 0) {
        Finding::right(Subject::Devices, says)
    } else {
        let next = "Plug in a microphone, start the sound server, or name a host that has one (`--host`).";
        Finding::fails(Subject::Devices, format!("no host shows a microphone: {says}"), next, exit::USAGE)
    }
}

fn described(host: &Host) -> String {
    match &host.unavailable {
        Some(reason) => format!("{}: {reason}", host.host),
        None => {
            let count =
                |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
            format!("{} has {} and {}", host.host, count(host.inputs, "input"), count(host.outputs, "output"))
        }
    }
}

fn opened(heard: &Heard) -> Vec<Finding> {
    let name = format!("{} ({}), {} Hz", heard.device, heard.host, heard.rate_hz);
    let microphone = if heard.device.ends_with(".monitor") {
        let says = format!("{name}, is the monitor of a loudspeaker: it records what this machine plays");
        let next =
            "If that is not meant, choose a microphone with `--device` (`afterbeep devices` lists them).";
        Finding::note(Subject::Microphone, says, next)
    } else {
        Finding::right(Subject::Microphone, name)
    };
    vec![Finding::right(Subject::Permission, "the microphone may be used"), microphone]
}

fn refused(error: &DeviceError) -> Finding {
    let (subject, next) = match error {
        DeviceError::PermissionDenied { .. } => (
            Subject::Permission,
            "Allow it in the system's privacy settings, or join the group `audio` and log in again.",
        ),
        DeviceError::Busy { .. } => {
            (Subject::Microphone, "Close the program that uses it, and run this again.")
        }
        DeviceError::HostUnavailable { .. } | DeviceError::Timeout { .. } => {
            (Subject::Microphone, "Start the sound server again, or choose another host with `--host`.")
        }
        DeviceError::File { .. } | DeviceError::UnknownOption { .. } => {
            (Subject::Microphone, "Check the file's name, and what stands behind it.")
        }
        _ => (Subject::Microphone, "Choose another one with `--device` (`afterbeep devices` lists them)."),
    };
    Finding::fails(subject, error.to_string(), next, exit::USAGE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict;

    fn host(inputs: usize, unavailable: Option<&str>) -> Host {
        let (host, unavailable) = ("alsa".to_owned(), unavailable.map(str::to_owned));
        Host { host, default: true, inputs, outputs: 1, unavailable }
    }

    #[test]
    fn a_microphone_that_may_not_be_used_is_a_matter_of_permission() {
        let error = DeviceError::PermissionDenied {
            host: "alsa".into(),
            device: "hw:0".into(),
            reason: "refused".into(),
        };
        let findings = judge(&[host(1, None)], Err(&error));
        assert_eq!(findings[0], Finding::right(Subject::Devices, "alsa has 1 input and 1 output"));
        assert_eq!(findings[1].subject, Subject::Permission);
        assert!(matches!(findings[1].verdict, Verdict::Wrong { code: 2, .. }));
        assert!(findings[1].next_step().unwrap().contains("privacy"));
    }

    #[test]
    fn no_microphone_at_all_is_wrong_and_says_why() {
        let error = DeviceError::NoDevice { host: "alsa".into(), direction: "input" };
        let findings = judge(&[host(0, Some("it is not there"))], Err(&error));
        assert_eq!(findings.iter().filter(|finding| finding.is_wrong()).count(), 2, "{findings:?}");
        assert!(findings[0].says.contains("it is not there"));
    }
}

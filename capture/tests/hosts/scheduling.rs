//! The audio thread runs ahead of other programs where the system grants it; where it does not, that is told.

use std::process::Command;
use std::time::{Duration, Instant};

use afterbeep_capture::{Microphone, Notice, Read, Scheduling};

use crate::rig::{Host, Server};
use crate::{REFUSED_ROW, ROW};

/// How a microphone that gave sound is scheduled, and what it told of that.
fn listened(server: &Server) -> (Scheduling, Option<Notice>) {
    let mut microphone = Microphone::open(&server.host().choice()).unwrap();
    let (start, mut frame, mut samples, mut told) = (Instant::now(), [0; 480], 0, None);
    while start.elapsed() < Duration::from_millis(700) || samples == 0 {
        match microphone.read(&mut frame, Duration::from_millis(20)) {
            Read::Samples(count) => samples += count,
            Read::Notice(notice @ Notice::NotAhead { .. }) => told = Some(notice),
            _ => assert!(start.elapsed() < Duration::from_secs(5), "no sound"),
        }
    }
    (microphone.scheduling().expect("Linux tells"), told)
}

/// Whether the system grants real time to this user's programs, and a raised priority.
fn rights() -> (bool, bool) {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().expect("chrt and nice");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    // Where it may not, `nice` runs its program all the same.
    let nice = |raised| said("nice", &["-n", raised, "nice"]);
    (said("chrt", &["--rr", "4", "true"]).is_some(), nice("-11") != nice("0"))
}

pub(crate) fn asked(server: &Server) -> String {
    let (scheduling, told) = listened(server);
    let (real_time, raised) = rights();
    let wanted = match scheduling {
        Scheduling::RealTime { .. } => real_time,
        Scheduling::Ordinary { nice } => {
            (nice == -11) == raised && (server.host() == Host::Alsa || !real_time)
        }
        _ => false,
    };
    let figures = format!("{scheduling}; this user may real time: {real_time}, raise: {raised}");
    assert!(wanted && told.is_some() != (real_time || raised), "{figures}: {told:?}");
    format!("{figures}; without rights {}", without_rights(server))
}

/// What a process sees that may neither.
fn without_rights(server: &Server) -> String {
    let mut command = Command::new("prlimit");
    command.args(["--rtprio=0", "--nice=0", "setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"]);
    command.arg(std::env::current_exe().unwrap());
    command.env(ROW, format!("{} {}", server.host().id(), REFUSED_ROW.name));
    let output = command.output().expect("prlimit and setpriv, of util-linux");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said.trim().lines().last().unwrap_or_default().to_owned()
}

/// In that process.
pub(crate) fn refused(server: &Server) -> String {
    assert_eq!(rights(), (false, false), "there are rights");
    let (scheduling, told) = listened(server);
    assert_eq!(scheduling, Scheduling::Ordinary { nice: 0 });
    let told = told.expect("nobody told that it was refused").to_string();
    assert!(told.contains("real time") && told.contains("rtprio"), "{told}");
    format!("{scheduling}, and told")
}

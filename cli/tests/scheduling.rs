//! A user whom the system grants no priority is told so once, in every format, and records all the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests as well")]
#[path = "../../capture/tests/rig/mod.rs"]
mod rig;

use std::process::Command;

use afterbeep::{object, said, samples};
use rig::with_server;

#[test]
fn a_user_without_rights_is_warned_once_and_records() {
    with_server("a_user_without_rights_is_warned_once_and_records", |_| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let got = Command::new("prlimit")
            .args(["--rtprio=0", "--nice=0", "setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"])
            .arg(env!("CARGO_BIN_EXE_afterbeep"))
            .args(["record", "--host", "pulseaudio", "--format", "json", "--no-beep", "--max-duration", "1"])
            .arg("--output")
            .arg(&file)
            .output()
            .expect("prlimit and setpriv, of util-linux");
        let said = said(&got);
        println!("{said}");
        assert_eq!(said.matches("warning: the thread that listens to").count(), 1, "{said}");
        assert!(said.contains("rtprio") && said.contains("nice -n -11"), "what to do: {said}");
        assert_eq!(object(&got)["recording"]["samples"], samples(&file).len());
    });
}

//! A machine without JACK's library: the host is refused in clear words, and the others are there.

#![cfg(all(feature = "jack", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::process::{Command, Output};

use afterbeep::{code, objects, said};

/// Runs afterbeep in a mount namespace in which each libjack of this machine is an empty file; only root may.
fn without_libjack(arguments: &[&str]) -> Output {
    let script = r#"for library in $(ldconfig -p | sed -n 's/.*=> \(.*libjack\.so.*\)/\1/p'); do
                        mount --bind /dev/null "$library" || exit 99
                    done
                    exec "$0" "$@""#;
    let afterbeep = env!("CARGO_BIN_EXE_afterbeep");
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", script, afterbeep]).args(arguments);
    command.env("JACK_NO_START_SERVER", "1").output().expect("unshare, of util-linux")
}

fn may_hide_files() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--mount", "mount", "--bind", "/dev/null", "/dev/zero"]);
    command.output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_machine_without_jacks_library_is_told_what_to_install() {
    if !may_hide_files() {
        eprintln!(
            "SKIPPED: a_machine_without_jacks_library_is_told_what_to_install: no mount namespace (run it as root)"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.wav");
    let got = without_libjack(&["record", "--host", "jack", "--output", file.to_str().unwrap()]);
    let said = said(&got);
    println!("{said}");
    assert_eq!(code(&got), 2, "{said}");
    assert!(said.contains("host jack is not available (its library cannot be loaded"), "{said}");
    assert!(said.contains("libjack-jackd2-0"), "what to install: {said}");
    let listed = objects(&without_libjack(&["devices", "--format", "json"])).remove(0);
    let hosts = listed["hosts"].as_array().unwrap();
    let unavailable = |id: &str| hosts.iter().find(|host| host["host"] == id).unwrap()["unavailable"].clone();
    assert!(
        unavailable("jack").as_str().is_some_and(|why| why.contains("library cannot be loaded")),
        "{listed}"
    );
    assert!(unavailable("alsa").is_null(), "{listed}");
}

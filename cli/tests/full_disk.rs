//! A disk that fills, a folder that vanishes or may not be written: a clear word, and what was written stays valid.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::{path::Path, process::Command};

use afterbeep::{afterbeep, caller, code, object, record, said, samples};

/// A file system of its own on `folder`, as long as this lives.
struct Mounted<'a>(&'a Path);

impl<'a> Mounted<'a> {
    fn new(folder: &'a Path, options: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(folder)
            .output()
            .is_ok_and(|got| got.status.success());
        if !mounted {
            eprintln!("SKIPPED: no file system of a limited size can be mounted here (needs root)");
        }
        mounted.then_some(Self(folder))
    }
}

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_ends_the_recording_with_its_cause_and_leaves_a_valid_file() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = Mounted::new(folder.path(), "size=100k") else { return };
    let file = folder.path().join("m.wav");
    let got = record(&caller(), &file, "--max-duration 60 --max-silence-timeout 5 --format json");
    assert_eq!(code(&got), 1, "{}", said(&got));
    let result = object(&got);
    assert_eq!(result["completionReason"], "unspecifiedError");
    assert_eq!(result["resultInfo"]["subcode"], 9999);
    let message = result["resultInfo"]["message"].as_str().unwrap();
    assert!(message.contains("m.part.wav") && message.contains("No space left"), "{message}");
    let kept = samples(&folder.path().join("m.part.wav"));
    assert!(!kept.is_empty(), "what fitted is there");
    assert_eq!(kept, samples(&caller())[..kept.len()]);
    assert_eq!(result["recording"]["samples"], kept.len());
    let bytes = std::fs::metadata(folder.path().join("m.part.wav")).unwrap().len();
    assert_eq!(result["recording"]["bytes"], bytes, "nothing torn stands behind the last sample");
    assert!(!file.exists(), "only a complete message has its final name");
}

/// A process that may write 40 KiB to a file: the system sends it a signal that kills it, unless it listens.
#[cfg(unix)]
#[test]
fn a_quota_ends_the_recording_with_its_cause_and_leaves_a_valid_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.wav");
    let got = Command::new("bash")
        .args(["-c", "ulimit -f 40; exec \"$@\"", "quota", env!("CARGO_BIN_EXE_afterbeep"), "record"])
        .args(["--max-duration", "60", "--format", "json", "--input"])
        .arg(caller())
        .arg("--output")
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(code(&got), 1, "{}", said(&got));
    let result = object(&got);
    assert_eq!(result["completionReason"], "unspecifiedError");
    let message = result["resultInfo"]["message"].as_str().unwrap();
    assert!(message.contains("m.part.wav") && message.contains("too large"), "{message}");
    let kept = samples(&folder.path().join("m.part.wav"));
    assert_eq!(kept, samples(&caller())[..(40 * 1_024 - 44) / 2]);
    assert_eq!(result["recording"]["samples"], kept.len());
}

#[test]
fn a_disk_without_any_room_is_told_before_anything_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = Mounted::new(folder.path(), "size=8k") else { return };
    std::fs::write(folder.path().join("filler"), vec![0; 8_192]).unwrap();
    let got = record(&caller(), &folder.path().join("m.wav"), "--format json");
    assert_eq!(code(&got), 1, "{}", said(&got));
    let result = object(&got);
    assert_eq!(result["completionReason"], "unspecifiedError");
    assert!(result["recording"].is_null());
    assert_eq!(afterbeep::names(folder.path()), ["filler"]);
}

#[test]
fn a_read_only_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = Mounted::new(folder.path(), "size=100k,ro") else { return };
    let got = record(&caller(), &folder.path().join("m.wav"), "--format json");
    assert_eq!(code(&got), 1);
    let message = object(&got)["resultInfo"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("m.part.wav") && message.contains("Read-only"), "{message}");
}

#[test]
fn a_folder_that_vanishes_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let child = afterbeep()
        .args(["record", "--real-time", "--no-beep", "--max-duration", "2", "--format", "json", "--input"])
        .arg(caller())
        .arg("--output")
        .arg(inner.join("m.wav"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_000));
    std::fs::remove_dir_all(&inner).unwrap();
    let got = child.wait_with_output().unwrap();
    assert_eq!(code(&got), 1);
    let result = object(&got);
    assert_eq!(result["completionReason"], "unspecifiedError");
    let message = result["resultInfo"]["message"].as_str().unwrap();
    assert!(message.contains("m.wav") && message.contains("No such file"), "{message}");
    assert!(result["recording"].is_null(), "there is no file");
}

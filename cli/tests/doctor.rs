//! `afterbeep doctor` with a file in the place of the microphone: each fault is named, and what is well is all right.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
mod patient;

use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

use afterbeep::{afterbeep, code, names, object, said, write_wav};
use patient::{RATE, louder, noise, voice, with_hum};
use serde_json::Value;

/// `afterbeep doctor` in a folder, with these arguments, separated by spaces.
fn doctor(folder: &Path, arguments: &str) -> Output {
    afterbeep().current_dir(folder).arg("doctor").args(arguments.split_whitespace()).output().unwrap()
}

/// The exit code, the subjects of what is wrong, and all that is said, of a sound heard as fast as it is read.
fn heard(sound: &[i16]) -> (i32, Vec<String>, Value) {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), RATE, sound.iter().copied());
    let got = doctor(folder.path(), "--device file:caller.wav?fast --format json");
    assert_eq!(names(folder.path()), ["caller.wav"], "nothing is left behind");
    let said = object(&got);
    assert_eq!(said["exit_code"], code(&got));
    (code(&got), wrong(&said), said)
}

fn wrong(said: &Value) -> Vec<String> {
    let findings = said["findings"].as_array().unwrap();
    for finding in findings {
        let is_right = finding["verdict"] == "right";
        assert_eq!(finding["next_step"].is_null(), is_right, "what is not right has a next step: {finding}");
    }
    let wrong = findings.iter().filter(|finding| finding["verdict"] == "wrong");
    wrong.map(|finding| finding["subject"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_voice_in_a_quiet_room_is_all_right() {
    let (code, wrong, said) = heard(&voice(3));
    println!("{said}");
    assert!(code == 0 && wrong.is_empty(), "{said}");
    assert_eq!(said["verdict"], "right");
    assert_eq!(said["measured"]["microphone"]["sound"]["heard_s"], 3.0);
    assert!(said["measured"]["microphone"]["pace"].is_null(), "it does not come in real time");
}

#[test]
fn each_fault_of_a_sound_is_named_and_no_other() {
    for (sound, fault) in [
        (vec![0; 3 * RATE as usize], "zeros"),
        (louder(&voice(3), 0.03), "level"),
        (with_hum(&voice(3)), "hum"),
    ] {
        let (code, wrong, said) = heard(&sound);
        assert_eq!((code, wrong), (1, vec![fault.to_owned()]), "{said}");
    }
    let (_, wrong, said) = heard(&louder(&voice(3), 8.0));
    assert!(wrong.contains(&"clipping".to_owned()), "{said}");
    let (_, wrong, said) = heard(&noise(3, 24_000.0));
    assert_eq!(wrong, ["clipping", "noise"], "{said}");
}

#[test]
fn in_real_time_the_clock_is_looked_at_too() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), RATE, voice(3));
    let all_right = |_| {
        let start = Instant::now();
        let got = doctor(folder.path(), "--device file:caller.wav --format json");
        let said = object(&got);
        let pace = &said["measured"]["microphone"]["pace"];
        println!("{:?}: {pace} {:?}", start.elapsed(), wrong(&said));
        assert!(start.elapsed() >= Duration::from_secs(3));
        assert!(pace["callbacks"].as_u64().unwrap() > 10, "{said}");
        code(&got) == 0
    };
    // A busy machine is what the doctor is to find.
    assert!((0..3).any(all_right), "never all right");
}

#[test]
fn a_file_that_ends_too_soon_is_named_with_the_time() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), RATE, voice(1));
    let got = doctor(folder.path(), "--device file:caller.wav?once,fast");
    let page = String::from_utf8(got.stdout.clone()).unwrap();
    assert_eq!(code(&got), 1, "{page}");
    assert!(page.contains("after 1.0 s: file:caller.wav is over") && page.contains("→"), "{page}");
    assert!(page.trim_end().ends_with("One thing is wrong."), "{page}");
}

#[test]
fn what_cannot_be_used_has_the_code_with_which_record_refuses_it() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), RATE, voice(3));
    for (arguments, subject, word) in [
        ("--device file:nobody.wav", "microphone", "file:nobody.wav"),
        ("--device file:caller.wav?fast --folder nowhere", "disk", "nowhere"),
        ("--device file:caller.wav?fast --output-device theremin", "beep", ""),
    ] {
        let got = doctor(folder.path(), &format!("{arguments} --format json"));
        let said = object(&got);
        assert_eq!((code(&got), wrong(&said)), (2, vec![subject.to_owned()]), "{said}");
        let findings = said["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["subject"] == subject).unwrap();
        assert!(finding["says"].as_str().unwrap().contains(word), "{finding}");
    }
    let got = doctor(folder.path(), "--devise x");
    assert_eq!(code(&got), 2);
    assert!(got.stdout.is_empty() && !said(&got).is_empty());
}

#[test]
fn it_stands_in_the_manual_and_in_the_completions() {
    for arguments in [["man"].as_slice(), &["completions", "bash"]] {
        let got = afterbeep().args(arguments).output().unwrap();
        assert!(String::from_utf8(got.stdout).unwrap().contains("doctor"), "{arguments:?}");
    }
}

//! Faults of a sound server during a message: time stays true, the file is valid, and the reason is told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests as well")]
#[path = "../../capture/tests/rig/mod.rs"]
mod rig;

use std::{
    path::Path,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use afterbeep::samples;
use rig::{RATE, with_server};
use serde_json::Value;

const SECOND: Duration = Duration::from_secs(1);

/// Starts a message of ten seconds at most; returns when it has run for about two.
fn start(file: &Path) -> (Child, Instant) {
    let start = Instant::now();
    let child = afterbeep::afterbeep()
        .args(["record", "--host", "pulseaudio", "--format", "json", "--no-beep"])
        .args(["--initial-silence-timeout", "60", "--max-duration", "10", "--output"])
        .arg(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    thread::sleep(2 * SECOND);
    (child, start)
}

/// The result, and what was said on standard error.
fn end(child: Child) -> (Value, String) {
    let output = child.wait_with_output().unwrap();
    let said = afterbeep::said(&output);
    let result = afterbeep::object(&output);
    println!("{result}\n{said}");
    (result, said)
}

/// The message lasted ten seconds by its samples, about as long by the clock, and lost so many seconds of them.
fn check_time(result: &Value, file: &Path, start: Instant, lost: std::ops::Range<f64>) {
    let took = start.elapsed().as_secs_f64();
    let lost_s = result["lost_samples"].as_u64().unwrap() as f64 / f64::from(RATE);
    println!("took {took:.2} s, lost {lost_s:.3} s");
    assert_eq!(result["completionReason"], "maxRecordDurationReached", "{result}");
    assert_eq!(samples(file).len(), 160_000);
    // The server may give what it heard a moment before.
    assert!((9.8..11.5).contains(&took), "ten seconds took {took} s");
    assert!(lost.contains(&lost_s), "lost {lost_s} s");
}

#[test]
fn a_server_that_is_stopped_for_two_seconds_costs_two_seconds_of_silence() {
    with_server("a_server_that_is_stopped_for_two_seconds_costs_two_seconds_of_silence", |server| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let (child, start) = start(&file);
        server.signal("STOP");
        thread::sleep(2 * SECOND);
        server.signal("CONT");
        let (result, said) = end(child);
        check_time(&result, &file, start, 1.6..2.4);
        assert!(said.contains("its server hangs"), "{said}");
    });
}

#[test]
fn a_server_that_is_killed_and_comes_back_costs_as_much_silence() {
    with_server("a_server_that_is_killed_and_comes_back_costs_as_much_silence", |server| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let (child, start) = start(&file);
        server.signal("KILL");
        thread::sleep(SECOND);
        let _server = server.restarted();
        let (result, said) = end(child);
        check_time(&result, &file, start, 0.9..4.0);
        assert!(said.contains("it is tried again") && said.contains("is there again"), "{said}");
    });
}

#[test]
fn a_server_that_stays_away_ends_the_message_and_leaves_a_valid_file() {
    with_server("a_server_that_stays_away_ends_the_message_and_leaves_a_valid_file", |server| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let (child, start) = start(&file);
        server.signal("KILL");
        let killed = Instant::now();
        let (result, _) = end(child);
        println!("ended {:?} after the server", killed.elapsed());
        assert_eq!(result["completionReason"], "mediaReceiveTimeout", "{result}");
        assert!((9 * SECOND / 2..8 * SECOND).contains(&killed.elapsed()), "after {:?}", killed.elapsed());
        let recorded = samples(&file).len();
        assert_eq!(result["recording"]["samples"], recorded);
        assert!(recorded > 16_000 && recorded < 16_000 * start.elapsed().as_secs() as usize);
    });
}

#[test]
fn a_microphone_that_is_unplugged_is_named_and_so_is_what_took_its_place() {
    with_server("a_microphone_that_is_unplugged_is_named_and_so_is_what_took_its_place", |server| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let (child, _) = start(&file);
        server.unplug("caller");
        let (result, said) = end(child);
        assert_eq!(result["completionReason"], "mediaReceiveTimeout", "{result}");
        assert!(
            said.contains("from caller.monitor to speaker.monitor") && said.contains("--follow-default"),
            "{said}"
        );
    });
}

//! Processes that are killed while they record: what they lose, and what is left of it.
//!
//! Apart from the tests of recovery: a process that is just started has, until it runs its program, the files of this one open, and
//! with them their locks.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a process that is killed is killed in real time"
)]

mod disk;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use afterbeep::Report;
use afterbeep::recording::{Recordings, Store};
use disk::{RATE, names, outcome, path_in, read, voice};

/// Tells a process of this test's own where to record.
const FOLDER_OF_CHILD: &str = "AFTERBEEP_TEST_FOLDER";
const CALLS_OF_CHILD: usize = 50;
const FRAME: usize = 160;

/// The other process of the test below: records until it is killed, and says after each 20 ms how many frames it has
/// given.
#[test]
#[ignore = "runs as a process of its own"]
fn a_process_that_records_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER_OF_CHILD) else { return };
    let store = Store::builder().build().unwrap();
    let mut recordings: Vec<_> =
        (0..CALLS_OF_CHILD).map(|n| store.begin(path_in(folder.as_ref(), &n.to_string()), RATE)).collect();
    let start = Instant::now();
    for frame in 0..3_000 {
        for (n, recording) in recordings.iter_mut().enumerate() {
            recording.append(&voice(n, frame * FRAME, FRAME)).unwrap();
        }
        println!("frames {}", frame + 1);
        std::io::stdout().flush().unwrap();
        let next = Duration::from_millis(20 * (frame as u64 + 1));
        thread::sleep(next.saturating_sub(start.elapsed()));
    }
}

/// The other process of the test below: completes one short recording after the other until it is killed.
#[test]
#[ignore = "runs as a process of its own"]
fn a_process_that_completes_recordings_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER_OF_CHILD) else { return };
    let store = Store::builder().build().unwrap();
    let report = Report::new(&outcome(), None);
    for n in 0.. {
        let mut recording = store.begin(path_in(folder.as_ref(), &n.to_string()), RATE);
        recording.append(&voice(n, 0, GIVEN)).unwrap();
        recording.finish(KEPT as u64, Some(report.clone()), |saved| drop(saved.unwrap()));
        while store.backlog().recordings > 40 {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

const GIVEN: usize = 800;
const KEPT: usize = 700;

#[test]
fn whenever_a_process_is_killed_each_recording_is_whole_and_its_sidecar_true() {
    let mut recovered = 0;
    for round in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "a_process_that_completes_recordings_until_it_is_killed", "--ignored"]);
        let child = child.env(FOLDER_OF_CHILD, folder.path()).stdout(Stdio::null()).spawn().unwrap();
        let child = Killed(child);
        while names(folder.path()).len() < 40 + 17 * round {
            thread::sleep(Duration::from_millis(1));
        }
        drop(child);
        let recovery = Recordings::in_folder(folder.path()).unwrap().recover().unwrap();
        assert_eq!((recovery.errors, recovery.in_use.len()), (vec![], 0));
        recovered += recovery.recovered.len();
        let all = Recordings::in_folder(folder.path()).unwrap().list().unwrap();
        // A file that had no name yet is nothing of ours; every other one is a recording or its sidecar.
        let files = names(folder.path()).into_iter().filter(|name| !name.starts_with(".afterbeep-"));
        assert_eq!(files.count(), 2 * all.len(), "round {round}");
        for recording in all {
            let known = recording.read_sidecar().unwrap().unwrap();
            let samples = read(&recording.path);
            assert_eq!(known["recording"]["samples"], samples.len());
            assert_eq!(known["recording"]["file"], recording.path.to_str().unwrap());
            let was_known = known["completionReason"] != "unspecifiedError";
            assert!(samples.len() == KEPT || !was_known && known["recovered"] == true, "{known}");
            let n = recording.name.as_str().parse().unwrap();
            assert!(samples == voice(n, 0, samples.len()), "recording {n} of round {round}");
        }
    }
    assert!(recovered > 0, "none was ever caught in the middle");
}

/// Killed without a chance to say goodbye, should a test end early.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_process_that_is_killed_loses_the_last_100_ms_at_most_and_is_not_touched_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "a_process_that_records_until_it_is_killed", "--ignored", "--nocapture"]);
    let child = child.env(FOLDER_OF_CHILD, folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut child = Killed(child);
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let frames = |line: String| line.strip_prefix("frames ").and_then(|count| count.parse::<usize>().ok());
    let first = lines.by_ref().filter_map(frames).find(|&count| count >= 50).unwrap();

    let recordings = Recordings::in_folder(folder.path()).unwrap();
    let recovery = recordings.recover().unwrap();
    assert_eq!((recovery.in_use.len(), recovery.recovered.len()), (CALLS_OF_CHILD, 0), "it is alive");

    lines.by_ref().filter_map(frames).find(|&count| count >= first + 50).unwrap();
    child.0.kill().unwrap();
    let last = lines.filter_map(frames).last().unwrap_or(first + 50);
    drop(child);
    let recovery = recordings.recover().unwrap();
    assert_eq!((recovery.in_use.len(), recovery.recovered.len()), (0, CALLS_OF_CHILD));
    // Three times the 100 ms of the contract: a machine that tests all at once is not held to it.
    let most_lost = 3 * 800;
    for n in 0..CALLS_OF_CHILD {
        let samples = read(&folder.path().join(format!("{n}.wav")));
        let lost = (last * FRAME).saturating_sub(samples.len());
        assert!(lost <= most_lost, "recording {n}: {lost} samples of {}", last * FRAME);
        assert!(samples == voice(n, 0, samples.len()), "recording {n}");
    }
}

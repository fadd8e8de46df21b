//! `afterbeep doctor` with a real sound server: a microphone that is well, muted, too loud or humming, and a beep.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
mod patient;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests as well")]
#[path = "../../capture/tests/rig/mod.rs"]
mod rig;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use afterbeep::{afterbeep, code, object};
use patient::{louder, noise, voice, with_hum};
use rig::{Server, with_server};
use serde_json::Value;

/// How long a sound plays: longer than the doctor listens, wherever it begins.
const PLAYS_S: usize = 12;

/// Subjects that say how busy this machine is, which no test decides.
const MACHINE: [&str; 4] = ["rate", "jitter", "losses", "disk"];

/// What the doctor says while `sound` plays to the microphone, and the subjects of what is wrong but for the machine.
fn examined(server: &Server, sound: &[i16]) -> (i32, Value, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut player = server.play(sound);
    // Until it sounds.
    std::thread::sleep(Duration::from_millis(1_000));
    let start = Instant::now();
    let got = afterbeep()
        .args(["doctor", "--host", "pulseaudio", "--format", "json", "--folder"])
        .arg(folder.path())
        .output()
        .unwrap();
    let took = start.elapsed();
    player.kill().unwrap();
    player.wait().unwrap();
    let said = object(&got);
    println!("{took:?}, code {}: {}", code(&got), summary(&said));
    let wrong = wrong(&said).into_iter().filter(|subject| !MACHINE.contains(&subject.as_str())).collect();
    (code(&got), said, wrong)
}

fn wrong(said: &Value) -> Vec<String> {
    let wrong = said["findings"].as_array().unwrap().iter().filter(|finding| finding["verdict"] == "wrong");
    wrong.map(|finding| finding["subject"].as_str().unwrap().to_owned()).collect()
}

/// What was said, as a person would read it.
fn summary(said: &Value) -> String {
    let findings = said["findings"].as_array().unwrap().iter();
    findings.map(|f| format!("\n  {} {}: {}", f["verdict"], f["subject"], f["says"])).collect()
}

fn finding<'a>(said: &'a Value, subject: &str) -> &'a Value {
    let findings = said["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["subject"] == subject).expect("a finding of this subject")
}

#[test]
fn a_microphone_and_a_loudspeaker_that_are_well_are_all_right() {
    with_server("a_microphone_and_a_loudspeaker_that_are_well_are_all_right", |server| {
        let all_right = |_| {
            let speaker = server.listen();
            let (code, said, wrong) = examined(&server, &voice(PLAYS_S));
            assert!(wrong.is_empty(), "{said}");
            let beep = speaker.heard();
            let loud = beep.iter().filter(|sample| sample.unsigned_abs() > 100).count();
            assert!((8_500..9_700).contains(&loud), "200 ms of beep: {loud} loud samples");
            assert_eq!(said["measured"]["microphone"]["device"], "pulseaudio:caller.monitor");
            assert_eq!(said["measured"]["beep"]["played"], true);
            assert!(said["measured"]["beep"]["heard_dbfs"].is_null(), "nothing leads back: {said}");
            assert_eq!(finding(&said, "microphone")["verdict"], "note", "a monitor is pointed out");
            code == 0
        };
        // A busy machine is what the doctor is to find.
        assert!((0..3).any(all_right), "never all right");
    });
}

#[test]
fn each_fault_of_a_microphone_is_named() {
    with_server("each_fault_of_a_microphone_is_named", |server| {
        let (code, said, wrong) = examined(&server, &with_hum(&voice(PLAYS_S)));
        assert_eq!((code, wrong), (1, vec!["hum".to_owned()]), "{said}");
        assert_eq!(said["measured"]["microphone"]["hum"]["mains_hz"], 50);

        let (_, said, wrong) = examined(&server, &louder(&noise(PLAYS_S, 16_000.0), 4.0));
        assert_eq!(wrong, ["clipping", "noise"], "{said}");

        mute(true);
        let (code, said, wrong) = examined(&server, &voice(PLAYS_S));
        assert_eq!((code, wrong), (1, vec!["zeros".to_owned()]), "{said}");
        assert!(finding(&said, "zeros")["next_step"].as_str().unwrap().contains("Unmute"));
        mute(false);
    });
}

#[test]
fn a_beep_that_comes_back_is_heard() {
    with_server("a_beep_that_comes_back_is_heard", |server| {
        pactl(&[
            "load-module",
            "module-loopback",
            "source=speaker.monitor",
            "sink=caller",
            "latency_msec=20",
        ]);
        let (_, said, _) = examined(&server, &noise(PLAYS_S, 16.0));
        let heard = said["measured"]["beep"]["heard_dbfs"].as_f64().expect("a beep");
        assert!((heard + 15.0).abs() < 3.0, "a beep of −12 dBFS, at its peak: {heard}");
    });
}

#[test]
fn a_microphone_that_falls_silent_has_the_code_of_no_audio() {
    with_server("a_microphone_that_falls_silent_has_the_code_of_no_audio", |server| {
        let mut doctor = afterbeep()
            .args(["doctor", "--host", "pulseaudio", "--no-beep", "--folder", "/tmp", "--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Plugins of ALSA may write there before.
        let mut lines = BufReader::new(doctor.stderr.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().contains("speak now")));
        std::thread::sleep(Duration::from_millis(1_000));
        server.signal("STOP");
        let got = doctor.wait_with_output().unwrap();
        server.signal("CONT");
        let said = object(&got);
        println!("{}", summary(&said));
        assert_eq!(code(&got), 13);
        assert!(wrong(&said).contains(&"microphone".to_owned()), "{said}");
    });
}

#[test]
fn a_server_that_hangs_does_not_hang_the_doctor() {
    with_server("a_server_that_hangs_does_not_hang_the_doctor", |server| {
        server.signal("STOP");
        let start = Instant::now();
        let got = afterbeep()
            .args(["doctor", "--host", "pulseaudio", "--folder", "/tmp", "--format", "json"])
            .output()
            .unwrap();
        server.signal("CONT");
        let said = object(&got);
        println!("{:?}: {}", start.elapsed(), summary(&said));
        assert_eq!(
            (code(&got), wrong(&said)),
            (2, ["devices", "microphone", "beep"].map(str::to_owned).to_vec())
        );
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    });
}

fn mute(muted: bool) {
    pactl(&["set-source-mute", "caller.monitor", if muted { "1" } else { "0" }]);
}

fn pactl(arguments: &[&str]) {
    let status = Command::new("pactl").args(arguments).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "pactl {arguments:?}");
}

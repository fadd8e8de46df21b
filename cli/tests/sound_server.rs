//! The whole way through a real sound server: beep to the loudspeaker, message from the microphone, WAV.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests as well")]
#[path = "../../capture/tests/rig/mod.rs"]
mod rig;

use std::{
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStdout, Stdio},
    time::Duration,
};

use ::afterbeep::resampler;
use afterbeep::{caller, objects, samples};
use rig::{RATE, with_server};
use serde_json::Value;

#[test]
fn a_message_spoken_into_a_microphone_is_recorded() {
    with_server("a_message_spoken_into_a_microphone_is_recorded", |server| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let speaker = server.listen();
        let (mut recorder, mut lines) =
            start(&file, &["--stop-tones", "#", "--initial-silence-timeout", "20", "--max-duration", "60"]);
        until_phase(&mut lines, "InitialSilence");
        let spoken = samples(&caller());
        let mut player = server.play(&resampler::convert(&spoken, 16_000, RATE).unwrap());
        let result = lines.map(|line| line.unwrap()).last().unwrap();
        assert!(recorder.wait().unwrap().success());
        player.wait().unwrap();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result["completionReason"], "stopToneDetected", "{result}");
        assert_eq!(result["lost_samples"], 0);
        assert_eq!(result["speech"].as_array().unwrap().len(), heard_in_the_file(), "{result}");
        same_words(&spoken, &samples(&file));
        let beep = speaker.heard();
        let loudest = beep.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((8_000..8_400).contains(&loudest), "the beep leaves at −12 dBFS: {loudest}");
        let long = beep.iter().filter(|sample| sample.unsigned_abs() > 100).count();
        assert!((8_500..9_700).contains(&long), "200 ms of beep: {long} loud samples");
    });
}

#[test]
fn a_microphone_that_falls_silent_ends_the_operation() {
    with_server("a_microphone_that_falls_silent_ends_the_operation", |server| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let (mut recorder, mut lines) =
            start(&file, &["--no-beep", "--initial-silence-timeout", "60", "--max-duration", "60"]);
        until_phase(&mut lines, "InitialSilence");
        std::thread::sleep(Duration::from_millis(1_000));
        server.signal("STOP");
        let result = lines.map(|line| line.unwrap()).last().unwrap();
        let code = recorder.wait().unwrap().code();
        server.signal("CONT");
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result["completionReason"], "mediaReceiveTimeout", "{result}");
        assert_eq!(code, Some(13));
        assert_eq!(result["recording"]["samples"], samples(&file).len());
    });
}

#[test]
fn devices_lists_the_server_s_own() {
    with_server("devices_lists_the_server_s_own", |_| {
        let listed = afterbeep::afterbeep().args(["devices", "--format", "json"]).output().unwrap();
        let hosts = objects(&listed).remove(0);
        let pulse =
            hosts["hosts"].as_array().unwrap().iter().find(|host| host["host"] == "pulseaudio").unwrap();
        let defaults = |list: &str| {
            let devices = pulse[list].as_array().unwrap();
            devices.iter().find(|device| device["default"] == true).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert!(defaults("inputs").contains("caller.monitor"), "{pulse}");
        assert!(defaults("outputs").contains("speaker"), "{pulse}");
    });
}

fn start(file: &Path, arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = afterbeep::afterbeep()
        .args(["record", "--host", "pulseaudio", "--format", "jsonl", "--output"])
        .arg(file)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

fn until_phase(lines: &mut Lines<BufReader<ChildStdout>>, phase: &str) {
    lines
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap())
        .find(|event| event["phase"] == phase)
        .unwrap_or_else(|| panic!("the recorder ended before {phase}"));
}

/// How many segments of speech the bundled caller has, heard from the file.
fn heard_in_the_file() -> usize {
    let got = afterbeep::afterbeep().args(["analyze", "--format", "json"]).arg(caller()).output().unwrap();
    objects(&got)[0]["speech"].as_array().unwrap().len()
}

/// The recording holds what was spoken, wherever it begins: their correlation is that of the same samples.
fn same_words(spoken: &[i16], recorded: &[i16]) {
    // A piece out of the middle of the first sentence is looked for.
    let piece = &spoken[16_000..24_000];
    let energy = |samples: &[i16]| samples.iter().map(|&s| f64::from(s) * f64::from(s)).sum::<f64>();
    let best = recorded
        .windows(piece.len())
        .map(|window| {
            let product: f64 = piece.iter().zip(window).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            product / (energy(piece) * energy(window)).sqrt().max(1.0)
        })
        .fold(0.0, f64::max);
    assert!(best > 0.995, "correlation {best}");
}

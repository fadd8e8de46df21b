//! The whole way through a real sound server: beep to the loudspeaker, message from the microphone, WAV.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests as well")]
#[path = "../../capture/tests/rig/mod.rs"]
mod rig;

use std::{
    io::{BufRead, BufReader, Lines, Write},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
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

/// Begins to play a prompt of ten seconds; gives the recorder, and its lines from then on.
fn start_prompt(folder: &Path, arguments: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
    let (file, prompt) = (folder.join("m.wav"), folder.join("prompt.wav"));
    afterbeep::write_wav(&prompt, 8_000, (0..80_000).map(|n| (n % 80) as i16 * 100));
    let (recorder, mut lines) = start(&file, &[&["--prompt", prompt.to_str().unwrap()], arguments].concat());
    until_phase(&mut lines, "Prompt");
    std::thread::sleep(Duration::from_millis(1_000));
    (recorder, lines)
}

#[test]
fn a_loudspeaker_that_fails_takes_the_prompt_with_it() {
    with_server("a_loudspeaker_that_fails_takes_the_prompt_with_it", |server| {
        let folder = tempfile::tempdir().unwrap();
        let caller = format!("file:{}", caller().display());
        let (mut recorder, lines) =
            start_prompt(folder.path(), &["--device", &caller, "--output-device", "speaker"]);
        server.signal("KILL");
        let result = lines.map(|line| line.unwrap()).last().unwrap();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(recorder.wait().unwrap().code(), Some(11), "{result}");
        assert_eq!(result["completionReason"], "playPromptFailed");
        assert_eq!(result["resultInfo"]["subcode"], 8511);
        assert!(result["recording"].is_null() && !folder.path().join("m.wav").exists());
    });
}

#[test]
fn a_loudspeaker_that_is_cut_off_goes_on() {
    with_server("a_loudspeaker_that_is_cut_off_goes_on", |_| {
        let folder = tempfile::tempdir().unwrap();
        let (mut recorder, lines) = start_prompt(folder.path(), &[]);
        cut_off_whatever_plays(folder.path());
        let result = lines.map(|line| line.unwrap()).last().unwrap();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(recorder.wait().unwrap().code(), Some(0), "{result}");
        assert_eq!(result["completionReason"], "maxRecordDurationReached");
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

/// Makes the server end every stream that plays, as it does when a sound card fails.
fn cut_off_whatever_plays(folder: &Path) {
    let pactl = |arguments: &[&str]| {
        let got = Command::new("pactl").args(arguments).output().unwrap();
        assert!(got.status.success(), "pactl {arguments:?}: {}", String::from_utf8_lossy(&got.stderr));
        String::from_utf8(got.stdout).unwrap()
    };
    let socket = folder.join("cli");
    pactl(&["load-module", "module-cli-protocol-unix", &format!("socket={}", socket.display())]);
    let mut server = UnixStream::connect(socket).unwrap();
    let playing = pactl(&["list", "short", "sink-inputs"]);
    assert!(!playing.is_empty(), "nothing plays");
    for number in playing.lines().filter_map(|line| line.split_whitespace().next()) {
        writeln!(server, "kill-sink-input {number}").unwrap();
    }
    // The server reads the command before the connection ends.
    std::thread::sleep(Duration::from_millis(200));
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
    let place = best_place(&spoken[16_000..24_000], recorded).0;
    // The recording may begin between two samples of what was spoken: at the card's rate it does not.
    let spoken = resampler::convert(spoken, 16_000, RATE).unwrap();
    let recorded = resampler::convert(recorded, 16_000, RATE).unwrap();
    let around = (3 * place).saturating_sub(6)..3 * place + 6 + 24_000;
    let (_, best) = best_place(&spoken[48_000..72_000], &recorded[around]);
    assert!(best > 0.995, "correlation {best}");
}

/// Where a piece is found in what was recorded, and their correlation there.
fn best_place(piece: &[i16], recorded: &[i16]) -> (usize, f64) {
    let product = |one: &[i16], other: &[i16]| {
        one.iter().zip(other).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>()
    };
    let energy = product(piece, piece);
    let correlation =
        |window: &[i16]| product(piece, window) / (energy * product(window, window)).sqrt().max(1.0);
    let windows = recorded.windows(piece.len()).map(correlation).enumerate();
    windows.fold((0, 0.0), |best, now| if now.1 > best.1 { now } else { best })
}

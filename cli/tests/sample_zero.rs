//! Where sample 0 stands, on every host: a microphone that hears the loudspeaker has the beep just before the recording.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests as well")]
#[path = "../../capture/tests/rig/mod.rs"]
mod rig;

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::samples;
use rig::{Host, Server, with_host};
use serde_json::Value;

/// Level above which the beep, of −12 dBFS, sounds, in dBFS.
const HEARD: f64 = -60.0;

/// How long after the beep's end the recording may begin, in seconds.
const LATEST: f64 = 0.06;

/// Records two seconds from a microphone that hears what the loudspeaker plays: a silent prompt of two seconds and a beep. Gives
/// the place of the beep's end, in seconds from sample 0, and how many samples of the recording are of it. `meanwhile` happens
/// while the prompt plays.
fn hears_itself<R>(server: &Server, meanwhile: impl FnOnce() -> R) -> (f64, usize) {
    let folder = tempfile::tempdir().unwrap();
    let [file, prompt, trace] = ["m.wav", "prompt.wav", "trace.jsonl"].map(|name| folder.path().join(name));
    afterbeep::write_wav(&prompt, 16_000, std::iter::repeat_n(0, 32_000));
    if server.host() != Host::Jack {
        server.tell(&["set-default-source", "speaker.monitor"]);
    }
    let mut command = afterbeep::afterbeep();
    let choice = server.host().choice();
    command.args(["record", "--host", server.host().id(), "--max-duration", "2", "--format", "json"]);
    command.args(["--initial-silence-timeout", "2", "--rate", "48000"]);
    if let Some(device) = &choice.device {
        command.args(["--device", device, "--output-device", device]);
    }
    command.arg("--prompt").arg(&prompt).arg("--trace").arg(&trace).arg("--output").arg(&file);
    let mut recorder = command.stdout(Stdio::piped()).spawn().unwrap();
    if server.host() == Host::Jack {
        connect_ports();
    }
    let _until_the_end = meanwhile();
    recorder.wait().unwrap();
    let trace = std::fs::read_to_string(&trace).unwrap();
    let lines: Vec<Value> = trace.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is_loud = |line: &Value| line["level_dbfs"].as_f64().is_some_and(|level| level > HEARD);
    let last = lines.iter().rposition(is_loud).expect("no beep was heard");
    let first = lines.iter().position(|line| line["phase"] == "InitialSilence").expect("a recording");
    // A line is 10 ms. Their positions count from where sample 0 was expected then.
    let end = (last as f64 - first as f64 + 1.0) / 100.0;
    let of_the_beep = samples(&file).iter().filter(|sample| sample.unsigned_abs() > 33).count();
    (end, of_the_beep)
}

/// Lets JACK's loudspeaker be heard by its microphone, once both are there.
fn connect_ports() {
    let start = Instant::now();
    loop {
        let ports = Command::new("jack_lsp").output().unwrap().stdout;
        let ports = String::from_utf8(ports).unwrap();
        let port = |end: &str| ports.lines().find(|port| port.ends_with(end)).map(str::to_owned);
        if let (Some(from), Some(to)) = (port("_out:out_0"), port("_in:in_0")) {
            assert!(Command::new("jack_connect").args([from, to]).status().unwrap().success());
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(10), "no ports: {ports}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn the_beep_is_before_the_recording(host: Host, name: &str) {
    with_host(host, name, |server| {
        let mut tried = Vec::new();
        for _ in 0..3 {
            let (end, of_the_beep) = hears_itself(&server, || ());
            println!(
                "{}: the detectors, which are late by their window, last heard the beep {:.0} ms after sample 0; \
                 {of_the_beep} samples of it are recorded",
                host.id(),
                end * 1e3
            );
            // A machine that is busy is late.
            if of_the_beep == 0 && end > -3.0 * LATEST {
                return;
            }
            tried.push((end, of_the_beep));
        }
        panic!("the beep's end in s from sample 0, and its samples in the recording: {tried:?}");
    });
}

/// The server is killed in the midst of the prompt, and comes back: the rest of the prompt is played, then the beep, and then
/// it records.
fn the_beep_is_before_the_recording_of_a_server_that_came_back(host: Host, name: &str) {
    with_host(host, name, |server| {
        let (end, of_the_beep) = hears_itself(&server, || {
            thread::sleep(Duration::from_millis(1_300));
            server.signal("KILL");
            thread::sleep(Duration::from_secs(1));
            let again = server.restarted();
            match host {
                Host::Jack => connect_ports(),
                _ => drop(server.tell(&["set-default-source", "speaker.monitor"])),
            }
            again
        });
        println!(
            "{}: came back, and heard the beep {:.0} ms after sample 0; {of_the_beep} samples of it are recorded",
            host.id(),
            end * 1e3
        );
        assert!(of_the_beep == 0 && end > -5.0 * LATEST, "{end} s, {of_the_beep} samples");
    });
}

#[test]
fn a_beep_that_waited_for_pulseaudio_is_before_the_recording() {
    the_beep_is_before_the_recording_of_a_server_that_came_back(
        Host::PulseAudio,
        "a_beep_that_waited_for_pulseaudio_is_before_the_recording",
    );
}

#[test]
fn a_beep_that_waited_for_alsa_is_before_the_recording() {
    the_beep_is_before_the_recording_of_a_server_that_came_back(
        Host::Alsa,
        "a_beep_that_waited_for_alsa_is_before_the_recording",
    );
}

#[test]
fn a_beep_that_waited_for_pipewire_is_before_the_recording() {
    the_beep_is_before_the_recording_of_a_server_that_came_back(
        Host::PipeWire,
        "a_beep_that_waited_for_pipewire_is_before_the_recording",
    );
}

#[test]
fn a_beep_that_waited_for_jack_is_before_the_recording() {
    the_beep_is_before_the_recording_of_a_server_that_came_back(
        Host::Jack,
        "a_beep_that_waited_for_jack_is_before_the_recording",
    );
}

#[test]
fn the_beep_is_before_the_recording_on_pulseaudio() {
    the_beep_is_before_the_recording(Host::PulseAudio, "the_beep_is_before_the_recording_on_pulseaudio");
}

#[test]
fn the_beep_is_before_the_recording_on_alsa() {
    the_beep_is_before_the_recording(Host::Alsa, "the_beep_is_before_the_recording_on_alsa");
}

#[test]
fn the_beep_is_before_the_recording_on_pipewire() {
    the_beep_is_before_the_recording(Host::PipeWire, "the_beep_is_before_the_recording_on_pipewire");
}

#[test]
fn the_beep_is_before_the_recording_on_jack() {
    the_beep_is_before_the_recording(Host::Jack, "the_beep_is_before_the_recording_on_jack");
}

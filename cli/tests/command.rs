//! The command line as `command-line.md` fixes it: results, formats, exit codes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::{fs::File, io::Write, process::Stdio, thread, time::Duration};

use afterbeep::{afterbeep, caller, code, names, object, objects, record, said, samples, write_wav};
use serde_json::json;

#[test]
fn a_message_ends_at_its_stop_tone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.wav");
    let got =
        record(&caller(), &file, "--stop-tones # --max-silence-timeout 2 --max-duration 60 --format json");
    assert_eq!(code(&got), 0, "{}", said(&got));
    let result = object(&got);
    assert_eq!(result["completionReason"], "stopToneDetected");
    assert_eq!(result["status"], "completed");
    assert_eq!(
        result["resultInfo"],
        json!({"code": 200, "subcode": 8514, "message": "Action completed, stop tone detected."})
    );
    assert_eq!(result["stop_tone"], "#");
    assert!(result["digits"][0]["end_s"].is_null(), "it still sounds when the recording ends");
    let recorded = samples(&file);
    assert_eq!(result["recording"]["samples"], recorded.len());
    assert_eq!(result["recording"]["bytes"], file.metadata().unwrap().len());
    assert_eq!(result["recording"]["sample_rate"], 16_000);
    assert_eq!(recorded, samples(&caller())[..recorded.len()], "bit for bit what was heard");
    assert_eq!(names(folder.path()), ["m.wav"]);
}

#[test]
fn every_exit_code_that_a_file_can_bring() {
    let folder = tempfile::tempdir().unwrap();
    let silence = folder.path().join("silence.wav");
    write_wav(&silence, 8_000, [0; 8_000]);
    let file = folder.path().join("m.wav");
    let text = folder.path().join("no-audio.wav");
    std::fs::write(&text, "no audio at all").unwrap();
    for (arguments, expected, reason, subcode, samples) in [
        ("--initial-silence-timeout 1", 10, "initialSilenceTimeout", 8510, Some(16_000)),
        ("--max-duration 0.5 --rate 8000", 0, "maxRecordDurationReached", 8515, Some(4_000)),
        (&format!("--prompt {}", text.display()), 11, "playPromptFailed", 8535, None),
        ("--prompt /nowhere/welcome.wav", 11, "playPromptFailed", 8536, None),
        ("--min-duration 2 --initial-silence-timeout 1", 10, "initialSilenceTimeout", 8510, None),
    ] {
        let got = record(&silence, &file, &format!("--force --format json {arguments}"));
        let result = object(&got);
        assert_eq!(code(&got), expected, "{arguments}: {}", said(&got));
        assert_eq!(result["completionReason"], reason, "{arguments}");
        assert_eq!(result["resultInfo"]["subcode"], subcode, "{arguments}");
        assert_eq!(result["recording"]["samples"].as_u64(), samples, "{arguments}");
        assert_eq!(file.exists(), samples.is_some(), "{arguments}");
        let _ = std::fs::remove_file(&file);
    }
    assert_eq!(names(folder.path()), ["no-audio.wav", "silence.wav"], "nothing else is left");
}

#[test]
fn lengths_are_exact_where_the_rates_do_not_fit() {
    let folder = tempfile::tempdir().unwrap();
    for hz in [8_000, 11_025, 44_100] {
        let silence = folder.path().join("silence.wav");
        write_wav(&silence, hz, [0; 100]);
        for rate in [8_000u32, 16_000, 24_000, 44_100, 48_000] {
            for seconds in [0.1, 0.5, 1.5] {
                let output = folder.path().join("m.wav");
                let arguments =
                    format!("--force --no-beep --rate {rate} --initial-silence-timeout {seconds}");
                assert_eq!(code(&record(&silence, &output, &arguments)), 10);
                let expected = (f64::from(rate) * seconds).round() as usize;
                assert_eq!(samples(&output).len(), expected, "{hz} → {rate} Hz, {seconds} s");
            }
        }
    }
}

#[test]
fn events_are_told_as_they_happen_and_the_result_last() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.wav");
    let got = record(&caller(), &file, "--max-silence-timeout 3 --max-duration 60 --format jsonl");
    let events = objects(&got);
    assert_eq!(events[0], json!({"event": "phase", "phase": "Beep", "start_s": -0.2}));
    assert_eq!(events.last().unwrap()["completionReason"], "maxSilenceTimeout");
    let count = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert_eq!((count("digit_started"), count("digit_ended")), (1, 1));
    assert_eq!(count("speech_started"), count("speech_ended"));
    let levels: Vec<u64> = events
        .iter()
        .filter(|event| event["event"] == "level")
        .map(|e| e["samples"].as_u64().unwrap())
        .collect();
    assert!(levels.windows(2).all(|pair| pair[1] - pair[0] == 1_600), "ten times a second: {levels:?}");
    let phases: Vec<_> =
        events.iter().filter(|event| event["event"] == "phase").map(|e| &e["phase"]).collect();
    let told: Vec<_> =
        events.last().unwrap()["phases"].as_array().unwrap().iter().map(|p| &p["phase"]).collect();
    assert_eq!(phases, told);
}

#[test]
fn standard_input_is_read_once_and_a_pipe_that_stands_still_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.wav");
    let arguments =
        ["record", "--input", "-", "--max-duration", "60", "--format", "json", "--no-beep", "--output"];
    let whole = afterbeep()
        .args(arguments)
        .arg(&file)
        .arg("--stop-tones=#")
        .stdin(File::open(caller()).unwrap())
        .output();
    let whole = whole.unwrap();
    assert_eq!(object(&whole)["completionReason"], "stopToneDetected", "{}", said(&whole));

    let stalled = folder.path().join("stalled.wav");
    let mut child = afterbeep()
        .args(arguments)
        .arg(&stalled)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // The header and two seconds; then nothing, and the pipe stays open.
    pipe.write_all(&std::fs::read(caller()).unwrap()[..64_044]).unwrap();
    let got = child.wait_with_output().unwrap();
    drop(pipe);
    assert_eq!(code(&got), 13);
    let result = object(&got);
    assert_eq!(result["completionReason"], "mediaReceiveTimeout");
    let recorded = samples(&stalled);
    assert_eq!(result["recording"]["samples"], recorded.len());
    assert_eq!(recorded, samples(&caller())[..recorded.len()]);
}

#[test]
fn a_pipe_that_says_nothing_can_be_cancelled_and_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let start = |name: &str| {
        let mut command = afterbeep();
        command
            .args(["record", "--input", "-", "--format", "json", "--output"])
            .arg(folder.path().join(name));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
    };
    let (mut cancelled, mut silent) = (start("c.wav"), start("s.wav"));
    let pipes = (cancelled.stdin.take(), silent.stdin.take());
    thread::sleep(Duration::from_millis(500));
    std::process::Command::new("kill").args(["-INT", &cancelled.id().to_string()]).status().unwrap();
    for (child, exit, reason) in [(cancelled, 130, "operationCanceled"), (silent, 13, "mediaReceiveTimeout")]
    {
        let got = child.wait_with_output().unwrap();
        assert_eq!(code(&got), exit);
        assert_eq!(object(&got)["completionReason"], reason);
        assert!(object(&got)["recording"].is_null());
    }
    drop(pipes);
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_pipe_from_the_shell_and_other_formats_are_heard() {
    let folder = tempfile::tempdir().unwrap();
    let converted = |name: &str, arguments: &[&str]| {
        let path = folder.path().join(name);
        let status = std::process::Command::new("sox").arg(caller()).args(arguments).arg(&path).status();
        status.is_ok_and(|status| status.success()).then_some(path)
    };
    let Some(flac) = converted("c.flac", &[]) else {
        eprintln!("SKIPPED: sox is missing (Debian: apt-get install sox)");
        return;
    };
    let mut files = vec![flac];
    files.extend(converted("c.ogg", &[]));
    files.extend(converted("float.wav", &["-e", "float", "-b", "32"]));
    files.extend(converted("s24.wav", &["-b", "24", "-r", "96000", "-c", "2"]));
    files.extend(converted("ulaw.wav", &["-e", "mu-law", "-r", "8000"]));
    files.extend(converted("alaw.wav", &["-e", "a-law", "-r", "8000"]));
    files.extend(converted("u8.wav", &["-b", "8", "-r", "11025"]));
    files.extend(converted("high.wav", &["-r", "192000"]));
    assert!(files.len() >= 8);
    for file in files {
        let output = folder.path().join("m.wav");
        let got = record(&file, &output, "--force --stop-tones=# --max-duration 60 --format json");
        assert_eq!(code(&got), 0, "{}: {}", file.display(), said(&got));
        let length = object(&got)["recording"]["duration_s"].as_f64().unwrap();
        assert!((8.17..8.19).contains(&length), "{}: {length} s", file.display());
    }
}

#[test]
fn analyze_reports_each_file_in_the_order_given() {
    let folder = tempfile::tempdir().unwrap();
    let (silence, missing) = (folder.path().join("silence.wav"), folder.path().join("missing.wav"));
    write_wav(&silence, 44_100, [0; 44_100]);
    let got = afterbeep()
        .args(["analyze", "--format", "json"])
        .args([&silence, &missing, &caller()])
        .output()
        .unwrap();
    assert_eq!(code(&got), 2, "one of them cannot be read");
    assert!(said(&got).contains("missing.wav"), "{}", said(&got));
    let objects = objects(&got);
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["file"], silence.to_str().unwrap());
    assert_eq!((&objects[0]["sample_rate"], &objects[0]["duration_s"]), (&json!(44_100), &json!(1.0)));
    assert_eq!(objects[1]["digits"][0]["digit"], "#");
    assert!(objects[1]["speech"].as_array().unwrap().len() >= 2);
    let text = afterbeep().arg("analyze").arg(caller()).output().unwrap();
    let page = String::from_utf8(text.stdout).unwrap();
    assert!(page.contains("digit  #") && page.contains("speech"), "{page}");
    assert!(!page.contains('\x1b'), "no colour into a pipe");
}

#[test]
fn prompt_trim_trace_and_picture() {
    let folder = tempfile::tempdir().unwrap();
    let prompt = folder.path().join("prompt.wav");
    write_wav(&prompt, 8_000, (0..8_000).map(|n| if n % 40 < 20 { 3_000 } else { -3_000 }));
    let [file, trace, picture] = ["m.wav", "trace.jsonl", "m.svg"].map(|name| folder.path().join(name));
    let arguments = format!(
        "--prompt {} --trim-silence --max-silence-timeout 2.5 --max-duration 60 --trace {} --picture {} --format json",
        prompt.display(),
        trace.display(),
        picture.display(),
    );
    let got = record(&caller(), &file, &arguments);
    let result = object(&got);
    assert_eq!(result["phases"][0], json!({"phase": "Prompt", "start_s": -1.2}));
    assert_eq!(result["phases"][1], json!({"phase": "Beep", "start_s": -0.2}));
    let last_speech = result["speech"].as_array().unwrap().last().unwrap()["end_s"].as_f64().unwrap();
    let over = result["phases"].as_array().unwrap().last().unwrap()["start_s"].as_f64().unwrap();
    assert!((over - last_speech - 2.5).abs() < 0.001, "over at {over} s, last speech {last_speech} s");
    let length = result["recording"]["duration_s"].as_f64().unwrap();
    assert!((length - last_speech - 0.2).abs() < 0.001, "{length} s, last speech {last_speech} s");
    let lines = std::fs::read_to_string(&trace).unwrap();
    let finished = result["phases"].as_array().unwrap().last().unwrap()["start_s"].as_f64().unwrap();
    assert_eq!(lines.lines().count(), (finished * 100.0) as usize, "a line per whole 10 ms");
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    let svg = std::fs::read_to_string(&picture).unwrap();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n") && svg.contains(">#</text>"));
}

#[test]
fn cancelled_by_a_signal_the_message_is_kept() {
    for signal in ["INT", "TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("m.wav");
        let child = afterbeep()
            .args(["record", "--real-time", "--max-duration", "60", "--format", "json", "--input"])
            .arg(caller())
            .arg("--output")
            .arg(&file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(1_500));
        let pid = child.id().to_string();
        std::process::Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap();
        let got = child.wait_with_output().unwrap();
        assert_eq!(code(&got), 130);
        let result = object(&got);
        assert_eq!(result["completionReason"], "operationCanceled");
        let recorded = samples(&file);
        assert_eq!(result["recording"]["samples"], recorded.len());
        assert!(recorded.len() > 8_000, "{} samples in 1.3 s of recording", recorded.len());
        assert_eq!(recorded, samples(&caller())[..recorded.len()]);
    }
}

#[test]
fn help_man_page_and_completions_come_from_one_source() {
    for (arguments, word) in [
        (vec!["--help"], "record"),
        (vec!["record", "--help"], "--max-silence-timeout"),
        (vec!["man"], ".TH"),
        (vec!["completions", "bash"], "_afterbeep"),
        (vec!["completions", "zsh"], "#compdef"),
    ] {
        let got = afterbeep().args(&arguments).output().unwrap();
        assert_eq!(code(&got), 0, "{arguments:?}");
        assert!(String::from_utf8(got.stdout).unwrap().contains(word), "{arguments:?}");
    }
}

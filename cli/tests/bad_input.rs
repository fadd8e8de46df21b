//! Bad input gets a clear error, exit code 2, and nothing is written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::{path::Path, process::Output};

use afterbeep::{afterbeep, caller, code, names, record, said, write_wav};
use proptest::prelude::*;

/// A WAV with these fields in its header, true or not.
fn wav(tag: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let block = channels * bits.div_ceil(8);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((data.len() as u32 + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0");
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend(rate.wrapping_mul(u32::from(block)).to_le_bytes());
    bytes.extend(block.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn refused(got: &Output, words: &[&str]) {
    assert_eq!(code(got), 2, "{}", said(got));
    assert!(got.stdout.is_empty(), "nothing goes to standard output");
    for word in words {
        assert!(said(got).contains(word), "{word:?} is not in: {}", said(got));
    }
}

#[test]
fn files_that_are_no_audio_are_refused_with_field_value_and_range() {
    let lie = {
        let mut bytes = wav(1, 1, 8_000, 16, &[0; 800]);
        bytes[32] = 7;
        bytes
    };
    let cases: [(&str, Vec<u8>, &[&str]); 10] = [
        ("empty.wav", Vec::new(), &["empty"]),
        ("no-samples.wav", wav(1, 1, 8_000, 16, &[]), &["length of the samples: 0"]),
        ("text.wav", b"hello".to_vec(), &["WAV, FLAC, MP3"]),
        ("channels.wav", wav(1, 0, 8_000, 16, &[0; 800]), &["channels: 0", "1–64"]),
        ("no-rate.wav", wav(1, 1, 0, 16, &[0; 800]), &["sample rate: 0", "8000–192000"]),
        ("fast.wav", wav(1, 1, 384_000, 16, &[0; 800]), &["sample rate: 384000", "8000–192000"]),
        ("bits.wav", wav(1, 1, 8_000, 17, &[0; 800]), &["bits per sample: 17"]),
        ("lie.wav", lie, &["bytes per frame: 7"]),
        ("nan.wav", wav(3, 1, 8_000, 32, &floats(&[0.0, f32::NAN])), &["sample 1: NaN", "−1–1"]),
        ("inf.wav", wav(3, 1, 8_000, 32, &floats(&[f32::INFINITY; 9])), &["sample 0: inf"]),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, words) in cases {
        let input = folder.path().join(name);
        std::fs::write(&input, bytes).unwrap();
        let output = folder.path().join("m.wav");
        refused(&record(&input, &output, "--format json"), words);
        assert!(!output.exists() && !folder.path().join("m.part.wav").exists(), "{name}");
        let analyzed = afterbeep().args(["analyze", "--format", "json"]).arg(&input).output().unwrap();
        refused(&analyzed, &[name]);
    }
}

#[test]
fn a_truncated_file_is_used_with_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("cut.wav");
    let whole = std::fs::read(caller()).unwrap();
    std::fs::write(&input, &whole[..whole.len() / 2]).unwrap();
    let output = folder.path().join("m.wav");
    let got = record(&input, &output, "--max-duration 60 --max-silence-timeout 2 --format json");
    assert_eq!(code(&got), 0);
    assert!(said(&got).contains("truncated"), "{}", said(&got));
    assert_eq!(afterbeep::object(&got)["completionReason"], "maxSilenceTimeout");
}

#[test]
fn arguments_out_of_range_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("m.wav");
    let mut cases: Vec<(String, &str)> = vec![
        ("--stop-tones Z".into(), "\"Z\" is no digit"),
        ("--stop-tones ##".into(), "# is given twice"),
        ("--rate 11025".into(), "11025"),
        ("--sensitivity 31".into(), "3–30 dB"),
        ("--sensitivity nan".into(), "3–30 dB"),
        ("--min-speech 2".into(), "20–1000 ms"),
        ("--min-duration -1".into(), "0–120"),
        ("--format yaml".into(), "yaml"),
        ("--no-such-flag".into(), "--no-such-flag"),
    ];
    for name in ["--initial-silence-timeout", "--max-silence-timeout", "--max-duration"] {
        for value in ["0", "-1", "121", "nan", "inf", "1e309", "ten"] {
            cases.push((format!("{name} {value}"), "0.1–120"));
        }
    }
    for (arguments, word) in cases {
        refused(&record(&caller(), &output, &arguments), &[word]);
    }
    assert!(names(folder.path()).is_empty(), "nothing was written");
}

#[test]
fn outputs_that_cannot_be_are_refused_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there.wav");
    std::fs::write(&there, "keep me").unwrap();
    refused(&record(&caller(), &there, ""), &["exists", "--force"]);
    refused(&record(&caller(), folder.path(), "--force"), &["is a folder"]);
    refused(&record(&caller(), &folder.path().join("no/m.wav"), ""), &["no folder"]);
    let left_over = folder.path().join("m.part.wav");
    std::fs::write(&left_over, "an earlier message").unwrap();
    refused(&record(&caller(), &folder.path().join("m.wav"), "--force"), &["m.part.wav", "left over"]);
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "keep me");
    assert_eq!(std::fs::read_to_string(&left_over).unwrap(), "an earlier message");
    assert_eq!(names(folder.path()), ["m.part.wav", "there.wav"]);
}

#[test]
fn nothing_but_a_regular_file_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.wav");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    refused(&record(&caller(), &pipe, "--force"), &["pipe.wav", "no regular file"]);
    let link = folder.path().join("link.wav");
    std::os::unix::fs::symlink(folder.path().join("elsewhere.wav"), &link).unwrap();
    refused(&record(&caller(), &link, "--force"), &["link.wav", "no regular file"]);
    refused(&record(&caller(), &folder.path().join("m/"), ""), &["is a folder"]);
    assert_eq!(names(folder.path()), ["link.wav", "pipe.wav"]);
}

#[test]
fn trace_and_picture_take_nobody_s_place() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.wav"), folder.path().join("m.wav"));
    std::fs::copy(caller(), &input).unwrap();
    for name in ["in.wav", "m.wav", "m.part.wav", "./in.wav"] {
        for option in ["--trace", "--picture"] {
            let got =
                record(&input, &output, &format!("--force {option} {}/{name}", folder.path().display()));
            refused(&got, &[option, "used for something else"]);
        }
    }
    let there = folder.path().join("there.svg");
    std::fs::write(&there, "keep me").unwrap();
    refused(&record(&input, &output, &format!("--picture {}", there.display())), &["--picture", "--force"]);
    assert_eq!(std::fs::read(&input).unwrap(), std::fs::read(caller()).unwrap());
    assert_eq!(names(folder.path()), ["in.wav", "there.svg"]);
}

#[test]
fn a_message_outlives_a_standard_error_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("m.wav");
    let got = afterbeep()
        .args(["record", "--max-duration", "1", "--input"])
        .arg(caller())
        .arg("--output")
        .arg(&output)
        .stderr(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
        .output()
        .unwrap();
    assert_eq!(code(&got), 0);
    assert_eq!(afterbeep::samples(&output).len(), 16_000);
}

#[test]
fn a_name_that_is_no_unicode_is_taken_and_told() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join(std::ffi::OsStr::from_bytes(b"m\xff.wav"));
    let got = record(&caller(), &output, "--max-duration 1 --format json");
    assert_eq!(code(&got), 0, "{}", said(&got));
    assert!(afterbeep::object(&got)["recording"]["file"].as_str().unwrap().ends_with("m\u{fffd}.wav"));
    assert_eq!(afterbeep::samples(&output).len(), 16_000);
}

#[test]
fn force_replaces_only_a_complete_message() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("m.wav");
    write_wav(&output, 8_000, [1, 2, 3]);
    let failed = record(&caller(), &output, "--force --prompt /nowhere.wav");
    assert_eq!(code(&failed), 11);
    assert_eq!(afterbeep::samples(&output), [1, 2, 3], "a message that came to nothing replaces nothing");
    let got = record(&caller(), &output, "--force --max-duration 1 --rate 16000");
    assert_eq!(code(&got), 0);
    assert_eq!(afterbeep::samples(&output).len(), 16_000);
}

/// The exit codes of the table; anything else would be a panic or a signal.
fn ended_properly(got: &Output) {
    let code = code(got);
    assert!([0, 1, 2, 10, 11, 12, 13].contains(&code), "exit {code}: {}", said(got));
    assert!(!said(got).contains("panicked"), "{}", said(got));
}

fn record_bytes(folder: &Path, bytes: &[u8]) -> Output {
    let input = folder.join("input.wav");
    std::fs::write(&input, bytes).unwrap();
    record(&input, &folder.join("m.wav"), "--force --max-duration 1 --format json")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let folder = tempfile::tempdir().unwrap();
        ended_properly(&record_bytes(folder.path(), &bytes));
    }

    #[test]
    fn a_wav_with_damage_anywhere_is_read_without_a_panic(
        damage in proptest::collection::vec((0usize..4_000, any::<u8>()), 1..6),
        length in 0usize..4_000,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = std::fs::read(caller()).unwrap();
        bytes.truncate(4_000);
        for (place, value) in damage {
            // Most of what matters is in the first bytes.
            let place = if place % 2 == 0 { place % 48 } else { place };
            bytes[place] = value;
        }
        bytes.truncate(length.max(40));
        ended_properly(&record_bytes(folder.path(), &bytes));
    }

    #[test]
    fn any_words_are_taken_or_refused(
        words in proptest::collection::vec("[-a-z0-9#*.=]{0,12}|--(max-duration|stop-tones|rate|format)|\\PC{0,6}", 0..5),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut command = afterbeep();
        command.current_dir(folder.path()).args(["record", "--input"]).arg(caller()).args(["--output", "m.wav"]);
        command.args(words.iter().filter(|word| !word.contains('\0')));
        let got = command.output().unwrap();
        ended_properly(&got);
    }
}

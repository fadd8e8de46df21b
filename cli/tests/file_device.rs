//! `--device file:…`: a file in the place of a microphone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::process::Output;
use std::time::{Duration, Instant};

use afterbeep::{afterbeep, caller, code, names, object, objects, said, samples, write_wav};

/// `afterbeep record` in a folder, with these arguments, separated by spaces.
fn record(folder: &std::path::Path, arguments: &str) -> Output {
    afterbeep().current_dir(folder).arg("record").args(arguments.split_whitespace()).output().unwrap()
}

#[test]
fn a_file_as_a_device_gives_the_recording_that_it_gives_as_input() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(caller(), folder.path().join("caller.wav")).unwrap();
    // The one ends with a key, the other with the silence after the file, with a beep that nobody hears.
    for ends in [
        "--no-beep --stop-tones # --max-duration 60 --max-silence-timeout 2",
        "--max-duration 60 --max-silence-timeout 5 --rate 8000",
    ] {
        let ends = format!("--force --format json {ends}");
        let input = record(folder.path(), &format!("--input caller.wav --full-duplex --output i.wav {ends}"));
        let device = record(folder.path(), &format!("--device file:caller.wav?fast --output d.wav {ends}"));
        assert_eq!((code(&input), code(&device)), (0, 0), "{}{}", said(&input), said(&device));
        assert!(samples(&folder.path().join("i.wav")) == samples(&folder.path().join("d.wav")), "{ends}");
        let (mut input, mut device) = (object(&input), object(&device));
        assert_eq!(device["lost_samples"], 0);
        for result in [&mut input, &mut device] {
            result["recording"]["file"] = "the same".into();
        }
        assert_eq!(input, device, "{ends}");
    }
}

#[test]
fn it_comes_at_the_speed_of_its_samples() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), 16_000, (0..40_000).map(|n| n as i16));
    let start = Instant::now();
    let got = record(
        folder.path(),
        "--device file:caller.wav --no-beep --max-duration 1.5 --initial-silence-timeout 9 --output m.wav",
    );
    assert_eq!(code(&got), 0, "{}", said(&got));
    assert!(start.elapsed() >= Duration::from_millis(1_500), "{:?}", start.elapsed());
    let recorded = samples(&folder.path().join("m.wav"));
    assert!(recorded.iter().copied().eq(0..24_000), "{} samples", recorded.len());
}

#[test]
fn a_file_that_ends_as_a_device_ends_the_recording_with_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), 16_000, 0..16_000);
    let got = record(
        folder.path(),
        "--device file:caller.wav?once,fast --no-beep --max-duration 9 --output m.wav --format jsonl",
    );
    assert_eq!(code(&got), 1);
    let result = objects(&got).pop().unwrap();
    assert_eq!(result["completionReason"], "unspecifiedError");
    assert_eq!(result["recording"]["samples"], 16_000);
    assert!(said(&got).contains("file:caller.wav is over"), "{}", said(&got));
}

#[test]
fn what_cannot_be_is_refused_by_name_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    write_wav(&folder.path().join("caller.wav"), 16_000, 0..16_000);
    for (arguments, word) in [
        ("--device file:nobody.wav", "file:nobody.wav cannot be read"),
        ("--device file:caller.wav?quick", "\"quick\" is none of fast, once, loop"),
        ("--device file:caller.wav --channel 2", "file:caller.wav"),
        ("--device file:caller.wav?fast --output-device loud", "leave out one of the two"),
    ] {
        let got = record(folder.path(), &format!("{arguments} --output m.wav"));
        assert_eq!(code(&got), 2, "{arguments}");
        assert!(said(&got).contains(word), "{}", said(&got));
        assert!(got.stdout.is_empty());
    }
    assert_eq!(names(folder.path()), ["caller.wav"]);
}

#[test]
fn the_help_of_devices_tells_of_it() {
    let got = afterbeep().args(["devices", "--help"]).output().unwrap();
    assert!(String::from_utf8(got.stdout).unwrap().contains("file:caller.wav?fast"));
}

//! `--channel`: one channel of a file that has several.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::fs::File;
use std::path::Path;

use afterbeep::{afterbeep, code, object, objects, record, said, samples};

const RATE: u32 = 16_000;

/// Sample `n` of a recording.
type Sample = fn(i16) -> i16;

/// A file of three channels: the first counts up, the second down, the third is loud.
fn write_channels(path: &Path) {
    let spec = hound::WavSpec {
        channels: 3,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for n in 0..RATE as i16 {
        [n, -n - 3, 30_000].into_iter().for_each(|sample| writer.write_sample(sample).unwrap());
    }
    writer.finalize().unwrap();
}

#[test]
fn each_channel_and_their_mean_are_recorded_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("three.wav"), folder.path().join("m.wav"));
    write_channels(&input);
    let wanted: [(&str, Sample); 6] = [
        ("", |_| 9_999),
        ("--channel mix", |_| 9_999),
        ("--channel left", |n| n),
        ("--channel RIGHT", |n| -n - 3),
        ("--channel 1", |n| n),
        ("--channel 3", |_| 30_000),
    ];
    for (arguments, sample) in wanted {
        let arguments = format!("--force --no-beep --max-duration 0.5 --rate {RATE} {arguments}");
        let got = record(&input, &output, &arguments);
        assert_eq!(code(&got), 0, "{arguments}: {}", said(&got));
        let recorded = samples(&output);
        assert!(recorded.iter().copied().eq((0..recorded.len() as i16).map(sample)), "{arguments}");
    }
}

#[test]
fn a_channel_is_chosen_from_standard_input_and_for_analysis_too() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("three.wav"), folder.path().join("m.wav"));
    write_channels(&input);
    let mut command = afterbeep();
    command.args([
        "record",
        "--input",
        "-",
        "--no-beep",
        "--max-duration",
        "0.5",
        "--channel",
        "1",
        "--output",
    ]);
    let got = command.arg(&output).stdin(File::open(&input).unwrap()).output().unwrap();
    assert_eq!(code(&got), 0, "{}", said(&got));
    assert!(samples(&output).iter().copied().eq(0..8_000));
    let peak = |channel: &str| {
        let mut command = afterbeep();
        let got = command.args(["analyze", "--format", "json", "--channel", channel]).arg(&input).output();
        let report = objects(&got.unwrap()).remove(0);
        assert_eq!(report["channels"], 3, "the file's own");
        report["level"]["peak_dbfs"].as_f64().unwrap()
    };
    assert!((peak("3") + 0.8).abs() < 0.05, "{}", peak("3"));
    assert!((peak("left") + 6.2).abs() < 0.05, "{}", peak("left"));
}

#[test]
fn a_channel_that_is_none_or_not_there_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("three.wav"), folder.path().join("m.wav"));
    write_channels(&input);
    for (channel, error) in [
        ("4", "channel: 4 is outside of 1–3; choose one of the file's channels, or `mix`"),
        ("0", "channel: \"0\" is none of left, right, mix, 1–65535"),
        ("middle", "channel: \"middle\" is none of left, right, mix, 1–65535"),
    ] {
        let got = record(&input, &output, &format!("--no-beep --channel {channel}"));
        assert_eq!(code(&got), 2, "{channel}");
        assert!(said(&got).contains(error), "{}", said(&got));
        assert!(!output.exists());
    }
    let got = record(&input, &output, "--no-beep --initial-silence-timeout 0.1 --channel 2 --format json");
    assert_eq!(object(&got)["recording"]["channels"], 1);
}

//! The command under test, and a caller for it.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// The bundled caller: two sentences with a pause, then `#`.
pub(crate) fn caller() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/caller.wav")
}

/// The command, to be given arguments.
pub(crate) fn afterbeep() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_afterbeep"));
    command.stdin(Stdio::null());
    command
}

/// `afterbeep record` with these arguments, separated by spaces.
pub(crate) fn record(input: &Path, output: &Path, arguments: &str) -> Output {
    afterbeep()
        .args(["record", "--input"])
        .arg(input)
        .arg("--output")
        .arg(output)
        .args(arguments.split_whitespace())
        .output()
        .unwrap()
}

/// The exit code.
pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("not ended by a signal")
}

/// What was written to standard error.
pub(crate) fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The lines of standard output as JSON.
pub(crate) fn objects(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The one object on standard output.
pub(crate) fn object(output: &Output) -> Value {
    let mut objects = objects(output);
    assert_eq!(objects.len(), 1, "one line: {}", said(output));
    objects.remove(0)
}

/// The samples of a 16-bit WAV.
pub(crate) fn samples(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).unwrap();
    reader.samples::<i16>().map(Result::unwrap).collect()
}

/// Writes a 16-bit mono WAV.
pub(crate) fn write_wav(path: &Path, rate: u32, samples: impl IntoIterator<Item = i16>) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rate,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    samples.into_iter().for_each(|sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
}

/// Files in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

//! Instructions for a sample on the hot paths, counted by callgrind and held against the figures of `instructions.toml`:
//! `make instructions`; `make instructions RENEW=--renew` writes the figures anew.
//!
//! A count is the same each time, on a busy machine too, so that it shows a slowdown of some per cent the day it lands. It depends
//! on the compiler, on valgrind and on what the processor can do, which the figures name: where these are others it only reports.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]

use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, fs, hint::black_box, iter};

use afterbeep::ring::marked;
use afterbeep::{Call, Next, Output, Queued, RecordResponse, RecordingRate, SampleRate, Setup};
use afterbeep_benches::{as_float, conversation};
use toml::{Table, Value};

const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.toml");
/// By how much of it a figure may be missed either way: less is a reason to renew it, so that what is won is not lost again.
const BAND: f64 = 0.03;

/// What is counted: a name, and what hears a conversation.
const CASES: [(&str, fn()); 11] = [
    ("dtmf-8000", || dtmf(8_000)),
    ("dtmf-16000", || dtmf(16_000)),
    ("dtmf-48000", || dtmf(48_000)),
    ("vad-8000", || vad(8_000)),
    ("vad-16000", || vad(16_000)),
    ("vad-48000", || vad(48_000)),
    ("recorder-8000", || recorder(8_000, RecordingRate::Hz8000)),
    ("recorder-16000", || recorder(16_000, RecordingRate::Hz16000)),
    ("recorder-48000", || recorder(48_000, RecordingRate::Hz48000)),
    ("call-8000", call),
    ("ring-8000", ring),
];

/// Callgrind counts within this, and nowhere else.
#[inline(never)]
fn count_from_here(samples: usize, mut hear: impl FnMut()) {
    hear();
    black_box(&mut hear);
    println!("samples {samples}");
}

fn dtmf(hz: u32) {
    let heard = conversation(hz);
    let mut detector = afterbeep_dtmf::Detector::new(afterbeep_dtmf::SampleRate::new(hz).unwrap());
    count_from_here(heard.len(), || {
        let events = heard.chunks(hz as usize / 50).map(|frame| detector.push_i16(frame).count());
        black_box(events.sum::<usize>());
    });
}

fn vad(hz: u32) {
    let heard = as_float(&conversation(hz));
    let rate = afterbeep_vad::SampleRate::new(hz).unwrap();
    let mut detector = afterbeep_vad::Detector::new(rate, afterbeep_vad::Settings::default());
    count_from_here(heard.len(), || {
        let events = heard.chunks(hz as usize / 50).map(|frame| detector.push(frame).count());
        black_box(events.sum::<usize>());
    });
}

fn request() -> RecordResponse {
    let long = Duration::from_secs(120);
    RecordResponse::builder()
        .initial_silence_timeout(long)
        .max_silence_timeout(long)
        .max_record_duration(long)
        .play_beep(false)
        .build()
        .unwrap()
}

fn recorder(hz: u32, recording: RecordingRate) {
    let heard = conversation(hz);
    let setup = Setup::new(SampleRate::new(hz).unwrap()).recording_rate(recording);
    let mut message = Vec::with_capacity(heard.len());
    let mut turn = Some(Queued::new(&request(), setup).unwrap().start());
    count_from_here(heard.len(), || {
        for frame in heard.chunks(hz as usize / 50) {
            let Some(Next::Running(recorder)) = turn.take().map(|turn| turn.next()) else {
                panic!("it ended")
            };
            let next = recorder.push(frame);
            message.extend_from_slice(next.recorded());
            turn = Some(next);
        }
    });
}

fn call() {
    let heard = conversation(8_000);
    let mut message = Vec::with_capacity(heard.len());
    let mut call = Call::new(SampleRate::HZ_8000);
    let setup = Setup::new(SampleRate::HZ_8000).recording_rate(RecordingRate::Hz8000);
    call.record_response(&request(), setup).unwrap();
    count_from_here(heard.len(), || {
        for frame in heard.chunks(160) {
            call.capture(frame);
            while let Some(output) = call.poll() {
                if let Output::Recorded(_, samples) = output {
                    message.extend_from_slice(samples);
                }
            }
        }
    });
}

fn ring() {
    let heard = conversation(8_000);
    let (mut producer, mut consumer) = marked::<u64>(4_000, 8);
    let mut frame = [0; 160];
    count_from_here(heard.len(), || {
        for captured in heard.chunks(160) {
            black_box(producer.push(captured));
            black_box(consumer.take(&mut frame));
        }
    });
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--case", name] => CASES.iter().filter(|(case, _)| *case == name).for_each(|(_, run)| run()),
        ["--processor"] => println!("{}", processor()),
        ["--test" | "--list", ..] => {}
        _ => return all(arguments.iter().any(|argument| argument == "--renew")),
    }
    ExitCode::SUCCESS
}

/// What the code looks for before it runs, as valgrind has it.
fn processor() -> String {
    #[cfg(target_arch = "x86_64")]
    {
        let found = [("avx2", is_x86_feature_detected!("avx2")), ("fma", is_x86_feature_detected!("fma"))];
        iter::once("x86_64")
            .chain(found.into_iter().filter_map(|(name, has)| has.then_some(name)))
            .collect::<Vec<_>>()
            .join(" ")
    }
    #[cfg(not(target_arch = "x86_64"))]
    env::consts::ARCH.to_owned()
}

/// Counts every case, and tells how it compares.
fn all(renews: bool) -> ExitCode {
    let Some(valgrind) = first_line(Command::new("valgrind").arg("--version")) else {
        println!("SKIPPED: valgrind is not there (Debian: valgrind)");
        return ExitCode::SUCCESS;
    };
    let here: Table = [
        ("rustc", first_line(Command::new("rustc").arg("--version")).unwrap_or_default()),
        ("valgrind", valgrind),
        ("processor", first_line(&mut callgrind(&["--processor"])).expect("callgrind runs")),
    ]
    .map(|(name, text)| (name.to_owned(), Value::String(text)))
    .into_iter()
    .collect();
    let committed: Table =
        fs::read_to_string(FIGURES).unwrap_or_default().parse().expect("instructions.toml is TOML");
    let others: Vec<_> = here.iter().filter(|(name, text)| committed.get(*name) != Some(text)).collect();
    let counted = CASES.map(|(name, _)| (name, count(name)));
    if renews {
        renew(here, &counted);
        return ExitCode::SUCCESS;
    }
    let figure =
        |name| committed.get("per_sample").and_then(|figures| figures.get(name)).and_then(Value::as_float);
    let mut missed = 0;
    println!("instructions for a sample:\n\n| what | counted | committed | ratio |\n|---|---|---|---|");
    for (name, now) in counted {
        let was = figure(name).unwrap_or(f64::NAN);
        let is_near = (now / was - 1.0).abs() <= BAND;
        missed += usize::from(!is_near);
        println!("| {name} | {now:.2} | {was:.2} | {:.3}{} |", now / was, if is_near { "" } else { " ←" });
    }
    for (name, text) in &others {
        println!(
            "{name} is {text} here, the figures are of {}",
            committed.get(*name).unwrap_or(&Value::Integer(0))
        );
    }
    match (missed, others.is_empty()) {
        (0, _) => ExitCode::SUCCESS,
        (_, false) => {
            println!("{missed} beyond {BAND}, which counts for nothing with others' tools");
            ExitCode::SUCCESS
        }
        (_, true) => {
            println!(
                "{missed} beyond {BAND}: find out why; where it is as it should be, `make instructions RENEW=--renew`"
            );
            ExitCode::FAILURE
        }
    }
}

fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.lines().next().map(str::to_owned)
}

/// This program once more, under callgrind, which writes its counts to standard error.
fn callgrind(arguments: &[&str]) -> Command {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*count_from_here*"])
        .arg(env::current_exe().expect("a path"))
        .args(arguments);
    command
}

/// Instructions for a sample of a case.
fn count(name: &str) -> f64 {
    let output = callgrind(&["--case", name]).output().expect("valgrind was there");
    let (out, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let number = |text: &str, before: &str| {
        let line = text.lines().find_map(|line| line.split_once(before))?;
        line.1.trim_matches([' ', ':']).parse::<f64>().ok()
    };
    let figures = number(&log, "Collected").zip(number(&out, "samples"));
    let (instructions, samples) = figures.unwrap_or_else(|| panic!("{name}: {log}"));
    instructions / samples
}

fn renew(mut here: Table, counted: &[(&str, f64)]) {
    let rounded = |figure: f64| Value::Float((figure * 100.0).round() / 100.0);
    let figures: Table = counted.iter().map(|&(name, figure)| (name.to_owned(), rounded(figure))).collect();
    here.insert("per_sample".to_owned(), Value::Table(figures));
    let text =
        format!("# Instructions for a sample: see benches/instructions.rs, which writes this.\n{here}");
    fs::write(FIGURES, text).expect("the figures can be written");
    println!("written to {FIGURES}");
}

//! Calls in real time, all at once, each with a running recording, and every sample of every recording checked afterwards:
//! `make load CALLS=10000 SECONDS=30`, or `cargo bench -p afterbeep-benches --bench load -- --calls 10000 --seconds 30 [--no-disk]`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]

#[path = "engine/calls.rs"]
mod calls;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use afterbeep::recording::Store;
use afterbeep::{
    CallHandle, CompletionReason, Engine, Finished, Kept, Message, Operation, OperationOutcome,
    RecordResponse, RecordingRate,
};
use afterbeep_benches::tell_goal;
use calls::{NETWORK, RATE, Used, network, noise, place};

/// Ends are spread over this long.
const SPREAD: Duration = Duration::from_secs(5);
/// What whoever has thousands of calls asks for: nobody hears it in a prompt, and a worker looks half as often.
const PLAYOUT_DELAY: Duration = Duration::from_millis(100);
/// And room for all that a recording may have waiting, 10 s: while 10,000 files are made, nothing is written.
const STORE_BYTES: usize = 2 << 30;

struct Asked {
    calls: usize,
    seconds: u64,
    disk: bool,
}

impl Asked {
    fn read() -> Self {
        let arguments: Vec<String> = std::env::args().collect();
        let after = |name: &str| {
            arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1))
        };
        let number = |name, default| after(name).map_or(default, |text| text.parse().expect("a number"));
        Self {
            calls: number("--calls", 1_000) as usize,
            seconds: number("--seconds", 10),
            disk: !arguments.iter().any(|argument| argument == "--no-disk"),
        }
    }
}

struct Caller {
    handle: CallHandle,
    operation: Operation,
    samples: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked = Asked::read();
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return Ok(());
    }
    let noise = noise();
    let folder = tempfile::tempdir_in(std::env::current_dir()?)?;
    let store = Store::builder().memory(STORE_BYTES);
    let mut builder = Engine::builder().playout_delay(PLAYOUT_DELAY).store(store);
    if asked.disk {
        check_limits(&asked, folder.path())?;
        builder = builder.recordings(folder.path());
    }
    let engine = builder.build()?;
    let before = Used::now();
    let (mut callers, mut lines) = (Vec::new(), Vec::new());
    for call in 0..asked.calls {
        let (handle, audio) = engine.open_call(RATE);
        let early =
            SPREAD.mul_f64(call as f64 / asked.calls as f64).min(Duration::from_secs(asked.seconds) / 2);
        let cap =
            Duration::from_secs(asked.seconds) - Duration::from_millis(early.as_millis() as u64 / 20 * 20);
        let request = RecordResponse::builder()
            .play_beep(false)
            .initial_silence_timeout(Duration::from_secs(120))
            .max_record_duration(cap)
            .build()?;
        let message = Message::new(request).rate(RecordingRate::Hz8000);
        let operation = handle.record_response(message)?;
        callers.push(Caller { handle, operation, samples: (cap.as_millis() * 8) as usize });
        lines.push((audio, place(call)));
    }
    // Every worker has begun what was asked of its last call, and so of those before: no frame comes too early.
    for caller in callers.iter().rev().take(available_parallelism()?.into()) {
        caller.handle.resume()?;
    }
    println!("{} calls are open", asked.calls);
    let frames = asked.seconds as usize * 50 + 5;
    let (start, late) = (Instant::now(), network(&mut lines, &noise, frames));
    let brought = start.elapsed();
    let until_brought = Used::now();
    let mut wrong = Vec::new();
    let (mut lost, mut last) = (0, Duration::ZERO);
    for (call, caller) in callers.iter().enumerate() {
        let finished = caller.operation.wait_timeout(Duration::from_secs(120));
        last = start.elapsed();
        let counted = caller.handle.counted();
        lost += counted.overrun + counted.missing;
        if let Err(reason) = check(finished, caller.samples, &noise[place(call)..]) {
            wrong.push(format!("call {call}: {reason}"));
        }
    }
    // The network's thread then looks at the recordings, which is not the engine's.
    let mut used = Used::now();
    used.take_over(NETWORK, &until_brought);
    let used = used.since(&before);
    let (seconds, call_seconds) = (brought.as_secs_f64(), asked.calls as f64 * asked.seconds as f64);
    println!(
        "{} calls · {} s each in {seconds:.1} s · {lost} samples lost · {} recordings wrong · all over {:.1} s after the last frame",
        asked.calls,
        asked.seconds,
        wrong.len(),
        (last.saturating_sub(brought)).as_secs_f64()
    );
    println!(
        "{:.2} cores · {:.2} µs for a second of a call · the network's own thread was late by {late:?} at most",
        used.total().as_secs_f64() / seconds,
        used.total().as_secs_f64() * 1e6 / call_seconds
    );
    println!("of that, by thread: {}", used.by_thread(call_seconds));
    wrong.iter().take(10).for_each(|wrong| println!("{wrong}"));
    if let Some(backlog) = engine.backlog() {
        println!(
            "the disk: {} samples lost, its bound met {} times",
            backlog.lost_samples, backlog.bound_met
        );
        lost += backlog.lost_samples;
    }
    let figure = format!(
        "{lost} samples lost, {} files wrong, {:.2} cores",
        wrong.len(),
        used.total().as_secs_f64() / seconds
    );
    let what = format!(
        "{} calls in real time for {} s{}",
        asked.calls,
        asked.seconds,
        if asked.disk { ", to disk" } else { "" }
    );
    tell_goal(&what, &figure, "10,000 to disk for 30 s: 0 lost, all right");
    if wrong.is_empty() && lost == 0 { Ok(()) } else { Err("it did not hold".into()) }
}

/// Whether a recording is what was brought, sample by sample.
fn check(finished: Option<Finished>, samples: usize, brought: &[i16]) -> Result<(), String> {
    let Some(Finished { outcome: OperationOutcome::RecordResponse(outcome), kept, .. }) = finished else {
        return Err("it did not end".into());
    };
    if outcome.reason != CompletionReason::MaxRecordDurationReached || outcome.lost_samples > 0 {
        return Err(format!("{}, {} lost", outcome.reason, outcome.lost_samples));
    }
    let recorded = match kept {
        Kept::Samples(recorded) => recorded.to_vec(),
        Kept::File(saved) => read(&saved.path)?,
        other => return Err(format!("{other:?}")),
    };
    differences(&recorded, &brought[..samples]).map_or(Ok(()), Err)
}

/// Where and how a recording is not what was brought.
fn differences(recorded: &[i16], brought: &[i16]) -> Option<String> {
    if recorded.len() != brought.len() {
        return Some(format!("{} samples in place of {}", recorded.len(), brought.len()));
    }
    let different = |(_, (is, was)): &(usize, (&i16, &i16))| is != was;
    let wrong: Vec<_> = recorded.iter().zip(brought).enumerate().filter(different).collect();
    let (first, last) = (wrong.first()?.0, wrong.last()?.0);
    let silent = wrong.iter().filter(|(_, (is, _))| **is == 0).count();
    let moved = (1..=8_000).find(|by| {
        recorded[first..].iter().zip(&brought[first..][*by..]).take(50).all(|(is, was)| is == was)
    });
    Some(format!(
        "{} samples from {first} to {last} differ, {silent} of them are zeros; moved by {moved:?}",
        wrong.len()
    ))
}

fn read(path: &Path) -> Result<Vec<i16>, String> {
    let file = hound::WavReader::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    file.into_samples().collect::<Result<_, _>>().map_err(|error| format!("{}: {error}", path.display()))
}

/// Looks whether so many files, and so much of them, have room here.
fn check_limits(asked: &Asked, folder: &Path) -> Result<(), Box<dyn Error>> {
    let limits = fs::read_to_string("/proc/self/limits")?;
    let open = limits.lines().find(|line| line.starts_with("Max open files")).unwrap_or_default();
    let most: usize = open.split_whitespace().nth(3).and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX);
    if most < asked.calls + 200 {
        return Err(format!(
            "{most} files may be open, {} are needed: ulimit -n {}",
            asked.calls + 200,
            2 * asked.calls
        )
        .into());
    }
    let free = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output()?.stdout;
    let free: u64 = String::from_utf8(free)?.lines().last().unwrap_or_default().trim().parse()?;
    let needed = asked.calls as u64 * asked.seconds * 16_000 + (1 << 30);
    println!("{most} files may be open; {} of {} MB free are needed", needed >> 20, free >> 20);
    if free < needed { Err("the disk is too full".into()) } else { Ok(()) }
}

//! Processor time of `afterbeep analyze --format json` over an hour of 8 kHz speech, the whole process, beside another program that
//! hears DTMF alone: `make bench-analyze`, or with `AFTERBEEP` and, if there is one, `PEER` as paths of programs.
//!
//! Both run in turn, on a file that is in the page cache; the kernel counts in hundredths of a second, so that a sum of several
//! runs is told.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use afterbeep_benches::tell_goal;
use afterbeep_tests::{Color, noise, voice};

const HZ: u32 = 8_000;
const SECONDS: u32 = 3_600;
const RUNS: u32 = 10;
/// A talker's stretch and the pause after it, in seconds.
const TALKS: u32 = 5;
const PAUSES: u32 = 1;

/// Talkers one after the other, at −20 dBFS over noise at −60 dBFS.
fn write_speech(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    for talker in 0..SECONDS / (TALKS + PAUSES) {
        let mut mix = noise(((TALKS + PAUSES) * HZ) as usize, Color::White, -60.0, u64::from(talker) + 1);
        let speech = voice(HZ, (TALKS * HZ) as usize, -20.0, u64::from(talker));
        mix.iter_mut().zip(speech).for_each(|(to, from)| *to += from);
        mix.iter().for_each(|x| wav.write_sample((x * 32_768.0).round() as i16).unwrap());
    }
    wav.finalize().unwrap();
}

/// Hundredths of a second of processor time of the children that have ended.
fn of_children() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let after_name = stat.rsplit_once(')').expect("a name").1;
    after_name.split_whitespace().skip(13).take(2).map(|ticks| ticks.parse::<u64>().expect("ticks")).sum()
}

fn run(program: &str, arguments: &[&str], file: &Path) -> u64 {
    let before = of_children();
    let done = Command::new(program).args(arguments).arg(file).stdout(Stdio::null()).status();
    assert!(done.unwrap_or_else(|error| panic!("{program}: {error}")).success(), "{program}");
    of_children() - before
}

fn main() {
    if env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let Ok(ours) = env::var("AFTERBEEP") else {
        return println!(
            "SKIPPED: AFTERBEEP is not set; `make bench-analyze` builds the command and sets it"
        );
    };
    let peer = env::var("PEER").ok().filter(|peer| !peer.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hour.wav");
    write_speech(&file);
    let (mut ours_took, mut peer_took) = (0, 0);
    for _ in 0..RUNS {
        ours_took += run(&ours, &["analyze", "--format", "json"], &file);
        peer_took += peer.as_ref().map_or(0, |peer| run(peer, &[], &file));
    }
    let each = |took: u64| took as f64 / 100.0 / f64::from(RUNS);
    println!("processor time for an hour of 8 kHz speech, {RUNS} runs · ratio to the peer:\n");
    match peer {
        Some(peer) => {
            let name = Path::new(&peer).file_name().unwrap_or_default().display();
            println!("| {name} (DTMF alone) | {:.3} s | 1.00 |", each(peer_took));
            let ratio = ours_took as f64 / peer_took as f64;
            println!("| afterbeep analyze --format json | {:.3} s | {ratio:.2} |", each(ours_took));
            let figure = format!("{:.2} s for an hour, {ratio:.2} of {name}", each(ours_took));
            tell_goal("`analyze --format json`, the whole process", &figure, "≤ 1.0; aim 0.4");
        }
        None => println!("| afterbeep analyze --format json | {:.3} s | no peer |", each(ours_took)),
    }
}

//! A process that is killed at any moment leaves a file that every reader opens, with all but the last 100 ms.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod afterbeep;

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use afterbeep::{afterbeep, caller, samples, write_wav};
use serde_json::Value;

const KILLS: u32 = 50;
/// The rate of the recording, in Hz.
const RATE: f64 = 16_000.0;

#[test]
fn killed_at_fifty_moments_the_file_is_valid_and_complete_to_the_last_100_ms() {
    let folder = tempfile::tempdir().unwrap();
    let odd = at_an_odd_rate(&folder.path().join("odd.wav"));
    let mut some = 0;
    for kill in 0..KILLS {
        let file = folder.path().join(format!("m{kill}.wav"));
        // Half of them in real time, half as fast as they can.
        let input = if kill % 4 < 2 { caller() } else { odd.clone() };
        let mut child = start(&input, &file, kill % 2 == 0);
        let told = told_until_killed(&mut child, moment(kill));
        let partial = folder.path().join(format!("m{kill}.part.wav"));
        let path = if file.exists() { &file } else { &partial };
        if !path.exists() {
            assert_eq!(told, 0.0, "samples were told of, but there is no file");
            continue;
        }
        let recorded = samples(path).len() as f64 / RATE;
        assert!(recorded >= told - 0.1, "kill {kill}: {recorded} s in the file, {told} s told");
        opens_everywhere(path);
        some += u32::from(recorded > 0.0);
    }
    assert!(some > KILLS / 3, "only {some} of {KILLS} were killed while they recorded");
}

/// The caller faster and higher, at a rate that has no short block in common with the recording's.
fn at_an_odd_rate(path: &Path) -> PathBuf {
    write_wav(path, 22_222, samples(&caller()));
    path.to_owned()
}

fn start(input: &Path, file: &Path, real_time: bool) -> Child {
    let mut command = afterbeep();
    command.args(["record", "--format", "jsonl", "--max-duration", "120", "--max-silence-timeout", "100"]);
    if real_time {
        command.args(["--real-time", "--no-beep"]);
    }
    command.arg("--input").arg(input).arg("--output").arg(file).stdout(Stdio::piped()).spawn().unwrap()
}

/// Moments that differ from run to run, from the start of the process on.
fn moment(kill: u32) -> Duration {
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos();
    let random = (clock / 1_000).wrapping_mul(2_654_435_761).wrapping_add(kill.wrapping_mul(40_503)) % 1_000;
    let longest = if kill.is_multiple_of(2) { 900 } else { 120 };
    Duration::from_micros(u64::from(random) * longest)
}

/// Kills the process after `after`, and tells the latest time of which its events told.
fn told_until_killed(child: &mut Child, after: Duration) -> f64 {
    let out = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in out.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let due = Instant::now() + after;
    thread::sleep(due.saturating_duration_since(Instant::now()));
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    lines
        .iter()
        .filter_map(|line| serde_json::from_str(&line).ok())
        .map(|event| counted(&event))
        .fold(0.0, f64::max)
}

/// The recorded time that an event counts, in seconds.
fn counted(event: &Value) -> f64 {
    let samples = event["samples"].as_f64().map_or(0.0, |samples| samples / RATE);
    let places = ["start_s", "end_s", "reported_s", "at_s"].map(|name| event[name].as_f64().unwrap_or(0.0));
    places.into_iter().fold(samples, f64::max)
}

/// Other people's readers: those that are there must open the file.
fn opens_everywhere(path: &Path) {
    let script = "import sys, wave; wave.open(sys.argv[1]).readframes(1)";
    for (program, arguments) in
        [("soxi", vec![]), ("ffprobe", vec!["-v", "error"]), ("python3", vec!["-c", script])]
    {
        match Command::new(program).args(arguments).arg(path).stdout(Stdio::null()).output() {
            Ok(got) => {
                let said = String::from_utf8_lossy(&got.stderr).into_owned();
                assert!(got.status.success() && said.is_empty(), "{program}: {said}");
            }
            Err(_) => eprintln!("SKIPPED: {program} is missing"),
        }
    }
}

//! Every row of a table on every host, each with real servers of its own, hosts side by side: a line per row and host with
//! the figures seen.
//!
//! `cargo test --test hosts` is `make rig-test`; `-- ROW` runs the rows whose name, with the host's before it, has ROW
//! in it; `-- --soak 10` records known noise for ten minutes on all hosts at once (`make rig-soak`). A row runs in a
//! process of its own, whose environment knows its servers only.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]
#![allow(clippy::disallowed_types, reason = "not the audio thread's: what was asked for is set once")]

#[allow(dead_code, unused_imports, reason = "each test program uses its part of it")]
#[path = "../rig/mod.rs"]
mod rig;

mod faults;
mod noise;
mod playback;
mod scheduling;
mod truth;

use std::io::Read as _;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rig::metronome::Metronome;
use rig::{Host, Running, Server};

/// Says to this program, started once more, which row to run.
const ROW: &str = "AFTERBEEP_RIG_ROW";

/// Says how long to soak, in minutes.
const SOAK: &str = "AFTERBEEP_RIG_SOAK_MINUTES";

/// How long a row may take that does not say so itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// A row of the table: gives its figures, or panics.
struct Row {
    name: &'static str,
    run: fn(&Server) -> String,
    /// How often it is tried: a machine that is busy makes the servers themselves lose samples.
    tries: u32,
    /// Whether it asks for every sample, which no program can give on a machine that stands still meanwhile.
    is_exact: bool,
    /// Why it does not exist on JACK.
    not_on_jack: Option<&'static str>,
}

impl Row {
    const fn exact(name: &'static str, run: fn(&Server) -> String, tries: u32) -> Self {
        Self { name, run, tries, is_exact: true, not_on_jack: None }
    }

    const fn fault(name: &'static str, run: fn(&Server) -> String) -> Self {
        Self { name, run, tries: 3, is_exact: false, not_on_jack: None }
    }
}

/// How long the machine may stand still for a row that is exact: a callback of PipeWire's, which `cpal` does not run ahead of
/// other programs, and half of another.
const STILL: Duration = Duration::from_millis(30);

/// JACK's devices are what its server was started with.
const NO_PLUG: Option<&str> = Some("JACK has no hot-plug: a card that is pulled ends its server, as killed");
const NO_DEFAULT: Option<&str> = Some("JACK has one device for as long as its server runs, and no default");

const ROWS: [Row; 19] = [
    Row::exact("20 s of known noise", noise::twenty_seconds, 3),
    Row::fault("players come and go", truth::players),
    Row::fault("callback held up for 1.5 s", truth::held_up),
    Row::exact("every sample is heard", playback::every_sample, 5),
    Row::exact("prompt and beep", playback::prompt_and_beep, 5),
    Row::exact("barge-in", playback::barge_in, 5),
    Row::exact("playback underrun", playback::underrun, 5),
    Row::fault("nothing happens", faults::nothing),
    Row::fault("worker starved for 1 s", faults::starved),
    Row::fault("disk stalled for 2 s", faults::disk_stalled),
    Row::fault("server stopped for 2 s", faults::stopped),
    Row::fault("server killed", faults::killed),
    Row::fault("server killed, and back", faults::killed_and_back),
    Row::exact("loudspeaker killed, and back", playback::killed_and_back, 5),
    Row { not_on_jack: NO_PLUG, ..Row::fault("unplugged", faults::unplugged) },
    Row { not_on_jack: NO_PLUG, ..Row::fault("all unplugged", faults::all_unplugged) },
    Row { not_on_jack: NO_DEFAULT, ..Row::fault("another default", faults::another_default) },
    Row::fault("muted", faults::muted),
    Row::fault("runs ahead of others", scheduling::asked),
];

/// Run by another row, in a process of fewer rights.
const REFUSED_ROW: Row = Row { tries: 1, ..Row::fault("refused", scheduling::refused) };

/// While so many other programs do nothing but compute.
const BUSY_LOOPS: usize = 3;
const BUSY_ROW: Row = Row::fault("three busy loops", truth::busy);

const SOAK_ROW: Row = Row { tries: 1, ..Row::fault("soak", truth::soak) };

fn main() -> ExitCode {
    if let Ok(name) = std::env::var(ROW) {
        return inside(&name);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    match arguments.iter().position(|argument| argument == "--soak") {
        Some(place) => soak(arguments.get(place + 1)),
        None => {
            let filter = arguments.into_iter().find(|argument| !argument.starts_with('-'));
            let is_wanted = |host: Host, row: &Row| {
                filter.as_ref().is_none_or(|filter| format!("{} {}", host.id(), row.name).contains(filter))
            };
            let quiet = on_all_hosts(|host| ROWS.iter().filter(|row| is_wanted(host, row)).collect());
            // Those who compute would be heard in every other row.
            let busy = busily(|| {
                on_all_hosts(|host| Vec::from_iter(is_wanted(host, &BUSY_ROW).then_some(&BUSY_ROW)))
            });
            if quiet == ExitCode::SUCCESS { busy } else { quiet }
        }
    }
}

/// Does it while others compute.
fn busily<R>(what: impl FnOnce() -> R) -> R {
    let compute = |_| Command::new("sh").args(["-c", "while :; do :; done"]).spawn().expect("sh");
    let mut loops: Vec<_> = (0..BUSY_LOOPS).map(compute).collect();
    let result = what();
    for process in &mut loops {
        process.kill().expect("a loop");
        process.wait().expect("a loop");
    }
    result
}

fn soak(minutes: Option<&String>) -> ExitCode {
    let minutes = minutes.map_or("10", String::as_str);
    // Before any thread is.
    println!("rig: {minutes} minutes of known noise on all hosts at once");
    SOAK_MINUTES.set(minutes.to_owned()).expect("set once");
    on_all_hosts(|_| vec![&SOAK_ROW])
}

static SOAK_MINUTES: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// In a process of its own: runs a row, prints its figures.
fn inside(name: &str) -> ExitCode {
    let (host, row) = name.split_once(' ').expect("a host and a row");
    let host = Host::ALL.into_iter().find(|known| known.id() == host).expect("a host");
    let rare = [&BUSY_ROW, &SOAK_ROW, &REFUSED_ROW];
    let row = ROWS.iter().chain(rare).find(|known| known.name == row).expect("a row");
    let figures = (row.run)(&Server::inside(host).expect("a server"));
    println!("{figures}");
    ExitCode::SUCCESS
}

/// Runs rows on every host, side by side, and tells what became of them.
fn on_all_hosts(rows: impl Fn(Host) -> Vec<&'static Row> + Sync) -> ExitCode {
    let start = Instant::now();
    let failed: usize = thread::scope(|scope| {
        let hosts = Host::ALL.map(|host| (host, rows(host)));
        let threads = hosts.map(|(host, rows)| scope.spawn(move || on_host(host, &rows)));
        threads.map(|thread| thread.join().unwrap_or(1)).into_iter().sum()
    });
    println!("rig: {} s together, {failed} failed", start.elapsed().as_secs());
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a host's rows, one after the other; how many failed.
fn on_host(host: Host, rows: &[&Row]) -> usize {
    if rows.is_empty() {
        return 0;
    }
    if let Some(reason) = host.missing() {
        println!("SKIPPED: rig: {}: {reason}", host.id());
        return 0;
    }
    rows.iter().filter(|row| !passes(host, row)).count()
}

fn passes(host: Host, row: &Row) -> bool {
    let head = format!("rig: {:<10} {:<28}", host.id(), row.name);
    if let Some(reason) = row.not_on_jack.filter(|_| host == Host::Jack) {
        println!("{head} -      {reason}");
        return true;
    }
    let mut stillest = Duration::MAX;
    for attempt in 1..=row.tries {
        let (start, metronome) = (Instant::now(), Metronome::start());
        let (passed, said) = attempted(host, row);
        let seconds = start.elapsed().as_secs_f64();
        if passed {
            println!("{head} ok     {} ({seconds:.1} s)", said.trim().lines().last().unwrap_or_default());
            return true;
        }
        let still = metronome.latest();
        stillest = stillest.min(still);
        let again = if attempt < row.tries { ", and again" } else { "" };
        println!("{head} FAILED ({seconds:.1} s; the machine stood still for {still:?}){again}:\n{said}");
    }
    let excused = row.is_exact && stillest > STILL;
    if excused {
        println!(
            "SKIPPED: {head} this machine stood still for {stillest:?} and more each time: try a quieter one"
        );
    }
    excused
}

/// Runs a row in a process of its own with servers of its own: whether it passed, and what it said.
fn attempted(host: Host, row: &Row) -> (bool, String) {
    let mut servers = Running::start(host);
    let mut command = servers.command();
    command.env(ROW, format!("{} {}", host.id(), row.name)).stdin(Stdio::null());
    let mut patience = PATIENCE;
    if let Some(minutes) = SOAK_MINUTES.get() {
        command.env(SOAK, minutes);
        patience += Duration::from_secs_f64(minutes.parse::<f64>().expect("minutes") * 60.0);
    }
    let said = servers.folder().join("said");
    let file = std::fs::File::create(&said).expect("a file");
    command.stdout(file.try_clone().expect("a file")).stderr(file);
    let mut process = command.spawn().expect("this program");
    let start = Instant::now();
    let status = loop {
        servers.bury();
        match process.try_wait().expect("a status") {
            Some(status) => break Some(status),
            None if start.elapsed() > patience => break None,
            None => thread::sleep(Duration::from_millis(20)),
        }
    };
    let mut text = String::new();
    let _ = std::fs::File::open(&said).expect("a file").read_to_string(&mut text);
    if status.is_none() {
        process.kill().expect("this program");
        process.wait().expect("this program");
        text += "it hung";
    }
    (status.is_some_and(|status| status.success()), text)
}

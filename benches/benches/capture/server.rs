//! At a real sound server of each host: how late a sound is known, and what an idle microphone costs. One table.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use afterbeep::{Event, Next, Queued, RecordResponse, SampleRate, Setup, Turn};
use afterbeep_capture::{Loudspeaker, Microphone, Read};

use crate::rig::{Host, RATE, Server};

/// How long the idle microphone is listened to.
const IDLE: Duration = Duration::from_secs(10);

/// How many keys are pressed.
const KEYS: usize = 20;

/// The head of the table.
pub(crate) fn head() {
    println!(
        "{KEYS} keys in ms, p50 (least–most); idle for {IDLE:?} at {RATE} Hz in % of a core, of all of its threads\n"
    );
    println!(
        "{:<10} {:>16} {:>16} {:>16} {:>16} {:>8} {:>6}",
        "host", "written→read", "its own word", "read→event", "written→event", "stream", "read"
    );
}

/// A line of the table.
pub(crate) fn measure(server: &Server) {
    let host = server.host();
    if host != Host::Jack {
        server.tell(&["set-default-sink", "caller"]);
    }
    let mut speaker = Loudspeaker::open(&host.choice(), SampleRate::HZ_48000).unwrap();
    let mut microphone = Microphone::open(&host.choice()).unwrap();
    if host == Host::Jack {
        server.connect("_out:out_0", "_in:in_0");
    }
    let keys = latency(&mut speaker, &mut microphone);
    drop(speaker);
    // Until the loudspeaker's stream is gone, which is not to be measured.
    std::thread::sleep(Duration::from_secs(1));
    let idle = [Duration::from_millis(200), Duration::ZERO].map(|pause| idle(&mut microphone, pause));
    println!("{:<10} {keys} {:>8.2} {:>6.2}", host.id(), idle[0], idle[1]);
}

/// Time that this process has run so far, by thread.
fn cpu_time() -> BTreeMap<String, Duration> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let run = |path: PathBuf| {
        let read = |file: &str| std::fs::read_to_string(path.join(file)).unwrap();
        let ns = read("schedstat").split(' ').next().unwrap().parse().unwrap();
        (format!("{} {}", read("comm").trim(), path.display()), Duration::from_nanos(ns))
    };
    tasks.map(run).collect()
}

/// Percent of a core that an open microphone takes of which nothing is done with the samples: looked at once in a `pause`, which leaves
/// its stream alone, or, without one, read as the command reads it.
fn idle(microphone: &mut Microphone, pause: Duration) -> f64 {
    let (start, before, mut frame) = (Instant::now(), cpu_time(), [0i16; 480]);
    while start.elapsed() < IDLE {
        if !matches!(microphone.read(&mut frame, Duration::from_millis(50)), Read::Samples(_)) {
            std::thread::sleep(pause);
        }
    }
    let percent = |time: Duration| time.as_secs_f64() * 100.0 / start.elapsed().as_secs_f64();
    let ran = cpu_time().into_iter().map(|(thread, time)| {
        let before = before.get(&thread).copied().unwrap_or_default();
        (percent(time - before), thread)
    });
    let ran: Vec<_> = ran.collect();
    if std::env::var_os("THREADS").is_some() {
        ran.iter().for_each(|(percent, thread)| println!("  {percent:5.2} {thread}"));
    }
    ran.iter().map(|(percent, _)| percent).sum()
}

/// 150 ms of the key 1.
fn key() -> Vec<i16> {
    let sine = |hz: f64, n: u32| (TAU * hz * f64::from(n) / f64::from(RATE)).sin();
    (0..RATE * 150 / 1_000).map(|n| ((sine(697.0, n) + sine(1_209.0, n)) * 6_000.0) as i16).collect()
}

/// Presses keys at the virtual microphone: when their first sample is read, what the loudspeaker says of its own part of that, and
/// when the digit is an event.
fn latency(speaker: &mut Loudspeaker, microphone: &mut Microphone) -> String {
    let mut turn = start();
    let mut columns: [Vec<f64>; 4] = Default::default();
    for n in 0..KEYS {
        // The last key was told when a callback came: the next one must fall anywhere between two of them.
        turn = pause(turn, microphone, Duration::from_millis(n as u64 * 37 % 100));
        let (written, own) = (Instant::now(), speaker.latency().as_secs_f64() * 1e3);
        speaker.write(&key());
        speaker.end();
        let (read, event);
        (turn, read, event) = listen(turn, microphone, written);
        for (column, ms) in columns.iter_mut().zip([read, own, event - read, event]) {
            column.push(ms);
        }
    }
    columns.map(spread).map(|spread| format!("{spread:>16}")).join(" ")
}

fn start() -> Turn {
    let long = Duration::from_secs(120);
    let request = RecordResponse::builder()
        .initial_silence_timeout(long)
        .max_silence_timeout(long)
        .max_record_duration(long)
        .play_beep(false)
        .build()
        .unwrap();
    Queued::new(&request, Setup::new(SampleRate::HZ_48000)).unwrap().start()
}

/// Hears on for a while.
fn pause(mut turn: Turn, microphone: &mut Microphone, time: Duration) -> Turn {
    let (start, mut frame) = (Instant::now(), [0i16; 480]);
    while start.elapsed() < time {
        if let Read::Samples(count) = microphone.read(&mut frame, Duration::from_millis(1)) {
            turn = push(turn, &frame[..count]);
        }
    }
    turn
}

fn push(turn: Turn, samples: &[i16]) -> Turn {
    match turn.next() {
        Next::Running(recorder) => recorder.push(samples),
        Next::Finished(_) => panic!("it ended"),
    }
}

/// Hears one key to its end; ms from `written` until its first sample was read, and until its digit was told.
fn listen(mut turn: Turn, microphone: &mut Microphone, written: Instant) -> (Turn, f64, f64) {
    let after = |now: Instant| now.saturating_duration_since(written).as_secs_f64() * 1e3;
    let (mut frame, mut read, mut event) = ([0i16; 480], None, None);
    loop {
        assert!(after(Instant::now()) < 5_000.0, "no key was heard");
        let Read::Samples(count) = microphone.read(&mut frame, Duration::from_millis(20)) else { continue };
        if frame[..count].iter().any(|sample| sample.unsigned_abs() > 100) {
            read.get_or_insert_with(|| after(Instant::now()));
        }
        turn = push(turn, &frame[..count]);
        for told in turn.events() {
            match told {
                Event::DigitStarted { .. } => event = Some(after(Instant::now())),
                Event::DigitEnded { .. } => return (turn, read.unwrap(), event.unwrap()),
                _ => {}
            }
        }
    }
}

fn spread(mut ms: Vec<f64>) -> String {
    ms.sort_by(f64::total_cmp);
    format!("{:.0} ({:.0}–{:.0})", ms[ms.len() / 2], ms[0], ms[ms.len() - 1])
}

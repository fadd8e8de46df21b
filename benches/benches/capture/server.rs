//! At a real sound server: what an idle microphone costs, and how late a sound is known.

use std::f64::consts::TAU;
use std::time::{Duration, Instant};

use afterbeep::{Event, Next, Queued, RecordResponse, SampleRate, Setup, Turn};
use afterbeep_capture::{Choice, Loudspeaker, Microphone, Read};

use crate::rig::RATE;

/// How long the idle microphone is listened to.
const IDLE: Duration = Duration::from_secs(10);

/// How many keys are pressed.
const KEYS: usize = 20;

fn pulse(device: &str) -> Choice {
    Choice { host: Some("pulseaudio".into()), device: Some(device.into()), ..Choice::default() }
}

pub(crate) fn measure() {
    idle();
    latency();
}

/// Time that this process has run so far, on all of its threads.
fn cpu_time() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    let run = |path: std::path::PathBuf| -> u64 {
        let stat = std::fs::read_to_string(path.join("schedstat")).unwrap();
        stat.split(' ').next().unwrap().parse().unwrap()
    };
    Duration::from_nanos(tasks.map(run).sum())
}

/// An open microphone of which nothing is done with the samples: its stream alone, looked at five times a second, and read as the
/// command reads it.
fn idle() {
    let mut microphone = Microphone::open(&pulse("caller.monitor")).unwrap();
    let mut frame = [0i16; 480];
    let ways: [(&str, Duration); 2] =
        [("its stream alone", Duration::from_millis(200)), ("read", Duration::ZERO)];
    for (way, pause) in ways {
        let (mut samples, start, before) = (0, Instant::now(), cpu_time());
        while start.elapsed() < IDLE {
            match microphone.read(&mut frame, Duration::from_millis(20)) {
                Read::Samples(count) => samples += count,
                _ => std::thread::sleep(pause),
            }
        }
        let part = (cpu_time() - before).as_secs_f64() / start.elapsed().as_secs_f64();
        println!(
            "idle capture at {RATE} Hz from PulseAudio, {way}: {:.2} % of a core ({samples} samples in {:?})",
            part * 100.0,
            start.elapsed()
        );
    }
}

/// 150 ms of the key 1.
fn key() -> Vec<i16> {
    let sine = |hz: f64, n: u32| (TAU * hz * f64::from(n) / f64::from(RATE)).sin();
    (0..RATE * 150 / 1_000).map(|n| ((sine(697.0, n) + sine(1_209.0, n)) * 6_000.0) as i16).collect()
}

/// Presses keys at the virtual microphone, and tells when their first sample is read and when the digit is an event.
fn latency() {
    let mut speaker = Loudspeaker::open(&pulse("caller"), SampleRate::HZ_48000).unwrap();
    let mut microphone = Microphone::open(&pulse("caller.monitor")).unwrap();
    let mut turn = start();
    let (mut own, mut reads, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..KEYS {
        // The last key was told when a callback came: the next one must fall anywhere between two of them.
        turn = pause(turn, &mut microphone, Duration::from_millis(n as u64 * 37 % 100));
        let written = Instant::now();
        own.push(speaker.latency().as_secs_f64() * 1e3);
        speaker.write(&key());
        speaker.end();
        let (read, event);
        (turn, read, event) = listen(turn, &mut microphone, written);
        reads.push(read);
        events.push(event - read);
    }
    println!(
        "{KEYS} keys, from `Loudspeaker::write` through the server until `Microphone::read`: {}",
        spread(&mut reads)
    );
    println!("  of which are, by what the loudspeaker says, its own: {}", spread(&mut own));
    println!("  from its first sample read until the digit is an event: {}", spread(&mut events));
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

fn spread(ms: &mut [f64]) -> String {
    ms.sort_by(f64::total_cmp);
    format!("{:.0} ms (p50), {:.0}–{:.0} ms", ms[ms.len() / 2], ms[0], ms[ms.len() - 1])
}

//! Many calls at once whose recordings are files.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "threads, files, and those who wait for them"
)]

mod caller;
mod disk;

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::recording::{Recordings, SavedRecording};
use afterbeep::{CompletionReason as Reason, Engine, Kept, Operation, Outcome, RecordingRate};
use caller::{Line, RATE, bring, lines, message, noise, recorded, request};
use disk::read;

const TICK: Duration = Duration::from_millis(8);

fn engine(folder: &Path) -> Engine {
    Engine::builder().workers(2).recordings(folder).build().unwrap()
}

fn saved(operation: &Operation) -> (Outcome, SavedRecording) {
    match recorded(operation) {
        (outcome, Kept::File(saved)) => (outcome, saved),
        (outcome, kept) => panic!("{} kept {kept:?}", outcome.reason),
    }
}

#[test]
fn every_call_s_file_holds_its_own_samples_and_its_sidecar_says_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let mut lines = lines(&engine, 300, Duration::from_millis(500), 4_800);
    bring(&mut lines, 0, 4_800, TICK);
    for line in &lines {
        let (outcome, saved) = saved(&line.operation);
        assert_eq!((outcome.reason, outcome.lost_samples), (Reason::MaxRecordDurationReached, 0));
        assert!(read(&saved.path) == line.sound[..4_000]);
        let sidecar = fs::read_to_string(saved.path.with_extension("json")).unwrap();
        assert!(sidecar.contains("maxRecordDurationReached"), "{sidecar}");
    }
    assert_eq!(engine.recordings().unwrap().list().unwrap().len(), 300);
    assert_eq!(engine.backlog().unwrap().recordings, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn threads_that_write_let_those_that_hear_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let _engine = engine(folder.path());
    // A thread names itself before it does anything; what it is called and how nice it is lie in one file.
    let nice = |name: &str| -> Vec<i32> {
        let tasks = fs::read_dir("/proc/self/task").unwrap().flatten();
        let stats = tasks.filter_map(|task| fs::read_to_string(task.path().join("stat")).ok());
        let of_name = stats.filter(|stat| stat.contains(&format!("({name}")));
        of_name
            .map(|stat| stat.rsplit(')').next().unwrap().split(' ').nth(17).unwrap().parse().unwrap())
            .collect()
    };
    let patience = Instant::now() + Duration::from_secs(30);
    // No thread has to have come as far when the engine is there.
    let nice_once = |name: &str, is_so: &dyn Fn(i32) -> bool| -> i32 {
        loop {
            let all = nice(name);
            match all.first() {
                Some(&first) if all.iter().all(|&nice| is_so(nice)) => return first,
                _ => assert!(Instant::now() < patience, "{name}: {all:?}"),
            }
            thread::sleep(Duration::from_millis(1));
        }
    };
    let hears = nice_once("afterbeep-worke", &|_| true);
    for (name, more) in [("beep-open", 5), ("beep-write", 10), ("beep-seal", 10)] {
        nice_once(name, &|nice| nice == (hears + more).min(19));
    }
}

#[test]
fn who_hangs_up_leaves_a_file_and_so_does_an_engine_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let mut lines = lines(&engine, 20, Duration::from_secs(60), 1_600);
    bring(&mut lines, 0, 1_600, TICK);
    thread::sleep(Duration::from_millis(100));
    lines[..10].iter().for_each(|line| line.call.hang_up());
    drop(engine);
    for line in &lines {
        let (outcome, saved) = saved(&line.operation);
        assert_eq!(outcome.reason, Reason::OperationCanceled);
        assert!(read(&saved.path) == line.sound);
    }
}

#[test]
fn what_a_process_left_is_completed_when_the_next_engine_starts() {
    let folder = tempfile::tempdir().unwrap();
    let sound = noise(1, 16_000);
    {
        // Left without a word, as by a crash.
        let store = afterbeep::recording::Store::builder().build().unwrap();
        let place =
            Recordings::in_folder(folder.path()).unwrap().place(&"lost".parse().unwrap(), false).unwrap();
        let mut writer = store.begin(place, RecordingRate::Hz8000);
        writer.append(&sound).unwrap();
        drop(writer);
        store.close();
    }
    let engine = engine(folder.path());
    assert_eq!(engine.recovery().recovered.len(), 1, "{:?}", engine.recovery());
    assert!(read(&folder.path().join("lost.wav")) == sound);
}

#[test]
fn a_recording_continues_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let mut first = lines(&engine, 1, Duration::from_millis(200), 1_600);
    bring(&mut first, 0, 1_600, TICK);
    let (_, earlier) = saved(&first[0].operation);
    let (call, audio) = engine.open_call(RATE);
    let more = message(request().max_record_duration(Duration::from_millis(200))).append_to(&earlier.path);
    let operation = call.record_response(more).unwrap();
    let mut second = [Line { call, audio, operation, sound: noise(7, 1_600) }];
    bring(&mut second, 0, 1_600, TICK);
    let (outcome, both) = saved(&second[0].operation);
    assert_eq!((outcome.recording.unwrap().samples, both.samples, both.earlier), (1_600, 3_200, 1_600));
    assert!(read(&both.path) == [&first[0].sound[..], &second[0].sound].concat());
    assert!(read(&earlier.path) == first[0].sound);
}

#[test]
fn nothing_is_left_of_what_is_too_short_or_was_never_begun() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let (call, audio) = engine.open_call(RATE);
    let operation = call.record_response(message(request().min_duration(Duration::from_secs(1)))).unwrap();
    let queued = call.record_response(message(request())).unwrap();
    let mut short = [Line { call, audio, operation, sound: noise(1, 1_600) }];
    bring(&mut short, 0, 1_600, TICK);
    thread::sleep(Duration::from_millis(50));
    short[0].call.cancel_all();
    assert!(matches!(recorded(&short[0].operation), (Outcome { too_short: true, .. }, Kept::Nothing)));
    assert_eq!(recorded(&queued).1, Kept::Nothing);
    drop(engine);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

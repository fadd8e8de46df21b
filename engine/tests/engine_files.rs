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

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use afterbeep::recording::{Recordings, SavedRecording, StorageFault};
use afterbeep::{
    Audio, CallHandle, CompletionReason as Reason, Engine, Finished, Kept, Message, Operation,
    OperationOutcome, Outcome, RecordResponse, RecordResponseBuilder, RecordingRate, SampleRate,
};

const RATE: SampleRate = SampleRate::HZ_8000;
const PATIENCE: Duration = Duration::from_secs(60);

fn engine(folder: &Path) -> Engine {
    Engine::builder().workers(2).recordings(folder).build().unwrap()
}

fn request() -> RecordResponseBuilder {
    RecordResponse::builder().play_beep(false).initial_silence_timeout(Duration::from_secs(60))
}

fn message(request: RecordResponseBuilder) -> Message {
    Message::new(request.build().unwrap()).rate(RecordingRate::Hz8000)
}

/// Samples that are a call's own.
fn noise(seed: u32, length: usize) -> Vec<i16> {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 20) as i16 | 1
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn end(operation: &Operation) -> (Outcome, Kept) {
    let Finished { outcome, kept, .. } = operation.wait_timeout(PATIENCE).expect("it ends");
    let OperationOutcome::RecordResponse(outcome) = outcome else { panic!("a recording was asked for") };
    (outcome, kept)
}

fn saved(operation: &Operation) -> (Outcome, SavedRecording) {
    match end(operation) {
        (outcome, Kept::File(saved)) => (outcome, saved),
        (outcome, kept) => panic!("{} kept {kept:?}", outcome.reason),
    }
}

fn read(path: &Path) -> Vec<i16> {
    hound::WavReader::open(path).unwrap().samples::<i16>().map(Result::unwrap).collect()
}

fn bring(lines: &mut [(CallHandle, Audio, Operation)], sounds: &[Vec<i16>], from: usize, to: usize) {
    for at in (from..to).step_by(160) {
        for ((_, audio, _), sound) in lines.iter_mut().zip(sounds) {
            audio.capture(&sound[at..at + 160]);
        }
        thread::sleep(Duration::from_millis(8));
    }
}

fn calls(engine: &Engine, count: usize, cap: Duration) -> Vec<(CallHandle, Audio, Operation)> {
    let call = |_| {
        let (call, audio) = engine.open_call(RATE);
        let operation = call.record_response(message(request().max_record_duration(cap))).unwrap();
        (call, audio, operation)
    };
    (0..count).map(call).collect()
}

#[test]
fn every_call_s_file_holds_its_own_samples_and_its_sidecar_says_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let mut lines = calls(&engine, 300, Duration::from_millis(500));
    let sounds: Vec<_> = (0..300).map(|n| noise(n, 4_800)).collect();
    bring(&mut lines, &sounds, 0, 4_800);
    for ((_, _, operation), sound) in lines.iter().zip(&sounds) {
        let (outcome, saved) = saved(operation);
        assert_eq!((outcome.reason, outcome.lost_samples), (Reason::MaxRecordDurationReached, 0));
        assert!(read(&saved.path) == sound[..4_000]);
        let sidecar = fs::read_to_string(saved.path.with_extension("json")).unwrap();
        assert!(sidecar.contains("maxRecordDurationReached"), "{sidecar}");
    }
    assert_eq!(engine.recordings().unwrap().list().unwrap().len(), 300);
    assert_eq!(engine.backlog().unwrap().recordings, 0);
}

#[test]
fn who_hangs_up_leaves_a_file_and_so_does_an_engine_that_ends() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let mut lines = calls(&engine, 20, Duration::from_secs(60));
    let sounds: Vec<_> = (0..20).map(|n| noise(n, 1_600)).collect();
    bring(&mut lines, &sounds, 0, 1_600);
    thread::sleep(Duration::from_millis(100));
    for (call, _, _) in &lines[..10] {
        call.hang_up();
    }
    drop(engine);
    for ((_, _, operation), sound) in lines.iter().zip(&sounds) {
        let (outcome, saved) = saved(operation);
        assert_eq!(outcome.reason, Reason::OperationCanceled);
        assert!(read(&saved.path) == *sound);
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
    let sounds = [noise(1, 1_600), noise(2, 1_600)];
    let mut first = calls(&engine, 1, Duration::from_millis(200));
    bring(&mut first, &sounds[..1], 0, 1_600);
    let (_, earlier) = saved(&first[0].2);
    let (call, audio) = engine.open_call(RATE);
    let more = message(request().max_record_duration(Duration::from_millis(200))).append_to(&earlier.path);
    let operation = call.record_response(more).unwrap();
    let mut second = [(call, audio, operation)];
    bring(&mut second, &sounds[1..], 0, 1_600);
    let (outcome, both) = saved(&second[0].2);
    assert_eq!((outcome.recording.unwrap().samples, both.samples, both.earlier), (1_600, 3_200, 1_600));
    assert!(read(&both.path) == sounds.concat());
    assert!(read(&earlier.path) == sounds[0]);
}

#[test]
fn a_folder_that_is_deleted_ends_each_recording_with_a_word_and_not_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let within = folder.path().join("recordings");
    let engine = engine(&within);
    let mut lines = calls(&engine, 100, Duration::from_millis(500));
    let sounds: Vec<_> = (0..100).map(|n| noise(n, 4_800)).collect();
    bring(&mut lines, &sounds, 0, 1_600);
    fs::remove_dir_all(&within).unwrap();
    bring(&mut lines, &sounds, 1_600, 4_800);
    for (_, _, operation) in &lines {
        let (outcome, kept) = end(operation);
        let Kept::Failed(error) = kept else { panic!("{kept:?}") };
        assert_eq!(error.fault, StorageFault::Missing, "{error}, {}", outcome.reason);
    }
    let refused = lines[0].0.record_response(message(request())).unwrap_err();
    assert!(refused.to_string().contains("recordings"), "{refused}");
    fs::create_dir(&within).unwrap();
    let mut again = calls(&engine, 1, Duration::from_millis(200));
    bring(&mut again, &sounds, 0, 1_600);
    assert!(read(&saved(&again[0].2).1.path) == sounds[0][..1_600]);
}

#[test]
fn nothing_is_left_of_what_is_too_short_or_was_never_begun() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let (call, audio) = engine.open_call(RATE);
    let short = call.record_response(message(request().min_duration(Duration::from_secs(1)))).unwrap();
    let queued = call.record_response(message(request())).unwrap();
    let mut lines = [(call, audio, short)];
    bring(&mut lines, &[noise(1, 1_600)], 0, 1_600);
    thread::sleep(Duration::from_millis(50));
    lines[0].0.cancel_all();
    assert!(matches!(end(&lines[0].2), (Outcome { too_short: true, .. }, Kept::Nothing)));
    assert_eq!(end(&queued).1, Kept::Nothing);
    drop(engine);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

//! A thousand calls, and what may happen to their disk, to their workers and to what they play: each ends once, with
//! its reason, a valid file and the right counts.
#![cfg(target_os = "linux")]
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
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use afterbeep::recording::StorageFault;
use afterbeep::{
    AskError, CompletionReason as Reason, Counted, Engine, Failure, Kept, OperationOutcome, PlayEnd,
    PlayOutcome, PlayPrompt, Prompt, PromptFault, Refused,
};
use caller::{FRAME, Line, RATE, bring, end, lines, message, noise, recorded, request};
use disk::{Mounted, read};

const CALLS: usize = 1_000;
const TICK: Duration = Duration::from_millis(20);

/// With rings that a busy machine does not fill: what is lost here, the disk has lost.
fn engine(folder: &Path) -> Engine {
    Engine::builder().recordings(folder).ring(Duration::from_secs(10)).build().unwrap()
}

/// What is in the folder is a valid file of one of the calls, as far as it goes; tells how many there are.
fn check_files(folder: &Path, lines: &[Line]) -> usize {
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        // One that found no room for its header is empty, and is none.
        let is_wav = path.extension().is_some_and(|extension| extension == "wav");
        if is_wav && fs::metadata(&path).unwrap().len() > 0 {
            let samples = read(&path);
            assert!(
                lines.iter().any(|line| line.sound.starts_with(&samples)),
                "{}: {} samples of nobody",
                path.display(),
                samples.len()
            );
            files += 1;
        }
    }
    files
}

/// Every operation has ended as a disk's fault has it: one whose recording is whole, or a typed error; tells how many failed.
fn check_ends(lines: &[Line], fault: StorageFault) -> usize {
    let mut failed = 0;
    for line in lines {
        let (outcome, kept) = recorded(&line.operation);
        match kept {
            Kept::Failed(error) => {
                assert_eq!(error.fault, fault, "{error}");
                let reasons = [Reason::UnspecifiedError, Reason::MaxRecordDurationReached];
                assert!(reasons.contains(&outcome.reason), "{}", outcome.reason);
                failed += 1;
            }
            Kept::File(saved) => {
                assert_eq!(outcome.reason, Reason::MaxRecordDurationReached);
                assert!(line.sound.starts_with(&read(&saved.path)));
            }
            kept => panic!("{kept:?}"),
        }
        assert_eq!((outcome.lost_samples, line.call.open()), (0, 0));
        assert_eq!(line.call.counted(), Counted::default());
    }
    failed
}

#[test]
fn a_disk_that_fills_under_a_thousand_calls_ends_those_that_find_no_room() {
    let Some(disk) = Mounted::tmpfs(10_240, "") else { return };
    let engine = engine(disk.path());
    // 24,044 bytes each would be 24 MB.
    let mut lines = lines(&engine, CALLS, Duration::from_millis(1_500), 13_440);
    bring(&mut lines, 0, 13_440, TICK);
    let failed = check_ends(&lines, StorageFault::Full);
    assert!(failed > CALLS / 2, "{failed}");
    assert!(check_files(disk.path(), &lines) > CALLS / 2);
    assert_eq!(engine.backlog().unwrap().recordings, 0);
}

#[test]
fn a_disk_that_becomes_read_only_under_a_thousand_calls_ends_each_of_them() {
    let root = tempfile::tempdir().unwrap();
    let Some(disk) = Mounted::ext4(&root.path().join("image")) else { return };
    let device = disk.device();
    let trigger = Path::new("/sys/fs/ext4").join(device.file_name().unwrap()).join("trigger_fs_error");
    let within = disk.path().join("recordings");
    let engine = engine(&within);
    let mut lines = lines(&engine, CALLS, Duration::from_secs(1), 9_600);
    bring(&mut lines, 0, 3_200, TICK);
    if fs::write(&trigger, "1").is_err() {
        eprintln!("SKIPPED: {} cannot be written; no error of a disk can be had here", trigger.display());
        return;
    }
    bring(&mut lines, 3_200, 9_600, TICK);
    assert_eq!(check_ends(&lines, StorageFault::ReadOnly), CALLS);
    assert_eq!(check_files(&within, &lines), CALLS);
}

#[test]
fn a_folder_that_is_deleted_under_a_thousand_calls_ends_each_with_a_word_and_not_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let within = folder.path().join("recordings");
    let engine = engine(&within);
    let mut lines = lines(&engine, CALLS, Duration::from_millis(500), 4_800);
    bring(&mut lines, 0, 1_600, TICK);
    // Files that are just made are in its way.
    while fs::remove_dir_all(&within).is_err() {
        thread::yield_now();
    }
    bring(&mut lines, 1_600, 4_800, TICK);
    assert_eq!(check_ends(&lines, StorageFault::Missing), CALLS);
    let refused = lines[0].call.record_response(message(request())).unwrap_err();
    assert!(refused.to_string().contains("recordings"), "{refused}");

    fs::create_dir(&within).unwrap();
    let mut again = caller::lines(&engine, 1, Duration::from_millis(200), 1_600);
    bring(&mut again, 0, 1_600, TICK);
    assert_eq!(check_ends(&again, StorageFault::Missing), 0);
}

/// Who waits for an operation, and holds up whoever tells that it has ended.
struct Starve(Duration);

impl Wake for Starve {
    fn wake(self: Arc<Self>) {
        thread::sleep(self.0);
    }
}

#[test]
fn a_worker_that_does_not_run_for_a_second_loses_counted_samples_in_their_place() {
    let engine = Engine::builder().workers(1).ring(Duration::from_millis(200)).build().unwrap();
    let mut starving = lines(&engine, 1, Duration::from_millis(200), 1_920);
    let mut lines = lines(&engine, 200, Duration::from_secs(3), 28_800);
    let waker = Waker::from(Arc::new(Starve(Duration::from_secs(1))));
    let mut context = Context::from_waker(&waker);
    assert!(Pin::new(&mut starving[0].operation).poll(&mut context).is_pending());
    for at in (0..28_800).step_by(FRAME) {
        if at < 1_920 {
            bring(&mut starving, at, at + FRAME, Duration::ZERO);
        }
        bring(&mut lines, at, at + FRAME, TICK);
    }
    assert_eq!(recorded(&starving[0].operation).0.recording.unwrap().samples, 1_600);
    for line in &lines {
        let (outcome, kept) = recorded(&line.operation);
        let Kept::Samples(samples) = kept else { panic!("{kept:?}") };
        assert_eq!((outcome.reason, samples.len()), (Reason::MaxRecordDurationReached, 24_000));
        let lost = samples.iter().filter(|&&sample| sample == 0).count() as u64;
        assert!(samples.iter().zip(&line.sound).all(|(&is, &was)| is == was || is == 0));
        assert!(lost > 0, "a ring of 200 ms holds no second");
        assert_eq!((outcome.lost_samples, line.call.counted().overrun), (lost, lost));
    }
}

fn write_wav(path: &Path, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path, spec).unwrap();
    samples.iter().for_each(|&sample| wav.write_sample(sample).unwrap());
    wav.finalize().unwrap();
}

#[test]
fn a_prompt_whose_file_is_replaced_while_it_plays_is_played_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prompt.wav");
    let (was, other) = (noise(1, 8_000), noise(2, 3_000));
    write_wav(&path, &was);
    let engine = Engine::builder().workers(1).build().unwrap();
    let (call, mut audio) = engine.open_call(RATE);
    let ask = |path: &Path| call.play_prompt(PlayPrompt::new([Prompt::open(path, RATE)])).unwrap();
    let operation = ask(&path);
    let (mut heard, mut frame) = (Vec::new(), [0; FRAME]);
    let mut hear = |heard: &mut Vec<i16>, samples: usize| {
        while heard.len() < samples {
            audio.capture(&[0; FRAME]);
            thread::sleep(Duration::from_millis(12));
            audio.playback(&mut frame);
            heard.extend(frame);
        }
    };
    hear(&mut heard, 2_400);
    // Written over in place, then replaced, then gone.
    write_wav(&path, &other);
    fs::rename(&path, folder.path().join("prompt.old")).unwrap();
    write_wav(&path, &other);
    fs::remove_file(&path).unwrap();
    hear(&mut heard, 10_400);
    let start = heard.iter().position(|&sample| sample != 0).unwrap();
    assert!(heard[start..start + was.len()] == was);
    end(&operation);
    let OperationOutcome::PlayPrompt(PlayOutcome { end: failed, played: 0 }) = end(&ask(&path)).outcome
    else {
        panic!("it was played")
    };
    assert!(
        matches!(failed, PlayEnd::Failed(Failure::Prompt { kind: PromptFault::NotFetched, .. })),
        "{failed:?}"
    );
}

#[test]
fn two_barge_ins_before_one_frame_leave_the_last() {
    let engine = Engine::builder().workers(1).build().unwrap();
    let (call, mut audio) = engine.open_call(RATE);
    let cap = Duration::from_millis(100);
    let ask = || {
        let request = request().barge_in_allowed(true).max_record_duration(cap);
        call.record_response(message(request)).unwrap()
    };
    let [first, second, third] = [(); 3].map(|()| ask());
    for frame in noise(1, 1_600).chunks(FRAME) {
        audio.capture(frame);
        thread::sleep(Duration::from_millis(2));
    }
    for cancelled in [&first, &second] {
        assert_eq!(recorded(cancelled).0.reason, Reason::OperationCanceled);
    }
    let (outcome, _) = recorded(&third);
    assert_eq!((outcome.reason, outcome.recording.unwrap().samples), (Reason::MaxRecordDurationReached, 800));
}

#[test]
fn what_is_captured_after_the_hang_up_is_nobody_s() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path());
    let mut lines = lines(&engine, 20, Duration::from_secs(60), 3_200);
    bring(&mut lines, 0, 1_600, Duration::from_millis(2));
    lines.iter().for_each(|line| line.call.hang_up());
    bring(&mut lines, 1_600, 3_200, Duration::from_millis(2));
    for line in &lines {
        let (outcome, kept) = recorded(&line.operation);
        let Kept::File(saved) = kept else { panic!("{kept:?}") };
        assert_eq!((outcome.reason, outcome.lost_samples), (Reason::OperationCanceled, 0));
        let samples = read(&saved.path);
        assert!(samples.len() >= 1_600 && line.sound.starts_with(&samples), "{}", samples.len());
        assert_eq!(
            line.call.record_response(message(request())).unwrap_err(),
            AskError::Refused(Refused::HungUp)
        );
    }
}

//! Many recordings at once: nothing lost, nobody waits, and what a slow disk costs is counted.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]
#![allow(clippy::disallowed_types, reason = "a gate of the test's own is shared with a disk")]

mod disk;

use std::{
    fs,
    sync::mpsc::{Receiver, channel},
    thread,
    time::Duration,
};

use afterbeep::{
    RecordingRate, Report,
    recording::{
        RecordingPath, RecordingWriter, SavedRecording, StorageError, StorageFault, Store, StoreBuilder,
        WavFile,
    },
};
use disk::{Gate, RATE, Stalling, names, outcome, path_in, read, voice};

/// 20 ms.
const FRAME: usize = 160;
const LONG: Duration = Duration::from_secs(60);

fn store() -> Store {
    Store::builder().build().unwrap()
}

/// Ends a recording, and waits for it.
fn finish(
    recording: RecordingWriter,
    samples: usize,
    sidecar: Option<Report>,
) -> Result<SavedRecording, StorageError> {
    told(ending(recording, samples, sidecar))
}

fn ending(
    recording: RecordingWriter,
    samples: usize,
    sidecar: Option<Report>,
) -> Receiver<Result<SavedRecording, StorageError>> {
    let (tell, told) = channel();
    recording.finish(samples as u64, sidecar, move |saved| tell.send(saved).unwrap());
    told
}

fn told(told: Receiver<Result<SavedRecording, StorageError>>) -> Result<SavedRecording, StorageError> {
    told.recv_timeout(LONG).unwrap()
}

/// How many files this test may have open: others of this process have some too.
fn most_files() -> usize {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    soft.unwrap_or(1_024) - 400
}

#[test]
fn every_sample_of_two_thousand_recordings_is_at_its_place() {
    const FRAMES: usize = 150;
    let count = 2_000.min(most_files());
    if count < 2_000 {
        eprintln!("SKIPPED in part: {count} recordings, since no more files may be open (ulimit -n)");
    }
    let folder = tempfile::tempdir().unwrap();
    let store = store();
    let (tell, told) = channel();
    thread::scope(|scope| {
        for worker in 0..2 {
            let (store, folder, tell) = (&store, folder.path(), tell.clone());
            scope.spawn(move || {
                let mine = (worker..count).step_by(2);
                let mut recordings: Vec<_> =
                    mine.map(|n| (n, store.begin(path_in(folder, &n.to_string()), RATE))).collect();
                for frame in 0..FRAMES {
                    for (n, recording) in &mut recordings {
                        recording.append(&voice(*n, frame * FRAME, FRAME)).unwrap();
                    }
                }
                for (n, recording) in recordings {
                    let tell = tell.clone();
                    assert_eq!(recording.lost(), 0);
                    recording.finish((FRAMES * FRAME - n) as u64, None, move |saved| {
                        tell.send((n, saved)).unwrap();
                    });
                }
            });
        }
    });
    for _ in 0..count {
        let (n, saved) = told.recv_timeout(LONG).unwrap();
        let saved = saved.unwrap();
        assert_eq!((saved.samples, saved.lost), ((FRAMES * FRAME - n) as u64, 0));
        assert!(read(&saved.path) == voice(n, 0, FRAMES * FRAME - n), "recording {n}");
    }
    let backlog = store.backlog();
    assert_eq!((backlog.recordings, backlog.waiting_samples, backlog.waiting_bytes), (0, 0, 0));
    assert_eq!((backlog.lost_samples, backlog.bound_met), (0, 0));
    store.close();
    assert_eq!(names(folder.path()).len(), count, "and nothing else is left behind");
}

/// Recordings on a disk that stands still while the gate is shut.
fn on_a_gate(store: &Store, folder: &std::path::Path, gate: &Gate, count: usize) -> Vec<RecordingWriter> {
    let on = |n: usize| {
        let path = path_in(folder, &n.to_string());
        WavFile::on(Stalling::at(&path, gate, &Gate::default()), path, RATE).unwrap()
    };
    (0..count).map(|n| store.go_on(on(n))).collect()
}

#[test]
fn a_disk_that_stands_still_for_two_seconds_loses_nothing() {
    const TWO_SECONDS: usize = 16_000;
    let (folder, gate, store) = (tempfile::tempdir().unwrap(), Gate::default(), store());
    let mut recordings = on_a_gate(&store, folder.path(), &gate, 100);
    gate.shut();
    for at in (0..TWO_SECONDS).step_by(FRAME) {
        for (n, recording) in recordings.iter_mut().enumerate() {
            recording.append(&voice(n, at, FRAME)).unwrap();
        }
    }
    gate.wait_for(2);
    let backlog = store.backlog();
    // Each of the two writers has one recording's samples in its hands.
    assert!(backlog.waiting_samples >= 98 * TWO_SECONDS as u64, "{backlog:?}");
    assert!(backlog.waiting_bytes >= 2 * backlog.waiting_samples, "{backlog:?}");
    gate.open();
    for (n, recording) in recordings.into_iter().enumerate() {
        let saved = finish(recording, TWO_SECONDS, None).unwrap();
        assert_eq!(saved.lost, 0);
        assert!(read(&saved.path) == voice(n, 0, TWO_SECONDS), "recording {n}");
    }
}

#[test]
fn what_a_slower_disk_loses_is_counted_and_silence_stands_in_its_place() {
    const SECOND: usize = 8_000;
    let (folder, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let store = Store::builder().stall(Duration::from_secs(1)).build().unwrap();
    let mut recordings = on_a_gate(&store, folder.path(), &gate, 10);
    gate.shut();
    for at in (0..3 * SECOND).step_by(FRAME) {
        for (n, recording) in recordings.iter_mut().enumerate() {
            recording.append(&voice(n, at, FRAME)).unwrap();
        }
        if at == SECOND / 2 {
            // Both writers have a first part in hands, and take no other before the gate opens.
            gate.wait_for(2);
        }
    }
    let lost: Vec<usize> = recordings.iter().map(|recording| recording.lost() as usize).collect();
    assert!(lost.iter().all(|&lost| (SECOND..=2 * SECOND).contains(&lost)), "a second may wait: {lost:?}");
    let backlog = store.backlog();
    assert_eq!((backlog.lost_samples, backlog.bound_met), (lost.iter().sum::<usize>() as u64, 10));

    gate.open();
    for (n, mut recording) in recordings.into_iter().enumerate() {
        recording.progress().wait_for(3 * SECOND as u64 - SECOND as u64 / 10, LONG);
        recording.append(&voice(n, 3 * SECOND, SECOND)).unwrap();
        assert_eq!(recording.lost() as usize, lost[n], "there is room again");
        let report = Report::new(&outcome(), None);
        let saved = finish(recording, 4 * SECOND, Some(report)).unwrap();
        assert_eq!((saved.samples as usize, saved.lost as usize), (4 * SECOND, lost[n]));
        let kept = 3 * SECOND - lost[n];
        let mut expected = voice(n, 0, kept);
        expected.resize(3 * SECOND, 0);
        expected.extend(voice(n, 3 * SECOND, SECOND));
        assert!(read(&saved.path) == expected, "recording {n}: what came later is at its time");
        let sidecar = fs::read_to_string(saved.path.with_extension("json")).unwrap();
        assert!(sidecar.contains(&format!(r#""lost_to_disk_samples":{}"#, lost[n])), "{sidecar}");
    }
}

#[test]
fn silence_that_is_cut_off_again_is_not_lost() {
    let (folder, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let store = Store::builder().stall(Duration::from_secs(1)).build().unwrap();
    let mut recording = on_a_gate(&store, folder.path(), &gate, 1).remove(0);
    gate.shut();
    recording.append(&voice(0, 0, 20_000)).unwrap();
    assert_eq!(recording.lost(), 12_000);
    gate.open();
    let saved = finish(recording, 8_100, None).unwrap();
    assert_eq!((saved.samples, saved.lost), (8_100, 100));
}

#[test]
fn all_recordings_together_take_no_more_memory_than_was_given() {
    const MEMORY: usize = 256 << 10;
    let (folder, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let store = Store::builder().memory(MEMORY).build().unwrap();
    let mut recordings = on_a_gate(&store, folder.path(), &gate, 50);
    gate.shut();
    for at in (0..8_000).step_by(FRAME) {
        for (n, recording) in recordings.iter_mut().enumerate() {
            recording.append(&voice(n, at, FRAME)).unwrap();
            assert!(store.backlog().waiting_bytes <= MEMORY as u64);
        }
    }
    gate.open();
    let mut lost = 0;
    for (n, recording) in recordings.into_iter().enumerate() {
        lost += recording.lost();
        let mine = recording.lost();
        let saved = finish(recording, 8_000, None).unwrap();
        assert_eq!((saved.samples, saved.lost), (8_000, mine));
        let wrong =
            read(&saved.path).iter().zip(voice(n, 0, 8_000)).filter(|(read, said)| **read != *said).count();
        assert_eq!(wrong as u64, mine, "recording {n}: every other sample is at its place");
    }
    let fits = MEMORY / 2 + 2 * 8_000;
    assert!(
        lost as usize >= 50 * 8_000 - fits,
        "{lost}: what waits, and what two writers have in hands, is all"
    );
    assert_eq!(store.backlog().lost_samples, lost);
}

#[test]
fn a_file_that_stands_still_delays_no_other() {
    let (folder, gate, store) = (tempfile::tempdir().unwrap(), Gate::default(), store());
    let mut stands = on_a_gate(&store, folder.path(), &gate, 1).remove(0);
    gate.shut();
    stands.append(&voice(0, 0, 8_000)).unwrap();
    gate.wait_for(1);
    let mut other = store.begin(path_in(folder.path(), "other"), RATE);
    other.append(&voice(1, 0, 8_000)).unwrap();
    assert_eq!(finish(other, 8_000, None).unwrap().samples, 8_000);
    assert_eq!(stands.progress().samples(), 0);
    gate.open();
    finish(stands, 8_000, None).unwrap();
}

#[test]
fn recordings_that_wait_for_the_disk_at_their_end_delay_nobodys_samples() {
    let (folder, syncing) = (tempfile::tempdir().unwrap(), Gate::default());
    let store = Store::builder().sealers(4).build().unwrap();
    syncing.shut();
    let ends: Vec<_> = (0..20)
        .map(|n: usize| {
            let path = path_in(folder.path(), &n.to_string());
            let on = Stalling::at(&path, &Gate::default(), &syncing);
            let mut recording = store.go_on(WavFile::on(on, path, RATE).unwrap());
            recording.append(&voice(n, 0, 100)).unwrap();
            ending(recording, 100, None)
        })
        .collect();
    syncing.wait_for(4);
    let mut other = store.begin(path_in(folder.path(), "other"), RATE);
    other.append(&voice(99, 0, 8_000)).unwrap();
    assert_eq!(other.progress().wait_for(8_000, LONG), 8_000);
    assert!(store.backlog().to_seal > 0);
    syncing.open();
    for end in ends {
        assert_eq!(told(end).unwrap().samples, 100);
    }
}

#[test]
fn small_frames_are_gathered() {
    let (folder, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let store = Store::builder().gather(Duration::from_millis(60)).build().unwrap();
    let mut recording = on_a_gate(&store, folder.path(), &gate, 1).remove(0);
    recording.append(&voice(0, 0, FRAME)).unwrap();
    recording.append(&voice(0, FRAME, 2 * FRAME - 1)).unwrap();
    let backlog = store.backlog();
    assert_eq!(
        (backlog.waiting_samples, backlog.to_write),
        (3 * FRAME as u64 - 1, 0),
        "nobody was asked to write"
    );
    recording.append(&voice(0, 3 * FRAME - 1, 1)).unwrap();
    assert_eq!(recording.progress().wait_for(3 * FRAME as u64, LONG), 3 * FRAME as u64);
}

#[test]
fn who_is_told_may_panic() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::builder().sealers(1).build().unwrap();
    for n in 0..3 {
        let recording = store.begin(path_in(folder.path(), &n.to_string()), RATE);
        recording.finish(0, None, |_| panic!("a listener that panics: the message above is wanted"));
    }
    finish(store.begin(path_in(folder.path(), "after"), RATE), 0, None).unwrap();
    store.close();
    assert_eq!(names(folder.path()), ["0.wav", "1.wav", "2.wav", "after.wav"]);
}

#[test]
fn a_file_that_does_not_come_to_be_is_told_of_later() {
    let folder = tempfile::tempdir().unwrap();
    let store = store();
    let path = path_in(folder.path(), "m");
    let mut first = store.begin(path.clone(), RATE);
    first.append(&voice(0, 0, 1_000)).unwrap();
    first.progress().wait_for(1_000, LONG);
    // Both were checked before either began.
    let mut second = store.begin(path.clone(), RATE);
    while second.error().is_none() {
        thread::yield_now();
    }
    let error = second.append(&voice(1, 0, 1_000)).unwrap_err();
    assert_eq!((error.fault, error.path.as_path()), (StorageFault::Exists, path.partial()));
    assert_eq!(finish(second, 1_000, None).unwrap_err(), error);
    assert_eq!(finish(first, 1_000, None).unwrap().samples, 1_000);
    assert!(read(path.path()) == voice(0, 0, 1_000));
    assert_eq!(store.backlog().waiting_bytes, 0);
}

#[test]
fn a_recording_that_is_dropped_stays_as_a_crash_would_leave_it() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    let path = path_in(folder.path(), "m");
    let mut recording = store.begin(path.clone(), RATE);
    recording.append(&voice(0, 0, 100)).unwrap();
    drop(recording);
    store.close();
    assert!(read(path.partial()) == voice(0, 0, 100));
    assert_eq!(names(folder.path()), ["m.part.wav"]);
}

#[test]
fn a_recording_that_is_not_kept_leaves_nothing() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    let mut recording = store.begin(path_in(folder.path(), "m"), RATE);
    recording.append(&voice(0, 0, 100_000)).unwrap();
    recording.discard();
    store.close();
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_sidecar_appears_beside_the_recording_with_its_file_in_it() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    let path = RecordingPath::new(folder.path().join("m.wav"), true).unwrap();
    fs::write(folder.path().join("m.json"), "an earlier one's").unwrap();
    let mut recording = store.begin(path.clone(), RATE);
    recording.append(&voice(0, 0, 40_000)).unwrap();
    finish(recording, 40_000, Some(Report::new(&outcome(), None))).unwrap();
    assert_eq!(names(folder.path()), ["m.json", "m.wav"]);
    let known: serde_json::Value = serde_json::from_slice(&fs::read(path.sidecar()).unwrap()).unwrap();
    assert_eq!(known["completionReason"], "maxRecordDurationReached");
    assert_eq!(known["recording"]["file"], path.path().to_str().unwrap());
    assert_eq!(
        (known["recording"]["samples"].as_u64(), known["recording"]["bytes"].as_u64()),
        (Some(40_000), Some(80_044))
    );
    for only_where_it_is_so in ["recovered", "appended_at_sample", "lost_to_disk_samples"] {
        assert!(!fs::read_to_string(path.sidecar()).unwrap().contains(only_where_it_is_so));
    }
}

#[test]
fn a_recording_is_continued_and_stays_as_it_was_until_then() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    let mut first = store.begin(path_in(folder.path(), "m"), RATE);
    first.append(&voice(0, 0, 5_000)).unwrap();
    let earlier = finish(first, 5_000, Some(Report::new(&outcome(), None))).unwrap().path;
    let before = (fs::read(&earlier).unwrap(), fs::read(earlier.with_extension("json")).unwrap());

    let path = RecordingPath::new(&earlier, true).unwrap();
    let mut second = store.continue_from(&earlier, path.clone(), RATE);
    second.append(&voice(0, 5_000, 3_000)).unwrap();
    assert_eq!(second.progress().wait_for(8_000, LONG), 8_000);
    assert!(read(path.partial()) == voice(0, 0, 8_000));
    assert_eq!((fs::read(&earlier).unwrap(), fs::read(earlier.with_extension("json")).unwrap()), before);

    let saved = finish(second, 2_500, Some(Report::new(&outcome(), None))).unwrap();
    assert_eq!((saved.samples, saved.earlier), (7_500, 5_000), "cut behind so many of its own");
    assert!(read(&earlier) == voice(0, 0, 7_500));
    let known: serde_json::Value = serde_json::from_slice(&fs::read(path.sidecar()).unwrap()).unwrap();
    assert_eq!(known["recording"]["appended_at_sample"], 5_000);
    assert_eq!(known["recording"]["samples"], 7_500);
}

#[test]
fn only_a_recording_at_the_same_rate_is_continued() {
    let (folder, store) = (tempfile::tempdir().unwrap(), store());
    let first = store.begin(path_in(folder.path(), "m"), RATE);
    let earlier = finish(first, 0, None).unwrap().path;
    let foreign = folder.path().join("foreign.wav");
    fs::write(&foreign, [7; 1_000]).unwrap();
    let missing = folder.path().join("missing.wav");
    let other_rate = StorageFault::OtherRate { earlier_hz: 8_000, hz: 16_000 };
    for (earlier, rate, fault) in [
        (&earlier, RecordingRate::Hz16000, other_rate),
        (&foreign, RATE, StorageFault::NotARecording),
        (&missing, RATE, StorageFault::Missing),
    ] {
        let error =
            finish(store.continue_from(earlier, path_in(folder.path(), "n"), rate), 0, None).unwrap_err();
        assert_eq!((error.fault, &error.path), (fault, earlier), "{error}");
    }
    assert_eq!(names(folder.path()), ["foreign.wav", "m.wav"], "nothing is left of what was refused");
}

/// Whatever is asked for, a store is one that works.
#[test]
fn settings_out_of_range_are_brought_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let builders: [fn(StoreBuilder) -> StoreBuilder; 3] = [
        |builder| builder.gather(Duration::MAX).stall(Duration::ZERO),
        |builder| builder.writers(0).sealers(0).openers(0),
        |builder| builder.gather(Duration::ZERO).stall(Duration::MAX),
    ];
    for (n, builder) in builders.into_iter().enumerate() {
        let store = builder(Store::builder()).build().unwrap();
        let mut recording = store.begin(path_in(folder.path(), &n.to_string()), RATE);
        recording.append(&voice(n, 0, 700)).unwrap();
        assert!(read(&finish(recording, 700, None).unwrap().path) == voice(n, 0, 700));
    }
}

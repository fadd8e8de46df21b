//! Real file systems that fail under many recordings: each ends with its error, the others go on, every file stays
//! valid.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

mod disk;

use std::{fs, path::Path, sync::mpsc::channel, time::Duration};

use afterbeep::Report;
use afterbeep::recording::{
    RecordingPath, RecordingWriter, Recordings, Recovery, SavedRecording, StorageError, StorageFault, Store,
};
use disk::{Mounted, RATE, names, outcome, path_in, read, voice};

const LONG: Duration = Duration::from_secs(60);

fn store() -> Store {
    Store::builder().build().unwrap()
}

fn begin(store: &Store, folder: &Path, count: usize) -> Vec<RecordingWriter> {
    (0..count).map(|n| store.begin(path_in(folder, &n.to_string()), RATE)).collect()
}

fn finish(recording: RecordingWriter, samples: usize) -> Result<SavedRecording, StorageError> {
    let (tell, told) = channel();
    recording.finish(samples as u64, None, move |saved| tell.send(saved).unwrap());
    told.recv_timeout(LONG).unwrap()
}

/// Waits until the file holds so many samples, or the writing has ended.
fn settle(recordings: &[RecordingWriter], samples: u64) {
    for recording in recordings {
        recording.progress().wait_for(samples, LONG);
    }
}

/// Recovers what nobody writes. A `mount` of another test that is just started has this process's files open, and with them their
/// locks, until it runs its program.
fn recover(folder: &Path) -> Recovery {
    let mut all = Recovery::default();
    loop {
        let recovery = Recordings::in_folder(folder).unwrap().recover().unwrap();
        all.recovered.extend(recovery.recovered);
        all.errors.extend(recovery.errors);
        if recovery.in_use.is_empty() {
            return all;
        }
        std::thread::yield_now();
    }
}

/// Waits for the room of a file that was removed. A `mount` that is just started has that open, too.
fn wait_for_room(folder: &Path) {
    let probe = folder.join("probe");
    while fs::write(&probe, [1; 32 << 10]).is_err() {
        std::thread::yield_now();
    }
    fs::remove_file(probe).unwrap();
}

#[test]
fn a_disk_that_fills_ends_those_that_find_no_room_and_the_others_go_on_when_there_is() {
    let Some(disk) = Mounted::tmpfs(1_024, "") else { return };
    let store = store();
    // On another disk, through the same threads.
    let elsewhere = tempfile::tempdir().unwrap();
    let mut other = store.begin(path_in(elsewhere.path(), "other"), RATE);
    let mut recordings = begin(&store, disk.path(), 8);
    let mut given = 0;
    while recordings.iter().any(|recording| recording.error().is_none()) {
        for (n, recording) in recordings.iter_mut().enumerate() {
            // Whoever has failed says so, each time.
            let told = recording.append(&voice(n, given, 800));
            assert!(told.is_ok() || told.unwrap_err().fault == StorageFault::Full);
        }
        other.append(&voice(9, given, 800)).unwrap();
        given += 800;
        // In step, so that each takes its share.
        settle(&recordings, given as u64);
        assert!(given < 1_000_000, "1 MiB never ends");
    }
    let mut bytes = 0;
    let samples: Vec<usize> = (0..8)
        .map(|n| {
            let path = disk.path().join(format!("{n}.part.wav"));
            let samples = read(&path);
            assert!(samples == voice(n, 0, samples.len()), "recording {n}");
            bytes += fs::metadata(&path).unwrap().len();
            samples.len()
        })
        .collect();
    assert!(bytes > 1_000_000, "they filled it: {bytes}");

    // There is room again, for others; whoever failed stays as he was.
    let mut recordings = recordings.into_iter();
    recordings.next().unwrap().discard();
    wait_for_room(disk.path());
    for (n, recording) in (1..).zip(recordings) {
        assert_eq!(recording.lost(), 0, "what found no room on the disk is no loss of the queue");
        let error = finish(recording, usize::MAX).unwrap_err();
        assert_eq!(
            (error.fault, error.path),
            (StorageFault::Full, disk.path().join(format!("{n}.part.wav")))
        );
    }
    let mut next = store.begin(path_in(disk.path(), "next"), RATE);
    next.append(&voice(10, 0, 8_000)).unwrap();
    assert!(read(&finish(next, 8_000).unwrap().path) == voice(10, 0, 8_000));
    assert!(read(&finish(other, given).unwrap().path) == voice(9, 0, given));
    assert_eq!((store.backlog().waiting_bytes, store.backlog().recordings), (0, 0));

    // What was kept of them is recovered later.
    fs::remove_file(disk.path().join("next.wav")).unwrap();
    let recovery = recover(disk.path());
    assert_eq!((recovery.recovered.len(), recovery.errors), (7, vec![]));
    for (n, &samples) in samples.iter().enumerate().skip(1) {
        assert!(read(&disk.path().join(format!("{n}.wav"))) == voice(n, 0, samples));
    }
}

#[test]
fn a_sidecar_that_finds_no_room_leaves_the_recording_to_be_recovered() {
    let Some(disk) = Mounted::tmpfs(256, "") else { return };
    let store = store();
    let path = path_in(disk.path(), "m");
    let mut recording = store.begin(path.clone(), RATE);
    recording.append(&voice(0, 0, 8_000)).unwrap();
    recording.progress().wait_for(8_000, LONG);
    let filler = disk.path().join("filler");
    assert!(fs::write(&filler, vec![0; 1 << 20]).is_err(), "1 MiB does not fit");
    let (tell, told) = channel();
    let report = Report::new(&outcome(), None);
    recording.finish(7_000, Some(report), move |saved| tell.send(saved).unwrap());
    let error = told.recv_timeout(LONG).unwrap().unwrap_err();
    assert_eq!((error.fault, error.path), (StorageFault::Full, path.partial().with_extension("json")));
    assert!(read(path.partial()) == voice(0, 0, 8_000), "nothing was cut before that was known");

    fs::remove_file(filler).unwrap();
    let recovery = recover(disk.path());
    assert_eq!((recovery.recovered.len(), recovery.errors), (1, vec![]));
    assert_eq!(names(disk.path()), ["m.json", "m.wav"]);
}

#[test]
fn a_folder_that_is_deleted_under_many_recordings_ends_each_of_them() {
    let root = tempfile::tempdir().unwrap();
    let (gone, stays) = (root.path().join("gone"), root.path().join("stays"));
    fs::create_dir(&gone).unwrap();
    fs::create_dir(&stays).unwrap();
    let store = store();
    let mut recordings = begin(&store, &gone, 500);
    let mut others = begin(&store, &stays, 200);
    for (n, recording) in recordings.iter_mut().chain(&mut others).enumerate() {
        recording.append(&voice(n, 0, 1_000)).unwrap();
    }
    settle(&recordings, 1_000);
    fs::remove_dir_all(&gone).unwrap();
    // Files that are deleted can be written, so that the end tells.
    for (n, recording) in recordings.into_iter().enumerate() {
        let error = finish(recording, 1_000).unwrap_err();
        assert_eq!((error.fault, error.path), (StorageFault::Missing, gone.join(format!("{n}.wav"))));
    }
    let late = RecordingPath::new(gone.join("late.wav"), false);
    assert!(late.is_err());
    for (n, recording) in others.into_iter().enumerate() {
        assert!(read(&finish(recording, 1_000).unwrap().path) == voice(500 + n, 0, 1_000));
    }
    assert_eq!(names(root.path()), ["stays"]);
}

#[test]
fn a_disk_that_is_mounted_read_only_is_named() {
    let Some(disk) = Mounted::tmpfs(1_024, "") else { return };
    let store = store();
    let path = path_in(disk.path(), "m");
    let mut recording = store.begin(path_in(disk.path(), "first"), RATE);
    recording.append(&voice(0, 0, 800)).unwrap();
    recording.progress().wait_for(800, LONG);
    assert!(!disk.remount("remount,ro"), "the system does not let it happen under a recording");
    finish(recording, 800).unwrap();

    assert!(disk.remount("remount,ro"));
    let error = finish(store.begin(path, RATE), 0).unwrap_err();
    assert_eq!(error.fault, StorageFault::ReadOnly, "{error}");
    assert!(disk.remount("remount,rw"));
    finish(store.begin(path_in(disk.path(), "m"), RATE), 0).unwrap();
}

/// The one way in which a disk becomes read-only under open files: the system found an error on it.
#[test]
fn a_disk_that_the_system_makes_read_only_ends_every_recording_on_it() {
    let root = tempfile::tempdir().unwrap();
    let Some(disk) = Mounted::ext4(&root.path().join("image")) else { return };
    let device = disk.device();
    let trigger = Path::new("/sys/fs/ext4").join(device.file_name().unwrap()).join("trigger_fs_error");
    let store = store();
    let mut recordings = begin(&store, disk.path(), 100);
    let mut other = store.begin(path_in(root.path(), "other"), RATE);
    for (n, recording) in recordings.iter_mut().enumerate() {
        recording.append(&voice(n, 0, 800)).unwrap();
    }
    settle(&recordings, 800);
    if fs::write(&trigger, "1").is_err() {
        eprintln!("SKIPPED: {} cannot be written; no error of a disk can be had here", trigger.display());
        return;
    }
    let mut given = 800;
    while recordings.iter().any(|recording| recording.error().is_none()) {
        for (n, recording) in recordings.iter_mut().enumerate() {
            let _ = recording.append(&voice(n, given, 800));
        }
        given += 800;
        assert!(given < 10_000_000, "they are still written");
        settle(&recordings, given as u64);
    }
    for (n, recording) in recordings.into_iter().enumerate() {
        let error = finish(recording, 800).unwrap_err();
        assert_eq!(error.fault, StorageFault::ReadOnly, "{error}");
        let samples = read(&disk.path().join(format!("{n}.part.wav")));
        assert!(samples.len() >= 800 && samples == voice(n, 0, samples.len()), "recording {n}");
    }
    other.append(&voice(0, 0, 800)).unwrap();
    assert!(read(&finish(other, 800).unwrap().path) == voice(0, 0, 800));
}

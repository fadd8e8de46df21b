//! A folder of recordings, and what a process that died left in it.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]
#![allow(clippy::disallowed_types, reason = "recordings expire by the clock, and a test sets it")]

mod disk;

use std::{
    fs,
    path::Path,
    time::{Duration, SystemTime},
};

use afterbeep::recording::{
    RecordingName, RecordingPath, Recordings, Retention, StorageFault, Store, WavFile,
};
use disk::{RATE, names, path_in, read, voice};
use serde_json::Value;

fn name(name: &str) -> RecordingName {
    name.parse().unwrap()
}

/// A complete recording of so many samples, completed so many seconds ago.
fn record(folder: &Path, name: &str, samples: usize, seconds_ago: u64) {
    let path = path_in(folder, name);
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    file.append(&voice(0, 0, samples)).unwrap();
    file.finish(u64::MAX).unwrap();
    let when = SystemTime::now() - Duration::from_secs(seconds_ago);
    fs::File::options().write(true).open(path.path()).unwrap().set_modified(when).unwrap();
}

/// What a process that was killed leaves: a file under its partial name that nobody holds.
fn leave(folder: &Path, name: &str, samples: usize) -> RecordingPath {
    let path = path_in(folder, name);
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    file.append(&voice(0, 0, samples)).unwrap();
    path
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn in_folder(folder: &Path) -> Recordings {
    Recordings::in_folder(folder).unwrap()
}

#[test]
fn recordings_are_listed_from_the_oldest_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path(), "younger", 100, 10);
    record(folder.path(), "older", 0, 20);
    fs::write(folder.path().join("older.json"), r#"{"clientContext":"desk 3"}"#).unwrap();
    leave(folder.path(), "unfinished", 10);
    fs::write(folder.path().join("music.wav"), "RIFF, but somebody else's").unwrap();
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("older.wav"), folder.path().join("link.wav")).unwrap();

    let recordings = in_folder(folder.path());
    let list = recordings.list().unwrap();
    let facts: Vec<_> = list.iter().map(|it| (it.name.as_str(), it.samples, it.rate, it.bytes)).collect();
    assert_eq!(facts, [("older", 0, RATE, 44 + 26), ("younger", 100, RATE, 244)]);
    assert_eq!(list[0].read_sidecar().unwrap().unwrap()["clientContext"], "desk 3");
    assert_eq!(list[1].read_sidecar().unwrap(), None);

    let mut heard = Vec::new();
    recordings.open(&name("younger")).unwrap().read(&mut heard).unwrap();
    assert_eq!(heard, voice(0, 0, 100));
    assert_eq!(recordings.find(&name("none")).unwrap_err().fault, StorageFault::Missing);
    assert_eq!(recordings.find(&name("music")).unwrap_err().fault, StorageFault::NotARecording);
    #[cfg(unix)]
    assert!(recordings.open(&name("link")).is_err(), "a link may lead out of the folder");
    #[cfg(unix)]
    assert_eq!(recordings.find(&name("link")).unwrap_err().fault, StorageFault::NotARecording);
}

#[test]
fn a_recording_is_deleted_with_its_sidecar_and_not_while_it_is_continued() {
    let folder = tempfile::tempdir().unwrap();
    let recordings = in_folder(folder.path());
    record(folder.path(), "m", 100, 0);
    fs::write(folder.path().join("m.json"), "{}").unwrap();
    let path = recordings.place(&name("m"), true).unwrap();
    let continued = WavFile::continue_from(&folder.path().join("m.wav"), path, RATE).unwrap();
    assert_eq!(recordings.delete(&name("m")).unwrap_err().fault, StorageFault::InUse);
    let all = Retention { age: Some(Duration::ZERO), bytes: Some(0) };
    let later = SystemTime::now() + Duration::from_secs(60);
    assert_eq!(recordings.expire(all, later).unwrap(), Default::default());
    assert_eq!(read(&folder.path().join("m.wav")), voice(0, 0, 100));
    continued.discard().unwrap();
    recordings.delete(&name("m")).unwrap();
    assert_eq!(names(folder.path()), [""; 0]);
    assert_eq!(recordings.delete(&name("m")).unwrap_err().fault, StorageFault::Missing);
}

#[test]
fn the_oldest_expire_by_age_and_by_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for (n, days) in [("a", 9), ("b", 7), ("c", 5), ("d", 3), ("e", 1)] {
        record(folder.path(), n, 478, days * 86_400);
    }
    leave(folder.path(), "unfinished", 10_000);
    fs::write(folder.path().join("notes.txt"), [0; 9_999]).unwrap();
    let recordings = in_folder(folder.path());
    let now = SystemTime::now();
    let expire = |age: Option<u64>, bytes| {
        let age = age.map(|days| Duration::from_secs(days * 86_400));
        let expired = recordings.expire(Retention { age, bytes }, now).unwrap();
        assert_eq!(expired.errors, []);
        expired.deleted.iter().map(|it| it.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(expire(None, None), [""; 0]);
    assert_eq!(expire(Some(10), Some(5_000)), [""; 0], "each is of 1,000 bytes");
    assert_eq!(expire(Some(8), None), ["a"]);
    assert_eq!(expire(Some(6), Some(2_999)), ["b", "c"], "one by age, and one more by bytes");
    assert_eq!(expire(None, Some(0)), ["d", "e"]);
    assert_eq!(names(folder.path()), ["notes.txt", "unfinished.part.wav"]);
}

#[test]
fn what_was_left_unfinished_becomes_complete_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = leave(folder.path(), "m", 500);
    let empty = leave(folder.path(), "empty", 0);
    // Written, but the header does not count it yet; and half a sample.
    let mut torn = fs::read(path.partial()).unwrap();
    torn.extend(voice(0, 500, 20).iter().flat_map(|sample| sample.to_le_bytes()));
    torn.push(7);
    fs::write(path.partial(), torn).unwrap();

    let recordings = in_folder(folder.path());
    let recovery = recordings.recover().unwrap();
    assert_eq!((recovery.errors.len(), recovery.in_use.len(), recovery.recovered.len()), (0, 0, 2));
    assert_eq!(names(folder.path()), ["empty.json", "empty.wav", "m.json", "m.wav"]);
    assert!(read(path.path()) == voice(0, 0, 520));
    assert_eq!(fs::metadata(path.path()).unwrap().len(), 44 + 1_040, "nothing stands behind the end");
    assert_eq!(read(empty.path()), [0i16; 0]);

    let known = json(&path.sidecar());
    assert_eq!(known["recovered"], true);
    assert_eq!(
        (&known["completionReason"], &known["resultInfo"]["subcode"]),
        (&"unspecifiedError".into(), &9_999.into())
    );
    assert_eq!((&known["recording"]["samples"], &known["recording"]["bytes"]), (&520.into(), &1_084.into()));
    assert_eq!(known["recording"]["file"], path.path().to_str().unwrap());
    assert!(known["level"]["peak_dbfs"].as_f64().unwrap() > -10.0, "{known}");

    let before = (fs::read(path.path()).unwrap(), fs::read(path.sidecar()).unwrap());
    assert_eq!(recordings.recover().unwrap(), Default::default(), "there is nothing left to do");
    assert_eq!((fs::read(path.path()).unwrap(), fs::read(path.sidecar()).unwrap()), before);
}

#[test]
fn a_recording_of_that_name_does_not_give_way_to_what_is_recovered() {
    let folder = tempfile::tempdir().unwrap();
    leave(folder.path(), "m", 7);
    fs::write(folder.path().join("m.wav"), "an earlier one").unwrap();
    fs::write(folder.path().join("m.json"), "its sidecar").unwrap();
    fs::write(folder.path().join("m.recovered.wav"), "recovered before").unwrap();
    let recovery = in_folder(folder.path()).recover().unwrap();
    let path = folder.path().join("m.recovered-2.wav");
    assert_eq!(recovery.recovered[0].path, path);
    assert_eq!(read(&path), voice(0, 0, 7));
    assert_eq!(json(&path.with_extension("json"))["recording"]["file"], path.to_str().unwrap());
    assert_eq!(fs::read_to_string(folder.path().join("m.wav")).unwrap(), "an earlier one");
    assert_eq!(fs::read_to_string(folder.path().join("m.json")).unwrap(), "its sidecar");
}

#[test]
fn what_is_no_recording_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("short.part.wav"), [0; 43]).unwrap();
    fs::write(folder.path().join("zeros.part.wav"), [0; 4_096]).unwrap();
    let good = leave(folder.path(), "m", 10);
    let recovery = in_folder(folder.path()).recover().unwrap();
    assert_eq!(recovery.errors.len(), 2);
    assert!(recovery.errors.iter().all(|error| error.fault == StorageFault::NotARecording));
    assert_eq!(recovery.recovered[0].path, good.path(), "one does not keep the others");
    assert_eq!(fs::read(folder.path().join("zeros.part.wav")).unwrap(), [0; 4_096]);
}

#[test]
fn what_was_left_without_a_name_goes_once_nobody_can_be_making_it() {
    let folder = tempfile::tempdir().unwrap();
    let age = |name: &str, seconds| {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        file
    };
    age(".afterbeep-old", 120);
    age(".afterbeep-new", 1);
    age(".other-old", 120);
    let held = age(".afterbeep-held", 120);
    held.lock().unwrap();
    in_folder(folder.path()).recover().unwrap();
    assert_eq!(names(folder.path()), [".afterbeep-held", ".afterbeep-new", ".other-old"]);
}

/// A sidecar as it lies on the disk from the moment that its recording is to be complete.
fn about_to_be_complete(path: &RecordingPath, samples: u64) -> String {
    let file = path.path().to_str().unwrap();
    let known = serde_json::json!({
        "completionReason": "stopToneDetected",
        "stop_tone": "#",
        "recording": {"file": file, "sample_rate": 8_000, "samples": samples, "bytes": 44 + 2 * samples},
    });
    let known = known.to_string();
    fs::write(path.partial().with_extension("json"), &known).unwrap();
    known
}

/// The process dies after each of the steps in which a recording becomes complete.
#[test]
fn a_crash_while_it_becomes_complete_changes_nothing_of_what_is_known() {
    for step in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let path = leave(folder.path(), "m", 500);
        let sidecar = about_to_be_complete(&path, 440);
        if step >= 1 {
            // The header is cut first, then the file.
            let mut bytes = fs::read(path.partial()).unwrap();
            bytes[40..44].copy_from_slice(&880_u32.to_le_bytes());
            bytes[4..8].copy_from_slice(&916_u32.to_le_bytes());
            bytes.truncate(if step == 1 { bytes.len() } else { 44 + 880 });
            fs::write(path.partial(), bytes).unwrap();
        }
        if step == 3 {
            fs::rename(path.partial(), path.path()).unwrap();
        }
        let recovery = in_folder(folder.path()).recover().unwrap();
        assert_eq!(recovery.errors, []);
        assert_eq!(names(folder.path()), ["m.json", "m.wav"], "step {step}");
        assert!(read(path.path()) == voice(0, 0, 440), "step {step}: the stop tone is not in it");
        let known = json(&path.sidecar());
        assert_eq!(
            (&known["completionReason"], &known["stop_tone"]),
            (&"stopToneDetected".into(), &"#".into())
        );
        assert_eq!(known["recording"]["samples"], 440);
        match step {
            // It was complete but for the sidecar's name.
            3 => assert_eq!(fs::read_to_string(path.sidecar()).unwrap(), sidecar),
            _ => assert_eq!(known["recovered"], true),
        }
    }
}

#[test]
fn a_sidecar_that_promises_more_than_is_there_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = leave(folder.path(), "m", 500);
    about_to_be_complete(&path, 501);
    in_folder(folder.path()).recover().unwrap();
    let known = json(&path.sidecar());
    assert_eq!(
        (&known["completionReason"], &known["recording"]["samples"]),
        (&"unspecifiedError".into(), &500.into())
    );
}

#[test]
fn a_crash_in_a_recovery_is_mended_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let recordings = in_folder(folder.path());
    let path = leave(folder.path(), "m", 500);
    recordings.recover().unwrap();
    let whole = (fs::read(path.path()).unwrap(), json(&path.sidecar()));
    let partial_sidecar = path.partial().with_extension("json");
    for names_given in 0..2 {
        fs::rename(path.sidecar(), &partial_sidecar).unwrap();
        if names_given == 0 {
            fs::rename(path.path(), path.partial()).unwrap();
        }
        assert_eq!(recordings.recover().unwrap().errors, []);
        assert_eq!(names(folder.path()), ["m.json", "m.wav"]);
        assert_eq!((fs::read(path.path()).unwrap(), json(&path.sidecar())), whole);
    }
    // And one that got another name, since its own was taken.
    let path = folder.path().join("m.recovered.wav");
    leave_again(folder.path());
    recordings.recover().unwrap();
    fs::rename(path.with_extension("json"), &partial_sidecar).unwrap();
    recordings.recover().unwrap();
    assert_eq!(names(folder.path()), ["m.json", "m.recovered.json", "m.recovered.wav", "m.wav"]);
}

fn leave_again(folder: &Path) {
    let path = RecordingPath::new(folder.join("m.wav"), true).unwrap();
    WavFile::create(path, RATE).unwrap().append(&voice(0, 0, 3)).unwrap();
}

#[test]
fn what_a_store_of_this_process_writes_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (recordings, store) = (in_folder(folder.path()), Store::builder().build().unwrap());
    let path = recordings.place(&name("m"), false).unwrap();
    let mut recording = store.begin(path.clone(), RATE);
    recording.append(&voice(0, 0, 1_000)).unwrap();
    recording.progress().wait_for(1_000, Duration::from_secs(60));
    let recovery = recordings.recover().unwrap();
    assert_eq!(recovery.in_use, [path.partial()]);
    recording.append(&voice(0, 1_000, 1_000)).unwrap();
    drop(recording);
    store.close();
    let recovery = recordings.recover().unwrap();
    assert_eq!(recovery.recovered[0].samples, 2_000, "now nobody writes it");
    assert!(read(path.path()) == voice(0, 0, 2_000));
}

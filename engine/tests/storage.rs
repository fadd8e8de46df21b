//! The file on the disk: valid at every instant, whatever fails and wherever.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]
#![allow(clippy::disallowed_types, reason = "a disk of the test's own is shared with it")]
#![allow(clippy::disallowed_methods, reason = "a disk that stands still does so in real time")]

mod disk;

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use afterbeep::recording::{Medium, RecordingPath, Storage, UnusablePath, WavFile};
use disk::{Gate, Mounted, RATE, Stalling, read, read_bytes, samples};

fn new_path(folder: &Path) -> RecordingPath {
    RecordingPath::new(folder.join("m.wav"), false).unwrap()
}

#[test]
fn it_is_a_valid_wav_after_every_append_and_complete_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_path(folder.path());
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    let mut written = Vec::new();
    assert_eq!(read(path.partial()), written, "empty, and valid");
    for count in [1, 80, 0, 1_000, 7] {
        let part = samples(written.len() as i16, count);
        file.append(&part).unwrap();
        written.extend(part);
        assert_eq!(read(path.partial()), written);
        assert!(!path.path().exists(), "not under its name before it is complete");
    }
    let saved = file.finish(u64::MAX).unwrap();
    assert_eq!((saved.samples, saved.bytes, saved.path.as_path()), (1_088, 44 + 2_176, path.path()));
    assert_eq!(read(path.path()), written);
    assert!(!path.partial().exists());
}

#[test]
fn the_end_may_be_set_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_path(folder.path());
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    file.append(&samples(0, 500)).unwrap();
    let saved = file.finish(120).unwrap();
    assert_eq!((saved.samples, saved.bytes), (120, 284));
    assert_eq!(fs::metadata(path.path()).unwrap().len(), 284, "nothing stands behind the end");
    assert_eq!(read(path.path()), samples(0, 120));
}

#[test]
fn a_file_of_the_same_name_gives_way_only_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_path(folder.path());
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    file.append(&samples(0, 10)).unwrap();
    // It appears while the recording goes on: the check before was true.
    fs::write(path.path(), "somebody else's").unwrap();
    let error = file.finish(10).unwrap_err();
    assert_eq!(error.path, path.path());
    assert_eq!(fs::read(path.path()).unwrap(), b"somebody else's");
    assert_eq!(read(path.partial()), samples(0, 10), "what was recorded is kept");

    assert!(matches!(RecordingPath::new(path.path(), false), Err(UnusablePath::Exists { .. })));
    fs::remove_file(path.partial()).unwrap();
    let replacing = RecordingPath::new(path.path(), true).unwrap();
    let mut file = WavFile::create(replacing, RATE).unwrap();
    file.append(&samples(5, 3)).unwrap();
    assert_eq!(fs::read(path.path()).unwrap(), b"somebody else's", "it gives way to a complete file only");
    file.finish(3).unwrap();
    assert_eq!(read(path.path()), samples(5, 3));
}

#[test]
fn what_was_left_over_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_path(folder.path());
    let first = WavFile::create(path.clone(), RATE).unwrap();
    for replace in [false, true] {
        let error = RecordingPath::new(path.path(), replace).unwrap_err();
        assert!(error.to_string().contains("m.part.wav"), "{error}");
    }
    // Two that were both checked before either began: the second loses, the first is whole.
    let error = WavFile::create(path.clone(), RATE).unwrap_err();
    assert_eq!(error.path, path.partial());
    first.finish(0).unwrap();
    assert_eq!(read(path.path()), [0i16; 0]);
    let names: Vec<PathBuf> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names, [path.path()], "nothing else is left behind");
}

#[test]
fn a_writer_that_is_dropped_leaves_what_a_crash_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_path(folder.path());
    let storage = Storage::start(WavFile::create(path.clone(), RATE).unwrap()).unwrap();
    storage.append(&samples(0, 800)).unwrap();
    assert_eq!(storage.progress().wait_for(800, Duration::from_secs(10)), 800);
    assert_eq!(read(path.partial()), samples(0, 800));
    drop(storage);
    assert_eq!(read(path.partial()), samples(0, 800));
    assert!(!path.path().exists());
}

#[test]
fn a_recording_that_is_not_kept_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::start(WavFile::create(new_path(folder.path()), RATE).unwrap()).unwrap();
    storage.append(&samples(0, 800)).unwrap();
    storage.discard().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_thread_writes_the_same_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = new_path(folder.path());
    let storage = Storage::start(WavFile::create(path.clone(), RATE).unwrap()).unwrap();
    let whole = samples(0, 50_000);
    for part in whole.chunks(77) {
        storage.append(part).unwrap();
    }
    let saved = storage.finish(49_000).unwrap();
    assert_eq!(saved.samples, 49_000);
    assert!(read(path.path()) == whole[..49_000]);
}

/// A medium in memory that fails at one of its operations, after so many bytes of it.
#[derive(Clone, Default)]
struct Failing(Arc<Mutex<Disk>>);

#[derive(Default)]
struct Disk {
    bytes: Vec<u8>,
    operations: usize,
    fail_at: usize,
    bytes_before_failing: usize,
}

impl Failing {
    fn new(fail_at: usize, bytes_before_failing: usize) -> Self {
        let disk = Disk { fail_at, bytes_before_failing, ..Disk::default() };
        Self(Arc::new(Mutex::new(disk)))
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    fn operations(&self) -> usize {
        self.0.lock().unwrap().operations
    }
}

impl Disk {
    fn fails(&mut self) -> io::Result<()> {
        self.operations += 1;
        // A disk that failed once stays full.
        if self.operations > self.fail_at { Err(io::Error::other("no space left on device")) } else { Ok(()) }
    }
}

impl Medium for Failing {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        let result = disk.fails();
        // The header is one write of 44 bytes that a disk takes whole or not at all; samples may come in part.
        let count = match result {
            Ok(()) => bytes.len(),
            Err(_) if offset == 0 => 0,
            Err(_) => disk.bytes_before_failing.min(bytes.len()),
        };
        let (start, end) = (offset as usize, offset as usize + count);
        if disk.bytes.len() < end {
            disk.bytes.resize(end, 0);
        }
        disk.bytes[start..end].copy_from_slice(&bytes[..count]);
        result
    }

    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        let mut disk = self.0.lock().unwrap();
        disk.fails()?;
        disk.bytes.resize(bytes as usize, 0);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.lock().unwrap().fails()
    }
}

/// A recording on a disk that stands still.
fn on_a_shut_gate(path: &RecordingPath, gate: &Gate) -> Storage {
    let file = WavFile::on(Stalling::at(path, gate, &Gate::default()), path.clone(), RATE).unwrap();
    gate.shut();
    Storage::start(file).unwrap()
}

#[test]
fn a_disk_that_stalls_for_ten_seconds_delays_nobody_and_loses_nothing() {
    let (folder, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let path = new_path(folder.path());
    let storage = on_a_shut_gate(&path, &gate);
    let whole = samples(0, 1_000 * BLOCK);
    // Each returns although the disk stands: else this would never end.
    whole.chunks(BLOCK).for_each(|block| storage.append(block).unwrap());
    gate.open();
    let saved = storage.finish(whole.len() as u64).unwrap();
    assert_eq!(saved.samples, whole.len() as u64);
    assert!(read(path.path()) == whole);
}

#[test]
fn who_is_faster_than_the_disk_for_longer_waits_and_loses_nothing() {
    let (folder, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let path = new_path(folder.path());
    let storage = on_a_shut_gate(&path, &gate);
    let whole = samples(0, 5_000 * BLOCK);
    std::thread::scope(|scope| {
        let appends = scope.spawn(|| whole.chunks(BLOCK).for_each(|block| storage.append(block).unwrap()));
        gate.wait_for(1);
        std::thread::sleep(Duration::from_millis(50));
        assert!(!appends.is_finished(), "50 s do not fit into 10");
        gate.open();
    });
    let saved = storage.finish(whole.len() as u64).unwrap();
    assert_eq!((saved.samples, saved.lost), (whole.len() as u64, 0));
    assert!(read(path.path()) == whole);
}

const BLOCKS: usize = 12;
const BLOCK: usize = 80;

/// The block that was lost: silence.
const LOST: usize = 6;

/// The first `count` samples of a recording of `BLOCKS` blocks.
fn recorded(count: usize) -> Vec<i16> {
    let mut whole = samples(0, BLOCKS * BLOCK);
    whole[LOST * BLOCK..(LOST + 1) * BLOCK].fill(0);
    whole.truncate(count);
    whole
}

/// Records `BLOCKS` blocks and cuts the last; gives what failed and how many samples had been taken before.
fn record(disk: &Failing, folder: &Path) -> (Option<(PathBuf, String)>, usize) {
    let path = new_path(folder);
    let mut taken = 0;
    let result = (|| {
        let mut file = WavFile::on(Box::new(disk.clone()), path.clone(), RATE)?;
        for block in 0..BLOCKS {
            match block {
                LOST => file.append_lost(BLOCK as u64)?,
                _ => file.append(&samples((block * BLOCK) as i16, BLOCK))?,
            }
            taken += BLOCK;
        }
        // The name is given on the real folder; the medium's bytes are in memory.
        fs::write(path.partial(), "").unwrap();
        taken -= BLOCK / 2;
        file.finish(taken as u64).map(drop)
    })();
    (result.err().map(|error| (error.path, error.cause)), taken)
}

#[test]
fn wherever_the_disk_fails_the_file_is_valid_and_the_error_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Failing::new(usize::MAX, 0);
    assert_eq!(record(&sound, folder.path()).0, None);
    let operations = sound.operations();
    assert_eq!(
        operations,
        1 + 2 * BLOCKS + 3,
        "header; samples or length, and header, each; cut, length, sync"
    );
    assert_eq!(read_bytes(&sound.bytes()), recorded(BLOCKS * BLOCK - BLOCK / 2));

    for fail_at in 0..operations {
        for part in [0, 1, 33, usize::MAX] {
            let folder = tempfile::tempdir().unwrap();
            let disk = Failing::new(fail_at, part);
            let (error, taken) = record(&disk, folder.path());
            let (path, cause) = error.unwrap_or_else(|| panic!("operation {fail_at} failed and nobody told"));
            assert_eq!(path, folder.path().join("m.part.wav"), "operation {fail_at}");
            assert!(cause.contains("no space left"), "operation {fail_at}: {cause}");
            assert!(!folder.path().join("m.wav").exists(), "operation {fail_at}: the name was given");
            if fail_at == 0 {
                assert!(disk.bytes().is_empty());
                continue;
            }
            // A cut that failed leaves the whole; else all that was taken is there, and nothing that was not.
            let read = read_bytes(&disk.bytes());
            let whole = if fail_at == 2 * BLOCKS + 1 { taken + BLOCK / 2 } else { taken };
            assert_eq!(read, recorded(whole), "operation {fail_at} after {part} bytes");
        }
    }
}

#[test]
fn a_writer_thread_tells_whoever_appends_next_and_whoever_ends() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Failing::new(5, 3);
    let file = WavFile::on(Box::new(disk.clone()), new_path(folder.path()), RATE).unwrap();
    let storage = Storage::start(file).unwrap();
    let progress = storage.progress();
    let mut told = None;
    for block in 0..1_000 {
        if let Err(error) = storage.append(&samples(block, 80)) {
            told = Some(error);
            break;
        }
        progress.wait_for((block as u64 + 1) * 80, Duration::from_secs(10));
    }
    let told = told.expect("the error reaches `append`");
    assert!(told.to_string().contains("m.part.wav: no space left"), "{told}");
    assert_eq!(progress.error(), Some(told.clone()));
    assert_eq!(progress.samples(), 160);
    assert_eq!(storage.finish(160).unwrap_err(), told);
    assert_eq!(read_bytes(&disk.bytes()).len(), 160);
}

#[test]
fn a_folder_that_vanishes_is_named() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("messages");
    fs::create_dir(&folder).unwrap();
    let path = new_path(&folder);
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    file.append(&samples(0, 10)).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    file.append(&samples(10, 10)).unwrap();
    let error = file.finish(20).unwrap_err();
    assert_eq!(error.path, path.path());
    assert!(!error.cause.is_empty());

    let error = WavFile::create(path.clone(), RATE).unwrap_err();
    assert_eq!(error.path, path.partial());
    assert!(matches!(RecordingPath::new(path.path(), false), Err(UnusablePath::NoFolder { .. })));
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only_is_named() {
    use std::os::unix::fs::PermissionsExt;

    if is_root() {
        eprintln!("SKIPPED: a read-only folder stops nobody who is root; run as another user to test it");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let path = new_path(folder.path());
    let error = WavFile::create(path.clone(), RATE).unwrap_err();
    assert_eq!(error.path, path.partial());
    assert!(error.cause.to_lowercase().contains("permission"), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_keeps_what_was_written() {
    let Some(small) = Mounted::tmpfs(64, "") else { return };
    let path = new_path(small.path());
    let mut file = WavFile::create(path.clone(), RATE).unwrap();
    let mut taken = 0;
    let error = loop {
        match file.append(&samples(taken as i16, 800)) {
            Ok(()) => taken += 800,
            Err(error) => break error,
        }
        assert!(taken < 100_000, "64 KiB never end");
    };
    assert_eq!(error.path, path.partial());
    assert!(error.cause.to_lowercase().contains("space"), "{error}");
    let room = (64 * 1_024 - 44) / 2;
    assert!(taken < room && taken + 800 > room, "{taken} samples, then the disk was full");
    assert_eq!(file.samples(), room as u64, "the last append in part: to the last byte of the disk");
    assert_eq!(read(path.partial()), samples(0, room));
    assert_eq!(fs::metadata(path.partial()).unwrap().len(), 64 * 1_024);
}

//! What the tests of recordings on disk share: samples that tell where they are, a careful reader, and disks that
//! stand still.
#![allow(dead_code, reason = "not every test uses all of it")]
#![allow(clippy::disallowed_types, reason = "disks of the tests' own, on real files")]

use std::{
    fs,
    io::{self, Cursor},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Condvar, Mutex},
};

use afterbeep::{
    Next, Outcome, Queued, RecordResponse, RecordingRate, SampleRate, Setup,
    recording::{Medium, RecordingPath},
};

pub(crate) const RATE: RecordingRate = RecordingRate::Hz8000;

pub(crate) fn samples(from: i16, count: usize) -> Vec<i16> {
    (0..count).map(|n| from.wrapping_add(n as i16)).collect()
}

/// Samples that are never silence, and others in each recording: what stands at the wrong place is seen.
pub(crate) fn voice(recording: usize, from: usize, count: usize) -> Vec<i16> {
    let sample = |at: usize| {
        let mixed = (recording as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ (at as u64).wrapping_mul(0x2545_F491);
        (mixed ^ (mixed >> 29)) as i16 | 1
    };
    (from..from + count).map(sample).collect()
}

pub(crate) fn read(path: &Path) -> Vec<i16> {
    read_bytes(&fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Reads a WAV as a careful reader does: the header must be true to the bytes.
pub(crate) fn read_bytes(bytes: &[u8]) -> Vec<i16> {
    let mut reader = hound::WavReader::new(Cursor::new(bytes)).unwrap();
    assert_eq!(
        (reader.spec().sample_rate, reader.spec().channels, reader.spec().bits_per_sample),
        (8_000, 1, 16)
    );
    reader.samples::<i16>().map(Result::unwrap).collect()
}

pub(crate) fn path_in(folder: &Path, name: &str) -> RecordingPath {
    RecordingPath::new(folder.join(format!("{name}.wav")), false).unwrap()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The outcome of a message in which nobody spoke.
pub(crate) fn outcome() -> Outcome {
    let mut turn = Queued::new(&RecordResponse::builder().build().unwrap(), Setup::new(SampleRate::HZ_8000))
        .unwrap()
        .start();
    loop {
        match turn.next() {
            Next::Running(recorder) => turn = recorder.push(&[0; 8_000]),
            Next::Finished(outcome) => return outcome,
        }
    }
}

/// A gate that disks stand still at until it is opened.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    is_shut: bool,
    standing: usize,
}

impl Gate {
    pub(crate) fn shut(&self) {
        self.0.0.lock().unwrap().is_shut = true;
    }

    pub(crate) fn open(&self) {
        self.0.0.lock().unwrap().is_shut = false;
        self.0.1.notify_all();
    }

    /// Waits until so many stand at it.
    pub(crate) fn wait_for(&self, standing: usize) {
        let state = self.0.0.lock().unwrap();
        drop(self.0.1.wait_while(state, |state| state.standing < standing).unwrap());
    }

    fn pass(&self) {
        let mut state = self.0.0.lock().unwrap();
        state.standing += 1;
        self.0.1.notify_all();
        let mut state = self.0.1.wait_while(state, |state| state.is_shut).unwrap();
        state.standing -= 1;
    }
}

/// A real file whose disk stands still, in writing or in waiting for the disk, while a gate is shut.
pub(crate) struct Stalling {
    file: fs::File,
    writing: Gate,
    syncing: Gate,
}

impl Stalling {
    pub(crate) fn at(path: &RecordingPath, writing: &Gate, syncing: &Gate) -> Box<Self> {
        let file = fs::File::create_new(path.partial()).unwrap();
        Box::new(Self { file, writing: writing.clone(), syncing: syncing.clone() })
    }
}

impl Medium for Stalling {
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.writing.pass();
        Medium::write_all_at(&mut self.file, bytes, offset)
    }

    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        Medium::set_len(&mut self.file, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.syncing.pass();
        Medium::sync(&mut self.file)
    }
}

/// A file system of its own, unmounted when dropped.
pub(crate) struct Mounted(tempfile::TempDir);

impl Mounted {
    /// One in memory with room for so many KiB; `None`, said loudly, where that is not allowed.
    pub(crate) fn tmpfs(kib: usize, options: &str) -> Option<Self> {
        let size = format!("size={kib}k{options}");
        Self::mount(&["-t", "tmpfs", "-o", &size, "tmpfs"])
    }

    /// A disk image with ext4 on it, which becomes read-only at the first error.
    pub(crate) fn ext4(image: &Path) -> Option<Self> {
        let made = fs::File::create(image).and_then(|file| file.set_len(16 << 20)).is_ok()
            && succeeds(Command::new("mkfs.ext4").args(["-q", "-F", "-e", "remount-ro"]).arg(image));
        let image = image.to_str().filter(|_| made);
        image.map_or_else(skipped, |image| Self::mount(&["-o", "loop,errors=remount-ro", image]))
    }

    fn mount(arguments: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = succeeds(Command::new("mount").args(arguments).arg(folder.path()));
        if mounted { Some(Self(folder)) } else { skipped() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn remount(&self, options: &str) -> bool {
        succeeds(Command::new("mount").args(["-o", options]).arg(self.path()))
    }

    /// The block device that it is on.
    pub(crate) fn device(&self) -> PathBuf {
        let found = Command::new("findmnt").args(["-n", "-o", "SOURCE"]).arg(self.path()).output().unwrap();
        PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn skipped<T>() -> Option<T> {
    eprintln!("SKIPPED: no file system may be mounted here; run as root to test with a real one");
    None
}

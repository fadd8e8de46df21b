//! Thousands of recordings on a few threads.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::Ordering::Relaxed},
    thread::JoinHandle,
    time::Duration,
};

use super::{
    Progress, RecordingPath, SavedRecording, StorageError, WavFile,
    blocks::{BLOCK_SAMPLES, Blocks},
    header::SAMPLE_BYTES,
    lanes::{Crew, Lanes},
    track::{End, Limits, Opening, Track},
};
use crate::{RecordingRate, Report};

/// How a [`Store`] is to be.
#[derive(Clone, Copy, Debug)]
#[must_use = "there is no store before `build`"]
pub struct StoreBuilder {
    gather: Duration,
    stall: Duration,
    memory: usize,
    crew: Crew,
}

impl StoreBuilder {
    /// How much of a recording is gathered before it is written: 0–80 ms, 50 ms unless said. A process that is killed
    /// loses so much, less a sample, and what comes while it is written. More is cheaper: each time is two calls of
    /// the system.
    pub fn gather(self, gather: Duration) -> Self {
        Self { gather: gather.min(Duration::from_millis(80)), ..self }
    }

    /// How much of each recording may wait: 0.1–60 s, 10 s unless said, as long as [`Self::memory`] lasts. A disk
    /// that stalls for so long loses nothing, less the time that it then takes to write all of it.
    pub fn stall(self, stall: Duration) -> Self {
        Self { stall: stall.clamp(Duration::from_millis(100), Duration::from_secs(60)), ..self }
    }

    /// How much memory all that waits may take, in bytes: 1 GiB unless said, room for 6 s of 10,000 recordings at 8
    /// kHz, or for 3 s of as many at 16 kHz. It is taken in blocks of 1 KiB, when it is needed.
    pub fn memory(self, bytes: usize) -> Self {
        Self { memory: bytes, ..self }
    }

    /// Threads that write: 2 unless said. They wait for the system's cache alone, so more of them are of use only
    /// where that stalls for one disk while another goes on.
    pub fn writers(self, writers: usize) -> Self {
        Self { crew: Crew { writers, ..self.crew }, ..self }
    }

    /// Threads that complete recordings: 16 unless said. Each waits for the disk nearly all of its time, and what
    /// several wait for the disk does at once.
    pub fn sealers(self, sealers: usize) -> Self {
        Self { crew: Crew { sealers, ..self.crew }, ..self }
    }

    /// Threads that make files, and copy those that are continued: 1 unless said.
    pub fn openers(self, openers: usize) -> Self {
        Self { crew: Crew { openers, ..self.crew }, ..self }
    }

    /// Starts the threads.
    ///
    /// # Errors
    /// [`std::io::Error`] where the system gives no thread.
    pub fn build(self) -> std::io::Result<Store> {
        let blocks = Blocks::new(self.memory / (BLOCK_SAMPLES * SAMPLE_BYTES as usize));
        let (lanes, threads) = Lanes::of(self.crew, blocks)?;
        Ok(Store { how: self, lanes, threads })
    }
}

/// Writes any number of recordings at once. Whoever has the samples never waits for the disk.
///
/// ```
/// use afterbeep::RecordingRate;
/// use afterbeep::recording::{RecordingPath, Store};
///
/// let folder = tempfile::tempdir()?;
/// let store = Store::builder().build()?;
/// let (tell, told) = std::sync::mpsc::channel();
/// for call in 0..100 {
///     let path = RecordingPath::new(folder.path().join(format!("{call}.wav")), false)?;
///     let mut recording = store.begin(path, RecordingRate::Hz8000);
///     recording.append(&[call; 160])?;
///     let tell = tell.clone();
///     recording.finish(160, None, move |saved| tell.send(saved).unwrap());
/// }
/// for _ in 0..100 {
///     assert_eq!(told.recv()??.samples, 160);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Dropping it waits for nobody: recordings that were begun go on, and its threads end with the last of them.
/// [`Self::close`] waits.
pub struct Store {
    how: StoreBuilder,
    lanes: Arc<Lanes>,
    threads: Vec<JoinHandle<()>>,
}

impl Store {
    /// A store as most want it, to be changed.
    pub fn builder() -> StoreBuilder {
        StoreBuilder {
            gather: Duration::from_millis(50),
            stall: Duration::from_secs(10),
            memory: 1 << 30,
            crew: Crew { openers: 1, writers: 2, sealers: 16 },
        }
    }

    /// Begins a recording; returns at once. Should its file not come to be, [`RecordingWriter::error`] says so.
    pub fn begin(&self, path: RecordingPath, rate: RecordingRate) -> RecordingWriter {
        self.open(Opening { path, rate, earlier: None })
    }

    /// Begins a recording that continues the finished one at `earlier`; returns at once. The earlier file stays as it
    /// is until the new one is complete, and then gives way where `path` is the same and allows it. It has to be at
    /// the same rate: [`RecordingWriter::error`] says so.
    pub fn continue_from(
        &self,
        earlier: impl Into<PathBuf>,
        path: RecordingPath,
        rate: RecordingRate,
    ) -> RecordingWriter {
        self.open(Opening { path, rate, earlier: Some(earlier.into()) })
    }

    /// Goes on with a file that was made elsewhere.
    pub fn go_on(&self, file: WavFile) -> RecordingWriter {
        let limits = self.limits(file.rate());
        RecordingWriter { track: Track::on(file, &self.lanes, limits), ended: false }
    }

    fn open(&self, opening: Opening) -> RecordingWriter {
        let limits = self.limits(opening.rate);
        RecordingWriter { track: Track::begin(opening, &self.lanes, limits), ended: false }
    }

    fn limits(&self, rate: RecordingRate) -> Limits {
        let samples = |time: Duration| time.as_micros() as u64 * u64::from(rate.hz()) / 1_000_000;
        Limits { gather: samples(self.how.gather), most: samples(self.how.stall) as usize }
    }

    /// How far the disk is behind, for those who measure.
    pub fn backlog(&self) -> Backlog {
        let counts = &self.lanes.counts;
        let [to_open, to_write, to_seal] = self.lanes.queued();
        Backlog {
            recordings: counts.recordings.load(Relaxed),
            waiting_samples: counts.waiting.load(Relaxed),
            waiting_bytes: (self.lanes.blocks.out() * BLOCK_SAMPLES) as u64 * SAMPLE_BYTES,
            to_open,
            to_write,
            to_seal,
            lost_samples: counts.lost.load(Relaxed),
            bound_met: counts.bound_met.load(Relaxed),
        }
    }

    /// Waits until every recording has ended, been completed and told of, and the threads are gone. A
    /// [`RecordingWriter`] that lives on is waited for.
    pub fn close(self) {
        let Self { lanes, threads, .. } = self;
        drop(lanes);
        for thread in threads {
            // One that panicked is gone too.
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("how", &self.how)
            .field("backlog", &self.backlog())
            .finish_non_exhaustive()
    }
}

/// How far the disk is behind, and what that has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backlog {
    /// Recordings that have begun and not ended: those that are still to be completed count.
    pub recordings: usize,
    /// Samples that wait to be written.
    pub waiting_samples: u64,
    /// Memory that they take, in bytes of whole blocks.
    pub waiting_bytes: u64,
    /// Recordings whose file is still to be made.
    pub to_open: usize,
    /// Recordings that wait for a thread to write them.
    pub to_write: usize,
    /// Recordings that wait for a thread to complete them.
    pub to_seal: usize,
    /// Samples for which there was no room, of all recordings since the start.
    pub lost_samples: u64,
    /// How often a recording began to lose.
    pub bound_met: u64,
}

/// A recording that a [`Store`] writes. Dropped without a word, it stays as a crash would leave it: valid, under its
/// partial name.
pub struct RecordingWriter {
    track: Arc<Track>,
    ended: bool,
}

impl RecordingWriter {
    /// Gives samples to be written; returns at once. Where more wait than may, the rest is lost: [`Self::lost`]
    /// counts it, and the file gets as much silence in its place.
    ///
    /// # Errors
    /// The [`StorageError`] that ended the writing; nothing more is written then.
    pub fn append(&mut self, samples: &[i16]) -> Result<(), StorageError> {
        self.track.append(samples)
    }

    /// Samples that were lost so far.
    pub fn lost(&self) -> u64 {
        self.track.lost()
    }

    /// What ended the writing, if something did.
    pub fn error(&self) -> Option<StorageError> {
        self.track.progress().error()
    }

    /// How far the writing has come, for those who wait for it. The last [`StoreBuilder::gather`] of what was
    /// appended is not written before more comes, or the end.
    pub fn progress(&self) -> Progress {
        self.track.progress().clone()
    }

    /// Ends the recording; returns at once. What is left is written, the file cut behind `samples` of those that were
    /// appended, and both it and its sidecar appear under their names, or neither. The sidecar is `sidecar` with the
    /// file filled in. Then `then` is called, on a storage thread, which it should not keep.
    pub fn finish(
        self,
        samples: u64,
        sidecar: Option<Report>,
        then: impl FnOnce(Result<SavedRecording, StorageError>) + Send + 'static,
    ) {
        self.end(End::Keep { samples, sidecar: sidecar.map(Box::new), then: Box::new(then) });
    }

    /// Ends the recording and removes its file; returns at once. A file that cannot be removed stays under its
    /// partial name.
    pub fn discard(self) {
        self.end(End::Discard(Box::new(|_| ())));
    }

    fn end(mut self, end: End) {
        self.ended = true;
        self.track.end(end);
    }
}

impl Drop for RecordingWriter {
    fn drop(&mut self) {
        if !self.ended {
            self.track.end(End::Leave);
        }
    }
}

impl std::fmt::Debug for RecordingWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordingWriter").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

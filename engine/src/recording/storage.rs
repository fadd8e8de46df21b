//! The thread that writes a recording.

use std::{
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, bounded};
use parking_lot::{Condvar, Mutex};

use super::{SavedRecording, StorageError, WavFile};

/// How much may wait to be written, in blocks: 10 s of blocks of 10 ms. A disk that stalls for longer makes the writer's
/// caller wait.
const QUEUED_BLOCKS: usize = 1_000;
/// How many samples are written at once, at the most.
const BATCH: usize = 1 << 16;

enum Job {
    Append(Vec<i16>),
    Finish(u64),
    Discard,
}

/// Writes a recording on a thread of its own: whoever has the samples waits for the disk only when the queue is full.
#[derive(Debug)]
pub struct Storage {
    jobs: Sender<Job>,
    spare: Receiver<Vec<i16>>,
    progress: Progress,
    thread: JoinHandle<Result<Option<SavedRecording>, StorageError>>,
}

impl Storage {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`StorageError`] when the system gives no thread.
    pub fn start(file: WavFile) -> Result<Self, StorageError> {
        let (jobs, queue) = bounded(QUEUED_BLOCKS);
        let (give_back, spare) = bounded(QUEUED_BLOCKS);
        let progress = Progress::default();
        let partial = file.path().partial().to_owned();
        let writer = Writer { file, queue, give_back, progress: progress.clone(), batch: Vec::new() };
        let thread = thread::Builder::new()
            .name("afterbeep-storage".to_owned())
            .spawn(move || writer.run())
            .map_err(|cause| StorageError { path: partial, cause: cause.to_string() })?;
        Ok(Self { jobs, spare, progress, thread })
    }

    /// Queues samples to be written.
    ///
    /// # Errors
    /// The [`StorageError`] that ended the writing; nothing more can be written then.
    pub fn append(&self, samples: &[i16]) -> Result<(), StorageError> {
        if let Some(error) = self.progress.error() {
            return Err(error);
        }
        if samples.is_empty() {
            return Ok(());
        }
        let mut block = self.spare.try_recv().unwrap_or_default();
        block.clear();
        block.extend_from_slice(samples);
        // The thread is gone only after an error, and `finish` tells that one.
        self.jobs.send(Job::Append(block)).or(Ok(()))
    }

    /// How far the writing has come, for those who wait for it.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    /// Cuts the recording to `samples`, and gives it its final name.
    ///
    /// # Errors
    /// [`StorageError`]: the file stays under its partial name, valid, with what could be written.
    pub fn finish(self, samples: u64) -> Result<Option<SavedRecording>, StorageError> {
        self.end(Job::Finish(samples))
    }

    /// Removes the recording.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn discard(self) -> Result<(), StorageError> {
        self.end(Job::Discard).map(drop)
    }

    fn end(self, job: Job) -> Result<Option<SavedRecording>, StorageError> {
        // A thread that is gone has left its result.
        let _ = self.jobs.send(job);
        match self.thread.join() {
            Ok(result) => result,
            Err(_) => Err(StorageError {
                path: std::path::PathBuf::new(),
                cause: "the storage thread panicked".to_owned(),
            }),
        }
    }
}

/// How far the writing of a recording has come.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<(Mutex<Written>, Condvar)>);

#[derive(Debug, Default)]
struct Written {
    samples: u64,
    error: Option<StorageError>,
    over: bool,
}

impl Progress {
    /// How many samples the file holds.
    pub fn samples(&self) -> u64 {
        self.0.0.lock().samples
    }

    /// What ended the writing, if something did.
    pub fn error(&self) -> Option<StorageError> {
        self.0.0.lock().error.clone()
    }

    /// Waits until the file holds `samples`, the writing has ended, or `most` has passed; tells how many it holds.
    pub fn wait_for(&self, samples: u64, most: Duration) -> u64 {
        let deadline = Instant::now() + most;
        let mut written = self.0.0.lock();
        while written.samples < samples && !written.over {
            if self.0.1.wait_until(&mut written, deadline).timed_out() {
                break;
            }
        }
        written.samples
    }

    fn set(&self, change: impl FnOnce(&mut Written)) {
        change(&mut self.0.0.lock());
        self.0.1.notify_all();
    }
}

struct Writer {
    file: WavFile,
    queue: Receiver<Job>,
    give_back: Sender<Vec<i16>>,
    progress: Progress,
    batch: Vec<i16>,
}

impl Writer {
    fn run(mut self) -> Result<Option<SavedRecording>, StorageError> {
        let last = self.write_until_told();
        let samples = self.file.samples();
        self.progress.set(|written| {
            written.samples = samples;
            written.error = last.as_ref().err().cloned();
            written.over = true;
        });
        match last? {
            Job::Finish(samples) => {
                // Should only the name fail, the file is cut all the same.
                let kept = self.file.samples().min(samples);
                let saved = self.file.finish(samples).map(Some);
                self.progress.set(|written| written.samples = kept);
                saved
            }
            Job::Discard => self.file.discard().map(|()| None),
            Job::Append(_) => Ok(None),
        }
    }

    /// Writes what is queued, all that waits at once, until something else is asked for.
    fn write_until_told(&mut self) -> Result<Job, StorageError> {
        // Whoever drops its end without a word leaves the file as a crash would: valid, under its partial name.
        while let Ok(job) = self.queue.recv() {
            let mut next = Some(job);
            while let Some(Job::Append(block)) = next {
                self.batch.extend_from_slice(&block);
                let _ = self.give_back.try_send(block);
                next = if self.batch.len() < BATCH { self.queue.try_recv().ok() } else { None };
            }
            self.file.append(&self.batch)?;
            self.batch.clear();
            let samples = self.file.samples();
            self.progress.set(|written| written.samples = samples);
            if let Some(job) = next {
                return Ok(job);
            }
        }
        Ok(Job::Append(Vec::new()))
    }
}

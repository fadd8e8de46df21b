//! One recording, between whoever has its samples and the threads that write them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::{
    Progress, RecordingPath, SavedRecording, StorageError, WavFile,
    blocks::{BLOCK_SAMPLES, Batch, Waiting},
    lanes::{Hands, Job, Lanes},
    seal,
};
use crate::{RecordingRate, Report};

/// How many blocks are written at once, at the most: 65,536 samples.
const BATCH_BLOCKS: usize = (1 << 16) / BLOCK_SAMPLES;

/// A file that is still to be made.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) path: RecordingPath,
    pub(super) rate: RecordingRate,
    /// The recording that it continues.
    pub(super) earlier: Option<PathBuf>,
}

impl Opening {
    fn open(self) -> Result<WavFile, StorageError> {
        match self.earlier {
            None => WavFile::create(self.path, self.rate),
            Some(earlier) => WavFile::continue_from(&earlier, self.path, self.rate),
        }
    }
}

/// Who is told how it ended.
pub(super) type Then<T> = Box<dyn FnOnce(Result<T, StorageError>) + Send>;

/// How a recording is to end.
pub(super) enum End {
    /// Cut behind so many of its own samples, and complete.
    Keep { samples: u64, sidecar: Option<Box<Report>>, then: Then<SavedRecording> },
    /// Removed.
    Discard(Then<()>),
    /// As a crash would leave it.
    Leave,
}

/// How much of a recording may wait, in samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// From here on it is written.
    pub(super) gather: u64,
    /// No more than this.
    pub(super) most: usize,
}

/// One recording. A lock is held for the time of a copy, never while a file is touched.
pub(super) struct Track {
    desk: Mutex<Desk>,
    room: Condvar,
    progress: Progress,
    lanes: Arc<Lanes>,
    limits: Limits,
}

#[derive(Default)]
struct Desk {
    waiting: Waiting,
    /// Not here before it is made, and while a thread has it.
    file: Option<WavFile>,
    /// Whether the recording is in a lane, or in a thread's hands.
    is_handed_on: bool,
    end: Option<End>,
    lost: u64,
    error: Option<StorageError>,
}

impl Track {
    /// A recording on a file that is there.
    pub(super) fn on(file: WavFile, lanes: &Arc<Lanes>, limits: Limits) -> Arc<Self> {
        Self::new(Desk { file: Some(file), ..Desk::default() }, lanes, limits)
    }

    /// A recording on a file that a thread is to make.
    pub(super) fn begin(opening: Opening, lanes: &Arc<Lanes>, limits: Limits) -> Arc<Self> {
        let track = Self::new(Desk { is_handed_on: true, ..Desk::default() }, lanes, limits);
        lanes.send(Job::Open(Arc::clone(&track), opening));
        track
    }

    fn new(desk: Desk, lanes: &Arc<Lanes>, limits: Limits) -> Arc<Self> {
        lanes.counts.recordings.fetch_add(1, Relaxed);
        Arc::new(Self {
            desk: Mutex::new(desk),
            room: Condvar::new(),
            progress: Progress::default(),
            lanes: Arc::clone(lanes),
            limits,
        })
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Samples for which there was no room.
    pub(super) fn lost(&self) -> u64 {
        self.desk.lock().lost
    }

    /// Takes as many samples as there is room for, and tells how many.
    pub(super) fn offer(self: &Arc<Self>, samples: &[i16]) -> Result<usize, StorageError> {
        let mut desk = self.sound_desk()?;
        Ok(self.take_in(&mut desk, samples))
    }

    /// Takes samples; those for which there is no room are lost, and silence stands in their place.
    pub(super) fn append(self: &Arc<Self>, samples: &[i16]) -> Result<(), StorageError> {
        let mut desk = self.sound_desk()?;
        let lost = samples.len() - self.take_in(&mut desk, samples);
        if lost > 0 {
            let began = desk.waiting.lose(lost);
            desk.lost += lost as u64;
            self.lanes.count_lost(lost, began);
        }
        Ok(())
    }

    /// The desk of a recording that has not failed.
    fn sound_desk(&self) -> Result<MutexGuard<'_, Desk>, StorageError> {
        let desk = self.desk.lock();
        desk.error.clone().map_or(Ok(desk), Err)
    }

    fn take_in(self: &Arc<Self>, desk: &mut Desk, samples: &[i16]) -> usize {
        let taken = desk.waiting.push(samples, self.limits.most, &self.lanes.blocks);
        self.lanes.counts.waiting.fetch_add(taken as u64, Relaxed);
        self.hand_on(desk);
        taken
    }

    /// Waits until there is room for more, or the writing has failed.
    pub(super) fn wait_for_room(&self) {
        let mut desk = self.desk.lock();
        while desk.error.is_none() && desk.waiting.samples() >= self.limits.most {
            self.room.wait(&mut desk);
        }
    }

    /// Ends the recording; nothing is appended after that.
    pub(super) fn end(self: &Arc<Self>, end: End) {
        let mut desk = self.desk.lock();
        desk.end = Some(end);
        self.hand_on(&mut desk);
    }

    /// Hands the recording to the threads whose turn it is, unless some have it.
    fn hand_on(self: &Arc<Self>, desk: &mut Desk) {
        let job = match desk {
            Desk { is_handed_on: true, .. } => return,
            Desk { end: Some(_), .. } => Job::Seal,
            Desk { waiting, .. } if waiting.len() >= self.limits.gather.max(1) => Job::Write,
            _ => return,
        };
        desk.is_handed_on = true;
        self.lanes.send(job(Arc::clone(self)));
    }

    /// Makes the file: on a storage thread, as all that follows.
    pub(super) fn open(self: &Arc<Self>, opening: Opening) {
        match opening.open() {
            Ok(file) => self.put_back(Some(file), Ok(())),
            Err(error) => self.put_back(None, Err(error)),
        }
    }

    /// Writes what waits.
    pub(super) fn write(self: &Arc<Self>, hands: &mut Hands) {
        let mut file = self.desk.lock().file.take();
        let written = file.as_mut().map_or(Ok(()), |file| self.write_batch(file, hands).map(drop));
        self.put_back(file, written);
    }

    /// Writes a batch of what waits; false where nothing did.
    fn write_batch(&self, file: &mut WavFile, hands: &mut Hands) -> Result<bool, StorageError> {
        self.desk.lock().waiting.take(BATCH_BLOCKS, &mut hands.batch);
        hands.samples.clear();
        hands.batch.blocks.iter().for_each(|block| hands.samples.extend_from_slice(block));
        self.lanes.blocks.give_back(&mut hands.batch.blocks);
        self.lanes.counts.waiting.fetch_sub(hands.samples.len() as u64, Relaxed);
        self.room.notify_all();
        if hands.samples.is_empty() && hands.batch.lost == 0 {
            return Ok(false);
        }
        if !hands.samples.is_empty() {
            file.append_through(&hands.samples, &mut hands.bytes)?;
        }
        file.append_lost(hands.batch.lost)?;
        self.progress.has_written(file.samples());
        Ok(true)
    }

    fn put_back(self: &Arc<Self>, file: Option<WavFile>, done: Result<(), StorageError>) {
        let mut desk = self.desk.lock();
        if let Err(error) = done {
            // Both in one: whoever waits for the progress and appends then is told.
            self.progress.has_failed(&error, file.as_ref().map_or(0, WavFile::samples));
            desk.error = Some(error);
            self.forget(&mut desk);
        }
        desk.file = file;
        desk.is_handed_on = false;
        self.hand_on(&mut desk);
    }

    /// Nobody writes any more what waits.
    fn forget(&self, desk: &mut Desk) {
        let mut batch = Batch::default();
        self.lanes.counts.waiting.fetch_sub(desk.waiting.samples() as u64, Relaxed);
        desk.waiting.take(usize::MAX, &mut batch);
        self.lanes.blocks.give_back(&mut batch.blocks);
        self.room.notify_all();
    }

    /// Writes the rest, and ends the recording as was asked for.
    pub(super) fn seal(&self, hands: &mut Hands) {
        let mut desk = self.desk.lock();
        let (file, error, end) = (desk.file.take(), desk.error.clone(), desk.end.take());
        if let Some(End::Discard(_)) = end {
            self.forget(&mut desk);
        }
        drop(desk);
        let file = file.ok_or_else(|| error.clone().unwrap_or_else(StorageError::panicked));
        let sound = || error.map_or(Ok(()), Err);
        match end {
            Some(End::Keep { samples, sidecar, then }) => {
                let saved = sound().and(file).and_then(|file| self.keep(file, samples, sidecar, hands));
                self.tell(|| then(saved));
            }
            Some(End::Discard(then)) => {
                let removed = file.and_then(WavFile::discard);
                self.progress.is_over(0);
                self.tell(|| then(removed));
            }
            Some(End::Leave) | None => {
                let left = sound().and(file).and_then(|mut file| self.write_rest(&mut file, hands));
                // Whoever could be told has gone; the error is in the progress.
                self.tell(|| drop(left));
            }
        }
    }

    fn keep(
        &self,
        mut file: WavFile,
        samples: u64,
        sidecar: Option<Box<Report>>,
        hands: &mut Hands,
    ) -> Result<SavedRecording, StorageError> {
        self.write_rest(&mut file, hands)?;
        let saved = file.saved(file.earlier().saturating_add(samples));
        self.progress.is_over(saved.samples);
        seal::seal(file, &saved, sidecar.as_deref()).map(|()| saved)
    }

    fn write_rest(&self, file: &mut WavFile, hands: &mut Hands) -> Result<(), StorageError> {
        loop {
            match self.write_batch(file, hands) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    self.progress.has_failed(&error, file.samples());
                    self.forget(&mut self.desk.lock());
                    return Err(error);
                }
            }
        }
    }

    /// Tells whoever asked. He may panic: that ends neither this thread nor another's recording.
    fn tell(&self, then: impl FnOnce()) {
        self.lanes.counts.recordings.fetch_sub(1, Relaxed);
        let _ = catch_unwind(AssertUnwindSafe(then));
    }
}

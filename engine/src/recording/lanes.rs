//! The threads that write, and what is handed to them.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{
    blocks::{Batch, Blocks},
    track::{Opening, Track},
};

/// How long a writer lets jobs come together once it has done all that were there. Where thousands of recordings are written, the
/// threads that have the samples would else wake a writer for nearly each job, which costs more than the job.
const WRITERS_REST: Duration = Duration::from_millis(2);

/// What storage threads add to their nice values, so that all who hear go first: what waits to be written is held for seconds, what waits to
/// be heard for half of one. The later a writer comes, the more it writes at once, which costs less; but nothing of a recording is
/// written before its file is made.
const OPENERS_NICE: i32 = 5;
const NICE: i32 = 10;

/// What a storage thread is asked to do. A recording is in one lane at a time, so there are no more jobs than
/// recordings.
pub(super) enum Job {
    /// Make the file.
    Open(Arc<Track>, Opening),
    /// Write what waits.
    Write(Arc<Track>),
    /// Write the rest, and end it.
    Seal(Arc<Track>),
}

/// The ways to the threads: one for each kind of work, or one for all. Work that waits for the disk is apart from
/// writing, which waits for its cache alone.
#[derive(Debug)]
pub(super) struct Lanes {
    open: Sender<Job>,
    write: Sender<Job>,
    seal: Sender<Job>,
    pub(super) blocks: Blocks,
    pub(super) counts: Counts,
}

/// What is counted over all recordings.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Recordings that have begun and not ended.
    pub(super) recordings: AtomicUsize,
    /// Samples that wait to be written.
    pub(super) waiting: AtomicU64,
    /// Samples for which there was no room.
    pub(super) lost: AtomicU64,
    /// How often a recording began to lose.
    pub(super) bound_met: AtomicU64,
}

/// How many threads do what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Crew {
    pub(super) openers: usize,
    pub(super) writers: usize,
    pub(super) sealers: usize,
}

/// What a thread keeps from one job to the next, so that thousands of recordings need none of it.
#[derive(Default)]
pub(super) struct Hands {
    pub(super) batch: Batch,
    pub(super) samples: Vec<i16>,
    pub(super) bytes: Vec<u8>,
}

impl Lanes {
    /// One thread for everything.
    pub(super) fn one(blocks: Blocks) -> io::Result<(Arc<Self>, JoinHandle<()>)> {
        let (all, jobs) = unbounded();
        let thread = start("afterbeep-storage".to_owned(), jobs, Duration::ZERO, NICE)?;
        let lanes =
            Self { open: all.clone(), write: all.clone(), seal: all, blocks, counts: Counts::default() };
        Ok((Arc::new(lanes), thread))
    }

    /// Threads of each kind.
    pub(super) fn of(crew: Crew, blocks: Blocks) -> io::Result<(Arc<Self>, Vec<JoinHandle<()>>)> {
        let mut threads = Vec::new();
        let mut lane = |name: &str, count: usize, rest: Duration, nice: i32| -> io::Result<Sender<Job>> {
            let (give, jobs) = unbounded();
            for number in 0..count.max(1) {
                threads.push(start(format!("{name}-{number}"), jobs.clone(), rest, nice)?);
            }
            Ok(give)
        };
        let (open, write, seal) = (
            lane("beep-open", crew.openers, Duration::ZERO, OPENERS_NICE)?,
            lane("beep-write", crew.writers, WRITERS_REST, NICE)?,
            lane("beep-seal", crew.sealers, Duration::ZERO, NICE)?,
        );
        Ok((Arc::new(Self { open, write, seal, blocks, counts: Counts::default() }), threads))
    }

    /// Hands a job on; returns at once.
    pub(super) fn send(&self, job: Job) {
        let lane = match job {
            Job::Open(..) => &self.open,
            Job::Write(_) => &self.write,
            Job::Seal(_) => &self.seal,
        };
        // The threads are there as long as there are lanes.
        let _ = lane.send(job);
    }

    /// Recordings that wait to be opened, written and ended.
    pub(super) fn queued(&self) -> [usize; 3] {
        [self.open.len(), self.write.len(), self.seal.len()]
    }

    /// Counts what a recording lost, which began with it or goes on.
    pub(super) fn count_lost(&self, lost: usize, begins: bool) {
        self.counts.lost.fetch_add(lost as u64, Relaxed);
        self.counts.bound_met.fetch_add(u64::from(begins), Relaxed);
    }
}

/// Starts a thread, which lets jobs come together for `rest` whenever there are none.
fn start(name: String, jobs: Receiver<Job>, rest: Duration, nice: i32) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name).spawn(move || {
        give_way(nice);
        let mut hands = Hands::default();
        // Until the last recording and the store are gone: recordings hold the lanes too.
        for job in &jobs {
            match job {
                Job::Open(track, opening) => track.open(opening),
                Job::Write(track) => track.write(&mut hands),
                Job::Seal(track) => track.seal(&mut hands),
            }
            if !rest.is_zero() && jobs.is_empty() {
                thread::sleep(rest);
            }
        }
    })
}

/// Has others go before the calling thread.
#[cfg(target_os = "linux")]
fn give_way(nice: i32) {
    // Of this thread alone, on Linux. Where it is refused, all take turns.
    let _ = rustix::process::nice(nice);
}

/// A nice value is the whole process's elsewhere.
#[cfg(not(target_os = "linux"))]
fn give_way(_nice: i32) {}

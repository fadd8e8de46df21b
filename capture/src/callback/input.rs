//! From the sound card: samples into a ring, and marks where some did not fit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use afterbeep::ring::{self, MarkedConsumer, MarkedProducer, marked};
use ringbuf::traits::{Consumer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::convert::{DeviceSample, mix};
use super::{CHUNK, StreamState, on_audio_thread};

/// Losses that may lie unread between the samples in the ring.
const MARKS: usize = 64;

/// Callbacks whose times may lie unread: two seconds of 2 ms each. Beyond that several count as one.
const STAMPS: usize = 1_024;

/// The two ends of an input whose ring has room for `capacity` mono samples, fed by frames of `channels` samples.
///
/// Allocates; a capacity or channel count of zero counts as one.
pub fn input(capacity: usize, channels: u16) -> (InputTap, Ear) {
    let (samples, heard) = marked(capacity, MARKS);
    let (stamps, read_stamps) = HeapRb::new(STAMPS).split();
    let (lost, state) = (Arc::new(AtomicU64::new(0)), Arc::new(StreamState::default()));
    let tap = InputTap {
        samples,
        stamps,
        channels: usize::from(channels.max(1)),
        only: None,
        owed: 0,
        unstamped: 0,
        lost: lost.clone(),
        state: state.clone(),
    };
    (tap, Ear { samples: heard, stamps: read_stamps, reported: 0, lost, state })
}

/// When a callback came, and with how many frames, those that found no room among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// By the clock of whoever called.
    pub at: Duration,
    /// Of this callback, and of those before it whose own stamp found no room.
    pub frames: u64,
}

/// The audio thread's end of an input.
pub struct InputTap {
    /// Marked with how many samples found no room.
    samples: MarkedProducer<u64>,
    stamps: HeapProd<Stamp>,
    channels: usize,
    /// The one channel that is heard, from 0; else their mean.
    only: Option<usize>,
    /// Samples lost after the last ones that no mark tells of yet.
    owed: u64,
    /// Frames that no stamp tells of yet.
    unstamped: u64,
    lost: Arc<AtomicU64>,
    state: Arc<StreamState>,
}

impl InputTap {
    /// The same tap for one channel of the frames, by its place from 0 (see [`Channel::among`](crate::Channel::among));
    /// `None` is the mean of all. A place beyond the last channel is the last.
    pub fn only(self, place: Option<usize>) -> Self {
        Self { only: place.map(|place| place.min(self.channels - 1)), ..self }
    }

    /// Takes what the sound card heard, interleaved frames of any length, as mono samples of 16 bits.
    ///
    /// Converts to the mean of the channels, or the one that was chosen (rounded to nearest and clipped; not-a-number is
    /// silence; 16-bit mono is untouched), pushes what fits and counts what does not. Wait-free: no allocation, lock, system call or panic.
    pub fn on_audio<T: DeviceSample>(&mut self, data: &[T]) {
        on_audio_thread(|| self.hear(data));
    }

    /// The same, with the time at which the sound card came, so that what it lost without a word can be found.
    pub fn on_audio_at<T: DeviceSample>(&mut self, data: &[T], at: Duration) {
        on_audio_thread(|| {
            self.hear(data);
            self.unstamped += (data.len() / self.channels) as u64;
            if self.stamps.try_push(Stamp { at, frames: self.unstamped }).is_ok() {
                self.unstamped = 0;
            }
        });
    }

    fn hear<T: DeviceSample>(&mut self, data: &[T]) {
        let mut mono = [0; CHUNK];
        for frames in data.chunks(CHUNK * self.channels) {
            let count = mix(frames, self.channels, self.only, &mut mono);
            self.push(&mono[..count]);
        }
        self.state.called();
    }

    /// Samples that the ring has room for now.
    pub fn room(&self) -> usize {
        self.samples.room()
    }

    /// What is known of the stream, for its error callback.
    pub fn state(&self) -> Arc<StreamState> {
        self.state.clone()
    }

    fn push(&mut self, samples: &[i16]) {
        let may_follow = self.owed == 0 || self.samples.mark(self.owed);
        if may_follow {
            self.owed = 0;
        }
        let fitted = if may_follow { self.samples.push(samples) } else { 0 };
        let lost = (samples.len() - fitted) as u64;
        if lost > 0 {
            self.owed += lost;
            self.lost.fetch_add(lost, Ordering::Release);
        }
    }
}

/// The working thread's end of an input.
pub struct Ear {
    samples: MarkedConsumer<u64>,
    stamps: HeapCons<Stamp>,
    reported: u64,
    lost: Arc<AtomicU64>,
    state: Arc<StreamState>,
}

/// What came out of an [`Ear`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Taken {
    /// So many samples are at the start of the frame.
    Samples(usize),
    /// Here, between what was taken before and what follows, so many samples found no room.
    Lost(u64),
    /// There is nothing now.
    Nothing,
}

impl Ear {
    /// Takes what lies next in the ring, never across a loss. Does not wait or allocate.
    pub fn take(&mut self, frame: &mut [i16]) -> Taken {
        match self.samples.take(frame) {
            ring::Taken::Samples(count) => Taken::Samples(count),
            ring::Taken::Mark(lost) => {
                self.reported += lost;
                Taken::Lost(lost)
            }
            ring::Taken::Nothing => Taken::Nothing,
        }
    }

    /// The next callback's time: callbacks are told in order, each once.
    pub fn stamp(&mut self) -> Option<Stamp> {
        self.stamps.try_pop()
    }

    /// Samples that were taken so far, and losses among them.
    pub fn position(&self) -> u64 {
        self.samples.taken() + self.reported
    }

    /// Samples lost after the last one in the ring, once no callback follows; told once.
    pub fn lost_at_the_end(&mut self) -> u64 {
        let rest = self.lost() - self.reported;
        self.reported += rest;
        rest
    }

    /// Samples that found no room since the start.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Acquire)
    }

    /// Samples in the ring now.
    pub fn waiting(&self) -> usize {
        self.samples.waiting()
    }

    /// What is known of the stream.
    pub fn state(&self) -> &StreamState {
        &self.state
    }

    pub(crate) fn shared_state(&self) -> Arc<StreamState> {
        self.state.clone()
    }
}

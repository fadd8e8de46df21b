//! From the sound card: samples into a ring, and marks where some did not fit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ringbuf::traits::{Consumer, Observer, Producer, Split};
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
    let (samples, heard) = HeapRb::new(capacity.max(1)).split();
    let (marks, read_marks) = HeapRb::new(MARKS).split();
    let (stamps, read_stamps) = HeapRb::new(STAMPS).split();
    let (lost, state) = (Arc::new(AtomicU64::new(0)), Arc::new(StreamState::default()));
    let tap = InputTap {
        samples,
        marks,
        stamps,
        channels: usize::from(channels.max(1)),
        only: None,
        pushed: 0,
        owed: 0,
        unstamped: 0,
        lost: lost.clone(),
        state: state.clone(),
    };
    (tap, Ear { samples: heard, marks: read_marks, stamps: read_stamps, taken: 0, reported: 0, lost, state })
}

/// Samples that found no room.
#[derive(Clone, Copy, Debug)]
struct Loss {
    /// The samples that went into the ring before them.
    after: u64,
    samples: u64,
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
    samples: HeapProd<i16>,
    marks: HeapProd<Loss>,
    stamps: HeapProd<Stamp>,
    channels: usize,
    /// The one channel that is heard, from 0; else their mean.
    only: Option<usize>,
    /// Samples that went into the ring.
    pushed: u64,
    /// Samples lost after them that no mark tells of yet.
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
        self.samples.vacant_len()
    }

    /// What is known of the stream, for its error callback.
    pub fn state(&self) -> Arc<StreamState> {
        self.state.clone()
    }

    fn push(&mut self, samples: &[i16]) {
        // To ask whether it is full costs a look at what the reader writes: only where there is something to tell first.
        let room = self.owed == 0 || (!self.samples.is_full() && self.tell_of_losses());
        let fitted = if room { self.samples.push_slice(samples) } else { 0 };
        self.pushed += fitted as u64;
        let lost = (samples.len() - fitted) as u64;
        if lost > 0 {
            self.owed += lost;
            self.lost.fetch_add(lost, Ordering::Release);
        }
    }

    /// Puts the mark of a loss before the samples that follow it; without it they must not follow.
    fn tell_of_losses(&mut self) -> bool {
        let told = self.marks.try_push(Loss { after: self.pushed, samples: self.owed }).is_ok();
        if told {
            self.owed = 0;
        }
        told
    }
}

/// The working thread's end of an input.
pub struct Ear {
    samples: HeapCons<i16>,
    marks: HeapCons<Loss>,
    stamps: HeapCons<Stamp>,
    taken: u64,
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
        // In this order: whoever sees samples that follow a loss sees the mark before them.
        let there = self.samples.occupied_len();
        let mut count = there.min(frame.len());
        if let Some(&loss) = self.marks.try_peek() {
            if loss.after == self.taken {
                self.marks.try_pop();
                self.reported += loss.samples;
                return Taken::Lost(loss.samples);
            }
            let before_loss = usize::try_from(loss.after - self.taken).unwrap_or(usize::MAX);
            count = count.min(before_loss);
        }
        let count = self.samples.pop_slice(&mut frame[..count]);
        self.taken += count as u64;
        if count == 0 { Taken::Nothing } else { Taken::Samples(count) }
    }

    /// The next callback's time: callbacks are told in order, each once.
    pub fn stamp(&mut self) -> Option<Stamp> {
        self.stamps.try_pop()
    }

    /// Samples that were taken so far, and losses among them.
    pub fn position(&self) -> u64 {
        self.taken + self.reported
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
        self.samples.occupied_len()
    }

    /// What is known of the stream.
    pub fn state(&self) -> &StreamState {
        &self.state
    }

    pub(crate) fn shared_state(&self) -> Arc<StreamState> {
        self.state.clone()
    }
}

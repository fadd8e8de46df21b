//! Between the audio thread and a worker: samples one way and the other, wait-free, every loss in its place.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use ringbuf::traits::{Consumer, Observer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

use crate::{SampleRate, call::Arrivals};

/// Marks that may lie unread between the samples in the ring.
const MARKS: usize = 8;

/// Between two samples on their way to the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The samples that went into the ring before it.
    after: u64,
    /// Samples that are missing here.
    pub(super) missing: u64,
    /// The network's count of the sample that follows, where it has told.
    pub(super) position: Option<u32>,
}

/// What is counted of a call's audio, for whoever asks.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Captured samples that found no room: the worker was late.
    pub(super) overrun: AtomicU64,
    /// Samples that the network lost.
    pub(super) missing: AtomicU64,
    /// Samples that came too late or twice.
    pub(super) late: AtomicU64,
    /// Samples that were to be played and were not there.
    pub(super) underrun: AtomicU64,
}

impl Counts {
    pub(super) fn overrun(&self) -> u64 {
        self.overrun.load(Relaxed)
    }

    pub(super) fn missing(&self) -> u64 {
        self.missing.load(Relaxed)
    }
}

/// What the worker tells the audio thread beside the samples.
#[derive(Debug, Default)]
struct Told {
    /// Samples of the playback up to this one are not to be heard any more.
    muted_until: AtomicU64,
}

/// The audio thread's end of a call: captured samples in, samples to play out.
///
/// It goes to one thread, and stays there; none of its methods waits, locks, allocates, panics or calls the system.
///
/// ```compile_fail
/// fn shared<T: Sync>() {}
/// shared::<afterbeep::Audio>(); // error: two threads at once could not push into one ring
/// ```
pub struct Audio {
    samples: HeapProd<i16>,
    marks: HeapProd<Mark>,
    /// Samples that went into the ring.
    pushed: u64,
    /// Samples that are missing after them, which no mark tells of yet.
    owed: u64,
    /// What the next mark is to say of the network's count.
    position: Option<u32>,
    arrivals: Arrivals,
    playback: HeapCons<i16>,
    /// Samples that came out of it.
    popped: u64,
    told: Arc<Told>,
    counts: Arc<Counts>,
    one_thread: PhantomData<Cell<()>>,
}

/// The worker's end.
pub(super) struct Line {
    samples: HeapCons<i16>,
    marks: HeapCons<Mark>,
    taken: u64,
    /// Samples that marks have told to be missing, and those that were given as such.
    marked: u64,
    reported: u64,
    playback: HeapProd<i16>,
    /// Samples that went into it.
    given: u64,
    told: Arc<Told>,
    pub(super) counts: Arc<Counts>,
}

/// What came from the audio thread.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Came {
    /// So many samples are at the start of the frame.
    Samples(usize),
    Mark(Mark),
    Nothing,
}

/// Both ends of a call's line at `rate`: rings of `capacity` samples each way, the one to the audio thread begun with `cushion`
/// samples of silence.
pub(super) fn line(rate: SampleRate, capacity: usize, cushion: usize) -> (Audio, Line) {
    let (samples, came) = HeapRb::new(capacity).split();
    let (marks, told_marks) = HeapRb::new(MARKS).split();
    let (mut playback, to_play) = HeapRb::new(capacity.max(2 * cushion)).split();
    playback.push_iter(std::iter::repeat_n(0, cushion));
    let (told, counts) = (Arc::new(Told::default()), Arc::new(Counts::default()));
    let audio = Audio {
        samples,
        marks,
        pushed: 0,
        owed: 0,
        position: None,
        arrivals: Arrivals::new(rate),
        playback: to_play,
        popped: 0,
        told: Arc::clone(&told),
        counts: Arc::clone(&counts),
        one_thread: PhantomData,
    };
    let given = cushion as u64;
    (
        audio,
        Line {
            samples: came,
            marks: told_marks,
            taken: 0,
            marked: 0,
            reported: 0,
            playback,
            given,
            told,
            counts,
        },
    )
}

impl Audio {
    /// Takes captured samples, any number, at the call's rate. What finds no room is counted, and silence in its place.
    pub fn capture(&mut self, captured: &[i16]) {
        self.arrivals.follow(captured.len());
        self.push(captured);
    }

    /// Takes captured samples from a network that counts them; see [`crate::Call::capture_at`].
    pub fn capture_at(&mut self, position: u32, captured: &[i16]) {
        let is_expected = self.arrivals.expects(position);
        let arrival = self.arrivals.at(position, captured.len());
        self.counts.late.fetch_add(arrival.late as u64, Relaxed);
        let fresh = captured.get(arrival.late..).unwrap_or_default();
        if !is_expected && !fresh.is_empty() {
            self.position = Some(position.wrapping_add(arrival.late as u32));
        }
        if arrival.missing > 0 {
            self.counts.missing.fetch_add(u64::from(arrival.missing), Relaxed);
            self.owed += u64::from(arrival.missing);
        }
        self.push(fresh);
    }

    /// Takes `samples` that were lost on the way here as silence, and counts them.
    pub fn lose(&mut self, samples: u64) {
        self.arrivals.follow(samples as usize);
        self.counts.missing.fetch_add(samples, Relaxed);
        self.owed += samples;
    }

    /// Gives what is to be played, as many samples as `out` has; silence where there is nothing.
    pub fn playback(&mut self, out: &mut [i16]) {
        let count = self.playback.pop_slice(out);
        out[count..].fill(0);
        let missing = (out.len() - count) as u64;
        if missing > 0 {
            self.counts.underrun.fetch_add(missing, Relaxed);
        }
        let muted = self.told.muted_until.load(Relaxed).saturating_sub(self.popped);
        let muted = usize::try_from(muted).unwrap_or(usize::MAX).min(count);
        out[..muted].fill(0);
        self.popped += count as u64;
    }

    /// Captured samples so far that found no room.
    pub fn overrun(&self) -> u64 {
        self.counts.overrun()
    }

    fn push(&mut self, samples: &[i16]) {
        let may = (self.owed == 0 && self.position.is_none()) || self.tell();
        let fitted = if may { self.samples.push_slice(samples) } else { 0 };
        self.pushed += fitted as u64;
        let lost = (samples.len() - fitted) as u64;
        if lost > 0 {
            self.owed += lost;
            self.counts.overrun.fetch_add(lost, Relaxed);
        }
    }

    /// Puts the mark before the samples that follow it; without it they must not follow.
    fn tell(&mut self) -> bool {
        let mark = Mark { after: self.pushed, missing: self.owed, position: self.position };
        let is_told = !self.samples.is_full() && self.marks.try_push(mark).is_ok();
        if is_told {
            self.owed = 0;
            self.position = None;
        }
        is_told
    }
}

impl Line {
    /// Takes what lies next, never across a mark.
    pub(super) fn take(&mut self, frame: &mut [i16]) -> Came {
        // In this order: whoever sees samples that follow a mark sees the mark before them.
        let there = self.samples.occupied_len();
        let mut count = there.min(frame.len());
        if let Some(&mark) = self.marks.try_peek() {
            if mark.after == self.taken {
                self.marks.try_pop();
                self.marked += mark.missing;
                let missing = self.marked.saturating_sub(self.reported);
                self.reported += missing;
                return Came::Mark(Mark { missing, ..mark });
            }
            count = count.min(usize::try_from(mark.after - self.taken).unwrap_or(usize::MAX));
        }
        let count = self.samples.pop_slice(&mut frame[..count]);
        self.taken += count as u64;
        if count == 0 { Came::Nothing } else { Came::Samples(count) }
    }

    /// Samples that are missing after the last that came, told once: to be asked when nothing more is expected.
    pub(super) fn missing_at_the_end(&mut self) -> u64 {
        let all = self.counts.overrun() + self.counts.missing();
        let missing = all.saturating_sub(self.reported);
        self.reported += missing;
        missing
    }

    /// Gives samples to be played; those for which nobody makes room are nobody's.
    pub(super) fn play(&mut self, samples: &[i16]) {
        self.given += self.playback.push_slice(samples) as u64;
    }

    /// What was given to be played is not to be heard any more.
    pub(super) fn cut(&mut self) {
        self.told.muted_until.store(self.given, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both() -> (Audio, Line) {
        line(SampleRate::HZ_8000, 800, 160)
    }

    fn drain(line: &mut Line) -> Vec<Came> {
        let mut frame = [0; 160];
        std::iter::from_fn(|| Some(line.take(&mut frame)).filter(|came| *came != Came::Nothing)).collect()
    }

    #[test]
    fn what_finds_no_room_stands_in_its_place() {
        let (mut audio, mut line) = both();
        audio.capture(&[1; 900]);
        audio.capture(&[1; 50]);
        assert_eq!(drain(&mut line), [160; 5].map(Came::Samples));
        audio.capture(&[1; 10]);
        let mark = Mark { after: 800, missing: 150, position: None };
        assert_eq!(drain(&mut line), [Came::Mark(mark), Came::Samples(10)]);
        assert_eq!(audio.overrun(), 150);
        assert_eq!(line.missing_at_the_end(), 0);
        audio.capture(&[1; 810]);
        assert_eq!(drain(&mut line).len(), 5);
        assert_eq!((line.missing_at_the_end(), line.missing_at_the_end()), (10, 0));
        audio.capture(&[1; 10]);
        let mark = Mark { after: 1_610, missing: 0, position: None };
        assert_eq!(drain(&mut line), [Came::Mark(mark), Came::Samples(10)]);
    }

    #[test]
    fn what_the_network_lost_is_marked_and_so_is_its_count() {
        let (mut audio, mut line) = both();
        audio.capture_at(5_000, &[1; 160]);
        audio.capture_at(5_160, &[1; 160]);
        audio.capture_at(5_480, &[1; 160]);
        audio.capture_at(5_560, &[1; 160]);
        audio.capture_at(90_000, &[1; 40]);
        let mark = |after, missing, position| Came::Mark(Mark { after, missing, position: Some(position) });
        let expected = [
            mark(0, 0, 5_000),
            Came::Samples(160),
            Came::Samples(160),
            mark(320, 160, 5_480),
            Came::Samples(160),
            mark(480, 0, 5_640),
            Came::Samples(80),
            mark(560, 0, 90_000),
            Came::Samples(40),
        ];
        assert_eq!(drain(&mut line), expected);
        assert_eq!((line.counts.late.load(Relaxed), line.counts.missing.load(Relaxed)), (80, 160));
    }

    #[test]
    fn what_was_cut_is_not_heard_and_time_goes_on() {
        let (mut audio, mut line) = both();
        line.play(&[7; 320]);
        let mut out = [1; 200];
        audio.playback(&mut out);
        assert!(out[..160] == [0; 160] && out[160..] == [7; 40]);
        line.cut();
        line.play(&[9; 20]);
        audio.playback(&mut out);
        assert!(out == [0; 200]);
        let mut rest = [1; 110];
        audio.playback(&mut rest);
        assert!(rest[..80] == [0; 80] && rest[80..100] == [9; 20] && rest[100..] == [0; 10]);
        assert_eq!(line.counts.underrun.load(Relaxed), 10);
    }
}

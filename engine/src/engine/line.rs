//! Between the audio thread and a worker: samples one way and the other, wait-free, every loss in its place.

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;

use super::shared::{Count, Mark, Shared};
use crate::{SampleRate, call::Arrivals};

/// The audio thread's end of a call: captured samples in, samples to play out.
///
/// It goes to one thread, and stays there; none of its methods waits, locks, allocates, panics or calls the system.
///
/// ```compile_fail
/// fn shared<T: Sync>() {}
/// shared::<afterbeep::Audio>(); // error: two threads at once could not push into one ring
/// ```
pub struct Audio {
    pub(super) shared: Arc<Shared>,
    /// Samples that are missing after those in the ring, which no mark tells of yet.
    owed: u64,
    /// What the next mark is to say of the network's count.
    position: Option<u32>,
    arrivals: Arrivals,
    one_thread: PhantomData<Cell<()>>,
}

/// The worker's end.
pub(super) struct Line {
    pub(super) shared: Arc<Shared>,
    /// Captured samples that had come when the worker last looked.
    seen: u64,
    /// Samples that marks have told to be missing, and those that were given as such.
    marked: u64,
    reported: u64,
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
    let shared = Shared::new(capacity, capacity.max(2 * cushion), cushion);
    let audio = Audio {
        shared: Arc::clone(&shared),
        owed: 0,
        position: None,
        arrivals: Arrivals::new(rate),
        one_thread: PhantomData,
    };
    (audio, Line { shared, seen: 0, marked: 0, reported: 0 })
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
        self.shared.late.add(arrival.late as u64);
        let fresh = captured.get(arrival.late..).unwrap_or_default();
        if !is_expected && !fresh.is_empty() {
            self.position = Some(position.wrapping_add(arrival.late as u32));
        }
        self.shared.missing.add(u64::from(arrival.missing));
        self.owed += u64::from(arrival.missing);
        self.push(fresh);
    }

    /// Takes `samples` that were lost on the way here as silence, and counts them.
    pub fn lose(&mut self, samples: u64) {
        self.arrivals.follow(samples as usize);
        self.shared.missing.add(samples);
        self.owed += samples;
    }

    /// Gives what is to be played, as many samples as `out` has; silence where there is nothing.
    pub fn playback(&mut self, out: &mut [i16]) {
        let Shared { popped, given, silent_from, muted_until, playback, underrun, .. } = &*self.shared;
        let from = popped.mine();
        // In this order: where the silence begins is then no older than what was given.
        let there = (given.theirs() - from).min(out.len() as u64);
        let until = from + there;
        let sound_until = silent_from.theirs().clamp(from, until);
        let sound_from = muted_until.mine().clamp(from, sound_until);
        let (before, rest) = out.split_at_mut((sound_from - from) as usize);
        let (sound, after) = rest.split_at_mut((sound_until - sound_from) as usize);
        before.fill(0);
        playback.read(sound_from, sound);
        after.fill(0);
        underrun.add(out.len() as u64 - there);
        popped.add(there);
    }

    /// Captured samples so far that found no room.
    pub fn overrun(&self) -> u64 {
        self.shared.overrun.mine()
    }

    fn push(&mut self, samples: &[i16]) {
        let at = self.shared.pushed.mine();
        let room = u64::from(self.shared.capture_room).saturating_sub(at - self.shared.taken.theirs());
        let may = (self.owed == 0 && self.position.is_none()) || (room > 0 && self.tell(at));
        let fitted = if may { samples.len().min(room as usize) } else { 0 };
        self.shared.captured.write(at, &samples[..fitted]);
        self.shared.pushed.add(fitted as u64);
        let lost = (samples.len() - fitted) as u64;
        self.owed += lost;
        self.shared.overrun.add(lost);
    }

    /// Puts the mark before the samples that follow it; without it they must not follow.
    fn tell(&mut self, after: u64) -> bool {
        let is_told = self.shared.put(Mark { after, missing: self.owed, position: self.position });
        if is_told {
            self.owed = 0;
            self.position = None;
        }
        is_told
    }
}

impl Line {
    /// Looks what has come: that may be taken, and no more.
    pub(super) fn look(&mut self) {
        self.seen = self.shared.pushed.theirs();
    }

    /// Takes what lies next, never across a mark.
    pub(super) fn take(&mut self, frame: &mut [i16]) -> Came {
        let shared = &*self.shared;
        let at = shared.taken.mine();
        // After the look: whoever sees samples that follow a mark sees the mark before them.
        let mut count = (self.seen - at).min(frame.len() as u64);
        if let Some(mark) = shared.mark() {
            if mark.after == at {
                shared.take_mark();
                self.marked += mark.missing;
                let missing = self.marked.saturating_sub(self.reported);
                self.reported += missing;
                return Came::Mark(Mark { missing, ..mark });
            }
            count = count.min(mark.after - at);
        }
        if count == 0 {
            return Came::Nothing;
        }
        shared.captured.read(at, &mut frame[..count as usize]);
        shared.taken.add(count);
        Came::Samples(count as usize)
    }

    pub(super) fn touch(&self) -> u64 {
        self.reported
    }

    pub(super) fn touch_shared(&self) -> u64 {
        self.shared.pushed.mine() + self.shared.taken.mine()
    }

    pub(super) fn touch_samples(&self) -> u64 {
        self.shared.captured.touch(self.shared.taken.mine())
    }

    /// Samples that are missing after the last that came, told once: to be asked when nothing more is expected.
    pub(super) fn missing_at_the_end(&mut self) -> u64 {
        let all = self.shared.overrun.mine() + self.shared.missing.mine();
        let missing = all.saturating_sub(self.reported);
        self.reported += missing;
        missing
    }

    /// Gives samples to be played; those for which nobody makes room are nobody's.
    pub(super) fn play(&mut self, samples: &[i16]) {
        if samples.iter().all(|&sample| sample == 0) {
            return self.rest(samples.len());
        }
        self.write_out_silence();
        let count = self.room().min(samples.len());
        let given = &self.shared.given;
        self.shared.playback.write(given.mine(), &samples[..count]);
        given.add(count as u64);
    }

    /// Gives silence: the audio thread is told from where on.
    fn rest(&mut self, samples: usize) {
        let count = self.room().min(samples) as u64;
        let Shared { given, silent_from, .. } = &*self.shared;
        if silent_from.mine() == Count::NEVER {
            silent_from.tell(given.mine());
        }
        given.add(count);
    }

    /// Silence that is still to be heard has to stand before the sound that follows.
    fn write_out_silence(&mut self) {
        const SILENCE: [i16; 480] = [0; 480];
        let Shared { given, silent_from, popped, playback, .. } = &*self.shared;
        if silent_from.mine() == Count::NEVER {
            return;
        }
        let (mut at, until) = (silent_from.mine().max(popped.mine()), given.mine());
        while at < until {
            let part = (until - at).min(SILENCE.len() as u64);
            playback.write(at, &SILENCE[..part as usize]);
            at += part;
        }
        // Behind the zeros: whoever sees no silence sees them.
        silent_from.tell(Count::NEVER);
    }

    fn room(&self) -> usize {
        let Shared { given, popped, playback_room, .. } = &*self.shared;
        u64::from(*playback_room).saturating_sub(given.mine() - popped.theirs()) as usize
    }

    /// What was given to be played is not to be heard any more.
    pub(super) fn cut(&mut self) {
        self.shared.muted_until.tell(self.shared.given.mine());
    }
}

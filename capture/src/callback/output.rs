//! To the sound card: samples out of a ring, silence where there are none.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ringbuf::traits::{Consumer, Observer, Producer, Split};
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::convert::{DeviceSample, spread};
use super::{CHUNK, StreamState, on_audio_thread};

/// The two ends of an output whose ring has room for `capacity` mono samples, for frames of `channels` samples.
///
/// Allocates; a capacity or channel count of zero counts as one.
pub fn output(capacity: usize, channels: u16) -> (OutputTap, Mouth) {
    let (said, samples) = HeapRb::new(capacity.max(1)).split();
    let (meter, state) = (Arc::new(Meter::default()), Arc::new(StreamState::default()));
    let channels = usize::from(channels.max(1));
    let tap = OutputTap { samples, channels, popped: 0, meter: meter.clone(), state: state.clone() };
    (tap, Mouth { samples: said, pushed: 0, meter, state })
}

/// Counts of both ends, in samples since the start unless said.
#[derive(Debug, Default)]
struct Meter {
    /// Taken out of the ring.
    popped: AtomicU64,
    /// Silence in place of samples that were due.
    underruns: AtomicU64,
    /// No sample is due beyond this one.
    end: AtomicU64,
    /// Samples before this one are not to be heard any more.
    cut: AtomicU64,
    /// Nanoseconds from a callback to its first sample's sound.
    device_ns: AtomicU64,
    /// Frames of the last callback.
    frames: AtomicU64,
}

/// The audio thread's end of an output.
pub struct OutputTap {
    samples: HeapCons<i16>,
    channels: usize,
    popped: u64,
    meter: Arc<Meter>,
    state: Arc<StreamState>,
}

impl OutputTap {
    /// Fills `data`, interleaved frames of any length, with the next samples, each on every channel.
    ///
    /// Where samples are missing there is silence; it is counted if they were due. Wait-free: no allocation, lock,
    /// system call or panic.
    pub fn on_audio<T: DeviceSample>(&mut self, data: &mut [T]) {
        on_audio_thread(|| {
            self.obey_cut();
            let mut missing = 0;
            let mut mono = [0; CHUNK];
            for frames in data.chunks_mut(CHUNK * self.channels) {
                let wanted = frames.len() / self.channels;
                let count = self.samples.pop_slice(&mut mono[..wanted]);
                spread(&mono[..count], self.channels, frames);
                self.popped += count as u64;
                missing += (wanted - count) as u64;
            }
            self.count(missing, data.len() / self.channels);
        });
    }

    /// Notes how long after this callback its first sample will sound.
    pub fn sounds_in(&self, delay: Duration) {
        let nanos = u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX);
        self.meter.device_ns.store(nanos, Ordering::Relaxed);
    }

    /// What is known of the stream, for its error callback.
    pub fn state(&self) -> Arc<StreamState> {
        self.state.clone()
    }

    fn obey_cut(&mut self) {
        let unwanted = self.meter.cut.load(Ordering::Acquire).saturating_sub(self.popped);
        if unwanted > 0 {
            self.popped += self.samples.skip(usize::try_from(unwanted).unwrap_or(usize::MAX)) as u64;
        }
    }

    fn count(&mut self, missing: u64, frames: usize) {
        if missing > 0 && self.popped < self.meter.end.load(Ordering::Acquire) {
            self.meter.underruns.fetch_add(missing, Ordering::Release);
        }
        self.meter.frames.store(frames as u64, Ordering::Relaxed);
        self.meter.popped.store(self.popped, Ordering::Release);
        self.state.called();
    }
}

/// The working thread's end of an output.
pub struct Mouth {
    samples: HeapProd<i16>,
    pushed: u64,
    meter: Arc<Meter>,
    state: Arc<StreamState>,
}

impl Mouth {
    /// Puts samples into the ring, as many as fit, and says how many. From now on samples are due.
    pub fn say(&mut self, samples: &[i16]) -> usize {
        let count = self.samples.push_slice(samples);
        self.pushed += count as u64;
        self.meter.end.store(u64::MAX, Ordering::Release);
        count
    }

    /// Says that no sample is due after those in the ring, until more are put in: silence then is no underrun.
    pub fn end(&mut self) {
        self.meter.end.store(self.pushed, Ordering::Release);
    }

    /// Whether no sample is due after those in the ring.
    pub(crate) fn has_ended(&self) -> bool {
        self.meter.end.load(Ordering::Acquire) != u64::MAX
    }

    /// Silences what is in the ring, from the next callback on.
    pub fn cut(&mut self) {
        self.meter.cut.store(self.pushed, Ordering::Release);
        self.end();
    }

    /// Samples that fit into the ring now.
    pub fn room(&self) -> usize {
        self.samples.vacant_len()
    }

    /// Samples in the ring now.
    pub fn waiting(&self) -> usize {
        self.samples.occupied_len()
    }

    /// Samples of silence that the sound card got in place of samples that were due.
    pub fn underruns(&self) -> u64 {
        self.meter.underruns.load(Ordering::Acquire)
    }

    /// What is known of the stream.
    pub fn state(&self) -> &StreamState {
        &self.state
    }

    /// A view for a thread that waits until all was heard.
    pub(crate) fn progress(&self) -> Progress {
        Progress { meter: self.meter.clone() }
    }

    pub(crate) fn shared_state(&self) -> Arc<StreamState> {
        self.state.clone()
    }
}

/// How far an output has come, for control threads.
#[derive(Clone, Debug)]
pub(crate) struct Progress {
    meter: Arc<Meter>,
}

impl Progress {
    /// Whether the sound card has taken every sample that was said before the end.
    pub(crate) fn all_taken(&self) -> bool {
        self.meter.popped.load(Ordering::Acquire) >= self.meter.end.load(Ordering::Acquire)
    }

    /// How long after being taken the last sample of a callback sounds, at `rate` frames per second.
    pub(crate) fn device_latency(&self, rate: u32) -> Duration {
        let frames = self.meter.frames.load(Ordering::Relaxed);
        let callback = Duration::from_secs_f64(frames as f64 / f64::from(rate.max(1)));
        let reported = Duration::from_nanos(self.meter.device_ns.load(Ordering::Relaxed));
        // A host that says nothing (PipeWire) keeps at least two callbacks.
        callback + if reported.is_zero() { callback } else { reported }
    }
}

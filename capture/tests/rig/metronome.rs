//! How late the machine itself is: a deadline of ours cannot be kept better.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const BEAT: Duration = Duration::from_millis(5);

/// A thread that wakes every 5 ms, and notes how late.
pub(crate) struct Metronome {
    latest_ns: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Metronome {
    pub(crate) fn start() -> Self {
        let this = Self { latest_ns: Arc::default(), stop: Arc::default() };
        let (latest, stop) = (this.latest_ns.clone(), this.stop.clone());
        thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let asleep = Instant::now();
                thread::sleep(BEAT);
                latest.fetch_max((asleep.elapsed() - BEAT).as_nanos() as u64, Ordering::Relaxed);
            }
        });
        this
    }

    /// The latest that it was so far.
    pub(crate) fn latest(&self) -> Duration {
        // One that is late now has not said so yet.
        thread::sleep(2 * BEAT);
        Duration::from_nanos(self.latest_ns.load(Ordering::Relaxed))
    }
}

impl Drop for Metronome {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

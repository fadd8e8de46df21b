//! Calls in real time: what the network brings them, and what all of that costs, by thread.

use std::collections::BTreeMap;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::{Audio, SampleRate};

/// The rate of all of these calls.
pub(crate) const RATE: SampleRate = SampleRate::HZ_8000;
/// Samples of a frame of the network, and its time.
pub(crate) const FRAME: usize = 160;
pub(crate) const FRAME_TIME: Duration = Duration::from_millis(20);
/// Every call's sound is a stretch of this; each begins elsewhere.
const NOISE: usize = 1 << 21;

/// Steady noise, which is no speech: recordings of it end at their caps.
pub(crate) fn noise() -> Vec<i16> {
    let mut state = 0x1234_5678u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 22) as i16 | 1
    };
    std::iter::repeat_with(next).take(NOISE).collect()
}

/// Where a call's sound begins in the noise.
pub(crate) fn place(call: usize) -> usize {
    call.wrapping_mul(7_919) % (NOISE / 2)
}

/// Brings every call a frame each 20 ms; tells by how much it was late at most.
pub(crate) fn network(lines: &mut [(Audio, usize)], noise: &[i16], frames: usize) -> Duration {
    let (start, mut heard, mut latest) = (Instant::now(), [0; FRAME], Duration::ZERO);
    for frame in 0..frames {
        latest = latest.max(wait_until(start + FRAME_TIME * frame as u32));
        for (audio, place) in &mut *lines {
            let from = *place + frame * FRAME;
            audio.capture(&noise[from..from + FRAME]);
            audio.playback(&mut heard);
        }
    }
    latest
}

/// Waits until it is `due`; tells how late it is.
pub(crate) fn wait_until(due: Instant) -> Duration {
    if let Some(early) = due.checked_duration_since(Instant::now()) {
        thread::sleep(early);
        return Duration::ZERO;
    }
    due.elapsed()
}

/// The thread that brings the samples: the main one.
pub(crate) const NETWORK: &str = "network";

/// Processor time of this process's threads by their names, numbers left off.
pub(crate) struct Used(BTreeMap<String, Duration>);

impl Used {
    /// So far.
    pub(crate) fn now() -> Self {
        let (mut used, main) = (BTreeMap::new(), std::process::id().to_string());
        for task in fs::read_dir("/proc/self/task").expect("Linux").flatten() {
            let read = |file| fs::read_to_string(task.path().join(file));
            // A thread may have ended meanwhile.
            let (Ok(name), Ok(times)) = (read("comm"), read("schedstat")) else { continue };
            let is_main = task.file_name().to_str() == Some(&main);
            let name = match name.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-') {
                _ if is_main => NETWORK,
                name if name.starts_with("afterbeep-work") => "workers",
                name => name,
            };
            let ns = times.split(' ').next().and_then(|ns| ns.parse().ok()).expect("ns");
            *used.entry(name.to_owned()).or_default() += Duration::from_nanos(ns);
        }
        Self(used)
    }

    /// Since an earlier time.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let less = |(name, time): (&String, &Duration)| {
            (name.clone(), time.saturating_sub(earlier.0.get(name).copied().unwrap_or_default()))
        };
        Self(self.0.iter().map(less).collect())
    }

    /// Has a thread stand where it stood earlier.
    #[allow(dead_code, reason = "one of the two benches wants it")]
    pub(crate) fn take_over(&mut self, name: &str, earlier: &Self) {
        self.0.insert(name.to_owned(), earlier.of(name));
    }

    /// Of all threads.
    pub(crate) fn total(&self) -> Duration {
        self.0.values().sum()
    }

    /// Of the threads that have this name.
    #[allow(dead_code, reason = "one of the two benches wants it")]
    pub(crate) fn of(&self, name: &str) -> Duration {
        self.0.get(name).copied().unwrap_or_default()
    }

    #[allow(dead_code, reason = "one of the two benches wants it")]
    /// Each name with its part of the µs for a second of a call.
    pub(crate) fn by_thread(&self, call_seconds: f64) -> String {
        let part = |(name, time): (&String, &Duration)| {
            format!("{name} {:.1}", time.as_secs_f64() * 1e6 / call_seconds)
        };
        self.0.iter().filter(|(_, time)| !time.is_zero()).map(part).collect::<Vec<_>>().join(" · ")
    }
}

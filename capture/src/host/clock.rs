//! When a callback came: by our own clock, or by the server's where that is better.

use std::time::{Duration, Instant};

use cpal::StreamInstant;

/// The clock that callbacks of one stream are held to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Clock {
    /// When the callback ran.
    Own(Instant),
    /// When the step of the server's graph began that the callback ran in: a thread that is late within a step is not late.
    Graph {
        /// Where times count from.
        epoch: Instant,
        /// From the server's time to ours: the least that was seen, in nanoseconds.
        ahead_ns: i128,
    },
}

impl Clock {
    /// The host's, with times from `epoch` on.
    ///
    /// PipeWire says exactly when a step began, of the clock that [`Instant`] shows. JACK's and ALSA's times of the callback are those
    /// at which it ran, and PulseAudio's are interpolated and wander by 30 ms.
    pub(super) fn of(host: &str, epoch: Instant) -> Self {
        if host == "pipewire" { Self::Graph { epoch, ahead_ns: i128::MAX } } else { Self::Own(epoch) }
    }

    /// The time of the callback that runs now, and of which the host says that it is `theirs`.
    pub(super) fn at(&mut self, theirs: StreamInstant) -> Duration {
        match self {
            Self::Own(epoch) => epoch.elapsed(),
            Self::Graph { epoch, ahead_ns } => graph_time(epoch.elapsed(), theirs, ahead_ns),
        }
    }
}

/// The server's time in ours. What lies between them is known once a callback ran as soon as its step began.
fn graph_time(ours: Duration, theirs: StreamInstant, ahead_ns: &mut i128) -> Duration {
    let theirs_ns = theirs.as_nanos() as i128;
    *ahead_ns = (*ahead_ns).min(ours.as_nanos() as i128 - theirs_ns);
    Duration::from_nanos((theirs_ns + *ahead_ns).max(0) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_that_is_late_within_its_step_is_in_time() {
        let (mut ahead_ns, mut late_ms) = (i128::MAX, [3, 0, 15, 1, 20, 0].into_iter());
        let mut at = |n: u64| {
            let ours = Duration::from_millis(n * 21 + 5 + late_ms.next().unwrap_or(0));
            graph_time(ours, StreamInstant::from_millis(777_000 + n * 21), &mut ahead_ns)
        };
        assert_eq!(at(0), Duration::from_millis(8), "nothing else is known yet");
        for n in 1..6 {
            assert_eq!(at(n), Duration::from_millis(n * 21 + 5));
        }
    }
}

//! The timers of a recording: each runs out at its exact sample of the recorder's clock.

use crate::{Phase, Timer, TimerKind};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Timers {
    /// The recording's cap.
    pub(crate) cap: u64,
    /// The end of the silence before the caller speaks.
    pub(crate) initial_silence: u64,
    /// The end of the pause that runs.
    pub(crate) max_silence: u64,
}

impl Timers {
    /// No timer runs before sample 0.
    pub(crate) const IDLE: Self = Self { cap: u64::MAX, initial_silence: u64::MAX, max_silence: u64::MAX };

    /// When the next of the timers that run in `phase` runs out.
    pub(crate) fn next(&self, phase: Phase) -> u64 {
        match phase {
            Phase::InitialSilence => self.cap.min(self.initial_silence),
            Phase::TrailingSilence => self.cap.min(self.max_silence),
            Phase::Speaking => self.cap,
            _ => u64::MAX,
        }
    }

    /// The timer that a person would watch in `phase`, at `now`.
    pub(crate) fn watched(&self, phase: Phase, now: u64) -> Option<Timer> {
        let kind = match phase {
            Phase::InitialSilence if self.initial_silence < self.cap => TimerKind::InitialSilence,
            Phase::TrailingSilence if self.max_silence < self.cap => TimerKind::MaxSilence,
            Phase::InitialSilence | Phase::Speaking | Phase::TrailingSilence => TimerKind::MaxDuration,
            _ => return None,
        };
        Some(Timer { kind, left: self.next(phase).saturating_sub(now) })
    }
}

//! Figures and spans for whoever runs the program: through the facades `metrics` and `tracing`, from worker threads only.
//!
//! | metric | kind | labels | counts |
//! |---|---|---|---|
//! | `afterbeep_calls` | gauge | | calls that are open |
//! | `afterbeep_operations` | gauge | | operations that wait or run |
//! | `afterbeep_phases_total` | counter | `phase` | phases that began |
//! | `afterbeep_outcomes_total` | counter | `kind`, `reason` | operations that ended |
//! | `afterbeep_lost_samples_total` | counter | `cause`: `overrun`, `network` | samples that silence stands for |
//! | `afterbeep_samples_total` | counter | | captured samples that were heard |
//! | `afterbeep_work_nanoseconds_total` | counter | | what workers took for them: over the samples, the time that one costs |
//! | `afterbeep_storage_recordings` | gauge | | recordings that have begun and are not complete |
//! | `afterbeep_storage_waiting_bytes` | gauge | | memory of samples that wait for the disk |
//! | `afterbeep_storage_lost_samples_total` | counter | | samples for which the disk was too slow |

use std::time::Duration;

use metrics::{counter, gauge};
use tracing::{Span, info_span};

use super::command::CallId;
use super::shared::Shared;
use crate::recording::Backlog;
use crate::{OperationId, OperationOutcome, Phase, PlayEnd};

pub(super) fn call_opened() {
    gauge!("afterbeep_calls").increment(1.0);
}

pub(super) fn call_ended() {
    gauge!("afterbeep_calls").decrement(1.0);
}

pub(super) fn phase_began(phase: Phase) {
    counter!("afterbeep_phases_total", "phase" => phase.name()).increment(1);
}

/// A worker took so long for so many samples.
pub(super) fn worked(samples: u64, took: Duration) {
    counter!("afterbeep_samples_total").increment(samples);
    counter!("afterbeep_work_nanoseconds_total").increment(took.as_nanos() as u64);
}

/// How far the disk is behind.
pub(super) fn stored(backlog: &Backlog) {
    gauge!("afterbeep_storage_recordings").set(backlog.recordings as f64);
    gauge!("afterbeep_storage_waiting_bytes").set(backlog.waiting_bytes as f64);
    counter!("afterbeep_storage_lost_samples_total").absolute(backlog.lost_samples);
}

/// What of a call's counts was told already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    overrun: u64,
    missing: u64,
}

/// Tells what was lost since the last time.
pub(super) fn lost(counts: &Shared, told: &mut Told) {
    let now = Told { overrun: counts.overrun.mine(), missing: counts.missing.mine() };
    if now == *told {
        return;
    }
    for (cause, lost) in [("overrun", now.overrun - told.overrun), ("network", now.missing - told.missing)] {
        if lost > 0 {
            counter!("afterbeep_lost_samples_total", "cause" => cause).increment(lost);
        }
    }
    *told = now;
}

/// An operation as `tracing` sees it, from when it is asked for to its end.
#[derive(Debug)]
pub(super) struct Trail(Span);

impl Trail {
    pub(super) fn begin(call: CallId, operation: OperationId, kind: &'static str) -> Self {
        gauge!("afterbeep_operations").increment(1.0);
        let span = info_span!("operation", call = call.0, operation = operation.number(), kind);
        span.in_scope(|| tracing::debug!("queued"));
        Self(span)
    }

    pub(super) fn phase(&self, phase: Phase) {
        self.0.in_scope(|| tracing::debug!(phase = phase.name(), "phase"));
    }

    pub(super) fn end(&self, outcome: &OperationOutcome) {
        let (kind, reason, lost) = match outcome {
            OperationOutcome::RecordResponse(outcome) => {
                ("recordResponse", outcome.reason.name(), outcome.lost_samples)
            }
            OperationOutcome::PlayPrompt(outcome) => {
                let reason = match outcome.end {
                    PlayEnd::Played => "played",
                    PlayEnd::Canceled => "operationCanceled",
                    PlayEnd::Failed(ref failure) => failure.reason().name(),
                };
                ("playPrompt", reason, 0)
            }
        };
        counter!("afterbeep_outcomes_total", "kind" => kind, "reason" => reason).increment(1);
        self.0.in_scope(|| tracing::info!(reason, lost_samples = lost, "ended"));
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        gauge!("afterbeep_operations").decrement(1.0);
    }
}

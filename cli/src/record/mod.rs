//! `afterbeep record`: one message, from its source to its file.
//!
//! Three threads beside the audio's own: the pump drives the recorder, the storage thread writes, and this one prints
//! what happens, never earlier than it is on disk.

mod plan;
mod pump;
mod source;
mod speaker;
mod trace;
mod view;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use afterbeep::{
    CompletionReason, Failure, Outcome, RecordingRate, Report,
    recording::{Progress, SavedRecording, StorageError},
    report::RecordingReport,
};
use crossbeam_channel::{Receiver, bounded};
use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

use crate::{args::RecordArguments, exit, output::say, picture};
use plan::{Plan, PlanError};
use pump::{End, Pump, Update};
use view::View;

/// How many events may wait to be printed.
const QUEUED_UPDATES: usize = 1_024;

/// Records one message as the arguments say, prints the result, and gives the code to leave with.
pub(crate) fn run(arguments: &RecordArguments) -> u8 {
    let cancel = Arc::new(AtomicBool::new(false));
    if let Err(error) = listen_for_signals(&cancel) {
        return exit::refuse(&error);
    }
    let plan = match Plan::new(arguments, &cancel) {
        Ok(plan) => plan,
        Err(PlanError::Over(outcome)) => {
            let report = Report::new(&outcome, None);
            view::result(arguments.format, &report);
            return exit::of(report.completion_reason);
        }
        Err(error) => return exit::refuse(&error),
    };
    let mut view = match View::new(arguments, &plan) {
        Ok(view) => view,
        Err(error) => return exit::refuse(&error),
    };
    let rate = arguments.rate;
    let partial = plan.path.partial().to_owned();
    let (pump, progress, updates) = start(plan, cancel);
    follow(&updates, &progress, &mut view);
    let end = pump.join().unwrap_or_else(|_| End::panicked());
    let Some(mut outcome) = end.outcome else {
        say!("afterbeep: the recording thread failed; please report this");
        return exit::of(CompletionReason::UnspecifiedError);
    };
    let recording = match end.saved {
        Ok(saved) => saved.map(|saved| complete(&saved, rate)),
        Err(error) => {
            blame(&mut outcome, &error);
            let samples = progress.samples();
            partial.is_file().then(|| RecordingReport::new(&partial, rate.hz(), samples, 44 + 2 * samples))
        }
    };
    if let Some(failure) = &outcome.failure {
        view.error(&failure.to_string());
    }
    let report = Report::new(&outcome, recording);
    if let Some(path) = &arguments.picture
        && let Err(error) = picture::draw(path, &report)
    {
        say!("afterbeep: warning: no picture: {error}");
    }
    view.result(&report);
    exit::of(report.completion_reason)
}

fn start(plan: Plan, cancel: Arc<AtomicBool>) -> (thread::JoinHandle<End>, Progress, Receiver<Update>) {
    let (sender, updates) = bounded(QUEUED_UPDATES);
    let pump = Pump::new(plan, cancel, sender);
    let progress = pump.progress();
    (thread::spawn(move || pump.run()), progress, updates)
}

/// Prints what happens until the pump has nothing more to say.
fn follow(updates: &Receiver<Update>, progress: &Progress, view: &mut View) {
    for update in updates {
        match update {
            Update::Event { event, recorded, patience } => {
                progress.wait_for(recorded, patience);
                view.event(&event);
            }
            Update::Warning(text) => view.warning(&text),
        }
    }
}

/// The first Ctrl-C or SIGTERM cancels, the second leaves at once. A file that may not grow (`ulimit -f`) is an error of
/// its write, not the end of the process.
fn listen_for_signals(cancel: &Arc<AtomicBool>) -> std::io::Result<()> {
    let leave = i32::from(exit::of(CompletionReason::OperationCanceled));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, leave, Arc::clone(cancel))?;
        signal_hook::flag::register(signal, Arc::clone(cancel))?;
    }
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    Ok(())
}

fn complete(saved: &SavedRecording, rate: RecordingRate) -> RecordingReport {
    RecordingReport::new(&saved.path, rate.hz(), saved.samples, saved.bytes)
}

/// A recording that did not reach its place makes the operation fail, however well it went before.
fn blame(outcome: &mut Outcome, error: &StorageError) {
    outcome.reason = CompletionReason::UnspecifiedError;
    outcome.stop_tone = None;
    outcome.failure = Some(Failure::Other { cause: error.to_string() });
}

fn is_set(flag: &AtomicBool) -> bool {
    flag.load(Ordering::Relaxed)
}

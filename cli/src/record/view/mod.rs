//! What is shown while a recording goes on, and at its end.

mod jsonl;
mod live;
mod plain;

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
};

use afterbeep::{Event, Report};

use super::{plan::Plan, trace::TraceFile};
use crate::{
    args::{RecordArguments, RecordFormat},
    output::{self, say},
    words,
};

/// One way to show a recording, and the trace beside it.
pub(crate) struct View {
    format: RecordFormat,
    shown: Shown,
    trace: Option<TraceFile>,
}

enum Shown {
    /// For a person at a terminal: one line that is redrawn.
    Live(live::Live),
    /// For a person who reads a log.
    Plain(plain::Plain),
    /// For a program: the result only.
    Json,
    /// For a program: every event.
    Jsonl(jsonl::Jsonl),
}

/// The trace cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("trace: {} cannot be written: {cause}", path.display())]
pub(crate) struct NoTrace {
    path: PathBuf,
    cause: io::Error,
}

impl View {
    pub(crate) fn new(arguments: &RecordArguments, plan: &Plan) -> Result<Self, NoTrace> {
        let rate = plan.capture_rate;
        let trace = match &arguments.trace {
            None => None,
            Some(path) => {
                Some(TraceFile::create(path, rate).map_err(|cause| NoTrace { path: path.clone(), cause })?)
            }
        };
        let shown = match arguments.format {
            RecordFormat::Json => Shown::Json,
            RecordFormat::Jsonl => Shown::Jsonl(jsonl::Jsonl::new(rate)),
            RecordFormat::Text if may_redraw() => Shown::Live(live::Live::new(plan)),
            RecordFormat::Text => Shown::Plain(plain::Plain::new(plan)),
        };
        Ok(Self { format: arguments.format, shown, trace })
    }

    pub(crate) fn event(&mut self, event: &Event) {
        if let Event::Trace(trace) = event {
            if let Some(file) = &mut self.trace {
                file.write(trace);
            }
            return;
        }
        match &mut self.shown {
            Shown::Live(live) => live.event(event),
            Shown::Plain(plain) => plain.event(event),
            Shown::Jsonl(jsonl) => jsonl.event(event),
            Shown::Json => {}
        }
    }

    pub(crate) fn warning(&mut self, text: &str) {
        self.error(&format!("warning: {text}"));
    }

    pub(crate) fn error(&mut self, text: &str) {
        if let Shown::Live(live) = &mut self.shown {
            live.clear();
        }
        say!("afterbeep: {text}");
    }

    pub(crate) fn result(&mut self, report: &Report) {
        if let Some(trace) = &mut self.trace {
            trace.close();
        }
        if let Shown::Live(live) = &mut self.shown {
            live.clear();
        }
        result(self.format, report);
    }
}

/// Prints a result.
pub(crate) fn result(format: RecordFormat, report: &Report) {
    match format {
        RecordFormat::Json => output::json(report),
        RecordFormat::Jsonl => jsonl::result(report),
        RecordFormat::Text => output::line(&words::summary(report)),
    }
}

/// A line may be redrawn on a terminal, unless the person does not want it.
fn may_redraw() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

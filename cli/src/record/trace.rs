//! `--trace`: every 10 ms as the detectors saw them.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use afterbeep::{SampleRate, Trace};
use serde_json::json;

use crate::output::{json_text, say};

/// A file with one JSON object per 10 ms.
pub(crate) struct TraceFile {
    out: BufWriter<File>,
    rate: SampleRate,
    failed: bool,
}

impl TraceFile {
    pub(crate) fn create(path: &Path, rate: SampleRate) -> io::Result<Self> {
        Ok(Self { out: BufWriter::new(File::create(path)?), rate, failed: false })
    }

    /// Appends a line. The first failure is told, and ends the trace but not the recording.
    pub(crate) fn write(&mut self, trace: &Trace) {
        if self.failed {
            return;
        }
        let tones: Vec<f64> = trace.tones_dbfs.iter().map(|&db| tenths(db)).collect();
        let line = json!({
            "at_s": trace.at.seconds(self.rate),
            "phase": trace.phase.name(),
            "level_dbfs": tenths(trace.level_dbfs),
            "floor_dbfs": tenths(trace.floor_dbfs),
            "threshold_dbfs": tenths(trace.threshold_dbfs),
            "speech": trace.active,
            "echo": trace.echo,
            "dtmf_dbfs": tones,
        });
        let written = json_text(&line).map_err(io::Error::from).and_then(|line| writeln!(self.out, "{line}"));
        self.note(written);
    }

    /// Brings the last lines to the file.
    pub(crate) fn close(&mut self) {
        let written = self.out.flush();
        self.note(written);
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written
            && !self.failed
        {
            say!("afterbeep: warning: the trace is not complete: {error}");
            self.failed = true;
        }
    }
}

fn tenths(db: f32) -> f64 {
    (f64::from(db) * 10.0).round() / 10.0
}

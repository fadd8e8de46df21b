//! `--format jsonl`: one object per event, the result last.

use afterbeep::{Event, Position, Reading, Report, SampleRate, TimerKind};
use serde::Serialize;
use serde_json::{Value, json};

use crate::output;

/// Prints events as they happen.
pub(crate) struct Jsonl {
    rate: SampleRate,
}

#[derive(Serialize)]
struct Result<'a> {
    event: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

/// Prints the result.
pub(crate) fn result(report: &Report) {
    output::json(&Result { event: "result", report });
}

impl Jsonl {
    pub(crate) fn new(rate: SampleRate) -> Self {
        Self { rate }
    }

    pub(crate) fn event(&self, event: &Event) {
        if let Some(value) = self.object(event) {
            output::json(&value);
        }
    }

    fn object(&self, event: &Event) -> Option<Value> {
        let s = |position: Position| position.seconds(self.rate);
        Some(match *event {
            Event::PhaseChanged { phase, at } => {
                json!({"event": "phase", "phase": phase.name(), "start_s": s(at)})
            }
            Event::DigitStarted { digit, start, reported } => json!({
                "event": "digit_started", "digit": digit.to_string(), "start_s": s(start), "reported_s": s(reported),
            }),
            Event::DigitEnded { digit, start, end, reported } => json!({
                "event": "digit_ended", "digit": digit.to_string(), "start_s": s(start), "end_s": s(end),
                "reported_s": s(reported),
            }),
            Event::SpeechStarted { start, reported } => {
                json!({"event": "speech_started", "start_s": s(start), "reported_s": s(reported)})
            }
            Event::SpeechEnded { start, end, reported } => json!({
                "event": "speech_ended", "start_s": s(start), "end_s": s(end), "reported_s": s(reported),
            }),
            Event::Level(reading) => self.level(&reading),
            _ => return None,
        })
    }

    fn level(&self, reading: &Reading) -> Value {
        let tenths = |db: f32| (f64::from(db) * 10.0).round() / 10.0;
        json!({
            "event": "level",
            "at_s": reading.at.seconds(self.rate),
            "samples": reading.samples,
            "level_dbfs": tenths(reading.level_dbfs),
            "floor_dbfs": tenths(reading.floor_dbfs),
            "timer": reading.timer.map(|timer| json!({
                "name": timer_name(timer.kind),
                "left_s": timer.left as f64 / f64::from(self.rate.hz()),
            })),
        })
    }
}

/// The contract's name of a timer.
fn timer_name(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::InitialSilence => "initialSilenceTimeout",
        TimerKind::MaxSilence => "maxSilenceTimeout",
        _ => "maxRecordDuration",
    }
}

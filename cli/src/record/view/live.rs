//! Text for a person at a terminal: one line with level, phase, timer and digits, redrawn ten times a second.

use std::io::{self, Write};

use afterbeep::{Event, Phase, Reading, SampleRate, Timer, TimerKind};

use crate::{record::plan::Plan, words};

/// Columns of the level meter.
const METER: usize = 24;

/// The line, and what it needs to know.
pub(crate) struct Live {
    rate: SampleRate,
    phase: Phase,
    digits: String,
    reading: Option<Reading>,
}

impl Live {
    pub(crate) fn new(plan: &Plan) -> Self {
        eprintln!("Listening to {}. Ctrl-C ends and keeps the message.", plan.source.name());
        Self { rate: plan.capture_rate, phase: Phase::Queued, digits: String::new(), reading: None }
    }

    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::PhaseChanged { phase, .. } => self.phase = *phase,
            Event::DigitStarted { digit, .. } => self.digits.push(digit.as_char()),
            Event::Level(reading) => self.reading = Some(*reading),
            _ => return,
        }
        self.draw();
    }

    /// Makes room for other text.
    pub(crate) fn clear(&mut self) {
        eprint!("\r\x1b[K");
    }

    fn draw(&self) {
        let at = self.reading.map_or(0.0, |reading| reading.at.seconds(self.rate).max(0.0));
        let level = self.reading.map_or(f32::NEG_INFINITY, |reading| reading.level_dbfs);
        let mut line = format!(
            "\r\x1b[K {at:>6.1} s  {}{}\x1b[0m {level:>6.1} dBFS  {:<16}",
            colour(level),
            words::bar(level, METER),
            said(self.phase),
        );
        if let Some(timer) = self.reading.and_then(|reading| reading.timer) {
            line.push_str(&self.timer(timer));
        }
        if !self.digits.is_empty() {
            line.push_str(&format!("  digits {}", self.digits));
        }
        let mut out = io::stderr().lock();
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }

    fn timer(&self, timer: Timer) -> String {
        let left = timer.left as f64 / f64::from(self.rate.hz());
        let what = match timer.kind {
            TimerKind::InitialSilence => "until nobody spoke",
            TimerKind::MaxSilence => "until the pause ends it",
            _ => "until it is full",
        };
        format!("  {left:>5.1} s {what}")
    }
}

fn said(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "waiting",
        Phase::Prompt => "prompt",
        Phase::Beep => "beep",
        Phase::InitialSilence => "waiting for you",
        Phase::Speaking => "speaking",
        Phase::TrailingSilence => "pause",
        _ => "done",
    }
}

/// Green, yellow from −12 dBFS, red from −3 dBFS.
fn colour(dbfs: f32) -> &'static str {
    match dbfs {
        red if red > -3.0 => "\x1b[31m",
        yellow if yellow > -12.0 => "\x1b[33m",
        _ => "\x1b[32m",
    }
}

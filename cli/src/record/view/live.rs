//! Text for a person at a terminal: one line with level, phase, timer and digits, redrawn ten times a second.

use afterbeep::{Event, Phase, Reading, SampleRate, Timer, TimerKind};

use crate::{output::say, record::plan::Plan, words};

/// Columns of the narrowest terminal, less one.
const WIDTH: usize = 79;
/// Columns of the level meter.
const METER: usize = 16;

/// The line, and what it needs to know.
pub(crate) struct Live {
    rate: SampleRate,
    phase: Phase,
    digits: String,
    reading: Option<Reading>,
}

impl Live {
    pub(crate) fn new(plan: &Plan) -> Self {
        say!("Listening to {}. Ctrl-C ends and keeps the message.", plan.source.name());
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
        crate::output::aside(format_args!("\r\x1b[K"));
    }

    fn draw(&self) {
        let Some(reading) = self.reading else {
            return crate::output::aside(format_args!("\r\x1b[K  {}", said(self.phase)));
        };
        let at = reading.at.seconds(self.rate).max(0.0);
        let level = reading.level_dbfs;
        let mut text = format!(" {level:>6.1} dBFS  {:<15}", said(self.phase));
        if let Some(timer) = reading.timer {
            text.push_str(&self.timer(timer));
        }
        if !self.digits.is_empty() {
            text.push_str(&format!("  {}", self.digits));
        }
        let bar = words::bar(level, METER);
        // A line that is longer than the terminal is wide could not be redrawn.
        let text: String = text.chars().take(WIDTH - METER - 10).collect();
        crate::output::aside(format_args!("\r\x1b[K{at:>7.1} s {}{bar}\x1b[0m{text}", colour(level)));
    }

    fn timer(&self, timer: Timer) -> String {
        let left = timer.left as f64 / f64::from(self.rate.hz());
        let what = match timer.kind {
            TimerKind::InitialSilence => "to speak",
            TimerKind::MaxSilence => "of pause",
            _ => "of tape",
        };
        format!(" {left:>5.1} s {what}")
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

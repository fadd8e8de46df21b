//! Text for a log: a line per phase and digit, nothing redrawn.

use afterbeep::{Event, SampleRate};

use crate::{output::say, record::plan::Plan};

/// Prints phases and digits on standard error.
pub(crate) struct Plain {
    rate: SampleRate,
}

impl Plain {
    pub(crate) fn new(plan: &Plan) -> Self {
        say!("Listening to {}.", plan.source.name());
        Self { rate: plan.capture_rate }
    }

    pub(crate) fn event(&self, event: &Event) {
        match event {
            Event::PhaseChanged { phase, at } => say!("{:>8.2} s  {phase}", at.seconds(self.rate)),
            Event::DigitStarted { digit, start, .. } => {
                say!("{:>8.2} s  digit {digit}", start.seconds(self.rate));
            }
            _ => {}
        }
    }
}

//! The loudspeaker of a recording: nothing that it is given is left out, and how late it sounds is known all the time.

use std::time::{Duration, Instant};

use afterbeep_capture::{DeviceError, Loudspeaker};

/// What is kept ahead of the loudspeaker beside the microphone's longest pause, so that a late frame is not heard.
const LEAD: Duration = Duration::from_millis(60);

/// What plays prompt and beep.
pub(crate) struct Speaker {
    loudspeaker: Loudspeaker,
    /// What had no room in the loudspeaker yet.
    late: Vec<i16>,
    /// Silence that goes ahead of a sound, in samples.
    lead: usize,
    /// When the loudspeaker last had room for more.
    took: Instant,
}

impl Speaker {
    pub(crate) fn new(loudspeaker: Loudspeaker) -> Self {
        Self { loudspeaker, late: Vec::new(), lead: 0, took: Instant::now() }
    }

    /// Begins to play. Samples will come as the microphone's do: none for so long as `pause`, then many.
    pub(crate) fn begin(&mut self, pause: Duration) {
        let lead = (LEAD + pause).as_secs_f64() * f64::from(self.loudspeaker.rate().hz());
        self.lead = lead as usize;
        self.took = Instant::now();
        self.wait();
    }

    /// Silence ahead of what follows.
    fn wait(&mut self) {
        self.late.resize(self.late.len() + self.lead, 0);
        self.hand_over();
    }

    /// Plays these samples after all that came before.
    pub(crate) fn play(&mut self, samples: &[i16]) {
        self.late.extend_from_slice(samples);
        self.hand_over();
    }

    /// Nothing that was given so far is to be heard any more.
    pub(crate) fn cut(&mut self) {
        self.late.clear();
        self.loudspeaker.cut();
        self.wait();
    }

    /// Nothing more is due.
    pub(crate) fn end(&mut self) {
        self.hand_over();
        if self.late.is_empty() {
            self.loudspeaker.end();
        }
    }

    fn hand_over(&mut self) {
        let taken = self.loudspeaker.write(&self.late);
        if taken > 0 || self.late.is_empty() {
            self.took = Instant::now();
        }
        self.late.drain(..taken);
    }

    /// Time until a sample that is given now will be heard.
    pub(crate) fn latency(&self) -> Duration {
        let late = self.late.len() as f64 / f64::from(self.loudspeaker.rate().hz());
        self.loudspeaker.latency() + Duration::from_secs_f64(late)
    }

    /// How long the loudspeaker has taken nothing, though there was something.
    pub(crate) fn stands_still(&self) -> Duration {
        self.took.elapsed()
    }

    /// Silences it, and waits until nothing is heard any more, or the deadline has passed.
    pub(crate) fn finish(&mut self, deadline: Duration) {
        self.late.clear();
        self.loudspeaker.cut();
        self.loudspeaker.drain(deadline);
    }

    /// A warning, once.
    pub(crate) fn warning(&mut self) -> Option<String> {
        self.loudspeaker.notice().map(|notice| notice.to_string())
    }

    /// Why it plays nothing more, once it does not.
    pub(crate) fn gone(&mut self) -> Option<DeviceError> {
        self.loudspeaker.gone()
    }

    /// Its name, in words.
    pub(crate) fn name(&self) -> String {
        format!("{} ({})", self.loudspeaker.device(), self.loudspeaker.host())
    }
}

//! The microphone: its samples, and when they came.

use std::time::{Duration, Instant};

use afterbeep::SampleRate;
use afterbeep_capture::{Choice, DeviceError, Listening, Microphone, Read, RingLength, Scheduling};

use crate::doctor::{limits::NOTHING, pace::Arrival, sound::length};

/// How long one look for samples may take.
const LOOK: Duration = Duration::from_millis(20);

/// A microphone that is listened to, and what it gave.
pub(super) struct Ears {
    microphone: Microphone,
    opened: Instant,
    callbacks: u64,
    pub(super) samples: Vec<i16>,
    pub(super) arrivals: Vec<Arrival>,
    /// Samples that were read too late.
    pub(super) lost: u64,
    pub(super) gone: Option<DeviceError>,
    /// It gave nothing for too long.
    pub(super) silent: bool,
}

impl Ears {
    pub(super) fn open(choice: &Choice) -> Result<Self, DeviceError> {
        // Our own watch ends it before.
        let how = Listening::to(choice).give_up_after(2 * NOTHING).ring(RingLength::PATIENT);
        let microphone = Microphone::open_with(how)?;
        Ok(Self {
            microphone,
            opened: Instant::now(),
            callbacks: 0,
            samples: Vec::new(),
            arrivals: Vec::new(),
            lost: 0,
            gone: None,
            silent: false,
        })
    }

    /// Listens for as long as the samples say.
    pub(super) fn listen(&mut self, time: Duration) {
        let wanted = self.samples.len() + length(time, self.rate().hz());
        let mut last = Instant::now();
        while self.samples.len() < wanted && self.gone.is_none() && !self.silent {
            if self.look(wanted - self.samples.len()) {
                last = Instant::now();
            }
            self.silent = last.elapsed() >= NOTHING;
        }
    }

    /// Takes what comes within a moment, so many samples at most; whether any came.
    pub(super) fn look(&mut self, most: usize) -> bool {
        let mut frame = [0; 480];
        let most = most.min(frame.len());
        let read = self.microphone.read(&mut frame[..most], LOOK);
        let at = self.opened.elapsed();
        match read {
            Read::Samples(count) => self.samples.extend(&frame[..count]),
            // Gaps are found twice: by the capture in their place, and by the arrivals, which must not hear of them.
            Read::Lost(_) => self.lost = self.microphone.lost() - self.microphone.missing(),
            Read::Gone(ref error) => self.gone = Some(error.clone()),
            _ => {}
        }
        let callbacks = self.microphone.callbacks();
        if callbacks != self.callbacks {
            self.callbacks = callbacks;
            let came = self.samples.len() + self.microphone.waiting();
            self.arrivals.push(Arrival { at, samples: came as u64 + self.lost });
        }
        matches!(read, Read::Samples(_))
    }

    /// Samples that never came, as the capture counts them.
    pub(super) fn missing(&self) -> u64 {
        self.microphone.missing()
    }

    pub(super) fn rate(&self) -> SampleRate {
        self.microphone.rate()
    }

    /// How the system schedules what brings the sound.
    pub(super) fn priority(&self) -> Option<Scheduling> {
        self.microphone.scheduling()
    }

    pub(super) fn host(&self) -> &str {
        self.microphone.host()
    }

    pub(super) fn device(&self) -> &str {
        self.microphone.device()
    }
}

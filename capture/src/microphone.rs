//! A sound card that is listened to.

use std::thread;
use std::time::{Duration, Instant};

use afterbeep::SampleRate;

use crate::callback::{Ear, Fault, Taken};
use crate::control::{Keeper, keep};
use crate::host::{self, Opened};
use crate::{Choice, DeviceError};

/// How long a device may take to open.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pause between two looks into the ring: the audio thread may wake nobody.
const POLL: Duration = Duration::from_millis(2);

/// An open input device: mono samples of 16 bits, in order, with every overrun in its place.
///
/// Dropping it ends the stream, on a control thread, without waiting.
pub struct Microphone {
    ear: Ear,
    rate: SampleRate,
    host: String,
    device: String,
    gone: Option<DeviceError>,
    _keeper: Keeper,
}

/// What a [`Microphone`] gave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Read {
    /// So many samples are at the start of the frame, at least one.
    Samples(usize),
    /// So many samples are missing here, between what was read before and what follows: the reader was late.
    Lost(u64),
    /// The deadline passed without a sample.
    Silent,
    /// The device gives nothing more; so it stays.
    Gone(DeviceError),
}

impl Microphone {
    /// Opens the chosen device and starts to listen. Waits five seconds at most.
    ///
    /// The device's own rate is kept if it is one of 8–96 kHz, and so is its format; of several it is asked for one
    /// channel of 16 bits.
    ///
    /// # Errors
    /// [`DeviceError`], which names host and device and says what to do.
    pub fn open(choice: &Choice) -> Result<Self, DeviceError> {
        let wanted = choice.clone();
        let opened = keep(PATIENCE, move || host::open_input(&wanted));
        let (opened, keeper) = opened.unwrap_or_else(|| Err(host::timed_out(choice, PATIENCE)))?;
        let Opened { end: ear, rate_hz, host, device } = opened;
        let rate = SampleRate::new(rate_hz).map_err(|error| DeviceError::UnsupportedFormat {
            host: host.clone(),
            device: device.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self { ear, rate, host, device, gone: None, _keeper: keeper })
    }

    /// Reads what comes next: waits for it until the deadline has passed, and gives what is there as soon as anything
    /// is. Looks every two milliseconds.
    pub fn read(&mut self, frame: &mut [i16], deadline: Duration) -> Read {
        let start = Instant::now();
        loop {
            // Asked before the ring: what came before the end is still to be given.
            let ended = self.ear.state().is_closed();
            match self.ear.take(frame) {
                Taken::Samples(count) => return Read::Samples(count),
                Taken::Lost(count) => return Read::Lost(count),
                Taken::Nothing if ended => return self.at_the_end(),
                Taken::Nothing => {}
            }
            let Some(left) = deadline.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                return Read::Silent;
            };
            thread::sleep(POLL.min(left));
        }
    }

    fn at_the_end(&mut self) -> Read {
        match self.ear.lost_at_the_end() {
            0 => {
                let fault = self.ear.state().fault();
                let gone = || host::ended(&self.host, &self.device, fault);
                Read::Gone(self.gone.get_or_insert_with(gone).clone())
            }
            lost => Read::Lost(lost),
        }
    }

    /// The device's rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The host's id.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The device's id.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Samples lost since the start because they were read too late.
    pub fn lost(&self) -> u64 {
        self.ear.lost()
    }

    /// Samples that wait to be read.
    pub fn waiting(&self) -> usize {
        self.ear.waiting()
    }

    /// Times the audio thread came with samples: standing still means that the source is.
    pub fn callbacks(&self) -> u64 {
        self.ear.state().callbacks()
    }

    /// The heaviest thing that the host said about the stream so far.
    pub fn fault(&self) -> Option<Fault> {
        self.ear.state().fault()
    }
}

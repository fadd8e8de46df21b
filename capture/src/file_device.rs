//! An audio file as a microphone: `file:caller.wav`.
//!
//! From here on it is a sound card as any: blocks of 10 ms go through the tap into the ring, on a thread of their own that a control
//! thread holds and drops. Only it is not opened again when it is over.

mod feeder;
mod name;
mod sound;

use std::time::Instant;

use afterbeep::{AudioFile, AudioFileError, Resampler, SampleRate};

use crate::callback::{Fault, input};
use crate::host::{Input, Opened};
use crate::{Choice, DeviceError, INPUT_RING};

use feeder::Feeder;
pub(crate) use name::Named;
use name::Pace;
use sound::Sound;

/// What stands for the host.
pub(crate) const HOST: &str = "file";

/// The rate at which a file is heard whose own is above 96 kHz: that of most sound cards.
const COPY_RATE: SampleRate = SampleRate::HZ_48000;

/// Opens the file and lets it run. Its blocks' times count from `epoch`.
pub(crate) fn open(named: &Named, choice: &Choice, epoch: Instant) -> Result<Input, DeviceError> {
    let wrong = |error: AudioFileError| match error {
        AudioFileError::NoChannel(channel) => {
            DeviceError::NoChannel { host: HOST.into(), device: named.id(), channel }
        }
        error => DeviceError::File { device: named.id(), reason: error.to_string() },
    };
    let file =
        AudioFile::open(&named.path).and_then(|file| file.with_channel(choice.channel)).map_err(wrong)?;
    let (rate, copy) = heard_at(file.rate_hz(), named)?;
    let sound = Sound::new(file, copy, named.clone(), choice.channel);
    let (tap, ear) = input((INPUT_RING.as_secs_f64() * f64::from(rate.hz())).ceil() as usize, 1);
    let state = ear.shared_state();
    let no_thread = || DeviceError::Failed {
        host: HOST.into(),
        device: named.id(),
        reason: "the system gives no thread".into(),
    };
    let feeder = Feeder::start(tap, sound, named.pace, rate, epoch).ok_or_else(no_thread)?;
    let opened = Opened { end: ear, rate_hz: rate.hz(), host: HOST.into(), device: named.id() };
    Ok((Box::new(feeder), opened, state))
}

/// The rate at which a file is heard: its own, or that of a copy with what makes it.
fn heard_at(rate_hz: u32, named: &Named) -> Result<(SampleRate, Option<Resampler>), DeviceError> {
    if let Ok(rate) = SampleRate::new(rate_hz) {
        return Ok((rate, None));
    }
    let copy = Resampler::between(rate_hz, COPY_RATE.hz());
    copy.map(|copy| (COPY_RATE, Some(copy))).map_err(|error| DeviceError::UnsupportedFormat {
        host: HOST.into(),
        device: named.id(),
        reason: error.to_string(),
    })
}

/// Whether the choice's samples come at the speed of a clock.
pub(crate) fn is_paced(choice: &Choice) -> bool {
    !matches!(Named::by(choice), Ok(Some(Named { pace: Pace::Fast, .. })))
}

/// Why a file gives nothing more.
pub(crate) fn ended(device: &str, fault: Option<Fault>) -> DeviceError {
    let device = device.to_owned();
    match fault {
        Some(Fault::DeviceLost) => DeviceError::Over { device },
        _ => DeviceError::File { device, reason: "could not be read to its end; check the disk".into() },
    }
}

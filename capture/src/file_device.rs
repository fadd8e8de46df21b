//! An audio file as a microphone: `file:caller.wav`.
//!
//! From here on it is a sound card as any: blocks of 10 ms go through the tap into the ring, on a thread of their own that a control
//! thread holds and drops. Only it is not opened again when it is over.

mod feeder;
mod name;
mod sound;

use std::time::Instant;

use afterbeep::{AudioFile, AudioFileError, heard_rate};

use crate::callback::{Ear, Fault, input};
use crate::host::{Kind, Line, Opened, Whereabouts};
use crate::scheduling::Threads;
use crate::{Choice, DeviceError, RingLength};

use feeder::Feeder;
pub(crate) use name::Named;
use name::Pace;
use sound::Sound;

/// What stands for the host.
pub(crate) const HOST: &str = "file";

/// Opens the file and lets it run. Its blocks' times count from `epoch`.
pub(crate) fn open(
    named: &Named,
    choice: &Choice,
    ring: RingLength,
    epoch: Instant,
) -> Result<Line<Ear>, DeviceError> {
    let wrong = |error: AudioFileError| match error {
        AudioFileError::NoChannel(channel) => {
            DeviceError::NoChannel { host: HOST.into(), device: named.id(), channel }
        }
        error => DeviceError::File { device: named.id(), reason: error.to_string() },
    };
    let file =
        AudioFile::open(&named.path).and_then(|file| file.with_channel(choice.channel)).map_err(wrong)?;
    let (rate, copy) = heard_rate(file.rate_hz()).map_err(|error| DeviceError::UnsupportedFormat {
        host: HOST.into(),
        device: named.id(),
        reason: error.to_string(),
    })?;
    let sound = Sound::new(file, copy, named.clone(), choice.channel);
    let (tap, ear) = input(ring.samples(rate.hz()), 1);
    let state = ear.shared_state();
    let no_thread = || DeviceError::Failed {
        host: HOST.into(),
        device: named.id(),
        reason: "the system gives no thread".into(),
    };
    let feeder = Feeder::start(tap, sound, named.pace, rate, epoch).ok_or_else(no_thread)?;
    let (host, device) = (HOST.into(), named.id());
    let opened =
        Opened { end: ear, rate_hz: rate.hz(), host, device, kind: Kind::File, threads: Threads::default() };
    let (whereabouts, may_end) = (Whereabouts::of_nothing(), Box::new(|| true));
    Ok(Line { stream: Box::new(feeder), opened, state, whereabouts, may_end })
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

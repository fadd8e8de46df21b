//! The border to `cpal`: no type of it is seen outside of this folder.
//!
//! Everything here may hang with its server and is called on control threads only.

mod clock;
mod format;
mod listing;
mod stream;
#[cfg_attr(not(all(feature = "pulseaudio", target_os = "linux")), path = "host/no_whereabouts.rs")]
mod whereabouts;

use std::time::Duration;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Error, ErrorKind};

use crate::callback::Fault;
use crate::choice::matching;
use crate::{Choice, DeviceError, file_device};

pub(crate) use listing::{Listing, list};
pub(crate) use stream::{Kind, Line, Opened, Pinned, open_input, open_output};
use whereabouts::channels_of_pipewires_default;
pub(crate) use whereabouts::{Seen, Whereabouts};

/// The way that samples go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }

    fn default_device(self, host: &cpal::Host) -> Option<cpal::Device> {
        match self {
            Self::Input => host.default_input_device(),
            Self::Output => host.default_output_device(),
        }
    }

    fn devices(self, host: &cpal::Host) -> Result<Vec<cpal::Device>, Error> {
        match self {
            Self::Input => host.input_devices().map(Iterator::collect),
            Self::Output => host.output_devices().map(Iterator::collect),
        }
    }
}

/// Keeps alsa-lib from writing what it tried in vain to standard error, on this thread.
fn hush() {
    #[cfg(target_os = "linux")]
    // Should it not work there is more to read on standard error, and no harm.
    let _ = alsa::Output::local_error_handler();
}

/// The ids of every host of this build.
pub(crate) fn ids() -> Vec<String> {
    // A host of that name is a test's own.
    cpal::ALL_HOSTS.iter().map(cpal::HostId::to_string).filter(|id| id != "custom").collect()
}

/// The id of the host that is used if none is named: the first that answers of PipeWire, PulseAudio, ALSA.
pub(crate) fn default_id() -> Option<String> {
    hush();
    Some(cpal::default_host().id().to_string())
}

/// Held while a device of JACK's is opened, and no other host's. Two clients of one process that libjack opens at the same moment
/// may both get no ports, and say nothing: as microphone and loudspeaker do when their server comes back.
#[allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "control threads wait here, never the audio thread"
)]
fn one_at_a_time(host: Option<&str>) -> Option<std::sync::MutexGuard<'static, ()>> {
    static OPENING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let is_jack = host.is_some_and(|host| host.eq_ignore_ascii_case("jack"));
    is_jack.then(|| OPENING.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn find_host(choice: &Choice) -> Result<cpal::Host, DeviceError> {
    hush();
    let Some(name) = &choice.host else {
        return Ok(cpal::default_host());
    };
    #[cfg(feature = "proof")]
    if let Some(host) = crate::proof::own_host(name) {
        return Ok(host);
    }
    let id: cpal::HostId = name.parse().map_err(|_: Error| not_built(name))?;
    cpal::host_from_id(id)
        .map_err(|error| DeviceError::HostUnavailable { host: id.to_string(), reason: error.to_string() })
}

/// A host that this build has not: one that it could have, or none that we know.
fn not_built(name: &str) -> DeviceError {
    let (feature, available) = (name.to_lowercase(), ids());
    match feature.as_str() {
        "pulseaudio" | "pipewire" | "jack" => DeviceError::HostNotBuilt { feature, available },
        _ => DeviceError::UnknownHost { name: name.to_owned(), available },
    }
}

/// Whether the host's server is there. JACK counts as available wherever its library is; what it has are our own
/// clients, and without a server there are none.
fn check_answers(host: &cpal::Host) -> Result<(), DeviceError> {
    let name = host.id().to_string();
    let has_one = || host.devices().is_ok_and(|mut devices| devices.next().is_some());
    if name != "jack" || has_one() {
        return Ok(());
    }
    let reason = missing_library().unwrap_or_else(|| "no JACK server answers".into());
    Err(DeviceError::HostUnavailable { host: name, reason })
}

/// Why JACK's library, which is looked for when it is needed first, is not there.
fn missing_library() -> Option<String> {
    #[cfg(all(feature = "jack", target_os = "linux"))]
    return jack_sys::library().err().map(|error| {
        format!(
            "its library cannot be loaded: {error}; install it, in Debian libjack-jackd2-0 or pipewire-jack"
        )
    });
    #[cfg(not(all(feature = "jack", target_os = "linux")))]
    None
}

fn find_device(host: &cpal::Host, choice: &Choice, way: Direction) -> Result<cpal::Device, DeviceError> {
    let (name, direction) = (host.id().to_string(), way.name());
    check_answers(host)?;
    let Some(wanted) = &choice.device else {
        return way.default_device(host).ok_or(DeviceError::NoDevice { host: name, direction });
    };
    let devices = way.devices(host).map_err(|error| failed(&error, &name, wanted))?;
    let names: Vec<_> = devices.iter().map(|device| (id_of(device), device.to_string())).collect();
    let ids = |places: &[usize]| places.iter().map(|&place| names[place].0.clone()).collect();
    let fitting = matching(wanted, &names);
    match *fitting {
        [place] => devices.into_iter().nth(place).ok_or(DeviceError::NoDevice { host: name, direction }),
        [] => {
            let available = ids(&Vec::from_iter(0..names.len()));
            Err(DeviceError::NotFound { host: name, direction, name: wanted.clone(), available })
        }
        _ => Err(DeviceError::Ambiguous {
            host: name,
            direction,
            name: wanted.clone(),
            matching: ids(&fitting),
        }),
    }
}

/// A device's id, or its name where the host has no ids.
fn id_of(device: &cpal::Device) -> String {
    device.id().map_or_else(|_| device.to_string(), |id| id.to_string())
}

/// What a fault of a running stream is.
fn fault_of(error: &Error) -> Fault {
    match error.kind() {
        ErrorKind::Xrun => Fault::Xrun,
        ErrorKind::RealtimeDenied => Fault::RealtimeDenied,
        ErrorKind::DeviceChanged => Fault::DeviceChanged,
        ErrorKind::DeviceNotAvailable => Fault::DeviceLost,
        ErrorKind::StreamInvalidated => Fault::Invalidated,
        ErrorKind::PermissionDenied => Fault::PermissionDenied,
        ErrorKind::HostUnavailable => Fault::HostGone,
        _ => Fault::Backend,
    }
}

/// Why a device could not be asked or opened.
fn failed(error: &Error, host: &str, device: &str) -> DeviceError {
    let (host, device, reason) = (host.to_owned(), device.to_owned(), error.to_string());
    match error.kind() {
        ErrorKind::HostUnavailable => DeviceError::HostUnavailable { host, reason },
        ErrorKind::PermissionDenied => DeviceError::PermissionDenied { host, device, reason },
        ErrorKind::DeviceBusy => DeviceError::Busy { host, device, reason },
        ErrorKind::UnsupportedConfig => DeviceError::UnsupportedFormat { host, device, reason },
        ErrorKind::DeviceNotAvailable | ErrorKind::StreamInvalidated => {
            DeviceError::Lost { host, device, reason }
        }
        _ => DeviceError::Failed { host, device, reason },
    }
}

/// Why a stream that ran does no more.
pub(crate) fn ended(host: &str, device: &str, fault: Option<Fault>) -> DeviceError {
    if host == file_device::HOST {
        return file_device::ended(device, fault);
    }
    let (host, device) = (host.to_owned(), device.to_owned());
    let lost = |reason: &str| reason.to_owned();
    match fault {
        Some(Fault::HostGone) => DeviceError::HostUnavailable { host, reason: lost("it went away") },
        Some(Fault::PermissionDenied) => {
            DeviceError::PermissionDenied { host, device, reason: lost("it was withdrawn") }
        }
        Some(Fault::DeviceLost) => DeviceError::Lost { host, device, reason: lost("the device was removed") },
        Some(Fault::Invalidated) => {
            DeviceError::Lost { host, device, reason: lost("the host ended the stream, or stopped itself") }
        }
        Some(Fault::Backend) => DeviceError::Lost {
            host,
            device,
            reason: lost("the host reported errors and gave no more sound"),
        },
        _ => DeviceError::Lost { host, device, reason: lost("the host gave no more sound, and no reason") },
    }
}

/// The device did not open within the deadline.
pub(crate) fn timed_out(choice: &Choice, after: Duration) -> DeviceError {
    DeviceError::Timeout { host: choice.host_name(), device: choice.device_name(), after }
}

//! The machine is asked: the only part of the doctor that touches it.

mod disk;
mod ears;
mod mouth;

use afterbeep_capture::{Choice, HostInfo, devices};

use super::{
    hum::Hum,
    limits::LISTENING,
    measured::{Heard, Host, Measured},
    pace::Pace,
    sound::Sound,
};
use crate::{args::DoctorArguments, output::say};
use ears::Ears;

/// Asks for everything, one after the other, so that nothing disturbs another measurement.
pub(super) fn measure(arguments: &DoctorArguments) -> Measured {
    let choice = microphone(arguments);
    let hosts = devices().iter().map(host).collect();
    let mut ears = Ears::open(&choice);
    let heard = ears.as_mut().map(|ears| listen(ears, &choice)).map_err(|error| error.clone());
    let beep = beeps(arguments, &choice).then(|| mouth::beep(arguments, ears.as_mut().ok()));
    Measured { hosts, microphone: heard, beep, disk: disk::measure(&arguments.folder) }
}

fn microphone(arguments: &DoctorArguments) -> Choice {
    Choice { host: arguments.host.clone(), device: arguments.device.clone(), channel: arguments.channel }
}

/// A file hears no beep; it is played all the same where a loudspeaker is named.
fn beeps(arguments: &DoctorArguments, microphone: &Choice) -> bool {
    !arguments.no_beep && (!microphone.is_file() || arguments.output_device.is_some())
}

fn host(info: &HostInfo) -> Host {
    Host {
        host: info.id.clone(),
        default: info.is_default,
        inputs: info.inputs.len(),
        outputs: info.outputs.len(),
        unavailable: info.unavailable.clone(),
    }
}

fn listen(ears: &mut Ears, choice: &Choice) -> Heard {
    if !choice.is_file() {
        say!("Please speak now, for {} s, with a pause.", LISTENING.as_secs());
    }
    ears.listen(LISTENING);
    let rate_hz = ears.rate().hz();
    Heard {
        host: ears.host().to_owned(),
        device: ears.device().to_owned(),
        rate_hz,
        sound: Sound::of(&ears.samples, rate_hz),
        hum: Hum::of(&ears.samples, rate_hz),
        pace: choice.is_paced().then(|| pace(ears)).flatten(),
        lost_samples: ears.lost,
        priority: ears.priority(),
        gone: ears.gone.clone(),
        silent: ears.silent,
    }
}

/// What the capture found to be missing counts, if that is more.
fn pace(ears: &Ears) -> Option<Pace> {
    let pace = Pace::of(&ears.arrivals, ears.rate().hz())?;
    Some(Pace { missing_samples: pace.missing_samples.max(ears.missing()), ..pace })
}

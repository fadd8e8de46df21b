//! What there is to record from and to play to.

use std::ops::RangeInclusive;
use std::thread;
use std::time::Duration;

use crate::control::within;
use crate::host;

/// How long a host has to list its devices.
const PATIENCE: Duration = Duration::from_secs(4);

/// A way to reach sound cards: a sound server, or the kernel's own interface.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostInfo {
    /// Its id, for [`Choice::host`](crate::Choice::host).
    pub id: String,
    /// Whether it is used if none is named.
    pub is_default: bool,
    /// What can be recorded from.
    pub inputs: Vec<DeviceInfo>,
    /// What can be played to.
    pub outputs: Vec<DeviceInfo>,
    /// Why there are no devices, if the host could not be asked.
    pub unavailable: Option<String>,
}

/// A device, in one of its directions.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceInfo {
    /// Its id, for [`Choice::device`](crate::Choice::device): stable as far as the host's names are.
    pub id: String,
    /// What the host shows to people.
    pub name: String,
    /// Whether it is used if none is named.
    pub is_default: bool,
    /// The rates it takes, in Hz, sorted.
    pub rates_hz: Vec<RangeInclusive<u32>>,
    /// The rate it prefers, in Hz.
    pub default_rate_hz: Option<u32>,
    /// The channel counts it takes, sorted.
    pub channels: Vec<u16>,
    /// The sample formats it takes: `i16`, `f32`, ….
    pub formats: Vec<String>,
}

/// Asks every host of this build for its devices, all at once and none for more than four seconds.
///
/// A host that is not there, refuses or hangs is listed with the reason.
pub fn devices() -> Vec<HostInfo> {
    let default = thread::spawn(|| within(PATIENCE, host::default_id).flatten());
    let asked: Vec<_> = host::ids()
        .into_iter()
        .map(|id| {
            let name = id.clone();
            (id, thread::spawn(move || within(PATIENCE, move || host::list(&name))))
        })
        .collect();
    let default = default.join().ok().flatten();
    asked
        .into_iter()
        .map(|(id, answer)| {
            let is_default = default.as_ref() == Some(&id);
            described(id, is_default, answer.join().ok().flatten())
        })
        .collect()
}

fn described(id: String, is_default: bool, answer: Option<Result<host::Listing, String>>) -> HostInfo {
    let (listing, unavailable) = match answer {
        Some(Ok(listing)) => (listing, None),
        Some(Err(reason)) => (host::Listing::default(), Some(reason)),
        None => (host::Listing::default(), Some(format!("no answer within {PATIENCE:?}"))),
    };
    HostInfo { id, is_default, inputs: listing.inputs, outputs: listing.outputs, unavailable }
}

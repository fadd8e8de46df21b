//! The devices of a host, as plain values.

use std::collections::BTreeSet;

use cpal::traits::DeviceTrait;
use cpal::{SupportedStreamConfig, SupportedStreamConfigRange};

use super::{Direction, check_answers, find_host, id_of};
use crate::{Choice, DeviceInfo};

/// The devices of a host.
#[derive(Default)]
pub(crate) struct Listing {
    pub(crate) inputs: Vec<DeviceInfo>,
    pub(crate) outputs: Vec<DeviceInfo>,
}

/// Asks a host for its devices; the error is its reason not to tell.
pub(crate) fn list(host: &str) -> Result<Listing, String> {
    let choice = Choice { host: Some(host.to_owned()), ..Choice::default() };
    let host = find_host(&choice).map_err(|error| error.to_string())?;
    check_answers(&host).map_err(|error| error.to_string())?;
    Ok(Listing { inputs: infos(&host, Direction::Input)?, outputs: infos(&host, Direction::Output)? })
}

fn infos(host: &cpal::Host, way: Direction) -> Result<Vec<DeviceInfo>, String> {
    let default = way.default_device(host).map(|device| id_of(&device));
    let devices = way.devices(host).map_err(|error| error.to_string())?;
    Ok(devices.iter().map(|device| info(device, way, default.as_deref())).collect())
}

fn info(device: &cpal::Device, way: Direction, default: Option<&str>) -> DeviceInfo {
    let id = id_of(device);
    let ranges = ranges(device, way);
    let rates: BTreeSet<_> =
        ranges.iter().map(|range| (range.min_sample_rate(), range.max_sample_rate())).collect();
    let channels: BTreeSet<_> = ranges.iter().map(SupportedStreamConfigRange::channels).collect();
    let formats: BTreeSet<_> = ranges.iter().map(SupportedStreamConfigRange::sample_format).collect();
    DeviceInfo {
        is_default: default == Some(&id),
        id,
        name: device.to_string(),
        rates_hz: rates.into_iter().map(|(low, high)| low..=high).collect(),
        default_rate_hz: default_config(device, way).ok().map(|config| config.sample_rate()),
        channels: channels.into_iter().collect(),
        formats: formats.iter().map(ToString::to_string).collect(),
    }
}

/// What a device offers; nothing if it does not say.
pub(super) fn ranges(device: &cpal::Device, way: Direction) -> Vec<SupportedStreamConfigRange> {
    match way {
        Direction::Input => device.supported_input_configs().map(Iterator::collect),
        Direction::Output => device.supported_output_configs().map(Iterator::collect),
    }
    .unwrap_or_default()
}

/// What a device prefers.
pub(super) fn default_config(
    device: &cpal::Device,
    way: Direction,
) -> Result<SupportedStreamConfig, cpal::Error> {
    match way {
        Direction::Input => device.default_input_config(),
        Direction::Output => device.default_output_config(),
    }
}

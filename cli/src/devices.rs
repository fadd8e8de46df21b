//! `afterbeep devices`: what there is to record from and to play to.

use std::ops::RangeInclusive;

use afterbeep_capture::{DeviceInfo, HostInfo};
use serde_json::{Value, json};

use crate::{
    args::{DevicesArguments, Format},
    exit, output,
};

/// Lists every host of this build. A host that does not answer is listed with the reason.
pub(crate) fn run(arguments: &DevicesArguments) -> u8 {
    let hosts = afterbeep_capture::devices();
    match arguments.format {
        Format::Json => output::json(&json!({ "hosts": hosts.iter().map(host_json).collect::<Vec<_>>() })),
        Format::Text => hosts.iter().for_each(|host| output::line(&page(host))),
    }
    exit::DONE
}

fn host_json(host: &HostInfo) -> Value {
    json!({
        "host": host.id,
        "default": host.is_default,
        "unavailable": host.unavailable,
        "inputs": host.inputs.iter().map(device_json).collect::<Vec<_>>(),
        "outputs": host.outputs.iter().map(device_json).collect::<Vec<_>>(),
    })
}

fn device_json(device: &DeviceInfo) -> Value {
    let ranges: Vec<[u32; 2]> = device.rates_hz.iter().map(|range| [*range.start(), *range.end()]).collect();
    json!({
        "id": device.id,
        "name": device.name,
        "default": device.is_default,
        "default_rate_hz": device.default_rate_hz,
        "rates_hz": ranges,
        "channels": device.channels,
        "formats": device.formats,
    })
}

fn page(host: &HostInfo) -> String {
    let mut page = format!("{}{}\n", host.id, if host.is_default { " (default)" } else { "" });
    if let Some(reason) = &host.unavailable {
        page.push_str(&format!("  not available: {reason}\n"));
    }
    for (title, devices) in [("input", &host.inputs), ("output", &host.outputs)] {
        for device in devices {
            page.push_str(&device_line(title, device));
        }
    }
    page
}

fn device_line(title: &str, device: &DeviceInfo) -> String {
    let mark = if device.is_default { "*" } else { " " };
    let head = format!("  {mark} {title:<6} {}  \"{}\"\n", device.id, device.name);
    if device.rates_hz.is_empty() {
        return head + "           does not say what it takes\n";
    }
    let rates: Vec<String> = device.rates_hz.iter().map(rate_words).collect();
    let channels = match (device.channels.first(), device.channels.last()) {
        (Some(1), Some(1)) | (None, _) | (_, None) => "mono".to_owned(),
        (Some(fewest), Some(most)) if fewest == most => format!("{most} channels"),
        (Some(fewest), Some(most)) => format!("{fewest}–{most} channels"),
    };
    format!("{head}           {} Hz, {channels}, {}\n", rates.join(" "), device.formats.join(" "))
}

fn rate_words(range: &RangeInclusive<u32>) -> String {
    if range.start() == range.end() {
        range.start().to_string()
    } else {
        format!("{}–{}", range.start(), range.end())
    }
}

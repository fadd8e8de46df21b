//! What can be wrong with a sound card, and what to do about it.

use std::time::Duration;

use afterbeep::NoSuchChannel;

/// Why a device cannot be used, or can no longer be. The message says what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The host has no default device of this direction.
    #[error(
        "host {host} has no default {direction} device: plug one in, choose another host, or name a device"
    )]
    NoDevice {
        /// The host's id.
        host: String,
        /// `input` or `output`.
        direction: &'static str,
    },
    /// No device has this name.
    #[error("no {direction} device {name:?} on host {host}: choose one of {}", list(available))]
    NotFound {
        /// The host's id.
        host: String,
        /// `input` or `output`.
        direction: &'static str,
        /// The name that was asked for.
        name: String,
        /// The ids of those that are there.
        available: Vec<String>,
    },
    /// More than one device has this name.
    #[error(
        "{direction} device {name:?} on host {host} may mean any of {}: name one of them",
        list(matching)
    )]
    Ambiguous {
        /// The host's id.
        host: String,
        /// `input` or `output`.
        direction: &'static str,
        /// The name that was asked for.
        name: String,
        /// The ids that fit.
        matching: Vec<String>,
    },
    /// No host of this name was compiled in.
    #[error("no host {name:?} in this build: choose one of {}", list(available))]
    UnknownHost {
        /// The name that was asked for.
        name: String,
        /// The ids of those that are there.
        available: Vec<String>,
    },
    /// The host is one that a build may have, and this one has not.
    #[error(
        "host {feature} was left out of this build: choose one of {}, or build with `--features {feature}`",
        list(available)
    )]
    HostNotBuilt {
        /// The host's id, which is the feature that brings it.
        feature: String,
        /// The ids of those that are there.
        available: Vec<String>,
    },
    /// The sound server is not there, or went away.
    #[error("host {host} is not available ({reason}): start its sound server, or choose another host")]
    HostUnavailable {
        /// The host's id.
        host: String,
        /// What the host said.
        reason: String,
    },
    /// The system refuses access.
    #[error(
        "no permission to use {device} on host {host} ({reason}): allow it in the system's privacy settings, \
         or join the group `audio`"
    )]
    PermissionDenied {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// What the host said.
        reason: String,
    },
    /// Another program has the device.
    #[error(
        "{device} on host {host} is busy ({reason}): close the program that uses it, or choose another device"
    )]
    Busy {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// What the host said.
        reason: String,
    },
    /// The device offers no format that can be used.
    #[error("{device} on host {host} offers no usable format ({reason}): choose another device")]
    UnsupportedFormat {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// What the host said.
        reason: String,
    },
    /// The device was there and is gone, or its stream was ended by the host.
    #[error("{device} on host {host} is gone ({reason}): plug it in again, or choose another device")]
    Lost {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// What the host said.
        reason: String,
    },
    /// The host did not answer in time.
    #[error(
        "{device} on host {host} did not answer within {after:?}: restart its sound server, or choose another host"
    )]
    Timeout {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// How long it was waited for.
        after: Duration,
    },
    /// The device has fewer channels.
    #[error("{channel}, which {device} on host {host} has: choose one of these, or `mix`")]
    NoChannel {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// The channel that was asked for, and those that are there.
        channel: NoSuchChannel,
    },
    /// The file that stands for a microphone cannot be read.
    #[error("{device} {reason}")]
    File {
        /// The file's name, as a device.
        device: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// A file as a device cannot be played in this way.
    #[error(
        "{device}: {option:?} is none of fast, once, loop: choose from these, or end a name that has a `?` in another one"
    )]
    UnknownOption {
        /// The file's name, as a device.
        device: String,
        /// What was asked for.
        option: String,
    },
    /// The file that stands for a microphone was played to its end, once.
    #[error("{device} is over: leave out `once` to hear silence after it, or say `loop`")]
    Over {
        /// The file's name, as a device.
        device: String,
    },
    /// Anything else that the host said.
    #[error("{device} on host {host} failed: {reason}")]
    Failed {
        /// The host's id.
        host: String,
        /// The device's name.
        device: String,
        /// What the host said.
        reason: String,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none (there are none)".into() } else { names.join(", ") }
}

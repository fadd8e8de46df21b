//! What happens to a microphone or a loudspeaker that goes on, and what to do about it.

use std::fmt;
use std::time::Duration;

use crate::{DeviceError, Scheduling};

/// Something that whoever listens or plays should know, and that is not the end. Its text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// No sound came for so long, though the stream is open.
    Stalled {
        /// The host's id.
        host: String,
        /// The device's id.
        device: String,
        /// Since when.
        after: Duration,
    },
    /// The stream ended; it is tried again.
    Broken(DeviceError),
    /// The device is there again; the gap is counted.
    Restored {
        /// The host's id.
        host: String,
        /// The device's id.
        device: String,
    },
    /// The device was removed, or is the default no more, and the server has another in its place. What is heard next comes from `to`
    /// only if it was asked for (`follow_default`); otherwise `from` is waited for.
    DeviceChanged {
        /// The host's id.
        host: String,
        /// The device that was listened to.
        from: String,
        /// The one that the server, or its user, put in its place.
        to: String,
        /// Whether it is listened to from now on.
        followed: bool,
    },
    /// The system grants the audio thread neither real time nor a raised priority: told once, after the first sound.
    NotAhead {
        /// The host's id.
        host: String,
        /// The device's id.
        device: String,
        /// How it runs.
        scheduling: Scheduling,
    },
    /// Exact zeros came for so long: no microphone gives that.
    NoSignal {
        /// The host's id.
        host: String,
        /// The device's id.
        device: String,
        /// For how long.
        after: Duration,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stalled { host, device, after } => {
                write!(
                    out,
                    "{device} on host {host} gave no sound for {:.1} s: its server hangs, or the device is suspended",
                    after.as_secs_f64()
                )
            }
            Self::Broken(error) => write!(out, "{error}; it is tried again"),
            Self::Restored { host, device } => write!(out, "{device} on host {host} is there again"),
            Self::DeviceChanged { host, from, to, followed: true } => {
                write!(out, "the input of host {host} changed from {from} to {to}, which is listened to now")
            }
            Self::DeviceChanged { host, from, to, followed: false } => write!(
                out,
                "the input of host {host} changed from {from} to {to}, which is not listened to; {from} is asked for again: plug it in, name another --device, or allow any with --follow-default"
            ),
            Self::NotAhead { host, device, scheduling } => write!(
                out,
                "the thread that listens to {device} on host {host} runs {scheduling}: the system refused real time and a raised \
                 priority, and a busy machine may cost samples; {}",
                Scheduling::ADVICE
            ),
            Self::NoSignal { host, device, after } => {
                write!(
                    out,
                    "{device} on host {host} gave nothing but zeros for {:.0} s: {}",
                    after.as_secs_f64(),
                    what_to_check(host)
                )
            }
        }
    }
}

/// Where the usual reasons of exact zeros are found.
fn what_to_check(host: &str) -> &'static str {
    match host {
        "pulseaudio" | "pipewire" => {
            "see whether it is muted (`pactl list sources`, or the mixer's input page), whether this program may record, and \
             whether something is plugged in"
        }
        "alsa" => {
            "see whether it is muted (`alsamixer`, F4: `CAPTURE` must be on), whether this user is in the group `audio`, and \
             whether something is plugged in"
        }
        "jack" => "see whether anything is connected to this program's input ports (`jack_lsp -c`)",
        "coreaudio" => {
            "allow the microphone to this program: System Settings, Privacy & Security, Microphone; then see whether it is muted"
        }
        "wasapi" | "asio" => {
            "allow the microphone to this program: Settings, Privacy & security, Microphone; then see whether it is muted"
        }
        _ => "see whether it is muted, whether this program may record, and whether something is plugged in",
    }
}

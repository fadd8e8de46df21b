//! What was measured: plain figures, for the judges.

use afterbeep_capture::{DeviceError, Scheduling};
use serde::Serialize;
use serde_json::{Value, json};

use super::{hum::Hum, pace::Pace, sound::Sound};

/// All that was measured.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    pub(super) hosts: Vec<Host>,
    /// The microphone, or why it could not be opened.
    pub(super) microphone: Result<Heard, DeviceError>,
    /// The beep, if one was to be played, or why the loudspeaker could not be opened.
    pub(super) beep: Option<Result<Beep, DeviceError>>,
    /// The folder's disk, or why nothing can be written there.
    pub(super) disk: Result<Disk, NoDisk>,
}

/// A host and how much there is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Host {
    pub(super) host: String,
    pub(super) default: bool,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    /// Why there is nothing.
    pub(super) unavailable: Option<String>,
}

/// What came from the microphone.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Heard {
    pub(super) host: String,
    pub(super) device: String,
    pub(super) rate_hz: u32,
    pub(super) sound: Sound,
    pub(super) hum: Option<Hum>,
    /// Absent for a file that does not come in real time.
    pub(super) pace: Option<Pace>,
    /// Samples for which the ring had no room.
    pub(super) lost_samples: u64,
    /// Absent where the system does not tell, and for a file.
    #[serde(serialize_with = "as_priority")]
    pub(super) priority: Option<Scheduling>,
    /// Why the device gave nothing more.
    #[serde(serialize_with = "as_text")]
    pub(super) gone: Option<DeviceError>,
    /// Whether it gave nothing more, without a word.
    pub(super) silent: bool,
}

/// A beep that was played.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Beep {
    pub(super) host: String,
    pub(super) device: String,
    /// Whether it came to its end in time.
    pub(super) played: bool,
    pub(super) underruns: u64,
    /// How loud the microphone heard it, where it did.
    pub(super) heard_dbfs: Option<f64>,
    #[serde(serialize_with = "as_text")]
    pub(super) gone: Option<DeviceError>,
}

/// A disk that can be written to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Disk {
    pub(super) folder: String,
    /// Written and synced.
    pub(super) bytes_per_s: f64,
    /// The longest that one piece took.
    pub(super) longest_s: f64,
}

/// A folder in which nothing can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoDisk {
    pub(super) folder: String,
    pub(super) reason: String,
}

fn as_text<S: serde::Serializer>(error: &Option<DeviceError>, to: S) -> Result<S::Ok, S::Error> {
    error.as_ref().map(ToString::to_string).serialize(to)
}

fn as_priority<S: serde::Serializer>(scheduling: &Option<Scheduling>, to: S) -> Result<S::Ok, S::Error> {
    let said = scheduling.map(|scheduling| match scheduling {
        Scheduling::RealTime { priority } => json!({"real_time": true, "priority": priority}),
        Scheduling::Ordinary { nice } => json!({"real_time": false, "nice": nice}),
        _ => Value::Null,
    });
    said.serialize(to)
}

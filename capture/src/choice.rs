//! Which host, device and channel somebody wants.

use afterbeep::Channel;

use crate::file_device::{self, Named};

/// A host and a device by name, and a channel; absent means the default.
///
/// A device's name is its id (`pulseaudio:caller.monitor`, or without the host `caller.monitor`), what the host shows
/// to people, or a part of either that no other device has; letter case does not count.
///
/// `file:PATH` is an audio file as a microphone, whatever the host: it comes in blocks of 10 ms at the speed of its
/// samples, through the same ring and the same code as a sound card, and silence follows its end. After a `?` may stand,
/// with commas between them, `fast` (as fast as it is read), `once` (it ends as a device that is gone) and `loop`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The host's id, as [`devices`](crate::devices) lists it: `alsa`, `pulseaudio`, `pipewire`, `jack`.
    pub host: Option<String>,
    /// The device's name.
    pub device: Option<String>,
    /// What is heard of a microphone with several channels; a loudspeaker plays on every one.
    pub channel: Channel,
}

impl Choice {
    /// Whether a file stands for the microphone.
    pub fn is_file(&self) -> bool {
        !matches!(Named::by(self), Ok(None))
    }

    /// Whether samples come at the speed of a clock: all do but those of a file that is played `fast`.
    pub fn is_paced(&self) -> bool {
        file_device::is_paced(self)
    }

    /// The host in words.
    pub(crate) fn host_name(&self) -> String {
        self.host.clone().unwrap_or_else(|| "default".into())
    }

    /// The device in words.
    pub(crate) fn device_name(&self) -> String {
        self.device.clone().unwrap_or_else(|| "default".into())
    }
}

/// The places of the devices that `wanted` means among `(id, name)` pairs: one if it is plain which.
pub(crate) fn matching(wanted: &str, devices: &[(String, String)]) -> Vec<usize> {
    let wanted = wanted.to_lowercase();
    let kinds: Vec<_> = devices.iter().map(|(id, name)| likeness(&wanted, id, name)).collect();
    let Some(best) = kinds.iter().flatten().min() else { return Vec::new() };
    (0..devices.len()).filter(|&place| kinds[place] == Some(*best)).collect()
}

/// How well a device fits what is wanted: 0 by its id, 1 by its name, 2 by a part of either.
fn likeness(wanted: &str, id: &str, name: &str) -> Option<u8> {
    let (id, name) = (id.to_lowercase(), name.to_lowercase());
    let bare_id = id.split_once(':').map_or("", |(_, bare)| bare);
    match () {
        () if wanted == id || wanted == bare_id => Some(0),
        () if wanted == name => Some(1),
        () if id.contains(wanted) || name.contains(wanted) => Some(2),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::matching;

    #[test]
    fn the_closest_kind_of_match_wins() {
        let devices = [
            ("pulseaudio:mic", "Microphone"),
            ("pulseaudio:mic.monitor", "Monitor of Microphone"),
            ("pulseaudio:usb", "mic"),
        ]
        .map(|(id, name)| (id.to_owned(), name.to_owned()));
        assert_eq!(matching("mic", &devices), [0], "an id before a name");
        assert_eq!(matching("PULSEAUDIO:MIC.MONITOR", &devices), [1]);
        assert_eq!(matching("microphone", &devices), [0], "a whole name before a part");
        assert_eq!(matching("monitor", &devices), [1]);
        assert_eq!(matching("pulse", &devices), [0, 1, 2], "several fit");
        assert!(matching("speaker", &devices).is_empty());
    }
}

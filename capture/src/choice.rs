//! Which host and device somebody wants.

/// A host and a device by name; absent means the default.
///
/// A device's name is its id (`pulseaudio:caller.monitor`, or without the host `caller.monitor`), what the host shows
/// to people, or a part of either that no other device has; letter case does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The host's id, as [`devices`](crate::devices) lists it: `alsa`, `pulseaudio`, `pipewire`, `jack`.
    pub host: Option<String>,
    /// The device's name.
    pub device: Option<String>,
}

impl Choice {
    /// The host in words.
    pub(crate) fn host_name(&self) -> String {
        self.host.clone().unwrap_or_else(|| "default".into())
    }

    /// The device in words.
    pub(crate) fn device_name(&self) -> String {
        self.device.clone().unwrap_or_else(|| "default".into())
    }
}

/// The place of the one device that `wanted` means among `(id, name)` pairs; more than one place if several fit
/// equally well.
pub(crate) fn matching(wanted: &str, devices: &[(String, String)]) -> Vec<usize> {
    let wanted = wanted.to_lowercase();
    let exact = |text: &str| text == wanted;
    let partly = |text: &str| text.contains(&wanted);
    let without_host = |id: &str| id.split_once(':').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
    let places = |fits: &dyn Fn(&str, &str) -> bool| -> Vec<usize> {
        let fits = |(id, name): &(String, String)| fits(&id.to_lowercase(), &name.to_lowercase());
        devices.iter().enumerate().filter(|(_, device)| fits(device)).map(|(place, _)| place).collect()
    };
    let tries: [&dyn Fn(&str, &str) -> bool; 3] = [
        &|id, _| exact(id) || exact(&without_host(id)),
        &|_, name| exact(name),
        &|id, name| partly(id) || partly(name),
    ];
    tries.iter().map(|fits| places(*fits)).find(|places| !places.is_empty()).unwrap_or_default()
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
        assert_eq!(matching("speaker", &devices), []);
    }
}

//! The hosts: what each needs on this machine, and how it is chosen.

use std::path::Path;
use std::process::{Command, Stdio};

use afterbeep_capture::Choice;

/// A way to a sound card, with a server of its own behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    PulseAudio,
    /// ALSA, whose default device is a PulseAudio.
    Alsa,
    PipeWire,
    Jack,
}

impl Host {
    pub(crate) const ALL: [Self; 4] = [Self::PulseAudio, Self::Alsa, Self::PipeWire, Self::Jack];

    /// Its id, as `afterbeep devices` lists it.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::PulseAudio => "pulseaudio",
            Self::Alsa => "alsa",
            Self::PipeWire => "pipewire",
            Self::Jack => "jack",
        }
    }

    /// Chooses it by name: a build has several, of which another would answer first.
    pub(crate) fn choice(self) -> Choice {
        let device = (self == Self::Alsa).then(|| "default".into());
        Choice { host: Some(self.id().into()), device, ..Choice::default() }
    }

    /// Why it cannot be tested here.
    pub(crate) fn missing(self) -> Option<String> {
        if !self.is_built() {
            return Some(format!("this build is without the feature {} (see scripts/hosts.sh)", self.id()));
        }
        let (programs, plugin, packages) = self.needs();
        let absent = programs.iter().find(|program| !is_there(program));
        let what = match (absent, plugin) {
            (Some(program), _) => (*program).to_owned(),
            (None, Some(plugin)) if !has_plugin(plugin) => format!("ALSA's plugin {plugin}"),
            _ => return None,
        };
        Some(format!("{what} is missing (Debian: apt-get install {packages})"))
    }

    fn is_built(self) -> bool {
        match self {
            Self::PulseAudio | Self::Alsa => true,
            Self::PipeWire => cfg!(feature = "pipewire"),
            Self::Jack => cfg!(feature = "jack"),
        }
    }

    /// Programs, a plugin of ALSA, and Debian's packages that bring them.
    fn needs(self) -> (&'static [&'static str], Option<&'static str>, &'static str) {
        match self {
            Self::PulseAudio => {
                (&["pulseaudio", "pactl", "paplay", "parec"], None, "pulseaudio pulseaudio-utils")
            }
            Self::Alsa => (
                &["pulseaudio", "pactl", "paplay", "parec"],
                Some("pulse"),
                "pulseaudio pulseaudio-utils libasound2-plugins",
            ),
            Self::PipeWire => (
                &["pipewire", "wireplumber", "pipewire-pulse", "dbus-daemon", "pactl", "paplay", "parec"],
                None,
                "pipewire wireplumber pipewire-pulse dbus-daemon pulseaudio-utils",
            ),
            Self::Jack => (
                &["jackd", "jack_lsp", "aplay", "arecord"],
                Some("jack"),
                "jackd2 alsa-utils libasound2-plugins",
            ),
        }
    }
}

fn is_there(program: &str) -> bool {
    let mut command = Command::new("sh");
    command.args(["-c", "command -v \"$0\"", program]).stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn has_plugin(name: &str) -> bool {
    let file = format!("alsa-lib/libasound_module_pcm_{name}.so");
    let is_in = |folder: &Path| folder.join(&file).exists();
    let mut folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    is_in(Path::new("/usr/lib")) || folders.any(|folder| is_in(&folder.path()))
}

//! How a file is named as a device: `file:PATH`, and after a `?` how it is played.

use std::path::PathBuf;

use crate::{Choice, DeviceError};

/// What such a name begins with.
const PREFIX: &str = "file:";

/// How fast a file's samples come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As a sound card's do.
    #[default]
    RealTime,
    /// As soon as the ring has room.
    Fast,
}

/// What follows a file's last sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Then {
    /// Silence, as at a microphone that is left alone.
    #[default]
    Silence,
    /// Nothing, as from a device that is gone.
    Gone,
    /// The first one.
    Again,
}

/// A file as a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: PathBuf,
    pub(crate) pace: Pace,
    pub(crate) then: Then,
}

impl Named {
    /// The file that a choice names, if it does. Its host says nothing then.
    pub(crate) fn by(choice: &Choice) -> Result<Option<Self>, DeviceError> {
        choice.device.as_deref().and_then(|name| name.strip_prefix(PREFIX)).map(Self::parse).transpose()
    }

    /// The options stand behind the last `?`, with commas between them; a name that has one ends in another.
    fn parse(name: &str) -> Result<Self, DeviceError> {
        let (path, options) = name.rsplit_once('?').unwrap_or((name, ""));
        let mut named = Self { path: path.into(), pace: Pace::default(), then: Then::default() };
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option {
                "fast" => named.pace = Pace::Fast,
                "once" => named.then = Then::Gone,
                "loop" => named.then = Then::Again,
                _ => return Err(DeviceError::UnknownOption { device: named.id(), option: option.into() }),
            }
        }
        Ok(named)
    }

    /// The device's id.
    pub(crate) fn id(&self) -> String {
        format!("{PREFIX}{}", self.path.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(device: &str) -> Result<Option<Named>, DeviceError> {
        Named::by(&Choice { device: Some(device.into()), ..Choice::default() })
    }

    fn read(device: &str) -> (String, Pace, Then) {
        let named = named(device).unwrap().unwrap();
        (named.path.display().to_string(), named.pace, named.then)
    }

    #[test]
    fn a_file_is_named_with_its_options() {
        assert_eq!(read("file:a.wav"), ("a.wav".into(), Pace::RealTime, Then::Silence));
        assert_eq!(read("file:/b c/a.wav?fast"), ("/b c/a.wav".into(), Pace::Fast, Then::Silence));
        assert_eq!(read("file:a.wav?once,fast"), ("a.wav".into(), Pace::Fast, Then::Gone));
        assert_eq!(read("file:a.wav?loop"), ("a.wav".into(), Pace::RealTime, Then::Again));
        assert_eq!(read("file:what?.wav?"), ("what?.wav".into(), Pace::RealTime, Then::Silence));
    }

    #[test]
    fn what_is_no_file_is_left_to_the_hosts_and_what_is_no_option_is_refused() {
        assert_eq!(named("profile:a.wav"), Ok(None));
        assert_eq!(Named::by(&Choice::default()), Ok(None));
        let error = named("file:a.wav?fats").unwrap_err().to_string();
        assert!(error.contains("file:a.wav") && error.contains("fats") && error.contains("fast"), "{error}");
    }
}

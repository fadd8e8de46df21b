//! Which of several channels is heard.

use std::{fmt, num::NonZeroU16, str::FromStr};

/// What is heard of a source that has several channels: their mean, or one of them.
///
/// Channels count from 1; `left` is the first and `right` the second.
///
/// ```
/// use afterbeep::Channel;
/// assert_eq!("left".parse(), Channel::number(1));
/// assert_eq!(Channel::RIGHT.among(2), Ok(Some(1)));
/// assert_eq!("mix".parse(), Ok(Channel::MIX));
/// assert!(Channel::RIGHT.among(1).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Channel(Option<NonZeroU16>);

impl Channel {
    /// The mean of all channels: the default.
    pub const MIX: Self = Self(None);
    /// The first channel.
    pub const LEFT: Self = Self(NonZeroU16::new(1));
    /// The second channel.
    pub const RIGHT: Self = Self(NonZeroU16::new(2));

    /// One channel by its number, from 1.
    ///
    /// # Errors
    /// [`InvalidChannel`] for 0.
    pub fn number(number: u16) -> Result<Self, InvalidChannel> {
        let valid = NonZeroU16::new(number).ok_or_else(|| InvalidChannel { value: number.to_string() })?;
        Ok(Self(Some(valid)))
    }

    /// Its place among so many channels, from 0; `None` for the mean of all.
    ///
    /// # Errors
    /// [`NoSuchChannel`] if there are fewer.
    pub fn among(self, channels: u16) -> Result<Option<usize>, NoSuchChannel> {
        match self.0 {
            None => Ok(None),
            Some(number) if number.get() <= channels => Ok(Some(usize::from(number.get()) - 1)),
            Some(number) => Err(NoSuchChannel { number: number.get(), channels }),
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("mix"),
            Some(number) => number.fmt(f),
        }
    }
}

impl FromStr for Channel {
    type Err = InvalidChannel;

    fn from_str(text: &str) -> Result<Self, InvalidChannel> {
        match text.to_ascii_lowercase().as_str() {
            "mix" => Ok(Self::MIX),
            "left" => Ok(Self::LEFT),
            "right" => Ok(Self::RIGHT),
            _ => {
                let invalid = || InvalidChannel { value: text.to_owned() };
                Self::number(text.parse().map_err(|_| invalid())?)
            }
        }
    }
}

/// Something that names no channel.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("channel: {value:?} is none of left, right, mix, 1–65535")]
pub struct InvalidChannel {
    /// What was given.
    pub value: String,
}

/// A channel that a source does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("channel: {number} is outside of 1–{channels}")]
pub struct NoSuchChannel {
    /// The channel that was asked for, from 1.
    pub number: u16,
    /// How many there are.
    pub channels: u16,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_read_and_told() {
        for (text, channel, told) in [
            ("mix", Channel::MIX, "mix"),
            ("left", Channel::LEFT, "1"),
            ("Right", Channel::RIGHT, "2"),
            ("7", Channel::number(7).unwrap(), "7"),
            ("65535", Channel::number(u16::MAX).unwrap(), "65535"),
        ] {
            assert_eq!(text.parse(), Ok(channel));
            assert_eq!(channel.to_string(), told);
        }
        assert_eq!(Channel::default(), Channel::MIX);
    }

    #[test]
    fn what_names_no_channel_is_refused_with_the_range() {
        for text in ["", "0", "-1", "65536", "1.5", "centre", "left "] {
            let error = text.parse::<Channel>().unwrap_err().to_string();
            assert_eq!(error, format!("channel: {text:?} is none of left, right, mix, 1–65535"));
        }
        let missing = Channel::number(3).unwrap().among(2).unwrap_err();
        assert_eq!(missing.to_string(), "channel: 3 is outside of 1–2");
        assert_eq!(Channel::MIX.among(0), Ok(None));
        assert_eq!(Channel::number(2).unwrap().among(2), Ok(Some(1)));
    }
}

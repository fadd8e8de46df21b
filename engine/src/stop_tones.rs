//! The digits that end a recording.

use std::{fmt, str::FromStr};

use afterbeep_dtmf::Digit;

/// A set of digits that end the recording (`stopTones`): none, some or all of the sixteen.
///
/// ```
/// use afterbeep::StopTones;
/// let tones: StopTones = "#*".parse()?;
/// assert!(tones.contains('#'.try_into()?));
/// assert!("#5#".parse::<StopTones>().is_err(), "each at most once");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct StopTones(u16);

impl StopTones {
    /// No digit ends the recording.
    pub const NONE: Self = Self(0);
    /// Every digit ends the recording.
    pub const ANY: Self = Self(u16::MAX);

    /// The set with `digit` added.
    ///
    /// # Errors
    /// [`InvalidStopTone::Twice`] when it is in the set already.
    pub fn with(self, digit: Digit) -> Result<Self, InvalidStopTone> {
        if self.contains(digit) {
            return Err(InvalidStopTone::Twice { digit });
        }
        Ok(Self(self.0 | bit(digit)))
    }

    /// Whether `digit` ends the recording.
    pub fn contains(self, digit: Digit) -> bool {
        self.0 & bit(digit) != 0
    }

    /// Whether no digit does.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The digits of the set, in the keypad's order.
    pub fn iter(self) -> impl Iterator<Item = Digit> {
        Digit::all().filter(move |digit| self.contains(*digit))
    }
}

fn bit(digit: Digit) -> u16 {
    1 << (digit.row() * 4 + digit.column())
}

/// Reads one entry of the contract's collection: a digit, or the name that the contract gives it.
///
/// # Errors
/// [`InvalidStopTone::Unknown`] for anything else.
pub(crate) fn digit_by_name(name: &str) -> Result<Digit, InvalidStopTone> {
    let key = match name {
        "star" => "*",
        "pound" => "#",
        _ => name.strip_prefix("tone").filter(|rest| rest.parse::<u8>().is_ok()).unwrap_or(name),
    };
    key.parse().map_err(|_| InvalidStopTone::Unknown { value: name.to_owned() })
}

impl FromStr for StopTones {
    type Err = InvalidStopTone;

    /// Reads digits written one after the other, such as `#1*`.
    fn from_str(text: &str) -> Result<Self, InvalidStopTone> {
        text.chars().try_fold(Self::NONE, |tones, key| {
            let digit =
                Digit::try_from(key).map_err(|_| InvalidStopTone::Unknown { value: key.to_string() })?;
            tones.with(digit)
        })
    }
}

impl fmt::Display for StopTones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|digit| write!(f, "{digit}"))
    }
}

impl fmt::Debug for StopTones {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StopTones({self})")
    }
}

/// Something that cannot stand in a set of stop tones.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidStopTone {
    /// It names no digit.
    #[error("stopTones: {value:?} is no digit; allowed are 0–9, *, #, A–D, each at most once")]
    Unknown {
        /// What was given.
        value: String,
    },
    /// The digit stands there twice.
    #[error("stopTones: {digit} is given twice; allowed are 0–9, *, #, A–D, each at most once")]
    Twice {
        /// The digit.
        digit: Digit,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_mean_the_same() {
        for (name, key) in
            [("tone0", '0'), ("tone9", '9'), ("star", '*'), ("pound", '#'), ("a", 'A'), ("D", 'D')]
        {
            assert_eq!(digit_by_name(name).unwrap().as_char(), key);
        }
        for name in ["tone", "tone10", "toneA", "", "hash", "12", "Z"] {
            assert!(digit_by_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_set_is_written_as_it_is_read() {
        let tones: StopTones = "#1*d".parse().unwrap();
        assert_eq!(tones.to_string(), "1*#D");
        assert_eq!(tones.to_string().parse(), Ok(tones));
        assert_eq!(StopTones::ANY.iter().count(), 16);
    }
}

//! The sixteen digits of a telephone's keypad.

use core::{fmt, str::FromStr};

/// A DTMF digit: one tone of the low group with one of the high group (ITU-T Q.23 §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit {
    row: u8,
    column: u8,
}

/// The keypad, row by row: low group 697–941 Hz downwards, high group 1209–1633 Hz to the right.
const KEYPAD: [[char; 4]; 4] =
    [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];

impl Digit {
    /// Every digit, in the keypad's order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..16u8).map(|n| Self { row: n / 4, column: n % 4 })
    }

    /// The digit at a place of the keypad; `row` and `column` count from 0, and only their last two bits are read.
    pub const fn at(row: usize, column: usize) -> Self {
        Self { row: (row & 3) as u8, column: (column & 3) as u8 }
    }

    /// The row on the keypad, 0–3: which tone of the low group.
    pub const fn row(self) -> usize {
        self.row as usize
    }

    /// The column on the keypad, 0–3: which tone of the high group.
    pub const fn column(self) -> usize {
        self.column as usize
    }

    /// `0`–`9`, `*`, `#`, `A`–`D`.
    pub const fn as_char(self) -> char {
        KEYPAD[self.row as usize][self.column as usize]
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl TryFrom<char> for Digit {
    type Error = NotADigit;

    /// Reads `0`–`9`, `*`, `#`, `A`–`D` and `a`–`d`.
    fn try_from(key: char) -> Result<Self, NotADigit> {
        let wanted = key.to_ascii_uppercase();
        Self::all().find(|digit| digit.as_char() == wanted).ok_or(NotADigit { key })
    }
}

impl FromStr for Digit {
    type Err = NotADigit;

    fn from_str(text: &str) -> Result<Self, NotADigit> {
        let mut keys = text.chars();
        match (keys.next(), keys.next()) {
            (Some(key), None) => Self::try_from(key),
            (Some(_), Some(second)) => Err(NotADigit { key: second }),
            (None, _) => Err(NotADigit { key: '\0' }),
        }
    }
}

/// A character that is on no key of a telephone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("digit: {key:?} is none of 0–9, *, #, A–D")]
pub struct NotADigit {
    /// The character that was given.
    pub key: char,
}

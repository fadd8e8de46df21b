//! Callers as data: a scenario file says what is heard on the line, what is asked for and what must come of it.
//!
//! `README.md` beside this crate is the format; [`Scenario`] reads it, [`Line`] makes the sound, [`run`] plays it to a
//! recorder in frames of any size, [`differences`] compares, [`screen`] shows what was heard.

mod check;
mod echo;
mod line;
mod play;
mod random;
mod scenario;
mod screen;
mod sound;
mod voice;

pub use check::{differences, tone_dbfs};
pub use echo::EchoPath;
pub use line::Line;
pub use play::{Frames, Run, run};
pub use random::Random;
pub use scenario::{
    Color, Expect, Lose, Mode, Names, Piece, Prompt, Range, Scenario, Setting, Span, SpeechAt, Trouble,
};
pub use screen::screen;
pub use sound::{digit, gain, noise, tone};
pub use voice::voice;

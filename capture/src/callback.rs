//! The part that runs in the audio thread: convert, copy, count.
//!
//! Nothing in here allocates, locks, calls the system, logs or panics once it was built, and nothing in here knows
//! `cpal`: the taps take slices of samples, so that tests, and audio that comes from elsewhere, drive the very code
//! that a sound card drives.
//!
//! Each direction has two ends that are `Send` but not `Clone`: the tap for the audio thread, and the other end for
//! the thread that works. A ring of samples lies between; it has room for a stated number of them.
//!
//! ```
//! use afterbeep_capture::callback::{input, Taken};
//! let (mut tap, mut ear) = input(480, 2);
//! tap.on_audio(&[0.5f32, 0.25, -1.0, 0.0]); // two frames of two channels
//! let mut frame = [0i16; 480];
//! assert_eq!(ear.take(&mut frame), Taken::Samples(2));
//! assert_eq!(frame[..2], [12_288, -16_384]); // the mean of the channels
//! ```

// Not even an `allow` lets a lock in here: see `clippy.toml`.
#![forbid(clippy::disallowed_types, clippy::disallowed_methods)]

mod convert;
mod input;
mod output;
mod state;

pub use convert::DeviceSample;
pub use input::{Ear, InputTap, Stamp, Taken, input};
pub(crate) use output::Progress;
pub use output::{Mouth, OutputTap, output};
pub use state::{Fault, StreamState};

/// Frames converted at a time, on the stack: a callback of 10 ms at 48 kHz goes into the ring at once.
const CHUNK: usize = 512;

/// Runs the audio thread's part; in tests within the traps of `proof`, on whatever thread it is.
fn on_audio_thread<R>(part: impl FnOnce() -> R) -> R {
    #[cfg(feature = "proof")]
    return crate::proof::trapped(part);
    #[cfg(not(feature = "proof"))]
    part()
}

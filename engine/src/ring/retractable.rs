//! Samples to be played, which may be taken back until they are.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use ringbuf::traits::Split;
use ringbuf::{HeapCons, HeapProd, HeapRb};

use super::{Count, Pull, Push};

/// The writing end of a [`retractable`] ring.
pub struct Speaker<S = HeapProd<i16>, C = AtomicU64> {
    samples: S,
    /// Samples that went into it.
    given: u64,
    /// Those before this one are not to be heard any more.
    retracted: Arc<C>,
}

/// The reading end of a [`retractable`] ring.
pub struct Listener<S = HeapCons<i16>, C = AtomicU64> {
    samples: S,
    /// Samples that came out of it.
    heard: u64,
    retracted: Arc<C>,
}

/// A ring with room for so many samples, at least one, that the writer may take back.
///
/// ```
/// use afterbeep::ring::retractable;
/// let (mut speaker, mut listener) = retractable(8);
/// speaker.say(&[1, 2, 3]);
/// speaker.retract();
/// speaker.say(&[4]);
/// let mut out = [9; 5];
/// assert_eq!(listener.hear(&mut out), 4);
/// assert_eq!(out, [0, 0, 0, 4, 0]); // time goes on
/// ```
pub fn retractable(samples: usize) -> (Speaker, Listener) {
    over(HeapRb::new(samples.max(1)).split(), Arc::default())
}

/// The same over given rings.
pub(super) fn over<S, T, C>((said, heard): (S, T), retracted: Arc<C>) -> (Speaker<S, C>, Listener<T, C>) {
    let listener = Listener { samples: heard, heard: 0, retracted: Arc::clone(&retracted) };
    (Speaker { samples: said, given: 0, retracted }, listener)
}

impl<S: Push<i16>, C: Count> Speaker<S, C> {
    /// Gives samples to be played, as many as there is room for, and tells how many.
    pub fn say(&mut self, samples: &[i16]) -> usize {
        let count = self.samples.push(samples);
        self.given += count as u64;
        count
    }

    /// What was given and not yet heard is silence from now on. Who is hearing it at this instant may still hear it.
    pub fn retract(&mut self) {
        self.retracted.set(self.given);
    }
}

impl<S: Pull<i16>, C: Count> Listener<S, C> {
    /// Fills `out` with what is to be played, and with silence where there is nothing; tells how many samples there were.
    pub fn hear(&mut self, out: &mut [i16]) -> usize {
        let count = self.samples.pull(out);
        out[count..].fill(0);
        // After the samples: whoever hears what was said after a retraction knows of that.
        let retracted = self.retracted.get().saturating_sub(self.heard);
        let retracted = usize::try_from(retracted).unwrap_or(usize::MAX).min(count);
        out[..retracted].fill(0);
        self.heard += count as u64;
        count
    }
}

#[cfg(all(test, not(miri)))]
mod tests;

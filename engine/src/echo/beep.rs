//! A beep that comes back, known again by its likeness.
//!
//! An echo is a delayed, scaled copy of what was played, without what a line or a loudspeaker takes away. The guard looks
//! for that copy in the middle of the band: the normalised correlation of the last 40 ms of the capture with what was
//! played at each delay that a line or a room may have.

use super::band::Band;
use crate::SampleRate;

/// The rate at which the guard compares, in Hz: more than the band of a voice's strongest parts.
const GUARD_RATE_HZ: u32 = 8_000;
/// The longest delay of an echo beyond the output's own latency, in ms (ITU-T G.131 §1: beyond that, an echo is a call's fault).
const MAX_DELAY_MS: u32 = 300;
/// How much of the capture is compared at a time, in ms: two periods of the deepest voice, and more.
const WINDOW_MS: u32 = 40;
/// The correlation from which a window is an echo: above it, 10 dB of other sound would have spoilt the copy.
const ECHO_CORRELATION: f32 = 0.75;
/// The correlation down to which the next window is still the same echo at the same delay: other sound 2.5 dB over it ends it.
const SAME_ECHO_CORRELATION: f32 = 0.6;
/// How far apart the delays of two neighbouring windows may be for the same echo, in samples of the guard.
const SAME_DELAY: usize = 2;
/// Mean square under which a window is as good as silent (about −80 dBFS).
const SILENT: f64 = 1e-8;

/// Knows our own sound when it comes back.
#[derive(Debug)]
pub(crate) struct BeepGuard {
    played: Thinner,
    heard: Thinner,
    window: usize,
    delays: usize,
    /// Samples of the stream since something was played.
    quiet_for: usize,
    last_delay: Option<usize>,
    echo: bool,
}

impl BeepGuard {
    /// A guard for a stream at `rate` whose output is heard `latency` samples after it was given.
    pub(super) fn new(rate: SampleRate, latency: u64) -> Self {
        let factor = (rate.hz() / GUARD_RATE_HZ).max(1) as usize;
        let guard_hz = rate.hz() as usize / factor;
        let window = guard_hz * WINDOW_MS as usize / 1_000;
        let delays = guard_hz * MAX_DELAY_MS as usize / 1_000 + latency as usize / factor;
        Self {
            played: Thinner::new(guard_hz, factor, window + delays),
            heard: Thinner::new(guard_hz, factor, window),
            window,
            delays,
            quiet_for: usize::MAX / 2,
            last_delay: None,
            echo: false,
        }
    }

    /// Takes what was played while nothing was heard, in pieces of any size.
    pub(super) fn play(&mut self, played: &[i16]) {
        self.note_quiet(played);
        self.played.push(played);
    }

    /// Takes what was played and what was heard at the same time, and tells how many of the last samples heard are our
    /// own sound: none, or the window's.
    pub(super) fn compare(&mut self, played: &[i16], heard: &[i16]) -> Option<u64> {
        self.note_quiet(played);
        self.echo = false;
        // Once nothing can come back, silence is all that is remembered, and stays so: there is nothing to do.
        if self.is_over() {
            self.last_delay = None;
            return None;
        }
        self.played.push(played);
        self.heard.push(heard);
        // An echo keeps its delay: the whole range is searched only where the last one no longer fits.
        let same = self.last_delay.filter(|&delay| self.correlation(delay) >= SAME_ECHO_CORRELATION);
        let delay = same.or_else(|| self.best_delay());
        let again = same.is_some()
            || delay.zip(self.last_delay).is_some_and(|(now, before)| now.abs_diff(before) <= SAME_DELAY);
        self.last_delay = delay;
        self.echo = again;
        again.then_some((self.window * self.heard.factor) as u64)
    }

    /// Whether the last block heard was our own sound.
    pub(super) fn is_echo(&self) -> bool {
        self.echo
    }

    fn note_quiet(&mut self, played: &[i16]) {
        let quiet = played.iter().rev().take_while(|&&sample| sample == 0).count();
        self.quiet_for = if quiet == played.len() { self.quiet_for.saturating_add(quiet) } else { quiet };
    }

    /// Whether nothing that was played can come back any more.
    pub(super) fn is_over(&self) -> bool {
        self.quiet_for > (self.delays + self.window) * self.played.factor
    }

    /// The delay at which what was played is most like what is heard, if it is like enough.
    fn best_delay(&self) -> Option<usize> {
        let heard = energy(&self.heard.samples);
        if heard < SILENT * self.window as f64 {
            return None;
        }
        // The energy of what was played slides with the delay: one square comes in, one goes.
        let played = &self.played.samples;
        let mut reference = energy(&played[self.delays..]);
        let mut best = (0, 0.0);
        for delay in 0..self.delays {
            let from = self.delays - delay;
            let likeness = self.likeness(from, heard, reference);
            if likeness > best.1 {
                best = (delay, likeness);
            }
            reference += square(played[from - 1]) - square(played[from + self.window - 1]);
        }
        (best.1 >= ECHO_CORRELATION).then_some(best.0)
    }

    /// The normalised correlation of the window with what was played `delay` before, 0 to 1. An echo may be inverted.
    fn correlation(&self, delay: usize) -> f32 {
        let from = self.delays - delay;
        let reference = energy(&self.played.samples[from..from + self.window]);
        self.likeness(from, energy(&self.heard.samples), reference)
    }

    /// The same for the window that starts at `from` in what was played, where both energies are known.
    fn likeness(&self, from: usize, heard: f64, reference: f64) -> f32 {
        if heard.min(reference) < SILENT * self.window as f64 {
            return 0.0;
        }
        let product = dot(&self.heard.samples, &self.played.samples[from..from + self.window]);
        product.abs() / (heard * reference).sqrt() as f32
    }
}

fn square(sample: f32) -> f64 {
    f64::from(sample) * f64::from(sample)
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|&sample| square(sample)).sum()
}

/// A dot product in eight lanes, which the compiler turns into vector instructions.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    for (a, b) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum()
}

/// The last samples of a stream, thinned out by a whole factor (the mean of each group), in the band that is compared.
#[derive(Debug)]
struct Thinner {
    band: Band,
    factor: usize,
    sum: f32,
    count: usize,
    samples: Vec<f32>,
}

impl Thinner {
    fn new(guard_hz: usize, factor: usize, length: usize) -> Self {
        Self { band: Band::new(guard_hz as f32), factor, sum: 0.0, count: 0, samples: vec![0.0; length] }
    }

    fn push(&mut self, samples: &[i16]) {
        let fresh = (self.count + samples.len()) / self.factor;
        let length = self.samples.len();
        let kept = length.saturating_sub(fresh);
        self.samples.copy_within(length - kept.., 0);
        let mut at = kept;
        let mut skip = fresh.saturating_sub(length);
        for &sample in samples {
            self.sum += f32::from(sample) / 32_768.0;
            self.count += 1;
            if self.count == self.factor {
                let thinned = self.band.next(self.sum / self.factor as f32);
                if skip > 0 {
                    skip -= 1;
                } else {
                    self.samples[at] = thinned;
                    at += 1;
                }
                self.sum = 0.0;
                self.count = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sounds::{delayed, noise};
    use super::*;
    use crate::Beep;

    fn echo_blocks(played: &[i16], heard: &[i16]) -> usize {
        let mut guard = BeepGuard::new(SampleRate::HZ_8000, 0);
        played.chunks(80).zip(heard.chunks(80)).filter(|(p, h)| guard.compare(p, h).is_some()).count()
    }

    #[test]
    fn a_beep_that_comes_back_is_ours() {
        let mut played = Beep::default().samples(SampleRate::HZ_8000);
        played.resize(4_000, 0);
        for (delay, divisor) in [(0, 2), (401, 8), (1_600, 30)] {
            let blocks = echo_blocks(&played, &delayed(&played, delay, divisor));
            assert!((18..=24).contains(&blocks), "{delay}, 1/{divisor}: {blocks} blocks of 10 ms");
        }
    }

    #[test]
    fn what_was_played_is_remembered_alike_in_pieces_of_any_size() {
        let mut played = vec![0; 3];
        played.extend(noise(4, 2_001, 0.2));
        played.resize(18_000, 0);
        let after = |piece: usize| {
            let mut guard = BeepGuard::new(SampleRate::HZ_44100, 11);
            played.chunks(piece).for_each(|part| guard.play(part));
            (guard.played.samples, guard.played.count, guard.quiet_for)
        };
        let whole = after(played.len());
        for piece in [1, 4, 7, 80, 441] {
            assert!(after(piece) == whole, "in pieces of {piece}");
        }
    }

    #[test]
    fn other_sound_at_the_same_time_is_not() {
        let mut played = noise(1, 8_000, 0.3);
        played.resize(16_000, 0);
        assert_eq!(echo_blocks(&played, &noise(2, 16_000, 0.3)), 0);
        let echo = delayed(&played, 800, 4);
        let louder: Vec<i16> = echo.iter().zip(noise(3, 16_000, 0.2)).map(|(e, n)| e + n).collect();
        assert_eq!(echo_blocks(&played, &louder), 0, "a caller 8 dB over the echo is heard");
        assert!(echo_blocks(&played, &echo) >= 95);
    }
}

//! The bank: what each hop of samples holds of the eight tones, and the samples themselves for a while.
//!
//! The value of a tone is what Goertzel's recurrence would leave after two hops under a Hann window: one bin of a
//! discrete Fourier transform at exactly the tone's frequency. It is worked out as a product with tables, all eight tones
//! at once and without a branch, after folding the two hops around their border (sums meet cosines, differences meet
//! sines). The phase is counted from the start of the stream, so that a steady tone has the same value in every hop, and
//! one that is off by δ Hz turns by δ · 4 ms from one hop to the next. The windows of all hops add up to 1 everywhere:
//! the sum of a tone's amplitudes over the hops is its duration.

use crate::{
    limits::{HOP, INTERNAL_HZ, TONES_HZ},
    phasor::{Phasor, cos_turns, sin_turns},
};

/// How many tones there are.
pub(crate) const TONES: usize = TONES_HZ.len();
/// Hops that are remembered: 64 ms.
pub(crate) const HOPS: usize = 16;
/// Samples that are remembered: those of the hops.
pub(crate) const SAMPLES: usize = HOPS * HOP;

/// The tones are whole Hz, and a hop is 1/250 s: after 250 hops every tone's phase is back where it was.
const TURNS: usize = INTERNAL_HZ as usize / HOP;

static COSINES: [[f32; TONES]; HOP] = folded_table(true);
static SINES: [[f32; TONES]; HOP] = folded_table(false);
static TURN: [Phasor; TURNS] = turn_table();

/// The samples of a hop while it is being gathered.
#[derive(Clone, Debug)]
pub(crate) struct Hop {
    samples: [f32; HOP],
    filled: usize,
}

impl Hop {
    pub(crate) const fn new() -> Self {
        Self { samples: [0.0; HOP], filled: 0 }
    }

    pub(crate) fn push(&mut self, sample: f32) {
        if let Some(slot) = self.samples.get_mut(self.filled) {
            *slot = sample;
            self.filled += 1;
        }
    }

    pub(crate) fn free_mut(&mut self) -> &mut [f32] {
        self.samples.get_mut(self.filled..).unwrap_or(&mut [])
    }

    pub(crate) fn advance(&mut self, by: usize) {
        self.filled = (self.filled + by).min(HOP);
    }

    pub(crate) fn is_full(&self) -> bool {
        self.filled == HOP
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    pub(crate) fn clear(&mut self) {
        self.filled = 0;
    }
}

/// The eight tones in one hop, low group first: amplitude 1 is a sine of full scale.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bins {
    pub(crate) re: [f32; TONES],
    pub(crate) im: [f32; TONES],
}

impl Bins {
    const ZERO: Self = Self { re: [0.0; TONES], im: [0.0; TONES] };

    /// One tone of the eight (0–7).
    pub(crate) fn tone(&self, tone: usize) -> Phasor {
        Phasor::new(self.re[tone % TONES], self.im[tone % TONES])
    }

    /// The eight tones over two hops, phases counted from their border.
    fn of(older: &[f32; HOP], newer: &[f32; HOP]) -> Self {
        let mut bins = Self::ZERO;
        for n in 0..HOP {
            let (after, before) = (newer[n], older[HOP - 1 - n]);
            let (sum, difference) = (after + before, after - before);
            for tone in 0..TONES {
                bins.re[tone] += sum * COSINES[n][tone];
                bins.im[tone] -= difference * SINES[n][tone];
            }
        }
        bins
    }

    /// The same with phases counted from the start of the stream; `hop` is the hop's number.
    fn turned_back(&self, hop: u64) -> Self {
        let mut turned = Self::ZERO;
        for (tone, hz) in TONES_HZ.iter().enumerate() {
            let turn = TURN[(u64::from(*hz) * (hop % TURNS as u64) % TURNS as u64) as usize];
            let bin = self.tone(tone) * turn.conj();
            (turned.re[tone], turned.im[tone]) = (bin.re, bin.im);
        }
        turned
    }
}

/// The last 64 ms: the bins of each hop, and the samples.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    bins: [Bins; HOPS],
    samples: [[f32; HOP]; HOPS],
    hops: u64,
}

impl Bank {
    pub(crate) const fn new() -> Self {
        Self { bins: [Bins::ZERO; HOPS], samples: [[0.0; HOP]; HOPS], hops: 0 }
    }

    /// Takes in a full hop.
    pub(crate) fn hear(&mut self, hop: &Hop) {
        let slot = self.hops as usize % HOPS;
        let before = (slot + HOPS - 1) % HOPS;
        self.samples[slot] = hop.samples;
        self.bins[slot] = Bins::of(&self.samples[before], &hop.samples).turned_back(self.hops);
        self.hops += 1;
    }

    /// How many hops were heard.
    pub(crate) fn hops(&self) -> u64 {
        self.hops
    }

    /// How many samples at 8 kHz were heard.
    pub(crate) fn heard(&self) -> u64 {
        self.hops * HOP as u64
    }

    /// The bins of a hop by its age: 0 is the newest. They are centred on the hop's first sample.
    pub(crate) fn bins(&self, age: usize) -> &Bins {
        &self.bins[self.slot(age)]
    }

    /// Copies the newest `to.len()` samples (64 ms at most), oldest first.
    pub(crate) fn copy_newest(&self, to: &mut [f32]) {
        let length = to.len().min(SAMPLES);
        for (n, hop) in to.chunks_mut(HOP).enumerate() {
            let age = (length / HOP).saturating_sub(n + 1);
            let from = &self.samples[self.slot(age)];
            for (to, from) in hop.iter_mut().zip(from) {
                *to = *from;
            }
        }
    }

    fn slot(&self, age: usize) -> usize {
        (self.hops as usize + 2 * HOPS - 1 - age % HOPS) % HOPS
    }
}

const fn folded_table(cosines: bool) -> [[f32; TONES]; HOP] {
    let mut table = [[0.0; TONES]; HOP];
    let mut n = 0;
    while n < HOP {
        let mut tone = 0;
        while tone < TONES {
            let turns = TONES_HZ[tone] as f64 * (n as f64 + 0.5) / INTERNAL_HZ as f64;
            let value = if cosines { cos_turns(turns) } else { sin_turns(turns) };
            let window = 0.5 + 0.5 * cos_turns((n as f64 + 0.5) / (2.0 * HOP as f64));
            table[n][tone] = (window * value * 2.0 / HOP as f64) as f32;
            tone += 1;
        }
        n += 1;
    }
    table
}

const fn turn_table() -> [Phasor; TURNS] {
    let mut table = [Phasor::ZERO; TURNS];
    let mut n = 0;
    while n < TURNS {
        let turns = n as f64 / TURNS as f64;
        table[n] = Phasor::new(cos_turns(turns) as f32, sin_turns(turns) as f32);
        n += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::vec::Vec;

    /// Two hops of something with every tone in it.
    fn hops() -> [[f32; HOP]; 2] {
        let mut seed = 1u32;
        [0; 2].map(|_: u32| {
            [0.0; HOP].map(|_: f32| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 8) as f32 / (1 << 23) as f32 - 1.0
            })
        })
    }

    fn windowed(hops: &[[f32; HOP]; 2]) -> [f64; 2 * HOP] {
        let mut samples = [0.0; 2 * HOP];
        for (n, sample) in samples.iter_mut().enumerate() {
            let window = 0.5 - 0.5 * libm::cos(core::f64::consts::PI * (n as f64 + 0.5) / HOP as f64);
            *sample = window * f64::from(hops[n / HOP][n % HOP]);
        }
        samples
    }

    #[test]
    fn a_bin_is_that_of_the_direct_transform() {
        let hops = hops();
        let samples = windowed(&hops);
        let bins = Bins::of(&hops[0], &hops[1]);
        for (tone, hz) in TONES_HZ.into_iter().enumerate() {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, sample) in samples.iter().enumerate() {
                let turns = f64::from(hz) * (n as f64 + 0.5 - HOP as f64) / f64::from(INTERNAL_HZ);
                re += sample * libm::cos(2.0 * core::f64::consts::PI * turns) * 2.0 / HOP as f64;
                im -= sample * libm::sin(2.0 * core::f64::consts::PI * turns) * 2.0 / HOP as f64;
            }
            let bin = bins.tone(tone);
            assert!(
                (f64::from(bin.re) - re).abs() < 1e-5 && (f64::from(bin.im) - im).abs() < 1e-5,
                "{hz} Hz"
            );
        }
    }

    #[test]
    fn a_bins_power_is_that_of_the_goertzel_filter() {
        let hops = hops();
        let samples = windowed(&hops);
        let bins = Bins::of(&hops[0], &hops[1]);
        for (tone, hz) in TONES_HZ.into_iter().enumerate() {
            // Its bins are as wide as its input is short: a second, padded with silence, has one at every Hz.
            let second: Vec<f64> =
                samples.iter().copied().chain(std::iter::repeat_n(0.0, 8_000 - 2 * HOP)).collect();
            let turn = 2.0 * core::f64::consts::PI;
            let theirs = goertzel_filter::dft_power(&second, turn * turn * (f64::from(hz) + 1e-6) / 8_000.0);
            let theirs = theirs * 4.0 / (HOP * HOP) as f64;
            let ours = f64::from(bins.tone(tone).power());
            assert!((ours - theirs).abs() < 1e-3 * theirs.max(1e-3), "{hz} Hz: {ours} {theirs}");
        }
    }
}

//! The bank: what each hop of samples holds of the eight tones.
//!
//! The value of a tone is what Goertzel's recurrence would leave after two hops under a Hann window: one bin of a
//! discrete Fourier transform at exactly the tone's frequency, its phase counted from the border between the two hops. It
//! is worked out as a product with tables, without a branch, after folding the two hops around their border (sums meet
//! cosines, differences meet sines). Samples and tables are whole numbers: a processor multiplies eight or sixteen of them at once (`machine`).
//! The windows of all hops add up to 1 everywhere: the sum of a tone's amplitudes over the hops is its duration.
//!
//! Values are worked out when they are first asked for: most hops of a call are never asked about, or only every other.

use crate::{
    limits::{HOP, INTERNAL_HZ, QUIET_HOPS, TONES_HZ},
    machine::Lanes,
    phasor::{Phasor, cos_turns, sin_turns},
    samples::{Hop, Samples, WORTH},
};

/// How many tones there are.
pub(crate) const TONES: usize = TONES_HZ.len();
/// How many of them make a group.
pub(crate) const OF_GROUP: usize = TONES / 2;
/// Hops whose values are kept: 32 ms.
pub(crate) const KEPT: usize = 8;

/// The tables' 1: the sum of thirty-two products of 16 and 13 bits under a window of mean 0.5 fits into 32 bits.
const ONE: f64 = 4_096.0;
/// What a sum of products is worth as an amplitude, 1 being a sine of full scale.
const AMPLITUDE: f32 = 2.0 / HOP as f32 * WORTH / ONE as f32;

/// The tables of both groups.
static TABLES: [Tables; 2] = [tables(0), tables(1)];

/// A group's tables: the cosines of each tone, and the sines.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) cosines: [Hop; OF_GROUP],
    pub(crate) sines: [Hop; OF_GROUP],
}

/// One of the two groups of four tones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// 697–941 Hz.
    Low,
    /// 1209–1633 Hz.
    High,
}

impl Group {
    pub(crate) const BOTH: [Self; 2] = [Self::Low, Self::High];

    /// Which group a tone (0–7) is in.
    pub(crate) const fn of(tone: usize) -> Self {
        if tone < OF_GROUP { Self::Low } else { Self::High }
    }

    /// The number of the group's first tone.
    pub(crate) const fn first(self) -> usize {
        self as usize * OF_GROUP
    }
}

/// Hops whose values are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    All,
    EveryOther,
}

/// Every other slot's bit.
const EVERY_OTHER: u8 = 0b0101_0101;
const _: () = assert!(KEPT == u8::BITS as usize);

/// The tones of a group in one hop: amplitude 1 is a sine of full scale.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bins {
    pub(crate) re: [f32; OF_GROUP],
    pub(crate) im: [f32; OF_GROUP],
}

impl Bins {
    const ZERO: Self = Self { re: [0.0; OF_GROUP], im: [0.0; OF_GROUP] };

    /// The value of a tone (0–7) of this group.
    pub(crate) fn tone(&self, tone: usize) -> Phasor {
        Phasor::new(self.re[tone % OF_GROUP], self.im[tone % OF_GROUP])
    }

    /// Those of two hops.
    #[inline(always)]
    fn of<L: Lanes>(lanes: L, older: &Hop, newer: &Hop, group: Group) -> Self {
        let [re, im] = lanes.folded(older, newer, &TABLES[group as usize]);
        Self { re: re.map(|re| re as f32 * AMPLITUDE), im: im.map(|im| im as f32 * -AMPLITUDE) }
    }
}

/// The value of a tone alone in two hops that were folded.
fn tone_of((sums, differences): &(Hop, Hop), tone: usize) -> Phasor {
    let tables = &TABLES[Group::of(tone) as usize];
    let re = dot(sums, &tables.cosines[tone % OF_GROUP]) as f32;
    let im = dot(differences, &tables.sines[tone % OF_GROUP]) as f32;
    Phasor::new(re * AMPLITUDE, -im * AMPLITUDE)
}

/// The sum of products. Not inlined: alone, the compiler makes it a dozen instructions, eight products in each.
#[inline(never)]
fn dot(a: &Hop, b: &Hop) -> i32 {
    a.0.iter().zip(&b.0).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

/// The last 64 ms: the samples, and the values of the last 32 ms as far as they were asked for.
#[derive(Clone, Debug)]
pub(crate) struct Bank {
    pub(crate) samples: Samples,
    bins: [[Bins; 2]; KEPT],
    /// Which of them are worked out: for each group a bit per slot.
    known: [u8; 2],
    hops: u64,
    /// How many of the newest hops held nothing that could be a digit.
    quiet: u32,
}

impl Bank {
    pub(crate) const fn new() -> Self {
        Self { samples: Samples::new(), bins: [[Bins::ZERO; 2]; KEPT], known: [0; 2], hops: 0, quiet: 0 }
    }

    /// Takes in the hop that was gathered, which is full; under this mean power it is quiet.
    #[inline(always)]
    pub(crate) fn hear(&mut self, quiet: f32) {
        self.quiet = if self.samples.power() < quiet { self.quiet.saturating_add(1) } else { 0 };
        self.samples.advance();
        for known in &mut self.known {
            *known &= !(1 << (self.hops % KEPT as u64));
        }
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

    /// Whether it has been so quiet for so long that no digit is under way.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet >= QUIET_HOPS
    }

    /// Works out a group's values in all hops that are kept, or in every other one of them, the newest first.
    #[inline(always)]
    pub(crate) fn work_out<L: Lanes>(&mut self, lanes: L, group: Group, which: Which) {
        let wanted = match which {
            Which::All => u8::MAX,
            Which::EveryOther => EVERY_OTHER << (self.slot(0) % 2),
        };
        let mut missing = wanted & !self.known[group as usize];
        self.known[group as usize] |= wanted;
        while missing != 0 {
            let slot = missing.trailing_zeros() as usize;
            missing &= missing - 1;
            let age = (self.slot(0) + KEPT - slot) % KEPT;
            let (newer, older) = self.samples.hop_and_older(age);
            self.bins[slot % KEPT][group as usize] = Bins::of(lanes, older, newer, group);
        }
    }

    /// A group's values in a hop by its age (under [`KEPT`], 0 is the newest), which must have been worked out. They are
    /// centred on the hop's first sample.
    #[inline(always)]
    pub(crate) fn kept(&self, age: usize, group: Group) -> &Bins {
        &self.bins[self.slot(age)][group as usize]
    }

    /// The values of two tones, one of each group, in a hop of the last 64 ms.
    pub(crate) fn tones(&self, age: usize, [low, high]: [usize; 2]) -> [Phasor; 2] {
        if self.is_known(age, Group::Low) && self.is_known(age, Group::High) {
            return [self.kept(age, Group::Low).tone(low), self.kept(age, Group::High).tone(high)];
        }
        let folded = self.folded(age);
        [tone_of(&folded, low), tone_of(&folded, high)]
    }

    /// The value of a tone in a hop of the last 64 ms.
    pub(crate) fn tone(&self, age: usize, tone: usize) -> Phasor {
        let group = Group::of(tone);
        if self.is_known(age, group) {
            self.kept(age, group).tone(tone)
        } else {
            tone_of(&self.folded(age), tone)
        }
    }

    fn is_known(&self, age: usize, group: Group) -> bool {
        age < KEPT && self.known[group as usize] & (1 << self.slot(age)) != 0
    }

    fn folded(&self, age: usize) -> (Hop, Hop) {
        let (newer, older) = self.samples.hop_and_older(age);
        older.folded_with(newer)
    }

    fn slot(&self, age: usize) -> usize {
        (self.hops as usize + KEPT - 1 - age % KEPT) % KEPT
    }
}

const fn tables(group: usize) -> Tables {
    let mut tables = Tables { cosines: [Hop::ZERO; OF_GROUP], sines: [Hop::ZERO; OF_GROUP] };
    let mut tone = 0;
    while tone < OF_GROUP {
        let mut n = 0;
        while n < HOP {
            let turns = TONES_HZ[group * OF_GROUP + tone] as f64 * (n as f64 + 0.5) / INTERNAL_HZ as f64;
            let window = 0.5 + 0.5 * cos_turns((n as f64 + 0.5) / (2.0 * HOP as f64));
            tables.cosines[tone].0[n] = whole(window * cos_turns(turns));
            tables.sines[tone].0[n] = whole(window * sin_turns(turns));
            n += 1;
        }
        tone += 1;
    }
    tables
}

/// The nearest whole number of steps of 1 / [`ONE`].
const fn whole(value: f64) -> i16 {
    let scaled = value * ONE;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i16
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::machine::Eight;
    use std::vec::Vec;

    /// Two hops of something with every tone in it.
    fn hops() -> [Hop; 2] {
        let mut seed = 1u32;
        [0; 2].map(|_: u32| {
            Hop([0; HOP].map(|_: i16| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 17) as i16 - 16_384
            }))
        })
    }

    fn windowed(hops: &[Hop; 2]) -> [f64; 2 * HOP] {
        let mut samples = [0.0; 2 * HOP];
        for (n, sample) in samples.iter_mut().enumerate() {
            let window = 0.5 - 0.5 * libm::cos(core::f64::consts::PI * (n as f64 + 0.5) / HOP as f64);
            *sample = window * f64::from(hops[n / HOP].0[n % HOP]) * f64::from(WORTH);
        }
        samples
    }

    #[test]
    fn a_bin_is_that_of_the_direct_transform() {
        let hops = hops();
        let samples = windowed(&hops);
        for (tone, hz) in TONES_HZ.into_iter().enumerate() {
            let (mut re, mut im) = (0.0, 0.0);
            for (n, sample) in samples.iter().enumerate() {
                let turns = f64::from(hz) * (n as f64 + 0.5 - HOP as f64) / f64::from(INTERNAL_HZ);
                re += sample * libm::cos(2.0 * core::f64::consts::PI * turns) * 2.0 / HOP as f64;
                im -= sample * libm::sin(2.0 * core::f64::consts::PI * turns) * 2.0 / HOP as f64;
            }
            let bin = Bins::of(Eight, &hops[0], &hops[1], Group::of(tone)).tone(tone);
            assert!(
                (f64::from(bin.re) - re).abs() < 1e-4 && (f64::from(bin.im) - im).abs() < 1e-4,
                "{hz} Hz"
            );
        }
    }

    #[test]
    fn a_bins_power_is_that_of_the_goertzel_filter() {
        let hops = hops();
        let samples = windowed(&hops);
        for (tone, hz) in TONES_HZ.into_iter().enumerate() {
            // Its bins are as wide as its input is short: a second, padded with silence, has one at every Hz.
            let second: Vec<f64> =
                samples.iter().copied().chain(std::iter::repeat_n(0.0, 8_000 - 2 * HOP)).collect();
            let turn = 2.0 * core::f64::consts::PI;
            let theirs = goertzel_filter::dft_power(&second, turn * turn * (f64::from(hz) + 1e-6) / 8_000.0);
            let theirs = theirs * 4.0 / (HOP * HOP) as f64;
            let ours = f64::from(Bins::of(Eight, &hops[0], &hops[1], Group::of(tone)).tone(tone).power());
            assert!((ours - theirs).abs() < 1e-3 * theirs.max(1e-3), "{hz} Hz: {ours} {theirs}");
        }
    }
}

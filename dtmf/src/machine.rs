//! Numbers reckoned with several at a time: as many as a register of the machine holds, all with the same results.

#[cfg(target_arch = "x86_64")]
mod sixteen;

use core::ops::{Add, Mul, Sub};

use wide::{f32x8, i16x8, i32x4};

use crate::{bank::Tables, limits::HOP, samples::Hop};

/// Products that are worked on at once.
pub(crate) const STRANDS: usize = 16;
/// Sums of products that are worked out at once.
pub(crate) const ABREAST: usize = 4;
/// How many samples later the next one begins, at most.
pub(crate) const MOST_STEP: usize = 12;
/// Taps, at most.
pub(crate) const MOST_TAPS: usize = 7 * STRANDS;
/// The samples of such sums.
pub(crate) const SPAN: usize = (ABREAST - 1) * MOST_STEP + MOST_TAPS;
/// Sums that are worked out at once where each begins two samples after the one before.
pub(crate) const PAIRED: usize = HOP;
/// Pairs of taps of these, at most.
pub(crate) const MOST_PAIRS: usize = 12;
/// The samples of these.
pub(crate) const PAIRED_SPAN: usize = 2 * (PAIRED + MOST_PAIRS);
/// Floats that are worked on at once.
pub(crate) const FLOATS: usize = 8;

/// A way to hold several numbers.
pub(crate) trait Lanes: Copy {
    /// So many floats.
    type Floats: Copy + Add<Output = Self::Floats> + Sub<Output = Self::Floats> + Mul<Output = Self::Floats>;
    /// These floats.
    fn floats(self, floats: &[f32; FLOATS]) -> Self::Floats;
    /// The same float so many times.
    fn all(self, float: f32) -> Self::Floats;
    /// The floats one by one.
    fn each(self, floats: Self::Floats) -> [f32; FLOATS];
    /// Each sample times `factor` over 32768, rounded.
    fn scaled(self, samples: &[i16; STRANDS], factor: i16) -> [i16; STRANDS];
    /// The sums of the products of the taps, whole [`STRANDS`] of them and [`MOST_TAPS`] at most, with these samples, and with those that
    /// begin one, two and three steps later, [`MOST_STEP`] samples each at most.
    fn products(self, samples: &[i16; SPAN], step: usize, taps: &[i16]) -> [i32; ABREAST];
    /// The same of [`MOST_PAIRS`] pairs of taps at most for steps of two samples, and more of them.
    fn products_of_pairs(self, samples: &[i16; PAIRED_SPAN], taps: &[[i16; 2]]) -> [i32; PAIRED];
    /// Two hops folded around their border: the products of the sums with each of the cosines, and of the differences with each of the
    /// sines.
    fn folded(self, older: &Hop, newer: &Hop, tables: &Tables) -> [[i32; ABREAST]; 2];
}

/// What can be done with any way to hold them. All of it must be compiled into one function to profit, hence the many functions that
/// are always inlined.
pub(crate) trait Work {
    /// Does it.
    fn with<L: Lanes>(self, lanes: L);
}

/// What the machine holds, which is asked once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    #[cfg(target_arch = "x86_64")]
    avx2: Option<pulp::x86::V3>,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            avx2: pulp::x86::V3::try_new(),
        }
    }

    /// Does it with the most that it holds.
    #[inline]
    pub(crate) fn run<W: Work>(self, work: W) {
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = self.avx2 {
            return v3.vectorize(sixteen::With(work, v3));
        }
        narrow(work);
    }
}

/// Does it as any machine can. Apart, so that the others need no room for it on their stack.
#[inline(never)]
fn narrow<W: Work>(work: W) {
    work.with(Eight);
}

/// Eight at a time: what any machine can do, or does one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eight;

impl Lanes for Eight {
    type Floats = f32x8;

    #[inline(always)]
    fn floats(self, floats: &[f32; FLOATS]) -> f32x8 {
        f32x8::new(*floats)
    }

    #[inline(always)]
    fn all(self, float: f32) -> f32x8 {
        f32x8::splat(float)
    }

    #[inline(always)]
    fn each(self, floats: f32x8) -> [f32; FLOATS] {
        floats.to_array()
    }

    #[inline(always)]
    fn scaled(self, samples: &[i16; STRANDS], factor: i16) -> [i16; STRANDS] {
        let mut scaled = [0; STRANDS];
        for (to, &from) in scaled.as_chunks_mut().0.iter_mut().zip(samples.as_chunks().0) {
            *to = i16x8::new(from).mul_scale_round_n(factor).to_array();
        }
        scaled
    }

    #[inline(always)]
    fn products(self, samples: &[i16; SPAN], step: usize, taps: &[i16]) -> [i32; ABREAST] {
        let mut products = [0; ABREAST];
        for (n, product) in products.iter_mut().enumerate() {
            let samples = samples.get(n * step..).unwrap_or_default();
            let mut sums = i32x4::ZERO;
            for (&samples, &taps) in samples.as_chunks().0.iter().zip(taps.as_chunks().0) {
                sums += i16x8::new(samples).dot(i16x8::new(taps));
            }
            *product = sums.reduce_add();
        }
        products
    }

    #[inline(always)]
    fn products_of_pairs(self, samples: &[i16; PAIRED_SPAN], taps: &[[i16; 2]]) -> [i32; PAIRED] {
        let mut sums = [i32x4::ZERO; PAIRED / 4];
        for (n, &[a, b]) in taps.iter().enumerate() {
            let taps = i16x8::new([a, b, a, b, a, b, a, b]);
            let samples = samples.get(2 * n..).unwrap_or_default().as_chunks().0;
            for (sums, &samples) in sums.iter_mut().zip(samples) {
                *sums += i16x8::new(samples).dot(taps);
            }
        }
        let mut products = [0; PAIRED];
        for (to, sums) in products.as_chunks_mut().0.iter_mut().zip(sums) {
            *to = sums.to_array();
        }
        products
    }

    #[inline(always)]
    fn folded(self, older: &Hop, newer: &Hop, tables: &Tables) -> [[i32; ABREAST]; 2] {
        let (sums, differences) = older.folded_with(newer);
        [(sums, &tables.cosines), (differences, &tables.sines)].map(|(folded, tables)| {
            tables.each_ref().map(|table| {
                let blocks = folded.0.as_chunks().0.iter().zip(table.0.as_chunks().0);
                let products = blocks.map(|(&folded, &table)| i16x8::new(folded).dot(i16x8::new(table)));
                products.fold(i32x4::ZERO, Add::add).reduce_add()
            })
        })
    }
}

//! Sixteen whole numbers at a time, and eight floats: what AVX2 holds.

use core::{
    arch::x86_64::{__m256, __m256i},
    ops::{Add, Mul, Sub},
};

use pulp::{cast, x86::V3};

use super::{
    ABREAST, FLOATS, Lanes, MOST_PAIRS, MOST_STEP, MOST_TAPS, PAIRED, PAIRED_SPAN, SPAN, STRANDS, Work,
};

use crate::{bank::Tables, samples::Hop};

/// Work with sixteen at a time.
pub(super) struct With<W>(pub(super) W, pub(super) V3);

impl<W: Work> pulp::NullaryFnOnce for With<W> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.0.with(Sixteen(self.1));
    }
}

/// Sixteen at a time, on a machine that has AVX2.
#[derive(Clone, Copy, Debug)]
struct Sixteen(V3);

#[derive(Clone, Copy)]
pub(super) struct Held(V3, __m256);

impl Add for Held {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0, self.0.avx._mm256_add_ps(self.1, other.1))
    }
}

impl Sub for Held {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0, self.0.avx._mm256_sub_ps(self.1, other.1))
    }
}

impl Mul for Held {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(self.0, self.0.avx._mm256_mul_ps(self.1, other.1))
    }
}

/// No closure holds an instruction: one that is not inlined is compiled for any machine, and calls for each.
impl Sixteen {
    /// The pairs' products, added to these.
    #[inline(always)]
    fn add(self, sums: __m256i, one: __m256i, other: __m256i) -> __m256i {
        let V3 { avx2, .. } = self.0;
        avx2._mm256_add_epi32(sums, avx2._mm256_madd_epi16(one, other))
    }

    /// The sums of what each holds.
    #[inline(always)]
    fn sums(self, [a, b, c, d]: [__m256i; ABREAST]) -> [i32; ABREAST] {
        let V3 { avx2, .. } = self.0;
        let both = avx2._mm256_hadd_epi32(avx2._mm256_hadd_epi32(a, b), avx2._mm256_hadd_epi32(c, d));
        let [lower, upper]: [[i32; ABREAST]; 2] = cast(both);
        let mut sums = lower;
        sums.iter_mut().zip(upper).for_each(|(sum, upper)| *sum += upper);
        sums
    }

    /// The last one first.
    #[inline(always)]
    fn last_first(self, samples: __m256i) -> __m256i {
        const OF_HALF: [u8; 16] = [14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1];
        let V3 { avx2, .. } = self.0;
        let halves = avx2._mm256_shuffle_epi8(samples, cast([OF_HALF; 2]));
        avx2._mm256_permute4x64_epi64::<0b01_00_11_10>(halves)
    }

    /// The sums of the products with each table.
    #[inline(always)]
    fn with_each(self, [first, second]: [__m256i; 2], tables: &[Hop; ABREAST]) -> [i32; ABREAST] {
        let mut products = [self.0.avx._mm256_setzero_si256(); ABREAST];
        for (products, table) in products.iter_mut().zip(tables) {
            let [one, other] = cast(table.0);
            *products = self.add(self.0.avx2._mm256_madd_epi16(first, one), second, other);
        }
        self.sums(products)
    }
}

impl Lanes for Sixteen {
    type Floats = Held;

    #[inline(always)]
    fn floats(self, floats: &[f32; FLOATS]) -> Held {
        Held(self.0, cast(*floats))
    }

    #[inline(always)]
    fn all(self, float: f32) -> Held {
        Held(self.0, self.0.avx._mm256_set1_ps(float))
    }

    #[inline(always)]
    fn each(self, floats: Held) -> [f32; FLOATS] {
        cast(floats.1)
    }

    #[inline(always)]
    fn scaled(self, samples: &[i16; STRANDS], factor: i16) -> [i16; STRANDS] {
        let V3 { avx, avx2, .. } = self.0;
        cast(avx2._mm256_mulhrs_epi16(cast(*samples), avx._mm256_set1_epi16(factor)))
    }

    #[inline(always)]
    fn products(self, samples: &[i16; SPAN], step: usize, taps: &[i16]) -> [i32; ABREAST] {
        let V3 { avx, .. } = self.0;
        // So that the compiler knows that all lies within.
        let step = step.min(MOST_STEP);
        let mut sums = [avx._mm256_setzero_si256(); ABREAST];
        for (n, taps) in taps.as_chunks::<STRANDS>().0.iter().enumerate().take(MOST_TAPS / STRANDS) {
            for (later, sums) in sums.iter_mut().enumerate() {
                if let Some(samples) = samples[later * step + n * STRANDS..].first_chunk::<STRANDS>() {
                    *sums = self.add(*sums, cast(*samples), cast(*taps));
                }
            }
        }
        self.sums(sums)
    }

    #[inline(always)]
    fn products_of_pairs(self, samples: &[i16; PAIRED_SPAN], taps: &[[i16; 2]]) -> [i32; PAIRED] {
        let V3 { avx, .. } = self.0;
        let mut sums = [avx._mm256_setzero_si256(); 2 * PAIRED / STRANDS];
        for (n, &pair) in taps.iter().enumerate().take(MOST_PAIRS) {
            let taps = avx._mm256_set1_epi32(cast(pair));
            let samples = samples[2 * n..2 * (n + PAIRED)].as_chunks::<STRANDS>().0;
            for (sums, samples) in sums.iter_mut().zip(samples) {
                *sums = self.add(*sums, cast(*samples), taps);
            }
        }
        cast(sums)
    }

    #[inline(always)]
    fn folded(self, older: &Hop, newer: &Hop, tables: &Tables) -> [[i32; ABREAST]; 2] {
        let V3 { avx2, .. } = self.0;
        let [first, second] = cast(newer.0);
        let [second_before, first_before] = cast(older.0);
        let (first_before, second_before) = (self.last_first(first_before), self.last_first(second_before));
        let sums = [avx2._mm256_add_epi16(first, first_before), avx2._mm256_add_epi16(second, second_before)];
        let differences =
            [avx2._mm256_sub_epi16(first, first_before), avx2._mm256_sub_epi16(second, second_before)];
        [self.with_each(sums, &tables.cosines), self.with_each(differences, &tables.sines)]
    }
}

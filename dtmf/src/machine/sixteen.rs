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

impl Sixteen {
    /// The pairs' products, added to these.
    #[inline(always)]
    fn add(self, sums: __m256i, one: __m256i, other: __m256i) -> __m256i {
        let V3 { avx2, .. } = self.0;
        avx2._mm256_add_epi32(sums, avx2._mm256_madd_epi16(one, other))
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
        let V3 { avx, avx2, .. } = self.0;
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
        let [a, b, c, d] = sums;
        let both = avx2._mm256_hadd_epi32(avx2._mm256_hadd_epi32(a, b), avx2._mm256_hadd_epi32(c, d));
        let [lower, upper]: [[i32; ABREAST]; 2] = cast(both);
        [0, 1, 2, 3].map(|n: usize| lower[n] + upper[n])
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
        const LAST_FIRST: [u8; 16] = [14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1];
        let V3 { avx, avx2, sse2, ssse3, .. } = self.0;
        let mut products = [avx._mm256_setzero_si256(); 2];
        let blocks = newer.0.as_chunks::<8>().0.iter().zip(older.0.as_chunks::<8>().0.iter().rev());
        for ((after, before), tables) in blocks.zip(tables.0.as_chunks::<4>().0) {
            let after = cast(*after);
            let before = ssse3._mm_shuffle_epi8(cast(*before), cast(LAST_FIRST));
            let sums = sse2._mm_add_epi16(after, before);
            let differences = sse2._mm_sub_epi16(after, before);
            let folded = avx._mm256_set_m128i(differences, sums);
            let [a, b, c, d] = tables.map(cast);
            products[0] = self.add(products[0], avx2._mm256_shuffle_epi32::<0b00_00_00_00>(folded), a);
            products[1] = self.add(products[1], avx2._mm256_shuffle_epi32::<0b01_01_01_01>(folded), b);
            products[0] = self.add(products[0], avx2._mm256_shuffle_epi32::<0b10_10_10_10>(folded), c);
            products[1] = self.add(products[1], avx2._mm256_shuffle_epi32::<0b11_11_11_11>(folded), d);
        }
        cast(avx2._mm256_add_epi32(products[0], products[1]))
    }
}

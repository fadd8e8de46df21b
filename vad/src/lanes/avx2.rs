//! On a machine that has AVX2.

use core::arch::x86_64::{__m128, __m256, __m256i};
use core::ops::{Add, Div, Mul, Sub};

use pulp::cast;
use pulp::x86::V3;

use super::{EIGHT, Lanes, Numbers, PER_STEP, Work};
use crate::halfband::{OUTPUTS, SPAN, TAPS};

/// Work with eight at a time.
pub(super) struct With<W>(pub(super) W, pub(super) V3);

impl<W: Work> pulp::NullaryFnOnce for With<W> {
    type Output = W::Output;

    #[inline(always)]
    fn call(self) -> W::Output {
        self.0.with(Eight(self.1))
    }
}

/// Eight at a time, on a machine that has AVX2.
#[derive(Clone, Copy, Debug)]
struct Eight(V3);

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

impl Div for Held {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(self.0, self.0.avx._mm256_div_ps(self.1, other.1))
    }
}

impl Eight {
    /// The bits of each number.
    #[inline(always)]
    fn bits(self, Held(_, many): Held) -> __m256i {
        self.0.avx._mm256_castps_si256(many)
    }

    /// Numbers of which these are the bits.
    #[inline(always)]
    fn of_bits(self, bits: __m256i) -> Held {
        Held(self.0, self.0.avx._mm256_castsi256_ps(bits))
    }

    /// Each number and that four further.
    #[inline(always)]
    fn folded(self, many: Held) -> __m128 {
        let V3 { avx, sse, .. } = self.0;
        sse._mm_add_ps(avx._mm256_castps256_ps128(many.1), avx._mm256_extractf128_ps::<1>(many.1))
    }

    /// Neighbours of two added: of the first half of each, then of the last.
    #[inline(always)]
    fn joined(self, Held(_, a): Held, Held(_, b): Held) -> Held {
        Held(self.0, self.0.avx._mm256_hadd_ps(a, b))
    }

    /// One of each in turn: of the first two of each four, and of the last two.
    #[inline(always)]
    fn mixed(self, Held(_, a): Held, Held(_, b): Held) -> [Held; 2] {
        let avx = self.0.avx;
        [Held(self.0, avx._mm256_unpacklo_ps(a, b)), Held(self.0, avx._mm256_unpackhi_ps(a, b))]
    }

    /// Two of each in turn: the first two of each four, and the last two.
    #[inline(always)]
    fn paired(self, Held(_, a): Held, Held(_, b): Held) -> [Held; 2] {
        const FIRST: i32 = 0b01_00_01_00;
        const LAST: i32 = 0b11_10_11_10;
        let avx = self.0.avx;
        [
            Held(self.0, avx._mm256_shuffle_ps::<FIRST>(a, b)),
            Held(self.0, avx._mm256_shuffle_ps::<LAST>(a, b)),
        ]
    }

    /// The first half of each, and the last half.
    #[inline(always)]
    fn halved(self, Held(_, a): Held, Held(_, b): Held) -> [Held; 2] {
        const FIRST: i32 = 0x20;
        const LAST: i32 = 0x31;
        let avx = self.0.avx;
        [
            Held(self.0, avx._mm256_permute2f128_ps::<FIRST>(a, b)),
            Held(self.0, avx._mm256_permute2f128_ps::<LAST>(a, b)),
        ]
    }
}

impl Numbers for Eight {
    type Many = Held;

    #[inline(always)]
    fn all(self, x: f32) -> Held {
        Held(self.0, self.0.avx._mm256_set1_ps(x))
    }
}

impl Lanes for Eight {
    #[inline(always)]
    fn load(self, from: &[f32]) -> Held {
        Held(self.0, cast(*from.first_chunk::<8>().unwrap_or(&[0.0; 8])))
    }

    #[inline(always)]
    fn store(self, eight: Held, to: &mut [f32]) {
        if let Some(to) = to.first_chunk_mut::<8>() {
            *to = cast(eight.1);
        }
    }

    #[inline(always)]
    fn load_whole(self, from: &[i16]) -> Held {
        let V3 { avx, avx2, .. } = self.0;
        let whole = avx2._mm256_cvtepi16_epi32(cast(*from.first_chunk::<8>().unwrap_or(&[0; 8])));
        Held(self.0, avx._mm256_cvtepi32_ps(whole))
    }

    #[inline(always)]
    fn root(self, eight: Held) -> Held {
        Held(self.0, self.0.avx._mm256_sqrt_ps(eight.1))
    }

    #[inline(always)]
    fn unsigned(self, eight: Held) -> Held {
        let avx = self.0.avx;
        Held(self.0, avx._mm256_andnot_ps(avx._mm256_set1_ps(-0.0), eight.1))
    }

    #[inline(always)]
    fn higher(self, a: Held, b: Held) -> Held {
        Held(self.0, self.0.avx._mm256_max_ps(a.1, b.1))
    }

    #[inline(always)]
    fn lower(self, a: Held, b: Held) -> Held {
        Held(self.0, self.0.avx._mm256_min_ps(a.1, b.1))
    }

    #[inline(always)]
    fn where_more(self, a: Held, b: Held, yes: Held, no: Held) -> Held {
        let avx = self.0.avx;
        Held(self.0, avx._mm256_blendv_ps(no.1, yes.1, avx._mm256_cmp_ps::<LESS>(b.1, a.1)))
    }

    #[inline(always)]
    fn more(self, a: Held, b: Held) -> u32 {
        let avx = self.0.avx;
        avx._mm256_movemask_ps(avx._mm256_cmp_ps::<LESS>(b.1, a.1)) as u32
    }

    #[inline(always)]
    fn within(self, many: Held, from: usize, to: usize) -> Held {
        // Not by their bits: valgrind does not know what the compiler makes of the first two.
        many * self.load(WITHIN.get(from).and_then(|shares| shares.get(to)).unwrap_or(&[0.0; EIGHT]))
    }

    #[inline(always)]
    fn sum(self, many: Held) -> f32 {
        let sse = self.0.sse;
        let four = self.folded(many);
        let two = sse._mm_add_ps(four, sse._mm_movehl_ps(four, four));
        sse._mm_cvtss_f32(sse._mm_add_ss(two, self.0.sse3._mm_movehdup_ps(two)))
    }

    #[inline(always)]
    fn highest(self, many: Held) -> f32 {
        let V3 { avx, sse, sse3, .. } = self.0;
        let four = sse._mm_max_ps(avx._mm256_castps256_ps128(many.1), avx._mm256_extractf128_ps::<1>(many.1));
        let two = sse._mm_max_ps(four, sse._mm_movehl_ps(four, four));
        sse._mm_cvtss_f32(sse._mm_max_ss(two, sse3._mm_movehdup_ps(two)))
    }

    #[inline(always)]
    fn sums(self, rows: [Held; EIGHT]) -> Held {
        let [a, b, c, d, e, f, g, h] = rows;
        let ([a, e], [b, f]) = (self.halved(a, e), self.halved(b, f));
        let ([c, g], [d, h]) = (self.halved(c, g), self.halved(d, h));
        self.joined(self.joined(a + e, b + f), self.joined(c + g, d + h))
    }

    #[inline(always)]
    fn octave(self, many: Held) -> Held {
        let V3 { avx, avx2, .. } = self.0;
        Held(self.0, avx._mm256_cvtepi32_ps(avx2._mm256_srli_epi32::<23>(self.bits(many))))
    }

    #[inline(always)]
    fn within_octave(self, many: Held) -> Held {
        let V3 { avx, avx2, .. } = self.0;
        let (part, one) = (avx._mm256_set1_epi32(0x007f_ffff), avx._mm256_set1_epi32(0x3f80_0000));
        let bits = avx2._mm256_or_si256(avx2._mm256_and_si256(self.bits(many), part), one);
        self.of_bits(bits)
    }

    #[inline(always)]
    fn two_to(self, whole: Held) -> Held {
        let bits = self.0.avx2._mm256_slli_epi32::<23>(self.bits(whole));
        self.of_bits(bits)
    }

    #[inline(always)]
    fn whole(self, [a, b]: [Held; 2]) -> [i16; 2 * EIGHT] {
        const IN_ORDER: i32 = 0b11_01_10_00;
        let V3 { avx, avx2, .. } = self.0;
        let packed = avx2._mm256_packs_epi32(avx._mm256_cvtps_epi32(a.1), avx._mm256_cvtps_epi32(b.1));
        cast(avx2._mm256_permute4x64_epi64::<IN_ORDER>(packed))
    }

    #[inline(always)]
    fn reversed(self, eight: Held) -> Held {
        const PLACES: [i32; 8] = [7, 6, 5, 4, 3, 2, 1, 0];
        Held(self.0, self.0.avx2._mm256_permutevar8x32_ps(eight.1, cast(PLACES)))
    }

    #[inline(always)]
    fn halves(self, side: &[i16; SPAN], centres: &[i16; OUTPUTS]) -> ([i16; OUTPUTS], [f32; OUTPUTS]) {
        // Of four and four samples one of each in turn.
        const IN_TURN: [[u8; 16]; 2] = [[0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15]; 2];
        let V3 { avx, avx2, .. } = self.0;
        let zero = avx._mm256_setzero_si256();
        let mut sums = [zero; 2];
        for (n, &pair) in TAPS.iter().enumerate() {
            let pair = avx._mm256_set1_epi32(cast(pair));
            // Of every second output, and of those between.
            for (odd, sum) in sums.iter_mut().enumerate() {
                let pairs = side[2 * n + odd..].first_chunk::<OUTPUTS>().map_or(zero, |pairs| cast(*pairs));
                *sum = avx2._mm256_add_epi32(*sum, avx2._mm256_madd_epi16(pairs, pair));
            }
        }
        let centres: __m256i = cast(*centres);
        let seconds = avx2._mm256_and_si256(centres, avx._mm256_set1_epi32(!0xffff));
        let centres = [avx2._mm256_slli_epi32::<16>(centres), seconds];
        let (mut low, mut high) = ([zero; 2], [self.all(0.0); 2]);
        for odd in 0..2 {
            let centre = avx2._mm256_srai_epi32::<2>(centres[odd]);
            let rounded = avx2._mm256_add_epi32(centre, avx._mm256_set1_epi32(1 << 14));
            low[odd] = avx2._mm256_srai_epi32::<15>(avx2._mm256_add_epi32(rounded, sums[odd]));
            let difference = avx._mm256_cvtepi32_ps(avx2._mm256_sub_epi32(centre, sums[odd]));
            high[odd] = Held(self.0, difference) * self.all(PER_STEP);
        }
        let low = avx2._mm256_shuffle_epi8(avx2._mm256_packs_epi32(low[0], low[1]), cast(IN_TURN));
        let [a, b] = self.mixed(high[0], high[1]);
        let [a, b] = self.halved(a, b);
        let mut out = [0.0; OUTPUTS];
        self.store(a, &mut out);
        self.store(b, &mut out[EIGHT..]);
        (cast(low), out)
    }

    #[inline(always)]
    fn by_columns(self, [a, b, c, d, e, f, g, h]: [Held; EIGHT]) -> [Held; EIGHT] {
        let ([a, b], [c, d], [e, f], [g, h]) =
            (self.mixed(a, b), self.mixed(c, d), self.mixed(e, f), self.mixed(g, h));
        let ([a, b], [c, d]) = (self.paired(a, c), self.paired(b, d));
        let ([e, f], [g, h]) = (self.paired(e, g), self.paired(f, h));
        let ([a, e], [b, f]) = (self.halved(a, e), self.halved(b, f));
        let ([c, g], [d, h]) = (self.halved(c, g), self.halved(d, h));
        [a, b, c, d, e, f, g, h]
    }
}

/// Compares two numbers: no if one is none.
const LESS: i32 = 0x11;

/// The whole of the numbers from one to another, and nothing of the others.
static WITHIN: [[[f32; EIGHT]; EIGHT + 1]; EIGHT] = {
    let mut out = [[[0.0; EIGHT]; EIGHT + 1]; EIGHT];
    let mut k = 0;
    while k < EIGHT * (EIGHT + 1) * EIGHT {
        let (from, to, at) = (k / EIGHT / (EIGHT + 1), k / EIGHT % (EIGHT + 1), k % EIGHT);
        out[from][to][at] = if from <= at && at < to { 1.0 } else { 0.0 };
        k += 1;
    }
    out
};

//! Numbers reckoned with several at a time: as many as a register of the machine holds, all with the same results.

use core::ops::{Add, Mul, Sub};

use wide::f32x4;

use crate::fft::{HALF, SIDE};

/// A way to hold several numbers.
pub(crate) trait Lanes: Copy {
    /// So many numbers.
    type Many: Copy + Add<Output = Self::Many> + Sub<Output = Self::Many> + Mul<Output = Self::Many>;
    /// How many.
    const N: usize;
    /// The first of these; zeros, should there not be enough.
    fn load(self, from: &[f32]) -> Self::Many;
    /// The same of whole numbers.
    fn load_whole(self, from: &[i16]) -> Self::Many;
    /// Puts them to the beginning of these, if there is room.
    fn store(self, many: Self::Many, to: &mut [f32]);
    /// The same number so many times.
    fn all(self, x: f32) -> Self::Many;
    /// The square root of each.
    fn root(self, many: Self::Many) -> Self::Many;
    /// The last first.
    fn reversed(self, many: Self::Many) -> Self::Many;
    /// Rows as columns; rows that are missing are zeros.
    fn by_columns(self, rows: &[[f32; SIDE]], columns: &mut [[f32; HALF]; SIDE]);
}

/// What can be done with any way to hold them. All of it must be compiled into one function to profit, hence the many
/// functions that are always inlined.
pub(crate) trait Work {
    /// What comes of it.
    type Output;
    /// Does it.
    fn with<L: Lanes>(self, lanes: L) -> Self::Output;
}

/// Does it with the most that this machine holds.
#[inline]
pub(crate) fn best<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    match pulp::x86::Arch::new() {
        pulp::x86::Arch::V4(v4) => return v4.vectorize(eight::With(work, *v4)),
        pulp::x86::Arch::V3(v3) => return v3.vectorize(eight::With(work, v3)),
        _ => {}
    }
    work.with(Four)
}

/// One by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct One;

impl Lanes for One {
    type Many = f32;
    const N: usize = 1;

    #[inline(always)]
    fn load(self, from: &[f32]) -> f32 {
        from.first().copied().unwrap_or_default()
    }

    #[inline(always)]
    fn store(self, one: f32, to: &mut [f32]) {
        if let Some(to) = to.first_mut() {
            *to = one;
        }
    }

    #[inline(always)]
    fn load_whole(self, from: &[i16]) -> f32 {
        from.first().copied().map_or(0.0, f32::from)
    }

    #[inline(always)]
    fn all(self, x: f32) -> f32 {
        x
    }

    #[inline(always)]
    fn root(self, one: f32) -> f32 {
        libm::sqrtf(one)
    }

    #[inline(always)]
    fn reversed(self, one: f32) -> f32 {
        one
    }

    #[inline(always)]
    fn by_columns(self, rows: &[[f32; SIDE]], columns: &mut [[f32; HALF]; SIDE]) {
        for (row, values) in rows.iter().take(HALF).enumerate() {
            for (column, &value) in columns.iter_mut().zip(values) {
                column[row] = value;
            }
        }
    }
}

/// Four at a time: what any machine can do, or does one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Four;

impl Lanes for Four {
    type Many = f32x4;
    const N: usize = 4;

    #[inline(always)]
    fn load(self, from: &[f32]) -> f32x4 {
        f32x4::new(*from.first_chunk().unwrap_or(&[0.0; 4]))
    }

    #[inline(always)]
    fn store(self, four: f32x4, to: &mut [f32]) {
        if let Some(to) = to.first_chunk_mut() {
            *to = four.to_array();
        }
    }

    #[inline(always)]
    fn load_whole(self, from: &[i16]) -> f32x4 {
        let &[a, b, c, d] = from.first_chunk().unwrap_or(&[0; 4]);
        f32x4::new([f32::from(a), f32::from(b), f32::from(c), f32::from(d)])
    }

    #[inline(always)]
    fn all(self, x: f32) -> f32x4 {
        f32x4::splat(x)
    }

    #[inline(always)]
    fn root(self, four: f32x4) -> f32x4 {
        four.sqrt()
    }

    #[inline(always)]
    fn reversed(self, four: f32x4) -> f32x4 {
        let [a, b, c, d] = four.to_array();
        f32x4::new([d, c, b, a])
    }

    #[inline(always)]
    fn by_columns(self, rows: &[[f32; SIDE]], columns: &mut [[f32; HALF]; SIDE]) {
        const N: usize = Four::N;
        for block in 0..SIDE / N {
            for half in 0..HALF / N {
                let mut square = [f32x4::ZERO; N];
                for row in 0..N.min(rows.len() - N * half) {
                    square[row] = self.load(&rows[N * half + row][N * block..]);
                }
                let square = f32x4::transpose(square);
                for column in 0..N {
                    self.store(square[column], &mut columns[N * block + column][N * half..]);
                }
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod eight {
    use core::arch::x86_64::__m256;
    use core::ops::{Add, Mul, Sub};

    use pulp::x86::V3;

    use super::{HALF, Lanes, SIDE, Work};

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

    impl Eight {
        /// Eight rows as columns.
        #[inline(always)]
        fn turned(self, rows: [Held; 8]) -> [Held; 8] {
            let [a, b, c, d, e, f, g, h] = rows;
            let ([a, b], [c, d], [e, f], [g, h]) =
                (self.mixed(a, b), self.mixed(c, d), self.mixed(e, f), self.mixed(g, h));
            let ([a, b], [c, d]) = (self.paired(a, c), self.paired(b, d));
            let ([e, f], [g, h]) = (self.paired(e, g), self.paired(f, h));
            let ([a, e], [b, f]) = (self.halved(a, e), self.halved(b, f));
            let ([c, g], [d, h]) = (self.halved(c, g), self.halved(d, h));
            [a, b, c, d, e, f, g, h]
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

    impl Lanes for Eight {
        type Many = Held;
        const N: usize = 8;

        #[inline(always)]
        fn load(self, from: &[f32]) -> Held {
            Held(self.0, pulp::cast(*from.first_chunk::<8>().unwrap_or(&[0.0; 8])))
        }

        #[inline(always)]
        fn store(self, eight: Held, to: &mut [f32]) {
            if let Some(to) = to.first_chunk_mut::<8>() {
                *to = pulp::cast(eight.1);
            }
        }

        #[inline(always)]
        fn load_whole(self, from: &[i16]) -> Held {
            let V3 { avx, avx2, .. } = self.0;
            let whole = avx2._mm256_cvtepi16_epi32(pulp::cast(*from.first_chunk::<8>().unwrap_or(&[0; 8])));
            Held(self.0, avx._mm256_cvtepi32_ps(whole))
        }

        #[inline(always)]
        fn all(self, x: f32) -> Held {
            Held(self.0, self.0.avx._mm256_set1_ps(x))
        }

        #[inline(always)]
        fn root(self, eight: Held) -> Held {
            Held(self.0, self.0.avx._mm256_sqrt_ps(eight.1))
        }

        #[inline(always)]
        fn reversed(self, eight: Held) -> Held {
            const PLACES: [i32; 8] = [7, 6, 5, 4, 3, 2, 1, 0];
            Held(self.0, self.0.avx2._mm256_permutevar8x32_ps(eight.1, pulp::cast(PLACES)))
        }

        #[inline(always)]
        fn by_columns(self, rows: &[[f32; SIDE]], columns: &mut [[f32; HALF]; SIDE]) {
            for block in [0, HALF] {
                let mut square = [self.all(0.0); HALF];
                for row in 0..rows.len().min(HALF) {
                    square[row] = self.load(&rows[row][block..]);
                }
                let square = self.turned(square);
                for column in 0..HALF {
                    self.store(square[column], &mut columns[block + column]);
                }
            }
        }
    }
}

//! The spectrum on a machine that has AVX-512: all columns at a time, then real and imaginary parts side by side.

use core::arch::x86_64::{__m512, __m512d, __m512i};
use core::ops::{Add, Div, Mul, Sub};

use pulp::x86::V4;

use super::Numbers;
use super::avx2::{Eight, Held, Way};
use crate::fft::sixteen::{self, DIAGONAL, Points};
use crate::fft::{Added, HALF, SIDE, Tables};
use crate::limits::WINDOW;

/// Sixteen at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sixteen(pub(super) V4);

/// Sixteen numbers; or eight points, their real parts first.
#[derive(Clone, Copy)]
pub(super) struct Sixteens(V4, __m512);

macro_rules! operator {
    ($name:ident, $method:ident, $instruction:ident) => {
        impl $name for Sixteens {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                Self(self.0, self.0.avx512f.$instruction(self.1, other.1))
            }
        }
    };
}
operator!(Add, add, _mm512_add_ps);
operator!(Sub, sub, _mm512_sub_ps);
operator!(Mul, mul, _mm512_mul_ps);
operator!(Div, div, _mm512_div_ps);

impl Numbers for Sixteen {
    type Many = Sixteens;

    #[inline(always)]
    fn all(self, x: f32) -> Sixteens {
        Sixteens(self.0, self.0.avx512f._mm512_set1_ps(x))
    }
}

impl Sixteen {
    #[inline(always)]
    fn load(self, numbers: &[f32; SIDE]) -> Sixteens {
        Sixteens(self.0, pulp::cast(*numbers))
    }

    #[inline(always)]
    fn load_whole(self, numbers: &[i16]) -> Sixteens {
        let avx512f = self.0.avx512f;
        let whole: __m512i =
            avx512f._mm512_cvtepi16_epi32(pulp::cast(*numbers.first_chunk::<SIDE>().unwrap_or(&[0; SIDE])));
        Sixteens(self.0, avx512f._mm512_cvtepi32_ps(whole))
    }
}

impl Sixteens {
    /// The last half in the place of the first.
    #[inline(always)]
    fn swapped(self) -> Self {
        const OTHER: i32 = 0b01_00_11_10;
        Self(self.0, self.0.avx512f._mm512_shuffle_f32x4::<OTHER>(self.1, self.1))
    }

    #[inline(always)]
    fn turned_by(self, cos: Self, sin: Self) -> Self {
        self * cos + self.swapped() * sin
    }

    /// Real part squared and imaginary part squared, added.
    #[inline(always)]
    fn squared(self) -> Held {
        let (V4 { avx512f, avx512dq, .. }, squares) = (self.0, self * self);
        let (real, imaginary) =
            (avx512f._mm512_castps512_ps256(squares.1), avx512dq._mm512_extractf32x8_ps::<1>(squares.1));
        Held(*self.0, real) + Held(*self.0, imaginary)
    }

    /// One of each in turn, of the first and of the last two of each four.
    #[inline(always)]
    fn ones(self, other: Self) -> [__m512d; 2] {
        let avx512f = self.0.avx512f;
        [
            pulp::cast(avx512f._mm512_unpacklo_ps(self.1, other.1)),
            pulp::cast(avx512f._mm512_unpackhi_ps(self.1, other.1)),
        ]
    }

    /// Four rows as columns, four of them in each: every fourth.
    #[inline(always)]
    fn four(rows: [Self; 4]) -> [__m512; 4] {
        let [a, b, c, d] = rows;
        let ([a, b], [c, d], avx512f) = (a.ones(b), c.ones(d), a.0.avx512f);
        [
            pulp::cast(avx512f._mm512_unpacklo_pd(a, c)),
            pulp::cast(avx512f._mm512_unpackhi_pd(a, c)),
            pulp::cast(avx512f._mm512_unpacklo_pd(b, d)),
            pulp::cast(avx512f._mm512_unpackhi_pd(b, d)),
        ]
    }

    /// Rows as columns.
    #[inline(always)]
    fn turned_over(self, rows: [Self; SIDE]) -> [Self; SIDE] {
        const EVEN: i32 = 0x88;
        const ODD: i32 = 0xdd;
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = rows;
        let [first, second] = [Self::four([a, b, c, d]), Self::four([e, f, g, h])];
        let [third, last] = [Self::four([i, j, k, l]), Self::four([m, n, o, p])];
        let (mut out, f) = (rows, self.0.avx512f);
        for column in 0..4 {
            let (a, b, c, d) = (first[column], second[column], third[column], last[column]);
            let (ab, cd) = (f._mm512_shuffle_f32x4::<EVEN>(a, b), f._mm512_shuffle_f32x4::<EVEN>(c, d));
            out[column].1 = f._mm512_shuffle_f32x4::<EVEN>(ab, cd);
            out[8 + column].1 = f._mm512_shuffle_f32x4::<ODD>(ab, cd);
            let (ab, cd) = (f._mm512_shuffle_f32x4::<ODD>(a, b), f._mm512_shuffle_f32x4::<ODD>(c, d));
            out[4 + column].1 = f._mm512_shuffle_f32x4::<EVEN>(ab, cd);
            out[12 + column].1 = f._mm512_shuffle_f32x4::<ODD>(ab, cd);
        }
        out
    }
}

impl Points for Sixteens {
    #[inline(always)]
    fn quarter(self) -> Self {
        const SIGNS: [f32; SIDE] =
            [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0, -0.0];
        Self(self.0, self.0.avx512dq._mm512_xor_ps(self.swapped().1, pulp::cast(SIGNS)))
    }

    #[inline(always)]
    fn turned(self, cos: f32, sin: f32) -> Self {
        let lanes = Sixteen(self.0);
        let signed = [sin, sin, sin, sin, sin, sin, sin, sin, -sin, -sin, -sin, -sin, -sin, -sin, -sin, -sin];
        self.turned_by(lanes.all(cos), lanes.load(&signed))
    }

    #[inline(always)]
    fn eighth(self) -> Self {
        (self + self.quarter()) * Sixteen(self.0).all(DIAGONAL)
    }

    #[inline(always)]
    fn three_eighths(self) -> Self {
        (self.quarter() - self) * Sixteen(self.0).all(DIAGONAL)
    }
}

impl Way for Sixteen {
    #[inline(always)]
    fn added(self, eight: Eight<Self>, samples: &[i16; WINDOW], tables: Tables) -> Added<Eight<Self>> {
        let mut rows = [self.all(0.0); SIDE];
        for (row, to) in rows.iter_mut().enumerate() {
            let hann = tables.hann[row * SIDE..].first_chunk().unwrap_or(&[0.0; SIDE]);
            *to = self.load_whole(&samples[row * SIDE..]) * self.load(hann);
        }
        let ([sums, real @ ..], imaginary) = sixteen::real(self, rows);
        for row in 0..HALF {
            rows[row] = real[row];
        }
        for row in 0..HALF - 1 {
            rows[HALF + row] = imaginary[row];
        }
        rows[SIDE - 1] = self.all(0.0);
        let mut columns = sums.turned_over(rows);
        for (column, turn) in columns.iter_mut().zip(tables.turns) {
            *column = column.turned_by(self.load(&turn.cos), self.load(&turn.sin));
        }
        let mut squares = [eight.all(0.0); SIDE];
        for (square, points) in squares.iter_mut().zip(sixteen::points(columns)) {
            *square = points.squared();
        }
        Added { sums: pulp::cast(sums.1), squares }
    }
}

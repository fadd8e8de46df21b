//! Transforms of sixteen numbers, many side by side.

use core::ops::{Add, Mul, Sub};

use crate::lanes::{Lanes, Numbers};

/// Cosine of an eighth of a turn.
const DIAGONAL: f32 = core::f32::consts::FRAC_1_SQRT_2;
/// Cosine and sine of a sixteenth of a turn.
const SIXTEENTH: (f32, f32) = (0.923_879_5, 0.382_683_43);

/// Real and imaginary part.
type Point<T> = (T, T);

/// The transform of sixteen real numbers, without the half that mirrors the other: nine real parts, and the imaginary parts
/// of all but the first and the last.
#[inline(always)]
pub(super) fn real<L: Numbers>(lanes: L, x: [L::Many; 16]) -> ([L::Many; 9], [L::Many; 7]) {
    // Every fourth number first.
    let a = [
        four_real(x[0], x[4], x[8], x[12]),
        four_real(x[1], x[5], x[9], x[13]),
        four_real(x[2], x[6], x[10], x[14]),
        four_real(x[3], x[7], x[11], x[15]),
    ];
    let (r0, (r4, i4), r8) = four_real(a[0].0, a[1].0, a[2].0, a[3].0);
    let (b, c) = (lanes.all(DIAGONAL) * (a[1].2 - a[3].2), lanes.all(-DIAGONAL) * (a[1].2 + a[3].2));
    let (r2, i2, r6, i6) = (a[0].2 + b, c - a[2].2, a[0].2 - b, c + a[2].2);
    let [d, e, f, g] = [
        a[0].1,
        turned(a[1].1, point(lanes, SIXTEENTH)),
        eighth(lanes, a[2].1),
        turned(a[3].1, point(lanes, (SIXTEENTH.1, SIXTEENTH.0))),
    ];
    let (sum, difference) = ((d.0 + f.0, d.1 + f.1), (d.0 - f.0, d.1 - f.1));
    let (other, across) = ((e.0 + g.0, e.1 + g.1), (e.1 - g.1, g.0 - e.0));
    let (r1, i1, r5, i5) =
        (sum.0 + other.0, sum.1 + other.1, difference.0 + across.0, difference.1 + across.1);
    let (r7, i7, r3, i3) =
        (sum.0 - other.0, other.1 - sum.1, difference.0 - across.0, across.1 - difference.1);
    ([r0, r1, r2, r3, r4, r5, r6, r7, r8], [i1, i2, i3, i4, i5, i6, i7])
}

/// The transform of four real numbers: the first three, of which the outer ones are real.
#[inline(always)]
fn four_real<T: Copy + Add<Output = T> + Sub<Output = T>>(a: T, b: T, c: T, d: T) -> (T, Point<T>, T) {
    let (sum, other) = (a + c, b + d);
    (sum + other, (a - c, d - b), sum - other)
}

/// The same point for all.
#[inline(always)]
fn point<L: Numbers>(lanes: L, (r, i): Point<f32>) -> Point<L::Many> {
    (lanes.all(r), lanes.all(i))
}

/// Turned back by an angle, of which cosine and sine are given.
#[inline(always)]
fn turned<T: Copy + Add<Output = T> + Sub<Output = T> + Mul<Output = T>>(
    (r, i): Point<T>,
    (cos, sin): Point<T>,
) -> Point<T> {
    (r * cos + i * sin, i * cos - r * sin)
}

/// Turned back by an eighth.
#[inline(always)]
fn eighth<L: Numbers>(lanes: L, (r, i): Point<L::Many>) -> Point<L::Many> {
    (lanes.all(DIAGONAL) * (r + i), lanes.all(DIAGONAL) * (i - r))
}

/// Eight points: real and imaginary parts.
#[derive(Clone, Copy)]
pub(super) struct Points<L: Lanes>(pub(super) L, pub(super) L::Many, pub(super) L::Many);

impl<L: Lanes> Add for Points<L> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0, self.1 + other.1, self.2 + other.2)
    }
}

impl<L: Lanes> Sub for Points<L> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0, self.1 - other.1, self.2 - other.2)
    }
}

impl<L: Lanes> Points<L> {
    /// Turned back by a quarter.
    #[inline(always)]
    fn quarter(self) -> Self {
        let Self(lanes, r, i) = self;
        Self(lanes, i, lanes.all(-1.0) * r)
    }

    /// Turned back by an angle, of which cosine and sine are given.
    #[inline(always)]
    fn turned(self, cos: f32, sin: f32) -> Self {
        let Self(lanes, r, i) = self;
        let (r, i) = turned((r, i), point(lanes, (cos, sin)));
        Self(lanes, r, i)
    }

    /// Turned back by an eighth.
    #[inline(always)]
    fn eighth(self) -> Self {
        let Self(lanes, r, i) = self;
        let (r, i) = eighth(lanes, (r, i));
        Self(lanes, r, i)
    }

    /// Turned back by three eighths.
    #[inline(always)]
    fn three_eighths(self) -> Self {
        let Self(lanes, r, i) = self;
        Self(lanes, lanes.all(DIAGONAL) * (i - r), lanes.all(-DIAGONAL) * (r + i))
    }
}

/// The transform of sixteen points.
#[inline(always)]
pub(super) fn points<L: Lanes>(x: [Points<L>; 16]) -> [Points<L>; 16] {
    let (cos, sin) = SIXTEENTH;
    let a = four(x[0], x[4], x[8], x[12]);
    let b = four(x[1], x[5], x[9], x[13]);
    let c = four(x[2], x[6], x[10], x[14]);
    let d = four(x[3], x[7], x[11], x[15]);
    let [p0, p4, p8, p12] = four(a[0], b[0], c[0], d[0]);
    let [p1, p5, p9, p13] = four(a[1], b[1].turned(cos, sin), c[1].eighth(), d[1].turned(sin, cos));
    let [p2, p6, p10, p14] = four(a[2], b[2].eighth(), c[2].quarter(), d[2].three_eighths());
    let [p3, p7, p11, p15] = four(a[3], b[3].turned(sin, cos), c[3].three_eighths(), d[3].turned(-cos, -sin));
    [p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15]
}

#[inline(always)]
fn four<L: Lanes>(a: Points<L>, b: Points<L>, c: Points<L>, d: Points<L>) -> [Points<L>; 4] {
    let (sum, difference) = (a + c, a - c);
    let (other, across) = (b + d, (b - d).quarter());
    [sum + other, difference + across, sum - other, difference - across]
}

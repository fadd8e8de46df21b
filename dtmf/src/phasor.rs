//! Complex numbers, as far as tones need them, and sines that the compiler can work out.

use core::ops::{Add, AddAssign, Mul};

use wide::f32x4;

/// The square root. Not libm's, which names the instruction of the oldest SSE: after one of AVX that is slow.
#[inline(always)]
pub(crate) fn root(x: f32) -> f32 {
    f32x4::splat(x).sqrt().to_array()[0]
}

/// A complex amplitude: how strong a tone is, and where in its turn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Phasor {
    pub(crate) re: f32,
    pub(crate) im: f32,
}

impl Phasor {
    pub(crate) const ZERO: Self = Self { re: 0.0, im: 0.0 };

    pub(crate) const fn new(re: f32, im: f32) -> Self {
        Self { re, im }
    }

    /// Length 1 at `angle` radians.
    pub(crate) fn turned(angle: f32) -> Self {
        Self { re: libm::cosf(angle), im: libm::sinf(angle) }
    }

    pub(crate) fn conj(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    pub(crate) fn scaled(self, factor: f32) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }

    /// The product of `count` of these.
    pub(crate) fn to_the(self, count: usize) -> Self {
        let (mut product, mut square, mut left) = (Self::new(1.0, 0.0), self, count);
        while left > 0 {
            if left % 2 == 1 {
                product = product * square;
            }
            square = square * square;
            left /= 2;
        }
        product
    }

    /// The square of the length.
    pub(crate) fn power(self) -> f32 {
        self.re * self.re + self.im * self.im
    }

    /// The length.
    #[inline(always)]
    pub(crate) fn length(self) -> f32 {
        root(self.power())
    }

    /// The angle in radians, ±π, within 0.000 02: the arc tangent's best polynomial of five terms, for one eighth of a turn,
    /// mirrored to the others.
    pub(crate) fn angle(self) -> f32 {
        let (x, y) = (self.re.abs(), self.im.abs());
        let tangent = x.min(y) / (x.max(y) + f32::MIN_POSITIVE);
        let t = tangent * tangent;
        let eighth =
            tangent * (0.999_866 + t * (-0.330_299_5 + t * (0.180_141 + t * (-0.085_133 + t * 0.020_835_1))));
        let quarter = if y > x { core::f32::consts::FRAC_PI_2 - eighth } else { eighth };
        let half = if self.re < 0.0 { core::f32::consts::PI - quarter } else { quarter };
        if self.im < 0.0 { -half } else { half }
    }
}

impl Add for Phasor {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl AddAssign for Phasor {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul for Phasor {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

/// The sine of a number of turns (not radians), for tables made at compile time.
pub(crate) const fn sin_turns(turns: f64) -> f64 {
    let mut rest = turns - (turns as i64) as f64;
    if rest > 0.5 {
        rest -= 1.0;
    } else if rest < -0.5 {
        rest += 1.0;
    }
    let x = rest * 2.0 * core::f64::consts::PI;
    let mut term = x;
    let mut sum = x;
    let mut n = 1;
    while n < 14 {
        term *= -x * x / ((2 * n) as f64 * (2 * n + 1) as f64);
        sum += term;
        n += 1;
    }
    sum
}

/// The cosine of a number of turns, for tables made at compile time.
pub(crate) const fn cos_turns(turns: f64) -> f64 {
    sin_turns(turns + 0.25)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_angle_is_libms() {
        for n in -400..400 {
            let angle = n as f32 * 0.007_8;
            for length in [1e-9, 1.0, 1e9] {
                let told = Phasor::turned(angle).scaled(length).angle();
                assert!((told - angle).abs() < 2e-5, "{angle} {told}");
            }
        }
    }

    #[test]
    fn the_compilers_sine_is_libms() {
        for n in -400..400 {
            let turns = f64::from(n) / 97.0;
            let angle = turns * 2.0 * core::f64::consts::PI;
            assert!((sin_turns(turns) - libm::sin(angle)).abs() < 1e-9, "{turns}");
            assert!((cos_turns(turns) - libm::cos(angle)).abs() < 1e-9, "{turns}");
        }
    }
}

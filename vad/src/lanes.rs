//! Numbers reckoned with eight at a time, on any machine, all with the same results.

#[cfg(target_arch = "x86_64")]
mod avx2;
mod plain;

use core::ops::{Add, Div, Mul, Sub};

pub(crate) use plain::Plain;

use crate::halfband::{OUTPUTS, SPAN};
use crate::packed::WHOLE;

/// How many.
pub(crate) const EIGHT: usize = 8;

/// A sample's step of 16 bits in products with taps of 15 bits and a sign, turned over.
const PER_STEP: f32 = 1.0 / 32_768.0;

/// A way to hold numbers.
pub(crate) trait Numbers: Copy {
    /// Some numbers.
    type Many: Copy
        + Add<Output = Self::Many>
        + Sub<Output = Self::Many>
        + Mul<Output = Self::Many>
        + Div<Output = Self::Many>;
    /// The same number so many times.
    fn all(self, x: f32) -> Self::Many;
}

/// One by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct One;

impl Numbers for One {
    type Many = f32;

    #[inline(always)]
    fn all(self, x: f32) -> f32 {
        x
    }
}

/// A way to hold eight numbers.
pub(crate) trait Lanes: Numbers {
    /// The first of these; zeros, should there not be enough.
    fn load(self, from: &[f32]) -> Self::Many;
    /// The same of whole numbers.
    fn load_whole(self, from: &[i16]) -> Self::Many;
    /// Puts them to the beginning of these, if there is room.
    fn store(self, many: Self::Many, to: &mut [f32]);
    /// The square root of each.
    fn root(self, many: Self::Many) -> Self::Many;
    /// Without their signs.
    fn unsigned(self, many: Self::Many) -> Self::Many;
    /// The higher of each two.
    fn higher(self, a: Self::Many, b: Self::Many) -> Self::Many;
    /// The lower of each two.
    fn lower(self, a: Self::Many, b: Self::Many) -> Self::Many;
    /// `yes` where `a` is more than `b`, and `no` elsewhere.
    fn where_more(self, a: Self::Many, b: Self::Many, yes: Self::Many, no: Self::Many) -> Self::Many;
    /// Which of `a` are more than those of `b`: a bit for each, the lowest for the first.
    fn more(self, a: Self::Many, b: Self::Many) -> u32;
    /// Those from `from` to `to`, and zeros in the place of the others.
    fn within(self, many: Self::Many, from: usize, to: usize) -> Self::Many;
    /// The last first.
    fn reversed(self, many: Self::Many) -> Self::Many;
    /// Their sum: each to that four further, then to that two further.
    fn sum(self, many: Self::Many) -> f32;
    /// The highest.
    fn highest(self, many: Self::Many) -> f32;
    /// The sum of each of eight times eight, as [`Self::sum`] but neighbours first.
    fn sums(self, rows: [Self::Many; EIGHT]) -> Self::Many;
    /// The power of two at or under each positive number: its exponent, 127 more than it is.
    fn octave(self, many: Self::Many) -> Self::Many;
    /// Each positive number over that power of two: 1–2.
    fn within_octave(self, many: Self::Many) -> Self::Many;
    /// Two to the power of whole numbers, of which 127 more is given, and [`WHOLE`] added.
    fn two_to(self, whole: Self::Many) -> Self::Many;
    /// The nearest whole numbers, within 16 bits.
    fn whole(self, many: [Self::Many; 2]) -> [i16; 2 * EIGHT];
    /// Outputs of the filter that halves the rate: half of each centre, with the sum of the side's products and without it;
    /// the first as samples, both in steps of 16 bits.
    fn halves(self, side: &[i16; SPAN], centres: &[i16; OUTPUTS]) -> ([i16; OUTPUTS], [f32; OUTPUTS]);
    /// Eight rows as columns.
    fn by_columns(self, rows: [Self::Many; EIGHT]) -> [Self::Many; EIGHT];
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
    // Eight at a time as without it, but all of a spectrum stays in its registers.
    #[cfg(target_arch = "x86_64")]
    if let Some(v4) = pulp::x86::V4::try_new() {
        return v4.vectorize(avx2::With(work, *v4));
    }
    without_avx512(work)
}

/// The same on a machine that has no AVX-512.
#[inline]
pub(crate) fn without_avx512<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if let Some(v3) = pulp::x86::V3::try_new() {
        return v3.vectorize(avx2::With(work, v3));
    }
    work.with(Plain)
}

/// [`Lanes::octave`] of one.
#[inline(always)]
pub(crate) fn octave(x: f32) -> f32 {
    (x.to_bits() >> 23) as f32
}

/// [`Lanes::within_octave`] of one.
#[inline(always)]
pub(crate) fn within_octave(x: f32) -> f32 {
    f32::from_bits((x.to_bits() & 0x007f_ffff) | 0x3f80_0000)
}

/// [`Lanes::two_to`] of one.
#[inline(always)]
pub(crate) fn two_to(whole: f32) -> f32 {
    f32::from_bits(whole.to_bits() << 23)
}

/// The nearest whole number, for -32768 to 32767.
#[inline(always)]
pub(crate) fn nearest(x: f32) -> i16 {
    let low = if x > -32_768.0 { x } else { -32_768.0 };
    ((if low < 32_767.0 { low } else { 32_767.0 }) + WHOLE).to_bits() as i16
}

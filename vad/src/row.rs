//! The bands in registers: three times eight numbers, of which those beyond the last band count for nothing.

use core::ops::{Add, Div, Mul, Sub};

use crate::lanes::{EIGHT, Lanes};
use crate::limits::{BANDS, LOW_BANDS};

/// Bands beyond those that fill registers.
const REST: usize = BANDS - LOW_BANDS;
/// Steps of a dB in 16 bits: from -128 to 127 dB.
const DB_STEPS: f32 = 256.0;

/// One number for each band.
#[derive(Clone, Copy)]
pub(crate) struct Row<L: Lanes>(L, [L::Many; 3]);

macro_rules! operator {
    ($name:ident, $method:ident, $sign:tt) => {
        impl<L: Lanes> $name for Row<L> {
            type Output = Self;
            #[inline(always)]
            fn $method(self, other: Self) -> Self {
                let (Self(lanes, [a, b, c]), Self(_, [d, e, f])) = (self, other);
                Self(lanes, [a $sign d, b $sign e, c $sign f])
            }
        }
    };
}
operator!(Add, add, +);
operator!(Sub, sub, -);
operator!(Mul, mul, *);
operator!(Div, div, /);

impl<L: Lanes> Row<L> {
    /// The low bands in eights, and the high ones.
    #[inline(always)]
    pub(crate) fn of(lanes: L, low: [L::Many; 2], [high, highest]: [f32; REST]) -> Self {
        Self(lanes, [low[0], low[1], lanes.load(&[high, highest, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])])
    }

    /// How it is held.
    #[inline(always)]
    pub(crate) fn lanes(self) -> L {
        self.0
    }

    #[inline(always)]
    pub(crate) fn load(lanes: L, from: &[f32; BANDS]) -> Self {
        let low = [lanes.load(from), lanes.load(&from[EIGHT..])];
        Self::of(lanes, low, [from[LOW_BANDS], from[LOW_BANDS + 1]])
    }

    #[inline(always)]
    pub(crate) fn store(self, to: &mut [f32; BANDS]) {
        let Self(lanes, [a, b, c]) = self;
        lanes.store(a, to);
        lanes.store(b, &mut to[EIGHT..]);
        let mut rest = [0.0; EIGHT];
        lanes.store(c, &mut rest);
        (to[LOW_BANDS], to[LOW_BANDS + 1]) = (rest[0], rest[1]);
    }

    /// As an array.
    #[inline(always)]
    pub(crate) fn bands(self) -> [f32; BANDS] {
        let mut out = [0.0; BANDS];
        self.store(&mut out);
        out
    }

    /// With another number beside the bands, that what is done to them is done to.
    #[inline(always)]
    pub(crate) fn beside(self, x: f32) -> Self {
        let (Self(lanes, [a, b, c]), mut rest) = (self, [0.0; EIGHT]);
        lanes.store(c, &mut rest);
        rest[REST] = x;
        Self(lanes, [a, b, lanes.load(&rest)])
    }

    /// What came of such a number.
    #[inline(always)]
    pub(crate) fn aside(self) -> f32 {
        let (Self(lanes, [.., c]), mut rest) = (self, [0.0; EIGHT]);
        lanes.store(c, &mut rest);
        rest[REST]
    }

    /// The same number for all bands.
    #[inline(always)]
    pub(crate) fn all(lanes: L, x: f32) -> Self {
        Self(lanes, [lanes.all(x); 3])
    }

    #[inline(always)]
    pub(crate) fn times(self, x: f32) -> Self {
        self * Self::all(self.0, x)
    }

    #[inline(always)]
    pub(crate) fn plus(self, x: f32) -> Self {
        self + Self::all(self.0, x)
    }

    /// No less than `x`.
    #[inline(always)]
    pub(crate) fn at_least(self, x: f32) -> Self {
        self.higher(Self::all(self.0, x))
    }

    /// No more than `x`.
    #[inline(always)]
    pub(crate) fn at_most(self, x: f32) -> Self {
        let Self(lanes, [a, b, c]) = self;
        let x = lanes.all(x);
        Self(lanes, [lanes.lower(a, x), lanes.lower(b, x), lanes.lower(c, x)])
    }

    /// The higher of two.
    #[inline(always)]
    pub(crate) fn higher(self, Self(_, [d, e, f]): Self) -> Self {
        let Self(lanes, [a, b, c]) = self;
        Self(lanes, [lanes.higher(a, d), lanes.higher(b, e), lanes.higher(c, f)])
    }

    #[inline(always)]
    pub(crate) fn root(self) -> Self {
        let Self(lanes, [a, b, c]) = self;
        Self(lanes, [lanes.root(a), lanes.root(b), lanes.root(c)])
    }

    #[inline(always)]
    pub(crate) fn unsigned(self) -> Self {
        let Self(lanes, [a, b, c]) = self;
        Self(lanes, [lanes.unsigned(a), lanes.unsigned(b), lanes.unsigned(c)])
    }

    /// `yes` where it is more than `other`, and `no` elsewhere.
    #[inline(always)]
    pub(crate) fn where_more(self, other: Self, yes: Self, no: Self) -> Self {
        let (Self(lanes, a), Self(_, b), Self(_, yes), Self(_, no)) = (self, other, yes, no);
        let mut out = no;
        for k in 0..3 {
            out[k] = lanes.where_more(a[k], b[k], yes[k], no[k]);
        }
        Self(lanes, out)
    }

    /// Whether any band is more than that of `other`.
    #[inline(always)]
    pub(crate) fn has_more(self, Self(_, [d, e, f]): Self) -> bool {
        let Self(lanes, [a, b, c]) = self;
        let rest = lanes.more(c, f) & ((1 << REST) - 1);
        (lanes.more(a, d) | lanes.more(b, e) | rest) != 0
    }

    /// The sum of the bands.
    #[inline(always)]
    pub(crate) fn total(self) -> f32 {
        let (Self(lanes, [a, b, c]), mut rest) = (self, [0.0; EIGHT]);
        lanes.store(c, &mut rest);
        lanes.sum(a + b) + (rest[0] + rest[1])
    }

    /// The highest of the bands.
    #[inline(always)]
    pub(crate) fn highest(self) -> f32 {
        let Self(lanes, [a, b, c]) = self;
        let mut rest = [0.0; EIGHT];
        lanes.store(c, &mut rest);
        let (low, high) =
            (lanes.highest(lanes.higher(a, b)), if rest[0] > rest[1] { rest[0] } else { rest[1] });
        if low > high { low } else { high }
    }

    /// The nearest whole numbers, within 16 bits.
    #[inline(always)]
    pub(crate) fn whole(self) -> [i16; BANDS] {
        let Self(lanes, [a, b, c]) = self;
        let (low, rest) = (lanes.whole([a, b]), lanes.whole([c, c]));
        let mut out = [0; BANDS];
        out[..LOW_BANDS].copy_from_slice(&low);
        (out[LOW_BANDS], out[LOW_BANDS + 1]) = (rest[0], rest[1]);
        out
    }

    /// Whole numbers.
    #[inline(always)]
    pub(crate) fn of_whole(lanes: L, from: &[i16; BANDS]) -> Self {
        let low = [lanes.load_whole(from), lanes.load_whole(&from[EIGHT..])];
        Self::of(lanes, low, [from[LOW_BANDS].into(), from[LOW_BANDS + 1].into()])
    }

    /// Levels in dB in 16 bits, each within 1/512 dB.
    #[inline(always)]
    pub(crate) fn packed(self) -> [i16; BANDS] {
        self.times(DB_STEPS).whole()
    }

    /// Such levels, in dB.
    #[inline(always)]
    pub(crate) fn unpacked(lanes: L, packed: &[i16; BANDS]) -> Self {
        Self::of_whole(lanes, packed).times(1.0 / DB_STEPS)
    }

    /// [`Lanes::octave`], [`Lanes::within_octave`] of each.
    #[inline(always)]
    pub(crate) fn octaves(self) -> [Self; 2] {
        let Self(lanes, [a, b, c]) = self;
        [
            Self(lanes, [lanes.octave(a), lanes.octave(b), lanes.octave(c)]),
            Self(lanes, [lanes.within_octave(a), lanes.within_octave(b), lanes.within_octave(c)]),
        ]
    }

    /// [`Lanes::two_to`] of each.
    #[inline(always)]
    pub(crate) fn two_to(self) -> Self {
        let Self(lanes, [a, b, c]) = self;
        Self(lanes, [lanes.two_to(a), lanes.two_to(b), lanes.two_to(c)])
    }
}

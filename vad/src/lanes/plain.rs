//! What any machine can do, or does one by one.

use wide::f32x8;

use super::{EIGHT, Lanes, Numbers, PER_STEP, nearest, octave, two_to, within_octave};
use crate::halfband::{OUTPUTS, SPAN, TAPS};

/// In as many registers as it takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain;

/// Each number by itself.
macro_rules! each {
    ($many:expr, $one:expr) => {{
        let mut numbers = $many.to_array();
        for number in &mut numbers {
            *number = $one(*number);
        }
        f32x8::new(numbers)
    }};
}

impl Numbers for Plain {
    type Many = f32x8;

    #[inline(always)]
    fn all(self, x: f32) -> f32x8 {
        f32x8::splat(x)
    }
}

impl Lanes for Plain {
    #[inline(always)]
    fn load(self, from: &[f32]) -> f32x8 {
        f32x8::new(*from.first_chunk().unwrap_or(&[0.0; EIGHT]))
    }

    #[inline(always)]
    fn load_whole(self, from: &[i16]) -> f32x8 {
        let &[a, b, c, d, e, f, g, h] = from.first_chunk().unwrap_or(&[0; EIGHT]);
        f32x8::new([a.into(), b.into(), c.into(), d.into(), e.into(), f.into(), g.into(), h.into()])
    }

    #[inline(always)]
    fn store(self, many: f32x8, to: &mut [f32]) {
        if let Some(to) = to.first_chunk_mut() {
            *to = many.to_array();
        }
    }

    #[inline(always)]
    fn root(self, many: f32x8) -> f32x8 {
        many.sqrt()
    }

    #[inline(always)]
    fn unsigned(self, many: f32x8) -> f32x8 {
        many.abs()
    }

    #[inline(always)]
    fn higher(self, a: f32x8, b: f32x8) -> f32x8 {
        a.fast_max(b)
    }

    #[inline(always)]
    fn lower(self, a: f32x8, b: f32x8) -> f32x8 {
        a.fast_min(b)
    }

    #[inline(always)]
    fn where_more(self, a: f32x8, b: f32x8, yes: f32x8, no: f32x8) -> f32x8 {
        a.simd_gt(b).select(yes, no)
    }

    #[inline(always)]
    fn more(self, a: f32x8, b: f32x8) -> u32 {
        a.simd_gt(b).to_bitmask()
    }

    #[inline(always)]
    fn within(self, many: f32x8, from: usize, to: usize) -> f32x8 {
        let mut numbers = many.to_array();
        for (k, number) in numbers.iter_mut().enumerate() {
            *number = if from <= k && k < to { *number } else { 0.0 };
        }
        f32x8::new(numbers)
    }

    #[inline(always)]
    fn reversed(self, many: f32x8) -> f32x8 {
        let [a, b, c, d, e, f, g, h] = many.to_array();
        f32x8::new([h, g, f, e, d, c, b, a])
    }

    #[inline(always)]
    fn sum(self, many: f32x8) -> f32 {
        let [a, b, c, d, e, f, g, h] = many.to_array();
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }

    #[inline(always)]
    fn highest(self, many: f32x8) -> f32 {
        let [first, rest @ ..] = many.to_array();
        let mut highest = first;
        for number in rest {
            highest = if number > highest { number } else { highest };
        }
        highest
    }

    #[inline(always)]
    fn sums(self, rows: [f32x8; EIGHT]) -> f32x8 {
        let mut sums = [0.0; EIGHT];
        for row in 0..EIGHT {
            let [a, b, c, d, e, f, g, h] = rows[row].to_array();
            sums[row] = ((a + e) + (b + f)) + ((c + g) + (d + h));
        }
        f32x8::new(sums)
    }

    #[inline(always)]
    fn octave(self, many: f32x8) -> f32x8 {
        each!(many, octave)
    }

    #[inline(always)]
    fn within_octave(self, many: f32x8) -> f32x8 {
        each!(many, within_octave)
    }

    #[inline(always)]
    fn two_to(self, whole: f32x8) -> f32x8 {
        each!(whole, two_to)
    }

    #[inline(always)]
    fn whole(self, many: [f32x8; 2]) -> [i16; 2 * EIGHT] {
        let mut out = [0; 2 * EIGHT];
        for (to, x) in out.iter_mut().zip(many[0].to_array()) {
            *to = nearest(x);
        }
        for (to, x) in out[EIGHT..].iter_mut().zip(many[1].to_array()) {
            *to = nearest(x);
        }
        out
    }

    #[inline(always)]
    fn halves(self, side: &[i16; SPAN], centres: &[i16; OUTPUTS]) -> ([i16; OUTPUTS], [f32; OUTPUTS]) {
        let (mut low, mut high) = ([0; OUTPUTS], [0.0; OUTPUTS]);
        for n in 0..OUTPUTS {
            let products =
                side[n..].iter().zip(TAPS.as_flattened()).map(|(&x, &tap)| i32::from(x) * i32::from(tap));
            let (sum, centre) = (products.sum::<i32>(), i32::from(centres[n]) << 14);
            let rounded = (centre + sum + (1 << 14)) >> 15;
            low[n] = rounded.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
            high[n] = (centre - sum) as f32 * PER_STEP;
        }
        (low, high)
    }

    #[inline(always)]
    fn by_columns(self, rows: [f32x8; EIGHT]) -> [f32x8; EIGHT] {
        f32x8::transpose(rows)
    }
}

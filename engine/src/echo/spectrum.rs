//! Spectra of the canceller's blocks.

use std::fmt;
use std::sync::{Arc, LazyLock};

use realfft::num_complex::Complex32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Samples of a block at the canceller's rate: 16 ms at 8 kHz.
pub(super) const BLOCK: usize = 128;
/// Samples of a spectrum: a block and the one before it, so that a filter as long as a block does not wrap round.
pub(super) const FRAME: usize = 2 * BLOCK;
/// Bins of a spectrum. Half the rate itself is left out: no line carries it.
pub(super) const BINS: usize = BLOCK;

/// The transforms, which all cancellers share.
static TRANSFORMS: LazyLock<Transforms> = LazyLock::new(|| {
    let mut planner = RealFftPlanner::new();
    Transforms { forward: planner.plan_fft_forward(FRAME), back: planner.plan_fft_inverse(FRAME) }
});

struct Transforms {
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
}

/// A spectrum, its real and imaginary parts apart: the compiler takes several bins at once.
#[derive(Clone, Debug)]
pub(super) struct Spectrum {
    pub(super) re: [f32; BINS],
    pub(super) im: [f32; BINS],
}

impl Spectrum {
    pub(super) const ZERO: Self = Self { re: [0.0; BINS], im: [0.0; BINS] };

    /// The power of each bin.
    pub(super) fn power(&self) -> [f32; BINS] {
        std::array::from_fn(|bin| self.re[bin] * self.re[bin] + self.im[bin] * self.im[bin])
    }

    /// Adds the product of a filter and what goes through it.
    pub(super) fn add_filtered(&mut self, filter: &Self, through: &Packed) {
        for bin in 0..BINS {
            let (re, im) = through.bin(bin);
            self.re[bin] += filter.re[bin] * re - filter.im[bin] * im;
            self.im[bin] += filter.re[bin] * im + filter.im[bin] * re;
        }
    }

    /// Adds the cross-spectrum of `one` and `other`.
    pub(super) fn add_cross(&mut self, one: &Packed, other: &Packed) {
        for bin in 0..BINS {
            let ((a, b), (c, d)) = (one.bin(bin), other.bin(bin));
            self.re[bin] += a * c + b * d;
            self.im[bin] += a * d - b * c;
        }
    }
}

/// A spectrum in half the room: numbers without the lower half of their bits, within 1/512.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    re: [u16; BINS],
    im: [u16; BINS],
}

impl Packed {
    pub(super) const ZERO: Self = Self { re: [0; BINS], im: [0; BINS] };

    pub(super) fn of(spectrum: &Spectrum) -> Self {
        let upper = |value: f32| ((value.to_bits() + 0x8000) >> 16) as u16;
        Self { re: spectrum.re.map(upper), im: spectrum.im.map(upper) }
    }

    /// Whether it is more than silence.
    pub(super) fn is_sound(&self) -> bool {
        self.re.iter().chain(&self.im).any(|&bits| bits & 0x7FFF != 0)
    }

    #[inline(always)]
    pub(super) fn bin(&self, bin: usize) -> (f32, f32) {
        let whole = |upper: u16| f32::from_bits(u32::from(upper) << 16);
        (whole(self.re[bin]), whole(self.im[bin]))
    }

    #[inline(always)]
    pub(super) fn power(&self, bin: usize) -> f32 {
        let (re, im) = self.bin(bin);
        re * re + im * im
    }
}

/// Goes there and back, with the room that it needs.
pub(super) struct Transform {
    time: [f32; FRAME],
    bins: [Complex32; BINS + 1],
    scratch: Vec<Complex32>,
}

impl fmt::Debug for Transform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Transform").finish_non_exhaustive()
    }
}

impl Transform {
    pub(super) fn new() -> Self {
        let scratch = TRANSFORMS.forward.get_scratch_len().max(TRANSFORMS.back.get_scratch_len());
        Self {
            time: [0.0; FRAME],
            bins: [Complex32::default(); BINS + 1],
            scratch: vec![Complex32::default(); scratch],
        }
    }

    /// The spectrum of a block and the one before it.
    pub(super) fn spectrum(&mut self, before: &[f32; BLOCK], block: &[f32; BLOCK], spectrum: &mut Spectrum) {
        self.time[..BLOCK].copy_from_slice(before);
        self.time[BLOCK..].copy_from_slice(block);
        self.forward(spectrum);
    }

    fn forward(&mut self, spectrum: &mut Spectrum) {
        // It refuses nothing but other lengths.
        let _ = TRANSFORMS.forward.process_with_scratch(&mut self.time, &mut self.bins, &mut self.scratch);
        for (bin, value) in self.bins[..BINS].iter().enumerate() {
            (spectrum.re[bin], spectrum.im[bin]) = (value.re, value.im);
        }
    }

    /// The samples of a spectrum: two blocks of them.
    pub(super) fn samples(&mut self, spectrum: &Spectrum) -> &[f32; FRAME] {
        const SCALE: f32 = 1.0 / FRAME as f32;
        for (bin, value) in self.bins[..BINS].iter_mut().enumerate() {
            *value = Complex32::new(spectrum.re[bin] * SCALE, spectrum.im[bin] * SCALE);
        }
        self.bins[0].im = 0.0;
        self.bins[BINS] = Complex32::default();
        // As above; and the two bins that must be real are.
        let _ = TRANSFORMS.back.process_with_scratch(&mut self.bins, &mut self.time, &mut self.scratch);
        &self.time
    }

    /// Cuts a filter to the length of a block.
    pub(super) fn cut(&mut self, filter: &mut Spectrum) {
        self.samples(filter);
        self.time[BLOCK..].fill(0.0);
        self.forward(filter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_of_one_late_sample_gives_back_what_went_through_it() {
        let mut transform = Transform::new();
        let [before, block] =
            [3u16, 8].map(|seed| std::array::from_fn(|n| (f32::from(seed) * (n as f32 * 0.37).sin()) / 9.0));
        let mut tap = [0.0; BLOCK];
        tap[5] = 0.5;
        let [mut filter, mut played, mut echo] = [Spectrum::ZERO, Spectrum::ZERO, Spectrum::ZERO];
        transform.spectrum(&tap, &[0.0; BLOCK], &mut filter);
        transform.spectrum(&before, &block, &mut played);
        echo.add_filtered(&filter, &Packed::of(&played));
        let samples = transform.samples(&echo);
        for n in 0..BLOCK {
            let late = if n < 5 { before[BLOCK + n - 5] } else { block[n - 5] };
            assert!((samples[BLOCK + n] - late / 2.0).abs() < 5e-3, "{n}: {} {late}", samples[BLOCK + n]);
        }
    }
}

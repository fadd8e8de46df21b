//! Low-pass and decimation by a whole number: a centred windowed sinc, in whole numbers.

use crate::{
    SampleRate,
    limits::{DECIMATOR_CUTOFF_HZ, DECIMATOR_HALF_S, INTERNAL_HZ},
    machine::{ABREAST, Lanes, MOST_TAPS, PAIRED, STRANDS},
    samples::FULL_SCALE,
};

/// What the outputs of a hop at 8 kHz are made of, and what is read with it: the most is that of the first one under 88 kHz.
const LINE: usize = 560;

/// What a full-scale sample comes out as, over [`FULL_SCALE`]: the last 16 bits of an output are a fraction.
pub(super) const FRACTION: i32 = 1 << 16;
/// The taps' 1: their gain. The sum of 97 products of 16 bits fits into 32, as long as the taps' sizes add up to less than 2.
const ONE: f32 = FULL_SCALE as f32 * FRACTION as f32 / 32_768.0;

/// Every n-th sample of the low-passed input.
///
/// Samples are only gathered until as many outputs as are wanted can be worked out at once: then each tap is fetched once for
/// several of them, and most samples were written long before. A processor that reads what it has just written in other portions
/// has to wait.
#[derive(Clone, Debug)]
pub(super) struct Decimator {
    /// Those in use, and zeros.
    taps: [i16; MOST_TAPS],
    /// What is gathered, from the first sample on that the next output is made of. What lies beyond may be read and written, but
    /// meets zeros or makes outputs that nobody wants.
    line: [i16; LINE],
    gathered: usize,
    /// How much of it makes the outputs that are to be worked out next.
    enough: usize,
    /// Samples on each side of an output's centre that it is made of.
    half: usize,
    factor: usize,
}

impl Decimator {
    pub(super) fn new(rate: SampleRate) -> Self {
        let hz = rate.hz();
        let half = ((hz as f32 * DECIMATOR_HALF_S) as usize).min((MOST_TAPS - 1) / 2);
        Self {
            taps: windowed_sinc(half, DECIMATOR_CUTOFF_HZ / hz as f32).map(whole),
            line: [0; LINE],
            gathered: half,
            enough: 0,
            half,
            factor: (hz / INTERNAL_HZ).max(1) as usize,
        }
    }

    /// By how much the rate is divided.
    pub(super) fn factor(&self) -> usize {
        self.factor
    }

    /// How many input samples an output waits for those after its centre.
    pub(super) fn delay(&self) -> usize {
        self.half
    }

    /// How many samples so many outputs are made of.
    #[inline(always)]
    fn samples_for(&self, outputs: usize) -> usize {
        2 * self.half + 1 + outputs.saturating_sub(1) * self.factor
    }

    /// Whether there are the samples that so many outputs are made of.
    pub(super) fn has(&self, outputs: usize) -> bool {
        self.gathered >= self.samples_for(outputs)
    }

    /// Whether there are those of the outputs that are to be worked out next.
    #[inline(always)]
    pub(super) fn is_ready(&self) -> bool {
        self.gathered >= self.enough
    }

    /// Gathers samples until it is ready, or they are used up; how many were taken.
    #[inline(always)]
    pub(super) fn gather(&mut self, samples: &[i16]) -> usize {
        let taken = samples.len().min(self.enough.saturating_sub(self.gathered));
        put(self.line.split_at_mut(self.gathered.min(LINE)).1, samples, taken);
        self.gathered += taken;
        taken
    }

    /// How many outputs are worked out for so many that are wanted.
    #[inline(always)]
    pub(super) fn worked_out_for(&self, wanted: usize) -> usize {
        wanted.next_multiple_of(if self.factor == 2 { PAIRED } else { ABREAST })
    }

    /// The next outputs, [`FULL_SCALE`] times [`FRACTION`] being full scale. Every `factor`-th input sample gives one, the first of
    /// all centred on the first input.
    #[inline(always)]
    pub(super) fn work_out<L: Lanes>(&self, lanes: L, outputs: &mut [i32]) {
        let taps = 2 * self.half + 1;
        if self.factor == 2 {
            let pairs = &self.taps.as_chunks().0[..taps.div_ceil(2)];
            for (n, outputs) in outputs.as_chunks_mut().0.iter_mut().enumerate() {
                if let Some(span) = self.span(n * PAIRED) {
                    *outputs = lanes.products_of_pairs(span, pairs);
                }
            }
            return;
        }
        let taps = &self.taps[..taps.next_multiple_of(STRANDS)];
        for (n, outputs) in outputs.as_chunks_mut().0.iter_mut().enumerate() {
            if let Some(span) = self.span(n * ABREAST) {
                *outputs = lanes.products(span, self.factor, taps);
            }
        }
    }

    /// The samples from the first one of an output on.
    #[inline(always)]
    fn span<const SPAN: usize>(&self, output: usize) -> Option<&[i16; SPAN]> {
        self.line.get(output * self.factor..)?.first_chunk()
    }

    /// Has done with so many outputs, and gathers for so many others: it keeps the samples that their first one is made of, too.
    #[inline(always)]
    pub(super) fn advance(&mut self, outputs: usize, others: usize) {
        let done = outputs * self.factor;
        self.gathered = self.gathered.saturating_sub(done);
        self.enough = self.samples_for(others);
        if let Some((kept, samples)) = self.line.split_at_mut_checked(done) {
            put(kept, samples, self.gathered);
        }
    }
}

/// Copies so many samples, and a block's rest of those that follow them, if there are such.
#[inline(always)]
fn put(places: &mut [i16], samples: &[i16], count: usize) {
    let (blocks, rest) = samples.as_chunks::<STRANDS>();
    let wanted = count.div_ceil(STRANDS);
    let free = places.as_chunks_mut::<STRANDS>().0;
    free.iter_mut().zip(blocks).take(wanted).for_each(|(place, block)| *place = *block);
    if blocks.len() < wanted
        && let Some(places) = places.get_mut(STRANDS * blocks.len()..)
    {
        places.iter_mut().zip(rest).for_each(|(place, sample)| *place = *sample);
    }
}

/// A tap in steps of 1 / [`ONE`].
fn whole(tap: f32) -> i16 {
    libm::roundf(tap * ONE) as i16
}

/// A sinc of `cutoff` (in turns per sample) under a Hann window, its gain at 0 Hz being 1, and zeros after it.
fn windowed_sinc(half: usize, cutoff: f32) -> [f32; MOST_TAPS] {
    let mut taps = [0.0; MOST_TAPS];
    let mut sum = 0.0;
    for (n, tap) in taps.iter_mut().take(2 * half + 1).enumerate() {
        let t = n as f32 - half as f32;
        let window = 0.5 + 0.5 * libm::cosf(core::f32::consts::PI * t / (half as f32 + 1.0));
        let angle = 2.0 * core::f32::consts::PI * cutoff * t;
        let sinc = if t == 0.0 { 1.0 } else { libm::sinf(angle) / angle };
        *tap = window * sinc;
        sum += *tap;
    }
    taps.map(|tap| tap / sum)
}

#[cfg(test)]
mod tests;

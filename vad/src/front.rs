//! From samples at any rate to one picture per frame: a window of the low half, the loudness of the high.

use crate::SampleRate;
use crate::fft::{self, SIDE, Spectrum};
use crate::halfband::{self, HalfBand};
use crate::lanes::Lanes;
use crate::limits::{LOW_HZ, WIDE_HZ, WINDOW};
use crate::packed::SAMPLE_STEPS;
use crate::resample::{self, Resampler};

/// Halvings from the highest rate served to below 32 kHz.
const HALVINGS: usize = 2;
/// Most samples that are taken at a time: 10 ms at 48 kHz.
pub(crate) const BLOCK: usize = 480;
/// Rows of outputs and of what the filter holds that so many samples take.
const ROWS: usize = 16;
/// The same for 10 ms at 16 kHz.
const WIDE_ROWS: usize = 7;
const _: () = assert!(HalfBand::most(ROWS) >= BLOCK && HalfBand::most(WIDE_ROWS) >= resample::OUTPUTS);
/// Sums kept side by side: what one register holds.
const LANES: usize = 8;

/// Brings samples of any rate to the low and the high half that the detector looks at.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    /// From above 32 kHz down, one octave each.
    halvings: [HalfBand; HALVINGS],
    /// How many of them this rate needs.
    octaves: u8,
    resampler: Option<Resampler>,
    /// Absent at 8 kHz, where there is no high half.
    split: Option<HalfBand>,
    /// The newest samples of the low half.
    window: [i16; WINDOW],
    at: u16,
    high: HighHalf,
}

impl Front {
    pub(crate) fn new(rate: SampleRate) -> Self {
        let octaves = (0..HALVINGS).take_while(|k| rate.hz() >> k >= 2 * WIDE_HZ).count();
        // Halved rates stay exact: the resampler counts in input samples of twice or four times its own.
        let hz = rate.hz() as f32 / (1u32 << octaves) as f32;
        let narrow = rate.hz() == LOW_HZ;
        let exact = narrow || rate.hz() == WIDE_HZ << octaves;
        Self {
            halvings: [const { HalfBand::new() }; HALVINGS],
            octaves: octaves as u8,
            resampler: (!exact).then(|| Resampler::new(libm::roundf(hz) as u32)),
            split: (!narrow).then(HalfBand::new),
            window: [0; WINDOW],
            at: 0,
            high: HighHalf::default(),
        }
    }

    /// How long ago the middle of the newest window was, in seconds.
    pub(crate) fn age_s(&self, rate: SampleRate) -> f32 {
        let hz = rate.hz() as f32;
        let halvings: f32 =
            (0..u32::from(self.octaves)).map(|k| halfband::DELAY * (1u32 << k) as f32 / hz).sum();
        let resampling = self
            .resampler
            .as_ref()
            .map_or(0.0, |_| resample::DELAY * (1u32 << u32::from(self.octaves)) as f32 / hz);
        let split = self.split.as_ref().map_or(0.0, |_| halfband::DELAY / WIDE_HZ as f32);
        halvings + resampling + split + WINDOW as f32 / 2.0 / LOW_HZ as f32
    }

    /// Takes at most [`BLOCK`] samples of the input rate, no more than 10 ms.
    #[inline(always)]
    pub(crate) fn take<L: Lanes>(&mut self, lanes: L, samples: &[i16]) {
        if self.octaves == 0 {
            return self.resample(lanes, samples);
        }
        let [first, second] = &mut self.halvings;
        let mut halves = first.split::<ROWS, _>(lanes, samples);
        if self.octaves > 1 {
            halves = second.split(lanes, halves.low());
        }
        self.resample(lanes, halves.low());
    }

    /// Takes samples between 8 and 32 kHz.
    #[inline(always)]
    fn resample<L: Lanes>(&mut self, lanes: L, samples: &[i16]) {
        let Some(resampler) = &mut self.resampler else { return self.take_wide(lanes, samples) };
        let mut wide = [0; resample::OUTPUTS];
        let n = resampler.stretch(samples, &mut wide);
        self.take_wide(lanes, &wide[..n]);
    }

    /// Takes samples at 16 kHz, or at 8 kHz where that is the input's rate.
    #[inline(always)]
    fn take_wide<L: Lanes>(&mut self, lanes: L, samples: &[i16]) {
        let Some(split) = &mut self.split else { return self.keep(samples) };
        let halves = split.split::<WIDE_ROWS, _>(lanes, samples);
        self.high.take(halves.high());
        self.keep(halves.low());
    }

    #[inline(always)]
    fn keep(&mut self, low: &[i16]) {
        let mut at = usize::from(self.at);
        // In rows, as they are taken out: others would be slow to be had again at once.
        let (lead, rest) = low.split_at(low.len().min(at.wrapping_neg() % SIDE));
        let (rows, tail) = rest.as_chunks::<SIDE>();
        for &sample in lead {
            self.window[at % WINDOW] = sample;
            at += 1;
        }
        for row in rows {
            if let Some(place) = self.window[at % WINDOW..].first_chunk_mut() {
                *place = *row;
            }
            at += SIDE;
        }
        for &sample in tail {
            self.window[at % WINDOW] = sample;
            at += 1;
        }
        self.at = (at % WINDOW) as u16;
    }

    /// The spectrum of the newest window of the low half.
    #[inline(always)]
    pub(crate) fn spectrum<L: Lanes>(&self, lanes: L) -> Spectrum<L> {
        fft::spectrum(lanes, &self.window, usize::from(self.at))
    }

    /// Mean square of 4–6 and of 6–8 kHz around the middle of the newest window. Ends the frame.
    #[inline(always)]
    pub(crate) fn high(&mut self) -> [f32; 2] {
        self.high.end_frame()
    }
}

/// Loudness of the high half, by frames.
#[derive(Clone, Debug, Default)]
struct HighHalf {
    last: f32,
    /// Sums of squares of difference and sum, every eighth sample in the same place.
    sums: [[f32; LANES]; 2],
    count: u32,
    before: [[f32; 2]; 2],
}

impl HighHalf {
    /// The half is turned over: 8 kHz lies at its 0 Hz. Sum and difference of neighbours part it.
    #[inline(always)]
    fn take(&mut self, samples: &[f32]) {
        let to_first = (LANES - self.count as usize % LANES) % LANES;
        let (lead, rest) = samples.split_at(to_first.min(samples.len()));
        self.take_singly(lead);
        let [differences, sums] = &mut self.sums;
        let blocks = rest.chunks_exact(LANES);
        let tail = blocks.remainder();
        self.count += (rest.len() - tail.len()) as u32;
        let mut before = [self.last; LANES];
        for block in blocks {
            before[1..].copy_from_slice(&block[..LANES - 1]);
            for lane in 0..LANES {
                let (sum, difference) = (block[lane] + before[lane], block[lane] - before[lane]);
                differences[lane] += difference * difference;
                sums[lane] += sum * sum;
            }
            before[0] = block[LANES - 1];
        }
        self.last = before[0];
        self.take_singly(tail);
    }

    #[inline(always)]
    fn take_singly(&mut self, samples: &[f32]) {
        for &x in samples {
            let (lane, sum, difference) = (self.count as usize % LANES, x + self.last, x - self.last);
            self.sums[0][lane] += difference * difference;
            self.sums[1][lane] += sum * sum;
            self.last = x;
            self.count += 1;
        }
    }

    #[inline(always)]
    fn end_frame(&mut self) -> [f32; 2] {
        if self.count == 0 {
            return [0.0; 2];
        }
        // A quarter: half the sum and half the difference were meant.
        let per = 0.25 / (SAMPLE_STEPS * SAMPLE_STEPS) / self.count as f32;
        let now = [per * total(&self.sums[0]), per * total(&self.sums[1])];
        let [older, old] = self.before;
        (self.sums, self.count, self.before) = ([[0.0; LANES]; 2], 0, [old, now]);
        // Weighted like the Hann window of the low half, whose middle is 16 ms back.
        [0.25 * (older[0] + now[0]) + 0.5 * old[0], 0.25 * (older[1] + now[1]) + 0.5 * old[1]]
    }
}

#[inline(always)]
fn total(sums: &[f32; LANES]) -> f32 {
    let [a, b, c, d, e, f, g, h] = sums;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

//! The filter between two rates: blocks of samples in, blocks of samples out, in time.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, Fft, FixedAsync, FixedSync, Resampler, SincInterpolationParameters, WindowFunction,
    calculate_cutoff,
};

use super::ResamplerError;

/// The filter's length in samples of the lower of both rates. With the window below, long enough to keep
/// 0.1 dB up to 0.9 of the lower Nyquist frequency and to reject 90 dB above all of it (measured by the tests).
const FILTER_SAMPLES: u32 = 160;

/// Side lobes of −92 dB.
const WINDOW: WindowFunction = WindowFunction::BlackmanHarris;

/// The longest block of a Fourier transform, in parts of a second: one of 20 ms holds back 30 ms.
const BLOCKS_PER_S: u32 = 50;

/// Blocks per second where the rates have no common block so short: 5 ms each.
const PIECES_PER_S: u32 = 200;

/// Places between two samples at which the filter is worked out beforehand; between them a cubic does.
const PLACES: usize = 256;

/// Most samples of silence that are put before the first one, so that the filter's outputs fall on the right times.
const MOST_SILENCE: usize = 16_384;

/// How far from its time an output may be, in output samples; rates with a large common divisor leave more.
const TIMING: f64 = 0.000_8;

/// The converter of blocks, and the samples that do not fill one yet.
pub(super) struct Filter {
    kind: Box<dyn Resampler<f32>>,
    input: Vec<f32>,
    filled: usize,
    output: Vec<f32>,
    alignment: Alignment,
    /// Output samples to drop before the first that counts.
    lead: usize,
    /// The most input samples that are ever held back.
    delay: usize,
}

/// What makes the first output that counts stand for the first input sample.
#[derive(Clone, Copy)]
struct Alignment {
    /// Silence before the first input sample.
    silence: usize,
    /// Outputs before the first that counts.
    lead: usize,
}

impl Filter {
    /// Fourier transforms where both rates have a short block in common, which is cheapest; else a sum for each output.
    pub(super) fn new(from_hz: u32, to_hz: u32) -> Result<Self, ResamplerError> {
        let block = common_block(from_hz, to_hz);
        let filter = if block <= (from_hz / BLOCKS_PER_S).max(FILTER_SAMPLES) as usize {
            Self::of_blocks(from_hz, to_hz, block)
        } else {
            Self::of_sums(from_hz, to_hz)
        };
        filter.map_err(|reason| ResamplerError::Refused { from_hz, to_hz, reason: reason.to_string() })
    }

    fn of_blocks(from_hz: u32, to_hz: u32, block: usize) -> Result<Self, rubato::ResamplerConstructionError> {
        let (from, to) = (from_hz as usize, to_hz as usize);
        let fft = Fft::new_custom(from, to, block, 1, 1, WINDOW, FixedSync::Both)?;
        let alignment = Alignment { silence: 0, lead: fft.output_delay() };
        Ok(Self::around(Box::new(fft), alignment, block / 2))
    }

    fn of_sums(from_hz: u32, to_hz: u32) -> Result<Self, rubato::ResamplerConstructionError> {
        let ratio = f64::from(to_hz) / f64::from(from_hz);
        let widening = (1.0 / ratio).max(1.0);
        let length = ((f64::from(FILTER_SAMPLES) * widening) as usize).next_multiple_of(8);
        let sinc = SincInterpolationParameters::new(length, WINDOW)
            .f_cutoff(calculate_cutoff(FILTER_SAMPLES as usize, WINDOW))
            .oversampling_factor(PLACES);
        let piece = from_hz.div_ceil(PIECES_PER_S) as usize;
        let sums = Async::new_sinc(ratio, 1.0, &sinc, piece, 1, FixedAsync::Input)?;
        let step = f64::from(greatest_common_divisor(from_hz, to_hz)) / f64::from(from_hz);
        let alignment = Alignment::of_sums(length, ratio, step);
        Ok(Self::around(Box::new(sums), alignment, length / 2 + 2 + widening.ceil() as usize))
    }

    /// `reach`: the input samples after an output's own that it waits for.
    fn around(kind: Box<dyn Resampler<f32>>, alignment: Alignment, reach: usize) -> Self {
        let input = vec![0.0; kind.input_frames_max()];
        let output = vec![0.0; kind.output_frames_max()];
        let delay = input.len() - 1 + reach;
        let mut filter = Self { kind, input, filled: 0, output, alignment, lead: 0, delay };
        filter.align();
        filter
    }

    pub(super) fn delay(&self) -> usize {
        self.delay
    }

    /// The most samples that come out for `input` more.
    pub(super) fn max_output(&self, input: usize) -> usize {
        let blocks = input / self.input.len() + 1 + self.delay.div_ceil(self.input.len());
        blocks.saturating_mul(self.output.len())
    }

    pub(super) fn process(&mut self, mut input: &[i16], output: &mut Vec<i16>) {
        while !input.is_empty() {
            let room = &mut self.input[self.filled..];
            let (now, later) = input.split_at(room.len().min(input.len()));
            for (to, &from) in room.iter_mut().zip(now) {
                *to = f32::from(from);
            }
            self.filled += now.len();
            input = later;
            if self.filled == self.input.len() {
                output.extend(self.turn(usize::MAX));
            }
        }
    }

    /// Gives `missing` samples more, as if silence followed, and is as new afterwards.
    pub(super) fn finish(&mut self, output: &mut Vec<i16>, missing: usize) {
        let whole = output.len() + missing;
        while output.len() < whole {
            self.input[self.filled..].fill(0.0);
            let still = whole - output.len();
            output.extend(self.turn(still));
        }
        self.kind.reset();
        self.align();
    }

    /// Takes in the silence before the first sample.
    fn align(&mut self) {
        self.lead = self.alignment.lead;
        self.input.fill(0.0);
        for _ in 0..self.alignment.silence / self.input.len() {
            self.turn(0).for_each(drop);
        }
        self.filled = self.alignment.silence % self.input.len();
    }

    /// Converts the block, and gives at most `limit` samples of it.
    fn turn(&mut self, limit: usize) -> impl Iterator<Item = i16> {
        let given = self.convert_block().unwrap_or_else(|_| {
            // The lengths always fit; should they not, silence keeps the time true.
            let silent = self.kind.output_frames_next();
            self.output[..silent].fill(0.0);
            silent
        });
        self.filled = 0;
        let lead = self.lead.min(given);
        self.lead -= lead;
        self.output[lead..given].iter().take(limit).map(|&x| rounded(x))
    }

    fn convert_block(&mut self) -> Result<usize, Box<dyn std::error::Error>> {
        let (frames_in, frames_out) = (self.input.len(), self.output.len());
        let input = InterleavedSlice::new(&self.input, 1, frames_in)?;
        let mut output = InterleavedSlice::new_mut(&mut self.output, 1, frames_out)?;
        Ok(self.kind.process_into_buffer(&input, &mut output, None)?.1)
    }
}

impl Alignment {
    /// A filter of sums gives its output `k` (from 1) for the time `k / ratio − length / 2 + 1 / PLACES`, counted in input samples
    /// from its first one (rubato 5.0: `init_last_index`, `make_sincs`). So much silence goes before the first sample
    /// that one of these times is the sample's own, as near as the times come: they lie `step` output samples apart.
    fn of_sums(length: usize, ratio: f64, step: f64) -> Self {
        let place = |silence: usize| ((length / 2 + silence) as f64 - 1.0 / PLACES as f64) * ratio;
        let off = |silence: &usize| (place(*silence) - place(*silence).round()).abs();
        let near = TIMING.max(0.501 * step);
        let silence = (0..MOST_SILENCE).find(|silence| off(silence) < near).unwrap_or(0);
        Self { silence, lead: place(silence).round() as usize - 1 }
    }
}

/// The nearest 16-bit sample; what is too loud is clipped.
fn rounded(x: f32) -> i16 {
    (x + 0.5f32.copysign(x)) as i16
}

/// Input samples per block: both sides whole and even, so that half a block, the filter's delay, is whole too.
fn common_block(from_hz: u32, to_hz: u32) -> usize {
    let divisor = greatest_common_divisor(from_hz, to_hz);
    let (from, to) = (from_hz / divisor, to_hz / divisor);
    let steps = FILTER_SAMPLES.div_ceil(from.min(to));
    (steps.next_multiple_of(2) * from) as usize
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

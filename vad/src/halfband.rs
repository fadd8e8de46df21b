//! Half the rate: the lower half of a band kept, and the upper half beside it.

use crate::packed::{pack_sample, rounded_sample, sample};

/// Taps beside the centre, every second one (the others are zero): a Kaiser window of β 5.5 over 31 taps,
/// half-wave at a quarter of the rate, 66 dB down a sixteenth of the rate further.
const SIDE: [f32; 8] = [
    0.314_805_44,
    -0.095_974_57,
    0.047_954_3,
    -0.025_707_18,
    0.013_262_69,
    -0.006_124_24,
    0.002_280_59,
    -0.000_497_03,
];
/// Samples before the newest that an output needs.
const REACH: usize = 4 * SIDE.len() - 2;
/// New samples taken at a time.
const BLOCK: usize = 64;

/// Delay of the filter, in samples of its input.
pub(crate) const DELAY: f32 = REACH as f32 / 2.0;

/// Splits a stream into two of half its rate.
#[derive(Clone, Debug)]
pub(crate) struct HalfBand {
    /// The last samples that the next output needs, oldest first.
    line: [i16; REACH],
    /// A sample whose pair has not come yet.
    odd: Option<i16>,
}

impl HalfBand {
    pub(crate) const fn new() -> Self {
        Self { line: [0; REACH], odd: None }
    }

    /// Most samples that one call takes.
    pub(crate) const MOST: usize = BLOCK;

    /// Takes at most [`Self::MOST`] samples, rounded to 16 bits; the outputs are the first `n` of `low` and `high`.
    pub(crate) fn split(
        &mut self,
        samples: &[f32],
        low: &mut [f32; BLOCK],
        high: &mut [f32; BLOCK],
    ) -> usize {
        let mut line = [0.0; REACH + BLOCK + 2];
        for (to, &kept) in line.iter_mut().zip(&self.line) {
            *to = sample(kept);
        }
        let samples = &samples[..samples.len().min(BLOCK)];
        let mut start = REACH;
        if let Some(odd) = self.odd.take() {
            line[start] = sample(odd);
            start += 1;
        }
        let end = start + samples.len();
        for (to, &x) in line[start..end].iter_mut().zip(samples) {
            *to = rounded_sample(x);
        }
        let pairs = (end - REACH) / 2;
        if (end - REACH) % 2 == 1 {
            self.odd = Some(pack_sample(line[end - 1]));
        }
        filter(&line, pairs, low, high);
        for (kept, &x) in self.line.iter_mut().zip(&line[2 * pairs..]) {
            *kept = pack_sample(x);
        }
        pairs
    }
}

/// The outputs of `pairs` pairs: half the centre tap, plus and minus the side taps.
fn filter(line: &[f32; REACH + BLOCK + 2], pairs: usize, low: &mut [f32; BLOCK], high: &mut [f32; BLOCK]) {
    let (mut even, mut odd) = ([0.0f32; (REACH + BLOCK + 2) / 2], [0.0f32; (REACH + BLOCK + 2) / 2]);
    for (k, pair) in line.chunks_exact(2).enumerate() {
        (even[k], odd[k]) = (pair[0], pair[1]);
    }
    const HALF: usize = SIDE.len();
    let mut side = [0.0f32; BLOCK / 2 + 1];
    for (j, &c) in SIDE.iter().enumerate() {
        let (near, far) = (&odd[HALF - 1 - j..], &odd[HALF + j..]);
        for ((out, near), far) in side[..pairs].iter_mut().zip(near).zip(far) {
            *out += c * (near + far);
        }
    }
    let outputs = low[..pairs].iter_mut().zip(&mut high[..pairs]);
    for (((low, high), side), even) in outputs.zip(&side).zip(&even[HALF..]) {
        let centre = 0.5 * even;
        (*low, *high) = (centre + side, centre - side);
    }
}

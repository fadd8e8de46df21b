//! Half the rate: the lower half of a band kept, and the upper half beside it.

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
    line: [f32; REACH],
    /// A sample whose pair has not come yet.
    odd: Option<f32>,
}

impl HalfBand {
    pub(crate) const fn new() -> Self {
        Self { line: [0.0; REACH], odd: None }
    }

    /// Most samples that one call takes.
    pub(crate) const MOST: usize = BLOCK;

    /// Takes at most [`Self::MOST`] samples; the outputs are the first `n` of `low` and `high`.
    pub(crate) fn split(
        &mut self,
        samples: &[f32],
        low: &mut [f32; BLOCK],
        high: &mut [f32; BLOCK],
    ) -> usize {
        let mut line = [0.0; REACH + BLOCK + 2];
        line[..REACH].copy_from_slice(&self.line);
        let mut end = REACH;
        for x in self.odd.take().into_iter().chain(samples.iter().take(BLOCK).copied()) {
            line[end] = x;
            end += 1;
        }
        let pairs = (end - REACH) / 2;
        if (end - REACH) % 2 == 1 {
            self.odd = Some(line[end - 1]);
        }
        filter(&line, pairs, low, high);
        self.line.copy_from_slice(&line[2 * pairs..2 * pairs + REACH]);
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
        for (k, out) in side.iter_mut().enumerate().take(pairs) {
            *out += c * (near[k] + far[k]);
        }
    }
    for k in 0..pairs {
        let centre = 0.5 * even[k + HALF];
        (low[k], high[k]) = (centre + side[k], centre - side[k]);
    }
}

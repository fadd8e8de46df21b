//! From samples at any rate to one picture per frame: a window of the low half, the loudness of the high.

use crate::SampleRate;
use crate::halfband::{self, HalfBand};
use crate::limits::{FAINTEST, LOUDEST, LOW_HZ, WIDE_HZ, WINDOW};
use crate::packed::{pack_sample, sample};
use crate::resample::{self, MOST_PER_SAMPLE, Resampler};

/// Halvings from the highest rate served to below 32 kHz.
const HALVINGS: usize = 2;
const BLOCK: usize = HalfBand::MOST;

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
    /// The newest samples of the low half, a ring.
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

    /// Takes samples of the input rate.
    pub(crate) fn take(&mut self, samples: &[f32]) {
        for block in samples.chunks(BLOCK) {
            let mut clean = [0.0; BLOCK];
            for (to, &x) in clean.iter_mut().zip(block) {
                *to = believed(x);
            }
            self.take_block(&clean, block.len());
        }
    }

    fn take_block(&mut self, clean: &[f32; BLOCK], mut n: usize) {
        let mut samples = *clean;
        for halving in &mut self.halvings[..usize::from(self.octaves)] {
            let mut low = [0.0; BLOCK];
            n = halving.split(&samples[..n], &mut low, &mut [0.0; BLOCK]);
            samples = low;
        }
        let Some(resampler) = &mut self.resampler else { return self.take_wide(&samples[..n]) };
        let mut wide = [0.0; BLOCK * MOST_PER_SAMPLE];
        let n = resampler.stretch(&samples[..n], &mut wide);
        for part in wide[..n].chunks(BLOCK) {
            self.take_wide(part);
        }
    }

    /// Takes samples at 16 kHz, or at 8 kHz where that is the input's rate.
    fn take_wide(&mut self, samples: &[f32]) {
        let Some(split) = &mut self.split else { return self.keep(samples) };
        let (mut low, mut high) = ([0.0; BLOCK], [0.0; BLOCK]);
        let n = split.split(samples, &mut low, &mut high);
        self.high.take(&high[..n]);
        self.keep(&low[..n]);
    }

    fn keep(&mut self, low: &[f32]) {
        let at = usize::from(self.at);
        let (first, rest) = low.split_at(low.len().min(WINDOW - at));
        let places = self.window[at..].iter_mut().zip(first);
        places.for_each(|(to, &x)| *to = pack_sample(x));
        let places = self.window.iter_mut().zip(rest);
        places.for_each(|(to, &x)| *to = pack_sample(x));
        self.at = ((at + low.len()) % WINDOW) as u16;
    }

    /// The newest window of the low half, oldest sample first.
    pub(crate) fn window(&self) -> [f32; WINDOW] {
        let mut out = [0.0; WINDOW];
        let (newest, oldest) = self.window.split_at(usize::from(self.at));
        for (to, &x) in out.iter_mut().zip(oldest) {
            *to = sample(x);
        }
        for (to, &x) in out[oldest.len()..].iter_mut().zip(newest) {
            *to = sample(x);
        }
        out
    }

    /// Mean square of 4–6 and of 6–8 kHz around the middle of the newest window. Ends the frame.
    pub(crate) fn high(&mut self) -> [f32; 2] {
        self.high.end_frame()
    }
}

/// What is not a number is silence, what is too loud is as loud as believed.
fn believed(x: f32) -> f32 {
    let near = if x.abs() >= FAINTEST { x } else { 0.0 };
    near.clamp(-LOUDEST, LOUDEST)
}

/// Loudness of the high half, by frames.
#[derive(Clone, Debug, Default)]
struct HighHalf {
    last: f32,
    sums: [f32; 2],
    count: u32,
    before: [[f32; 2]; 2],
}

impl HighHalf {
    /// The half is turned over: 8 kHz lies at its 0 Hz. Sum and difference of neighbours part it.
    fn take(&mut self, samples: &[f32]) {
        for &x in samples {
            let (sum, difference) = (0.5 * (x + self.last), 0.5 * (x - self.last));
            self.sums[0] += difference * difference;
            self.sums[1] += sum * sum;
            self.last = x;
        }
        self.count += samples.len() as u32;
    }

    fn end_frame(&mut self) -> [f32; 2] {
        let per = 1.0 / self.count.max(1) as f32;
        let now = self.sums.map(|sum| sum * per);
        let [older, old] = self.before;
        (self.sums, self.count, self.before) = ([0.0; 2], 0, [old, now]);
        // Weighted like the Hann window of the low half, whose middle is 16 ms back.
        [0, 1].map(|k| 0.25 * (older[k] + now[k]) + 0.5 * old[k])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn believes_only_numbers_within_reach() {
        assert_eq!(believed(f32::NAN), 0.0);
        assert_eq!(believed(f32::INFINITY), LOUDEST);
        assert_eq!(believed(-1e30), -LOUDEST);
        assert_eq!(believed(1e-40), 0.0);
        assert_eq!(believed(0.25), 0.25);
    }
}

//! Captures faster than the canceller: thinned out for it, and put together again.
//!
//! What lies above the canceller's band is let through no louder than at its quietest, so that neither the echo's hiss is heard
//! nor that hisses are taken away. All of it comes [`Bridge::delay`] late.

use std::f32::consts::PI;

use super::limits::{BRIDGE_EDGE, BRIDGE_GAIN_STEP, BRIDGE_HALF, NOISE_GROWS, NOISE_OVER};

/// Both ways between the capture's rate and the canceller's.
#[derive(Debug)]
pub(super) struct Bridge {
    factor: usize,
    heard: Thinner,
    played: Thinner,
    clean: Widener,
    whole: Widener,
    /// What lies above the canceller's band.
    high: Vec<f32>,
    /// The least mean square of that, which grows slowly; and its gain.
    quietest: f32,
    gain: f32,
}

impl Bridge {
    /// Between a capture of `factor` times the canceller's rate, in blocks of up to `block` samples, and that rate.
    pub(super) fn new(factor: usize, block: usize) -> Self {
        let taps = low_pass(factor);
        Self {
            factor,
            heard: Thinner::new(taps.clone(), factor, block),
            played: Thinner::new(taps.clone(), factor, block),
            clean: Widener::new(&taps, factor),
            whole: Widener::new(&taps, factor),
            high: Vec::with_capacity(block),
            quietest: f32::MAX,
            gain: 1.0,
        }
    }

    /// By how many samples of the capture [`Self::widen`] is late.
    pub(super) fn delay(&self) -> usize {
        2 * BRIDGE_HALF * self.factor
    }

    /// Thins out what was played.
    pub(super) fn thin_played(&mut self, played: &[i16], thin: &mut Vec<f32>) {
        self.played.push(played, thin);
        self.played.forget(played.len());
    }

    /// So many samples were not heard.
    pub(super) fn skip_heard(&mut self, count: usize) {
        self.heard.skip(count);
    }

    /// Thins out what was heard, which [`Self::widen`] must follow.
    pub(super) fn thin_heard(&mut self, heard: &[i16], thin: &mut Vec<f32>) {
        self.heard.push(heard, thin);
    }

    /// Puts together what is `clean` of `whole`, both thinned out, and what lies above them: as many samples as were thinned out.
    pub(super) fn widen(&mut self, whole: &[f32], clean: &[f32], samples: &mut [f32]) {
        let mut next = self.heard.first(samples.len());
        let mut fresh = whole.iter().zip(clean);
        self.high.clear();
        for (at, sample) in samples.iter_mut().enumerate() {
            if at == next
                && let Some((whole, clean)) = fresh.next()
            {
                self.whole.push(*whole);
                self.clean.push(*clean);
                next += self.factor;
            }
            *sample = self.clean.next();
            self.high.push(self.heard.late(at) - self.whole.next());
        }
        let goal = self.allowed();
        for (sample, high) in samples.iter_mut().zip(&self.high) {
            self.gain += BRIDGE_GAIN_STEP * (goal - self.gain);
            *sample += self.gain * high;
        }
        self.heard.forget(samples.len());
    }

    /// The gain at which what lies above is no louder than at its quietest.
    fn allowed(&mut self) -> f32 {
        let squares: f32 = self.high.iter().map(|high| high * high).sum();
        let level = squares / self.high.len().max(1) as f32 + f32::MIN_POSITIVE;
        self.quietest = level.min(NOISE_GROWS * self.quietest);
        (NOISE_OVER * self.quietest / level).min(1.0).sqrt()
    }
}

/// A low-pass that gives one of `factor` samples.
#[derive(Debug)]
struct Thinner {
    taps: Vec<f32>,
    /// As many samples as the filter remembers, and those that came since.
    line: Vec<f32>,
    factor: usize,
    /// Samples until the next is given.
    wait: usize,
}

impl Thinner {
    fn new(taps: Vec<f32>, factor: usize, block: usize) -> Self {
        let mut line = Vec::with_capacity(taps.len() - 1 + block);
        line.resize(taps.len() - 1, 0.0);
        Self { taps, line, factor, wait: BRIDGE_HALF * factor }
    }

    fn push(&mut self, samples: &[i16], thin: &mut Vec<f32>) {
        self.line.extend(samples.iter().map(|&sample| f32::from(sample) / 32_768.0));
        while self.wait < samples.len() {
            thin.push(dot(&self.taps, &self.line[self.wait..]));
            self.wait += self.factor;
        }
        self.wait -= samples.len();
    }

    fn skip(&mut self, count: usize) {
        self.line.resize(self.line.len() + count, 0.0);
        while self.wait < count {
            self.wait += self.factor;
        }
        self.wait -= count;
        self.forget(count);
    }

    /// Which of the last `count` samples gave the first.
    fn first(&self, count: usize) -> usize {
        (self.wait + count) % self.factor
    }

    /// The sample that came as long before one of the last as the filter remembers.
    fn late(&self, at: usize) -> f32 {
        self.line[at]
    }

    /// The last `count` samples are the past now.
    fn forget(&mut self, count: usize) {
        self.line.drain(..count);
    }
}

/// The same low-pass the other way.
#[derive(Debug)]
struct Widener {
    /// For each sample between two thin ones, the weights of those around it.
    phases: Vec<[f32; 2 * BRIDGE_HALF]>,
    line: [f32; 2 * BRIDGE_HALF],
    phase: usize,
}

impl Widener {
    fn new(taps: &[f32], factor: usize) -> Self {
        let weight =
            |phase: usize, at: usize| taps[phase + (2 * BRIDGE_HALF - 1 - at) * factor] * factor as f32;
        let phases = (0..factor).map(|phase| std::array::from_fn(|at| weight(phase, at))).collect();
        Self { phases, line: [0.0; 2 * BRIDGE_HALF], phase: 0 }
    }

    fn push(&mut self, thin: f32) {
        self.line.copy_within(1.., 0);
        self.line[2 * BRIDGE_HALF - 1] = thin;
        self.phase = 0;
    }

    fn next(&mut self) -> f32 {
        let sample = dot(&self.phases[self.phase], &self.line);
        self.phase = (self.phase + 1) % self.phases.len();
        sample
    }
}

/// A sine over its argument under a Hann window, its sum 1.
fn low_pass(factor: usize) -> Vec<f32> {
    let half = (BRIDGE_HALF * factor) as f32;
    let weight = |at: usize| {
        let from = at as f32 - half;
        let angle = 2.0 * PI * BRIDGE_EDGE * from / factor as f32;
        let sine = if from == 0.0 { 1.0 } else { angle.sin() / angle };
        sine * (0.5 + 0.5 * (PI * from / half).cos())
    };
    let taps: Vec<f32> = (0..=2 * BRIDGE_HALF * factor).map(weight).collect();
    let sum: f32 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / sum).collect()
}

/// Σ one · other over the shorter's length, in eight lanes.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f32 =
        ones.remainder().iter().zip(&other[one.len() - ones.remainder().len()..]).map(|(a, b)| a * b).sum();
    for (a, b) in ones.zip(others) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a tone with nothing taken out of it, in blocks of 10 ms, beside the tone.
    fn there_and_back(hz: f32, factor: usize) -> (Vec<f32>, Vec<f32>) {
        let block = 80 * factor;
        let rate = 8_000.0 * factor as f32;
        let tone: Vec<i16> =
            (0..40 * block).map(|n| (8_000.0 * (2.0 * PI * hz * n as f32 / rate).sin()) as i16).collect();
        let (mut bridge, mut thin, mut back) = (Bridge::new(factor, block), Vec::new(), vec![0.0; block]);
        let mut all = Vec::new();
        for part in tone.chunks(block) {
            thin.clear();
            bridge.thin_heard(part, &mut thin);
            bridge.widen(&thin, &thin, &mut back);
            all.extend_from_slice(&back);
        }
        let delay = bridge.delay();
        (all.split_off(delay), tone.iter().map(|&s| f32::from(s) / 32_768.0).collect())
    }

    #[test]
    fn what_nothing_is_taken_out_of_is_what_it_was() {
        for (hz, factor) in [(300.0, 2), (1_000.0, 6), (3_000.0, 2), (6_000.0, 6)] {
            let (back, tone) = there_and_back(hz, factor);
            for (at, (back, tone)) in back.iter().zip(&tone).enumerate() {
                assert!((back - tone).abs() < 1e-4, "{hz} Hz, {factor}: {back} and not {tone} at {at}");
            }
        }
    }
}

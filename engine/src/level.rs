//! How loud a recording is.

use std::collections::VecDeque;

/// The level of a recording, over all of its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    samples: u64,
    squares: u64,
    peak: u16,
    clipped: u64,
}

/// What stands for digital silence, in dBFS: below the smallest 16-bit sample (−90.3 dBFS).
pub const SILENCE_DBFS: f64 = -120.0;

impl Level {
    /// The largest sample, in dB below full scale; [`SILENCE_DBFS`] for digital silence.
    pub fn peak_dbfs(&self) -> f64 {
        dbfs(f64::from(self.peak))
    }

    /// The root of the mean square, in dB below full scale; [`SILENCE_DBFS`] for digital silence.
    pub fn rms_dbfs(&self) -> f64 {
        dbfs((self.squares as f64 / self.samples.max(1) as f64).sqrt())
    }

    /// Samples at full scale: 32767, −32767 or −32768.
    pub fn clipped_samples(&self) -> u64 {
        self.clipped
    }

    /// Adds samples to what was measured.
    pub fn add(&mut self, samples: &[i16]) {
        for part in samples.chunks(1 << 16) {
            let squares: u64 =
                part.iter().map(|&s| u64::from((i32::from(s) * i32::from(s)).unsigned_abs())).sum();
            let peak = part.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
            self.squares += squares;
            self.peak = self.peak.max(peak);
            if peak >= i16::MAX.unsigned_abs() {
                self.clipped +=
                    part.iter().filter(|s| s.unsigned_abs() >= i16::MAX.unsigned_abs()).count() as u64;
            }
        }
        self.samples += samples.len() as u64;
    }
}

fn dbfs(amplitude: f64) -> f64 {
    if amplitude > 0.0 { (20.0 * (amplitude / 32_768.0).log10()).max(SILENCE_DBFS) } else { SILENCE_DBFS }
}

/// Measures a recording whose end may be set back when it is over: the last samples stay out of the sum for a while.
#[derive(Debug)]
pub(crate) struct LevelMeter {
    settled: Level,
    pending: VecDeque<i16>,
    /// How many samples stay pending.
    look_back: usize,
    /// Where the recording may end, and the level up to there once that is settled.
    mark: Option<(u64, Option<Level>)>,
}

impl LevelMeter {
    pub(crate) fn new(look_back: usize) -> Self {
        let pending = VecDeque::with_capacity(look_back + look_back / 4);
        Self { settled: Level::default(), pending, look_back, mark: None }
    }

    pub(crate) fn push(&mut self, samples: &[i16]) {
        self.pending.extend(samples);
        let excess = self.pending.len().saturating_sub(self.look_back);
        if excess > 0 {
            self.settle(excess);
        }
    }

    /// Notes that the recording may end at sample `at`.
    pub(crate) fn mark(&mut self, at: u64) {
        self.mark = Some((at, None));
    }

    /// The level of the recording's first `length` samples.
    pub(crate) fn level(&mut self, length: u64) -> Level {
        if let Some((at, Some(level))) = self.mark
            && at == length
        {
            return level;
        }
        let rest = length.saturating_sub(self.settled.samples).min(self.pending.len() as u64) as usize;
        let mut level = self.settled;
        for part in slices(&self.pending, rest) {
            level.add(part);
        }
        level
    }

    fn settle(&mut self, count: usize) {
        if let Some((at, None)) = self.mark
            && at <= self.settled.samples + count as u64
        {
            self.mark = Some((at, Some(self.level(at))));
        }
        for part in slices(&self.pending, count) {
            self.settled.add(part);
        }
        self.pending.drain(..count);
    }
}

/// The first `count` samples of a ring, in one or two pieces.
fn slices(ring: &VecDeque<i16>, count: usize) -> [&[i16]; 2] {
    let (head, tail) = ring.as_slices();
    let first = count.min(head.len());
    [&head[..first], &tail[..(count - first).min(tail.len())]]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_of(samples: &[i16]) -> Level {
        let mut level = Level::default();
        level.add(samples);
        level
    }

    #[test]
    fn the_field_s_reference_levels() {
        let square = level_of(&[16_384, -16_384]);
        assert!((square.rms_dbfs() + 6.02).abs() < 0.01 && (square.peak_dbfs() + 6.02).abs() < 0.01);
        assert_eq!(level_of(&[0; 10]).peak_dbfs(), SILENCE_DBFS);
        assert_eq!(level_of(&[]).rms_dbfs(), SILENCE_DBFS);
        assert_eq!(level_of(&[i16::MAX, i16::MIN, -32_767, 32_766]).clipped_samples(), 3);
    }

    #[test]
    fn an_end_that_is_set_back_takes_its_samples_out() {
        let samples: Vec<i16> = (0..1_000).map(|n| n * 7 % 901).collect();
        for length in [0, 850, 901, 1_000] {
            let mut meter = LevelMeter::new(200);
            samples.chunks(33).for_each(|part| meter.push(part));
            assert_eq!(meter.level(length as u64), level_of(&samples[..length.max(800)]), "{length}");
        }
        let mut meter = LevelMeter::new(200);
        meter.push(&samples[..300]);
        meter.mark(250);
        samples[300..].chunks(33).for_each(|part| meter.push(part));
        assert_eq!(meter.level(250), level_of(&samples[..250]));
    }
}

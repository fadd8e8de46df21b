//! How much of a sound lies in one or two lines of the spectrum, and whether they stay.

use crate::bands::sum;
use crate::limits::*;

/// The two strongest lines of a spectrum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lines {
    /// Share of the whole that the stronger holds, 0–1.
    pub one: f32,
    /// Share that both hold, 0–1.
    pub two: f32,
    /// Where the stronger lies, in Hz.
    pub first_hz: f32,
    /// Where the other lies, in Hz.
    pub second_hz: f32,
    /// Share of the stronger and all within 125 Hz of it: two tones of a call's progress may be so close.
    pub near: f32,
    /// Its centre of gravity, in Hz.
    pub near_hz: f32,
}

impl Lines {
    pub(crate) const NONE: Self =
        Self { one: 0.0, two: 0.0, first_hz: 0.0, second_hz: 0.0, near: 0.0, near_hz: 0.0 };

    /// Whether it is a beep, or a DTMF digit: nothing beside one line over a voice's pitch, or beside two in
    /// the groups of DTMF.
    pub(crate) fn is_tone(&self) -> bool {
        let single = self.one > SINGLE_SHARE && self.first_hz > SINGLE_FROM_HZ;
        let (low, high) = (self.first_hz.min(self.second_hz), self.first_hz.max(self.second_hz));
        let pair = self.two > PAIR_SHARE && LOW_GROUP_HZ.contains(&low) && HIGH_GROUP_HZ.contains(&high);
        single || pair
    }
}

/// Finds the two strongest lines of what rises over `noise` (power per bin).
#[inline(always)]
pub(crate) fn lines(power: &[f32; BINS], noise: &[f32; BINS]) -> Lines {
    let mut over = [0.0f32; BINS];
    for k in 2..BINS {
        let height = power[k] - noise[k];
        over[k] = if height > 0.0 { height } else { 0.0 };
    }
    let total = sum(&over);
    if total <= 0.0 {
        return Lines::NONE;
    }
    let at = strongest(&over);
    let (near, near_hz) = gather(&over, at, NEAR_REACH);
    let (first, first_hz) = take(&mut over, at);
    let at = strongest(&over);
    let (second, second_hz) = take(&mut over, at);
    Lines {
        one: first / total,
        two: (first + second) / total,
        first_hz,
        second_hz,
        near: near / total,
        near_hz,
    }
}

/// Whether the lines of a spectrum may be those of a tone over `noise` (power per band): a line is no stronger than the bands
/// it lies in, and all of them no weaker than what the bands have over their noise.
#[inline(always)]
pub(crate) fn may_be_tone(power: &[f32; BINS], bands: &[f32; BANDS], noise: &[f32; BANDS]) -> bool {
    let mut total = 0.0;
    for (band, noise) in bands[..LOW_BANDS].iter().zip(noise) {
        let over = band - noise;
        total += if over > 0.0 { over } else { 0.0 };
    }
    // The upper edge is in no band.
    let mut one: f32 = 0.0;
    for line in bands[SINGLE_BANDS].windows(LINE_BANDS) {
        let power = line[0] + line[1] + line[2];
        one = if power > one { power } else { one };
    }
    one += power[EDGES[LOW_BANDS]..].iter().sum::<f32>();
    let two: f32 = bands[PAIR_BANDS].iter().sum();
    one > (SINGLE_SHARE - ROUNDED_SHARE) * total || two > (PAIR_SHARE - ROUNDED_SHARE) * total
}

/// Bands that a line of five bins over [`SINGLE_FROM_HZ`] lies in at most.
const LINE_BANDS: usize = 3;
/// The bands in which any bin of such a line may lie.
const SINGLE_BANDS: core::ops::Range<usize> = 3..LOW_BANDS;
/// The bands in which any bin of both lines of a DTMF digit may lie.
const PAIR_BANDS: core::ops::Range<usize> = 4..12;
/// More than all that is rounded.
const ROUNDED_SHARE: f32 = 0.01;

/// Takes a line out: its power, and its centre of gravity in Hz.
#[inline(always)]
fn take(over: &mut [f32; BINS], at: usize) -> (f32, f32) {
    let line = gather(over, at, LINE_REACH);
    over[at.saturating_sub(LINE_REACH)..(at + LINE_REACH + 1).min(BINS)].fill(0.0);
    line
}

/// The strongest bin.
#[inline(always)]
fn strongest(over: &[f32; BINS]) -> usize {
    // In lanes, so that the compiler can take several bins at a time.
    const LANES: usize = 8;
    let mut lanes = [0.0f32; LANES];
    for bins in over.chunks_exact(LANES) {
        for (lane, bin) in lanes.iter_mut().zip(bins) {
            *lane = if *bin > *lane { *bin } else { *lane };
        }
    }
    let peak = lanes.iter().fold(0.0, |peak, &lane| if lane > peak { lane } else { peak });
    let block = over.chunks_exact(LANES).position(|bins| holds(bins, peak)).unwrap_or(0) * LANES;
    over[block..].iter().position(|&bin| bin >= peak).map_or(0, |at| block + at)
}

/// Whether one of these bins is the peak: all are asked, so that it can be done at once.
#[inline(always)]
fn holds(bins: &[f32], peak: f32) -> bool {
    bins.iter().fold(false, |holds, &bin| holds | (bin >= peak))
}

/// Power within `reach` bins of a line, and its centre of gravity in Hz.
#[inline(always)]
fn gather(over: &[f32; BINS], at: usize, reach: usize) -> (f32, f32) {
    let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(BINS));
    let (mut sum, mut moment, mut k) = (0.0, 0.0, from as i32);
    for p in over.get(from..to).unwrap_or_default() {
        sum += p;
        moment += p * k as f32;
        k += 1;
    }
    (sum, if sum > 0.0 { moment / sum * BIN_HZ } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fft;
    use crate::packed::pack_sample;

    fn lines_of(tones: &[f32]) -> Lines {
        let samples = core::array::from_fn(|n| {
            let t = n as f32 / LOW_HZ as f32;
            pack_sample(tones.iter().map(|hz| 0.1 * libm::sinf(core::f32::consts::TAU * hz * t)).sum())
        });
        lines(&fft::spectrum(crate::lanes::Plain, &samples, 0).power(), &[1e-12; BINS])
    }

    #[test]
    fn every_dtmf_digit_is_a_tone() {
        for low in [697.0, 770.0, 852.0, 941.0] {
            for high in [1209.0, 1336.0, 1477.0, 1633.0] {
                assert!(lines_of(&[low, high]).is_tone(), "{low} {high}");
            }
        }
    }

    #[test]
    fn a_beep_is_a_tone_and_a_low_voice_is_none() {
        for hz in [800.0, 950.0, 1000.0, 1400.0, 2100.0, 3000.0] {
            let lines = lines_of(&[hz]);
            assert!(lines.is_tone() && (lines.first_hz - hz).abs() < 3.0, "{lines:?}");
        }
        assert!(!lines_of(&[200.0]).is_tone());
        assert!(!lines_of(&[220.0, 440.0, 660.0, 880.0, 1100.0]).is_tone());
    }

    #[test]
    fn two_close_tones_have_one_centre() {
        for pair in [[440.0, 480.0], [350.0, 440.0]] {
            let lines = lines_of(&pair);
            assert!(lines.near > PURE_SHARE, "{lines:?}");
            assert!((lines.near_hz - 0.5 * (pair[0] + pair[1])).abs() < 15.0, "{lines:?}");
        }
    }
}

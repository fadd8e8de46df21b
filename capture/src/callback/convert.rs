//! Samples of any format and any number of channels, to mono 16 bit and back.

use dasp::sample::{FromSample, I24, ToSample, U24};

/// A sample as sound cards give and take it.
///
/// The conversions are those of `dasp`, between full scales: a shift for integers, ±1.0 for floats. None panics, for
/// any bit pattern.
pub trait DeviceSample: Copy + Send + 'static {
    /// As 32 bits, the most significant ones; floats beyond full scale are clipped, not-a-number is 0.
    fn to_i32(self) -> i32;

    /// From 16 bits, exactly where 16 bits fit, else the most significant ones.
    fn from_i16(sample: i16) -> Self;
}

macro_rules! device_samples {
    ($($format:ty),*) => {$(
        impl DeviceSample for $format {
            fn to_i32(self) -> i32 {
                self.to_sample_()
            }

            fn from_i16(sample: i16) -> Self {
                Self::from_sample_(sample)
            }
        }
    )*};
}

device_samples!(i8, i16, I24, i32, i64, u8, u16, u32, u64, f32, f64);

impl DeviceSample for U24 {
    fn to_i32(self) -> i32 {
        // Servers leave anything in the fourth byte, which dasp's subtraction would trip over.
        self.inner().wrapping_sub(1 << 23) << 8
    }

    fn from_i16(sample: i16) -> Self {
        Self::from_sample_(sample)
    }
}

/// Half a step of 16 bits in 32.
const HALF_STEP: i64 = 1 << 15;

/// Writes each frame's mean, or the one channel at the place `only`, to `mono` and says how many frames there were.
///
/// The value is rounded to the nearest 16-bit value, halves upwards, and clipped. One channel of 16 bits passes bit for
/// bit; not-a-number is silence. A frame that is cut off at the end of `data` is left out.
pub(super) fn mix<T: DeviceSample>(
    data: &[T],
    channels: usize,
    only: Option<usize>,
    mono: &mut [i16],
) -> usize {
    let channels = channels.max(1);
    let frames = data.chunks_exact(channels);
    let count = frames.len().min(mono.len());
    if channels == 1 {
        take(data.iter(), mono);
    } else if let Some(place) = only {
        take(data.iter().skip(place).step_by(channels), &mut mono[..count]);
    } else {
        average(frames, channels, mono);
    }
    count
}

/// Writes samples as they are.
fn take<'a, T: DeviceSample>(samples: impl Iterator<Item = &'a T>, mono: &mut [i16]) {
    for (to, &sample) in mono.iter_mut().zip(samples) {
        *to = nearest(sample.to_i32());
    }
}

/// Writes the mean of each frame: the 16-bit value nearest to the sum over the number of channels.
fn average<T: DeviceSample>(frames: std::slice::ChunksExact<'_, T>, channels: usize, mono: &mut [i16]) {
    let (count, half) = (channels as i64, channels as i64 * HALF_STEP);
    if channels.is_power_of_two() {
        // A shift rounds down, as the division does, in a tenth of its time.
        let shift = 16 + channels.trailing_zeros();
        write_sums(frames, mono, |sum| (sum + half) >> shift);
    } else {
        write_sums(frames, mono, |sum| (sum + half).div_euclid(count << 16));
    }
}

/// Writes what `mean` makes of each frame's sum, clipped.
fn write_sums<T: DeviceSample>(
    frames: std::slice::ChunksExact<'_, T>,
    mono: &mut [i16],
    mean: impl Fn(i64) -> i64,
) {
    for (to, frame) in mono.iter_mut().zip(frames) {
        let sum = frame.iter().map(|&sample| i64::from(sample.to_i32())).sum();
        *to = mean(sum).clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16;
    }
}

/// The 16-bit value nearest to a 32-bit sample.
fn nearest(level: i32) -> i16 {
    // A bit is kept for the half, so that nothing overflows.
    (((level >> 15) + 1) >> 1).min(i32::from(i16::MAX)) as i16
}

/// Writes each sample of `mono` to every channel of its frame in `data`, and silence to what is left of `data`.
pub(super) fn spread<T: DeviceSample>(mono: &[i16], channels: usize, data: &mut [T]) {
    let channels = channels.max(1);
    let filled = (mono.len() * channels).min(data.len());
    let (sound, rest) = data.split_at_mut(filled);
    for (frame, &sample) in sound.chunks_mut(channels).zip(mono) {
        frame.fill(T::from_i16(sample));
    }
    rest.fill(T::from_i16(0));
}

//! Sounds for the tests of both guards.

/// Noise that is the same each time.
pub(super) fn noise(seed: u32, length: usize, gain: f64) -> Vec<i16> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (f64::from(state as i32) / 65_536.0 * gain) as i16
        })
        .collect()
}

/// As it comes back, so many samples later and so many times weaker.
pub(super) fn delayed(samples: &[i16], delay: usize, divisor: i16) -> Vec<i16> {
    let mut echo = vec![0; delay];
    echo.extend(samples.iter().map(|s| s / divisor));
    echo.truncate(samples.len());
    echo
}

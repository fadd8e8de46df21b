use super::*;
use crate::{machine::Eight, samples::Hop};

#[test]
fn what_is_beyond_full_scale_is_full_scale() {
    let most = i64::from(FULL_SCALE);
    let steps = (i64::from(i32::MIN)..=i64::from(i32::MAX)).step_by(9_973);
    for output in steps.chain([i64::from(i32::MAX)]) {
        let nearest = (output + i64::from(FRACTION / 2)).div_euclid(i64::from(FRACTION));
        assert_eq!(i64::from(rounded(output as i32)), nearest.clamp(-most, most), "{output}");
    }
}

/// The first hop of so many samples and silence after them, which the front is given or puts there itself.
fn hop(rate: SampleRate, given: usize, is_silence_given: bool) -> Hop {
    let (mut front, mut to) = (Front::new(rate), Samples::new());
    let silence = if is_silence_given { rate.hz() as usize } else { front.delay() };
    let samples = (0..given).map(|n| (libm::sinf(n as f32) * 20_000.0) as i16);
    for sample in samples.chain(core::iter::repeat_n(0, silence)) {
        if !to.is_full() {
            front.feed(Eight, &[sample], &mut to);
        }
    }
    front.finish(Eight, &mut to);
    assert!(to.is_full());
    to.advance();
    *to.hop(0)
}

#[test]
fn a_hop_that_has_begun_ends_in_silence() -> Result<(), crate::UnsupportedRate> {
    for hz in [8_000, 11_025, 16_000, 44_100, 48_000] {
        let rate = SampleRate::new(hz)?;
        let factor = if hz == INTERNAL_HZ { 1 } else { Decimator::new(rate).factor() };
        let coarse = |value: usize| value * hz as usize / (INTERNAL_HZ as usize * factor);
        for given in [1, 20, 32, 33, 50] {
            let ended = hop(rate, given, false);
            let ready = (0..HOP).take_while(|&value| coarse(value) * factor < given).count();
            assert!(ready > 0 && ended.0[..ready] == hop(rate, given, true).0[..ready], "{hz} Hz, {given}");
            assert!(ended.0[..ready].iter().any(|&value| value != 0) || given == 1, "{hz} Hz, {given}");
            assert!(ended.0[ready..].iter().all(|&value| value == 0), "{hz} Hz, {given}");
        }
    }
    Ok(())
}

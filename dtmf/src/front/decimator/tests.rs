extern crate std;

use super::*;
use crate::{
    front::{COARSE, interpolator::Interpolator},
    limits::HOP,
    machine::{Eight, Machine, Work},
};
use std::vec::Vec;

/// What comes out of samples in slices of one length, hop by hop.
struct Outputs<'a> {
    rate: SampleRate,
    samples: &'a [i16],
    slice: usize,
    outputs: &'a mut Vec<i32>,
}

impl Work for Outputs<'_> {
    fn with<L: Lanes>(self, lanes: L) {
        let mut decimator = Decimator::new(self.rate);
        let wanted = Interpolator::new(self.rate, decimator.factor()).samples_for(HOP);
        decimator.advance(0, wanted);
        let mut rest = self.samples;
        while !rest.is_empty() {
            rest = &rest[decimator.gather(&rest[..self.slice.min(rest.len())])..];
            if decimator.is_ready() {
                let mut outputs = [0; COARSE];
                decimator.work_out(lanes, &mut outputs[..decimator.worked_out_for(wanted)]);
                self.outputs.extend(&outputs[..wanted]);
                decimator.advance(wanted, wanted);
            }
        }
    }
}

/// Loud enough for the largest of sums.
fn noise(length: usize) -> Vec<i16> {
    let mut state = 1u32;
    let next = core::iter::from_fn(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(if state >> 30 == 0 { i16::MIN } else { (state >> 16) as i16 })
    });
    next.take(length).collect()
}

/// An output as the sum of its products, one by one.
fn direct(decimator: &Decimator, samples: &[i16], output: usize) -> i64 {
    let newest = output * decimator.factor + decimator.half;
    let taps = decimator.taps[..=2 * decimator.half].iter().rev().enumerate();
    let products = taps.filter(|&(back, _)| back <= newest);
    products.map(|(back, &tap)| i64::from(tap) * i64::from(samples[newest - back])).sum()
}

fn check(hz: u32, slices: &[usize]) -> Result<(), crate::UnsupportedRate> {
    let rate = SampleRate::new(hz)?;
    let decimator = Decimator::new(rate);
    let samples = noise(5 * COARSE * decimator.factor);
    for &slice in slices {
        let mut found = [Vec::new(), Vec::new()];
        let [wide, narrow] = &mut found;
        Machine::this().run(Outputs { rate, samples: &samples, slice, outputs: wide });
        Outputs { rate, samples: &samples, slice, outputs: narrow }.with(Eight);
        for outputs in found {
            assert!(outputs.len() > 4 * HOP, "{hz} Hz by {slice}: {}", outputs.len());
            for (n, &output) in outputs.iter().enumerate() {
                assert_eq!(i64::from(output), direct(&decimator, &samples, n), "{hz} Hz by {slice}: {n}");
            }
        }
    }
    Ok(())
}

#[test]
fn however_samples_are_cut_each_output_is_its_sum_of_products() -> Result<(), crate::UnsupportedRate> {
    for hz in [8_001, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000] {
        check(hz, &[1, 7, 15, 16, 17, 31, 63, 64, 65, 160, 441, 10_000])?;
    }
    Ok(())
}

#[test]
fn at_every_rate_there_is_room_for_a_hop() -> Result<(), crate::UnsupportedRate> {
    let rates = (SampleRate::MIN_HZ..=SampleRate::MAX_HZ).step_by(250);
    // The most samples for a hop are those of the rates just under a multiple of 8 kHz.
    rates
        .chain((1..=12).map(|n| n * INTERNAL_HZ - 1).skip(1))
        .try_for_each(|hz| check(hz, &[hz as usize % 97 + 1]))
}

#[test]
fn no_sum_of_products_is_beyond_32_bits() {
    for hz in (SampleRate::MIN_HZ..=SampleRate::MAX_HZ).step_by(50) {
        let Ok(rate) = SampleRate::new(hz) else { continue };
        let decimator = Decimator::new(rate);
        let sizes: i64 = decimator.taps.iter().map(|&tap| i64::from(tap).abs()).sum();
        assert!(sizes * 32_768 < i64::from(i32::MAX) - i64::from(FRACTION), "{hz} Hz: {sizes}");
        let gain: i32 = decimator.taps.iter().map(|&tap| i32::from(tap)).sum();
        assert!((gain as f32 / ONE - 1.0).abs() < 0.001, "{hz} Hz: {gain}");
    }
}

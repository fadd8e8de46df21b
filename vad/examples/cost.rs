//! Prints what the detector costs per sample on noise and something like speech: `cost [RATE ...]`.

use std::time::Instant;

use afterbeep_vad::{Detector, SampleRate, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("state: {} bytes", size_of::<Detector>());
    let mut rates = std::env::args().skip(1).map(|hz| hz.parse()).collect::<Result<Vec<u32>, _>>()?;
    if rates.is_empty() {
        rates = vec![8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000];
    }
    for hz in rates {
        let rate = SampleRate::new(hz)?;
        println!("{hz:>6} Hz: {:5.2} ns per sample", cost(rate, &signal(hz)));
    }
    Ok(())
}

/// 20 s of noise, every other second with harmonics of 120 Hz over it.
fn signal(hz: u32) -> Vec<f32> {
    let mut state = 1u32;
    (0..20 * hz)
        .map(|n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            let t = n as f32 / hz as f32;
            let voice: f32 = (1..8).map(|h| (754.0 * h as f32 * t).sin() / h as f32).sum();
            0.002 * noise + if t % 2.0 < 1.0 { 0.1 * voice * (25.0 * t).sin() } else { 0.0 }
        })
        .collect()
}

/// The best of nine runs, in slices of 10 ms.
fn cost(rate: SampleRate, samples: &[f32]) -> f64 {
    let run = |_| {
        let mut detector = Detector::new(rate, Settings::default());
        let before = Instant::now();
        for slice in samples.chunks(rate.hz() as usize / 100) {
            detector.push(slice).for_each(drop);
        }
        before.elapsed().as_secs_f64() * 1e9 / samples.len() as f64
    };
    (0..9).map(run).fold(f64::MAX, f64::min)
}

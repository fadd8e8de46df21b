//! Prints what the detector costs per sample on a quiet line, on something like speech, and on a conversation that is speech 40 % of
//! the time: `cost [RATE ...]`.

use std::time::Instant;

use afterbeep_vad::{Detector, SampleRate, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("state: {} bytes", size_of::<Detector>());
    let mut rates = std::env::args().skip(1).map(|hz| hz.parse()).collect::<Result<Vec<u32>, _>>()?;
    if rates.is_empty() {
        rates = vec![8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000];
    }
    println!("ns per sample: conversation, quiet, speech");
    for hz in rates {
        let rate = SampleRate::new(hz)?;
        let [conversation, quiet, speech] = [2.0, 0.0, 5.0].map(|speech_s| cost(rate, &signal(hz, speech_s)));
        println!("{hz:>6} Hz: {conversation:6.2} {quiet:6.2} {speech:6.2}");
    }
    Ok(())
}

/// 20 s of noise, in the last `speech_s` of every 5 s of it harmonics of 120 Hz in syllables.
fn signal(hz: u32, speech_s: f32) -> Vec<i16> {
    let mut state = 1u32;
    (0..20 * hz)
        .map(|n| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
            let t = n as f32 / hz as f32;
            let voice: f32 = (1..8).map(|h| (754.0 * h as f32 * t).sin() / h as f32).sum();
            let speaks = t % 5.0 >= 5.0 - speech_s;
            let sample = 0.002 * noise + if speaks { 0.1 * voice * (25.0 * t).sin() } else { 0.0 };
            (32_768.0 * sample).round() as i16
        })
        .collect()
}

/// The best of nine runs, in slices of 10 ms.
fn cost(rate: SampleRate, samples: &[i16]) -> f64 {
    let run = |_| {
        let mut detector = Detector::new(rate, Settings::default());
        let before = Instant::now();
        for slice in samples.chunks(rate.hz() as usize / 100) {
            detector.push_i16(slice).for_each(drop);
        }
        before.elapsed().as_secs_f64() * 1e9 / samples.len() as f64
    };
    (0..9).map(run).fold(f64::MAX, f64::min)
}

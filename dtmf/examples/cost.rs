//! What a sample costs: nanoseconds on one core, for silence and dialling, or for the WAV files given.
//!
//! `cargo run --release -p afterbeep-dtmf --example cost -- speech.wav ...`

use afterbeep_dtmf::{Detector, Digit, SampleRate, Tone};
use std::{error::Error, hint::black_box, time::Instant};

/// Seconds of sound in a pass at least: short, so that some passes are undisturbed.
const SECONDS: usize = 5;
const PASSES: usize = 40;

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let made = if paths.is_empty() { &[8_000, 16_000, 44_100, 48_000, 96_000][..] } else { &[] };
    for &hz in made {
        let rate = SampleRate::new(hz)?;
        let silence = vec![0.0; hz as usize];
        let tone = Tone::builder().length_s(0.05).pause_s(0.05).build()?;
        let dialling: Vec<f32> = tone.dial(Digit::all(), rate).collect();
        println!(
            "{hz} Hz: silence {:.1} ns, dialling {:.1} ns per sample",
            nanoseconds(rate, &silence),
            nanoseconds(rate, &dialling)
        );
    }
    for path in paths {
        let mut reader = hound::WavReader::open(&path)?;
        let rate = SampleRate::new(reader.spec().sample_rate)?;
        let samples: Vec<f32> =
            reader.samples::<i16>().map(|s| s.map(|s| f32::from(s) / 32_768.0)).collect::<Result<_, _>>()?;
        println!("{path}: {:.1} ns per sample", nanoseconds(rate, &samples));
    }
    println!("one detector is {} bytes", size_of::<Detector>());
    Ok(())
}

/// The least of several passes: what else the machine does is not the detector's cost.
fn nanoseconds(rate: SampleRate, samples: &[f32]) -> f64 {
    (0..PASSES).map(|_| pass(rate, samples)).fold(f64::INFINITY, f64::min)
}

fn pass(rate: SampleRate, samples: &[f32]) -> f64 {
    let wanted = SECONDS * rate.hz() as usize;
    let mut detector = Detector::new(rate);
    let mut heard = 0;
    let began = Instant::now();
    while heard < wanted {
        for slice in samples.chunks(160) {
            heard += slice.len();
            black_box(detector.push(black_box(slice)).count());
        }
    }
    began.elapsed().as_secs_f64() * 1e9 / heard as f64
}

//! Prints the digits of WAV files as JSON lines, in the form of `afterbeep analyze --format json`.
//!
//! `cargo run --release -p afterbeep-dtmf --example digits -- call.wav ...`

use afterbeep_dtmf::{Detector, Event, SampleRate};
use std::{error::Error, io::Write as _};

/// A digit as it is printed; `end_s` follows when the digit ends.
struct Heard {
    digit: char,
    start_s: f64,
    end_s: f64,
    reported_s: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for path in std::env::args().skip(1) {
        writeln!(out, "{}", line(&path)?)?;
    }
    Ok(())
}

fn line(path: &str) -> Result<String, Box<dyn Error>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let samples: Vec<i16> = reader.samples::<i16>().collect::<Result<_, _>>()?;
    let mono: Vec<f32> = samples.chunks(usize::from(spec.channels)).map(mean).collect();
    let digits: Vec<String> = digits(&mono, spec.sample_rate)?.iter().map(json).collect();
    Ok(format!(
        r#"{{"file":{path:?},"sample_rate":{},"channels":{},"duration_s":{:.6},"digits":[{}],"speech":[]}}"#,
        spec.sample_rate,
        spec.channels,
        mono.len() as f64 / f64::from(spec.sample_rate),
        digits.join(",")
    ))
}

fn mean(frame: &[i16]) -> f32 {
    let sum: f32 = frame.iter().map(|sample| f32::from(*sample) / 32_768.0).sum();
    sum / frame.len() as f32
}

fn json(heard: &Heard) -> String {
    let Heard { digit, start_s, end_s, reported_s } = heard;
    format!(r#"{{"digit":"{digit}","start_s":{start_s:.6},"end_s":{end_s:.6},"reported_s":{reported_s:.6}}}"#)
}

/// The digits of a recording, heard in slices of 10 ms.
fn digits(samples: &[f32], hz: u32) -> Result<Vec<Heard>, Box<dyn Error>> {
    let mut detector = Detector::new(SampleRate::new(hz)?);
    let mut heard = Vec::new();
    for slice in samples.chunks(hz as usize / 100) {
        for event in detector.push(slice) {
            note(event, hz, &mut heard);
        }
    }
    for event in detector.finish() {
        note(event, hz, &mut heard);
    }
    Ok(heard)
}

fn note(event: Event, hz: u32, heard: &mut Vec<Heard>) {
    let seconds = |position: u64| position as f64 / f64::from(hz);
    match event {
        Event::DigitStarted { digit, start, known } => heard.push(Heard {
            digit: digit.as_char(),
            start_s: seconds(start),
            end_s: seconds(known),
            reported_s: seconds(known),
        }),
        Event::DigitEnded { end, .. } => {
            if let Some(last) = heard.last_mut() {
                last.end_s = seconds(end);
            }
        }
        _ => {}
    }
}

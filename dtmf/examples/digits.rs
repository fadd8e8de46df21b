//! Prints the digits of WAV files as JSON lines, in the form of `afterbeep analyze --format json`.
//!
//! `cargo run --release -p afterbeep-dtmf --example digits -- [--profile q24|etsi|strict|wide] call.wav ...`

use afterbeep_dtmf::{Detector, Event, Profile, SampleRate};
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
    let mut profile = Profile::Q24;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--profile" {
            profile = named(&arguments.next().unwrap_or_default())?;
        } else {
            writeln!(out, "{}", line(&argument, &profile)?)?;
        }
    }
    Ok(())
}

fn named(name: &str) -> Result<Profile, String> {
    match name {
        "q24" => Ok(Profile::Q24),
        "etsi" => Ok(Profile::ETSI),
        "strict" => Ok(Profile::STRICT),
        "wide" => Ok(Profile::WIDE),
        _ => Err(format!("--profile: {name:?} is none of q24, etsi, strict, wide")),
    }
}

fn line(path: &str, profile: &Profile) -> Result<String, Box<dyn Error>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let samples: Vec<i16> = reader.samples::<i16>().collect::<Result<_, _>>()?;
    let mono: Vec<f32> = samples.chunks(usize::from(spec.channels)).map(mean).collect();
    let digits: Vec<String> = digits(&mono, spec.sample_rate, profile)?.iter().map(json).collect();
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
fn digits(samples: &[f32], hz: u32, profile: &Profile) -> Result<Vec<Heard>, Box<dyn Error>> {
    let mut detector = Detector::with_profile(SampleRate::new(hz)?, profile);
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

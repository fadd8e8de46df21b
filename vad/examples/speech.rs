//! Prints where speech is in WAV files, one JSON line for each: `speech FILE.wav ...`.

use std::error::Error;
use std::fmt::Write;

use afterbeep_vad::{Detector, Event, SampleRate, Settings};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let (samples, spec) = read(&path)?;
        println!("{}", analyze(&path, &samples, spec)?);
    }
    Ok(())
}

/// The samples of a 16-bit file, its channels mixed to their mean.
fn read(path: &str) -> Result<(Vec<f32>, hound::WavSpec), hound::Error> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    let all = reader.samples::<i16>().collect::<Result<Vec<_>, _>>()?;
    let frames = all.chunks(spec.channels.into());
    let mono = frames.map(|f| f.iter().map(|&s| f32::from(s) / 32768.0).sum::<f32>() / f.len() as f32);
    Ok((mono.collect(), spec))
}

fn analyze(path: &str, samples: &[f32], spec: hound::WavSpec) -> Result<String, Box<dyn Error>> {
    let hz = f64::from(spec.sample_rate);
    let mut detector = Detector::new(SampleRate::new(spec.sample_rate)?, Settings::default());
    let (mut speech, mut onset) = (String::new(), 0);
    let mut note = |event| match event {
        Event::SpeechStarted { known, .. } => onset = known,
        Event::SpeechEnded { start, end, known } => {
            let [start, end, onset, known] = [start, end, onset, known].map(|at| at as f64 / hz);
            let comma = if speech.is_empty() { "" } else { "," };
            let _ = write!(
                speech,
                r#"{comma}{{"start_s":{start:.4},"end_s":{end:.4},"onset_reported_s":{onset:.4},"offset_reported_s":{known:.4}}}"#
            );
        }
        _ => {}
    };
    for slice in samples.chunks((spec.sample_rate / 100) as usize) {
        detector.push(slice).for_each(&mut note);
    }
    if let Some(event) = detector.finish() {
        note(event);
    }
    let (rate, channels) = (spec.sample_rate, spec.channels);
    let duration = samples.len() as f64 / hz;
    Ok(format!(
        r#"{{"file":{path:?},"sample_rate":{rate},"channels":{channels},"duration_s":{duration:.4},"digits":[],"speech":[{speech}]}}"#
    ))
}

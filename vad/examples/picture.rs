//! Draws how the detector decides over a message, as SVG: `picture FILE.wav > ../docs/vad.svg`.

use std::error::Error;
use std::fmt::Write;

use afterbeep_vad::{Detector, Event, Frame, SampleRate, Settings};

const WIDTH: f32 = 960.0;
const LEFT: f32 = 48.0;
/// Where the levels are drawn, from 0 dBFS down to [`LOWEST_DBFS`].
const TOP: f32 = 40.0;
const HEIGHT: f32 = 220.0;
const LOWEST_DBFS: f32 = -90.0;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: picture FILE.wav")?;
    let mut reader = hound::WavReader::open(&path)?;
    let rate = SampleRate::new(reader.spec().sample_rate)?;
    let samples = reader.samples::<i16>().map(|s| s.map(|s| f32::from(s) / 32_768.0));
    let samples = samples.collect::<Result<Vec<f32>, _>>()?;
    let (frames, speech) = listen(rate, &samples);
    let name = path.rsplit('/').next().unwrap_or(&path);
    print!("{}", draw(name, &frames, &speech));
    Ok(())
}

/// A stretch of speech, in seconds: where it was, and when its two ends were known.
struct Told {
    start: f32,
    end: f32,
    known: [f32; 2],
}

fn listen(rate: SampleRate, samples: &[f32]) -> (Vec<Frame>, Vec<Told>) {
    let seconds = |at: u64| at as f32 / rate.hz() as f32;
    let mut detector = Detector::new(rate, Settings::default());
    let (mut frames, mut told, mut onset) = (Vec::new(), Vec::new(), 0.0);
    let mut note = |event| match event {
        Event::SpeechStarted { known, .. } => onset = seconds(known),
        Event::SpeechEnded { start, end, known } => {
            told.push(Told { start: seconds(start), end: seconds(end), known: [onset, seconds(known)] });
        }
        _ => {}
    };
    for slice in samples.chunks(rate.hz() as usize / 100) {
        detector.push(slice).for_each(&mut note);
        frames.push(detector.frame());
    }
    detector.finish().into_iter().for_each(note);
    (frames, told)
}

/// Colour, name and value of what is drawn of each frame.
type Drawn<T> = (&'static str, &'static str, fn(&Frame) -> T);

const LINES: [Drawn<f32>; 3] = [
    ("#4878a8", "level", |frame| frame.level_dbfs),
    ("#8a8a8a", "floor", |frame| frame.floor_dbfs),
    ("#c8762b", "threshold", |frame| frame.threshold_dbfs),
];
const ROWS: [Drawn<bool>; 3] = [
    ("#7a5ba8", "voiced", |frame| frame.voicing > 0.6),
    ("#d0a020", "tone", |frame| frame.tone),
    ("#3a9a58", "active", |frame| frame.active),
];

fn draw(name: &str, frames: &[Frame], speech: &[Told]) -> String {
    let seconds = frames.len() as f32 * 0.01;
    let x = |s: f32| LEFT + s / seconds * (WIDTH - LEFT - 16.0);
    let y = |db: f32| TOP + HEIGHT * (db.max(LOWEST_DBFS) / LOWEST_DBFS);
    let mut out = String::new();
    let height = TOP + HEIGHT + 84.0;
    let _ = writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="{LEFT}" y="22" font-size="15" fill="#222">{name}: how afterbeep-vad decides</text>"##
    );
    for told in speech {
        let (from, to) = (x(told.start), x(told.end));
        let _ = writeln!(
            out,
            r##"<rect x="{from:.1}" y="{TOP}" width="{:.1}" height="{HEIGHT}" fill="#dcefe0"/>"##,
            to - from
        );
    }
    axis(&mut out, &y);
    for (color, _, value) in LINES {
        let points: Vec<String> = (frames.iter().enumerate())
            .map(|(k, frame)| format!("{:.1},{:.1}", x(0.01 * k as f32), y(value(frame))))
            .collect();
        let _ = writeln!(
            out,
            r##"<polyline points="{}" fill="none" stroke="{color}" stroke-width="1.2"/>"##,
            points.join(" ")
        );
    }
    let base = TOP + HEIGHT + 8.0;
    bars(&mut out, frames, base, &x);
    for known in speech.iter().flat_map(|told| told.known) {
        let x = x(known);
        let _ = writeln!(
            out,
            r##"<path d="M{x:.1} {TOP}V{:.1}" stroke="#b03030" stroke-dasharray="3 3"/>"##,
            base + 28.0
        );
    }
    legend(&mut out, base + 50.0, LINES.map(|(color, name, _)| (color, name)));
    out.push_str("</svg>\n");
    out
}

/// A line for every 20 dB.
fn axis(out: &mut String, y: &impl Fn(f32) -> f32) {
    for db in [0, -20, -40, -60, -80] {
        let y = y(db as f32);
        let _ = writeln!(
            out,
            r##"<path d="M{LEFT} {y:.1}H{}" stroke="#e5e5e5"/><text x="8" y="{:.1}" fill="#777">{db}</text>"##,
            WIDTH - 16.0,
            y + 4.0
        );
    }
}

/// Voiced, tonal and active frames as bars.
fn bars(out: &mut String, frames: &[Frame], base: f32, x: &impl Fn(f32) -> f32) {
    for (row, (color, name, is)) in ROWS.into_iter().enumerate() {
        let y = base + 10.0 * row as f32;
        let _ =
            writeln!(out, r##"<text x="4" y="{:.1}" font-size="9" fill="{color}">{name}</text>"##, y + 7.0);
        let mut path = String::new();
        for (k, _) in frames.iter().enumerate().filter(|(_, frame)| is(frame)) {
            let _ = write!(path, "M{:.1} {:.1}h1", x(0.01 * k as f32), y + 4.0);
        }
        let _ = writeln!(out, r##"<path d="{path}" stroke="{color}" stroke-width="6"/>"##);
    }
}

fn legend(out: &mut String, y: f32, lines: [(&str, &str); 3]) {
    let rest = [("#a8cfb2", "speech, where it was"), ("#b03030", "when that was known")];
    let mut x = LEFT;
    for (color, name) in lines.into_iter().chain(rest) {
        let _ = writeln!(
            out,
            r##"<rect x="{x}" y="{}" width="14" height="6" fill="{color}"/><text x="{}" y="{}" fill="#444">{name}</text>"##,
            y,
            x + 20.0,
            y + 8.0
        );
        x += 46.0 + 7.0 * name.len() as f32;
    }
    let _ = writeln!(
        out,
        r##"<text x="{LEFT}" y="{}" fill="#777">dBFS over seconds; one point is a frame of 10 ms</text>"##,
        y + 26.0
    );
}

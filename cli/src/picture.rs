//! `--picture`: waveform, phases, speech and digits as an SVG.

use std::{fmt::Write as _, fs, io, path::Path};

use afterbeep::{Report, report::RecordingReport};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 24.0;
const WAVE_TOP: f64 = 64.0;
const WAVE_HEIGHT: f64 = 160.0;
const PHASES_TOP: f64 = 36.0;
const SPEECH_TOP: f64 = WAVE_TOP + WAVE_HEIGHT + 10.0;
const AXIS_TOP: f64 = SPEECH_TOP + 26.0;
const HEIGHT: f64 = AXIS_TOP + 34.0;

/// Draws what `report` tells and its file holds.
///
/// # Errors
/// When the recording cannot be read or the picture not be written.
pub(crate) fn draw(path: &Path, report: &Report) -> io::Result<()> {
    let columns = (WIDTH - 2.0 * LEFT) as usize;
    let (wave, duration) = match &report.recording {
        Some(recording) => (peaks(recording, columns)?, recording.duration_s),
        None => (Vec::new(), 0.0),
    };
    let start = report.phases.first().map_or(0.0, |phase| phase.start_s.min(0.0));
    let over = report.phases.last().map_or(0.0, |phase| phase.start_s);
    let scale = Scale { start, end: duration.max(over).max(start + 0.1) };
    fs::write(path, svg(report, &wave, duration, &scale))
}

/// Seconds to places.
struct Scale {
    start: f64,
    end: f64,
}

impl Scale {
    fn x(&self, seconds: f64) -> f64 {
        LEFT + (seconds - self.start) / (self.end - self.start) * (WIDTH - 2.0 * LEFT)
    }
}

/// The lowest and the highest sample of each column, −1 to 1.
fn peaks(recording: &RecordingReport, columns: usize) -> io::Result<Vec<(f64, f64)>> {
    let mut reader = hound::WavReader::open(&recording.file).map_err(io::Error::other)?;
    let total = (reader.duration() as usize).max(1);
    let mut peaks = vec![(0.0f64, 0.0f64); columns.min(total)];
    let columns = peaks.len();
    for (place, sample) in reader.samples::<i16>().enumerate() {
        let value = f64::from(sample.map_err(io::Error::other)?) / 32_768.0;
        let (low, high) = &mut peaks[place * columns / total];
        *low = low.min(value);
        *high = high.max(value);
    }
    Ok(peaks)
}

fn svg(report: &Report, wave: &[(f64, f64)], duration: f64, scale: &Scale) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"15\" fill=\"#222\">{}</text>\n",
        escape(&title(report)),
    );
    phases(&mut svg, report, scale);
    waveform(&mut svg, wave, duration, scale);
    speech(&mut svg, report, scale);
    digits(&mut svg, report, scale);
    axis(&mut svg, scale);
    svg.push_str("</svg>\n");
    svg
}

fn title(report: &Report) -> String {
    match &report.recording {
        Some(recording) => {
            let name = recording.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
            format!("{name}: {:.2} s, ended by {}", recording.duration_s, report.completion_reason)
        }
        None => format!("no recording, ended by {}", report.completion_reason),
    }
}

fn phases(svg: &mut String, report: &Report, scale: &Scale) {
    for pair in report.phases.windows(2) {
        let (from, to) = (scale.x(pair[0].start_s), scale.x(pair[1].start_s));
        let width = (to - from).max(0.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{PHASES_TOP}\" width=\"{width:.1}\" height=\"20\" fill=\"{}\"/>",
            colour(pair[0].phase),
        );
        if width > 8.0 * pair[0].phase.len() as f64 {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" fill=\"#222\">{}</text>",
                from + 4.0,
                PHASES_TOP + 14.0,
                pair[0].phase,
            );
        }
    }
}

fn colour(phase: &str) -> &'static str {
    match phase {
        "Prompt" => "#cfd8ea",
        "Beep" => "#f4c77b",
        "InitialSilence" => "#ece6da",
        "Speaking" => "#a9d8b8",
        "TrailingSilence" => "#e3e3e3",
        _ => "#ffffff",
    }
}

fn waveform(svg: &mut String, wave: &[(f64, f64)], duration: f64, scale: &Scale) {
    let middle = WAVE_TOP + WAVE_HEIGHT / 2.0;
    let half = WAVE_HEIGHT / 2.0 - 2.0;
    let _ = writeln!(
        svg,
        "<rect x=\"{:.1}\" y=\"{WAVE_TOP}\" width=\"{:.1}\" height=\"{WAVE_HEIGHT}\" fill=\"#f7f7f5\"/>",
        scale.x(0.0),
        scale.x(duration) - scale.x(0.0),
    );
    // Loud parts would hide soft ones: the height is the square root of the amplitude, with its sign.
    let y = |value: f64| middle - value.signum() * value.abs().sqrt() * half;
    svg.push_str("<path stroke=\"#31629c\" stroke-width=\"1\" d=\"");
    for (column, (low, high)) in wave.iter().enumerate() {
        let x = scale.x((column as f64 + 0.5) / wave.len() as f64 * duration);
        let _ = write!(svg, "M{x:.1} {:.1}V{:.1}", y(*high), y(*low) + 0.5);
    }
    svg.push_str("\"/>\n");
}

fn speech(svg: &mut String, report: &Report, scale: &Scale) {
    for segment in &report.speech {
        let (from, to) = (scale.x(segment.start_s), scale.x(segment.end_s));
        let _ = writeln!(
            svg,
            "<rect x=\"{from:.1}\" y=\"{SPEECH_TOP}\" width=\"{:.1}\" height=\"12\" rx=\"3\" fill=\"#3f9a5f\"/>",
            (to - from).max(1.0),
        );
        if to - from > 60.0 {
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" font-size=\"10\" fill=\"#fff\">speech</text>",
                from + 4.0,
                SPEECH_TOP + 9.5,
            );
        }
    }
}

fn digits(svg: &mut String, report: &Report, scale: &Scale) {
    for digit in &report.digits {
        let x = scale.x(digit.start_s).min(WIDTH - LEFT);
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {WAVE_TOP}v{WAVE_HEIGHT}\" stroke=\"#b3261e\" stroke-dasharray=\"3 3\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" font-size=\"14\" font-weight=\"bold\" \
             fill=\"#b3261e\">{}</text>",
            SPEECH_TOP + 11.0,
            escape(&digit.digit),
        );
    }
}

/// Marks at whole seconds, not too many.
fn axis(svg: &mut String, scale: &Scale) {
    let span = scale.end - scale.start;
    let step = [1.0, 2.0, 5.0, 10.0, 20.0].into_iter().find(|step| span / step <= 16.0).unwrap_or(30.0);
    let first = (scale.start / step).ceil() as i64;
    let last = (scale.end / step).floor() as i64;
    for second in (first..=last).map(|mark| mark * step as i64) {
        let x = scale.x(second as f64);
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {AXIS_TOP}v6\" stroke=\"#888\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#666\">{second} s</text>",
            AXIS_TOP + 20.0,
        );
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_break_out() {
        assert_eq!(escape("<a & b>"), "&lt;a &amp; b&gt;");
    }

    #[test]
    fn seconds_have_their_places() {
        let scale = Scale { start: -1.0, end: 3.0 };
        assert_eq!((scale.x(-1.0), scale.x(3.0)), (LEFT, WIDTH - LEFT));
    }
}

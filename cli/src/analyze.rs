//! `afterbeep analyze`: the detectors over whole files.

use std::path::Path;

use afterbeep::{
    AnalysisReport, Analyzer, AudioFile, AudioFileError, Channel, ResamplerError, VadSettings, heard_rate,
};

use crate::{
    args::{AnalyzeArguments, Format},
    exit,
    output::{self, say},
};

/// How many points the envelope is first kept in; it is halved when full.
const ENVELOPE_POINTS: usize = 512;

/// Analyzes each file in turn. One that cannot be read is named on standard error, and the others go on.
pub(crate) fn run(arguments: &AnalyzeArguments) -> u8 {
    let mut code = exit::DONE;
    for path in &arguments.files {
        match analyze(path, arguments.channel) {
            Ok((report, envelope)) => match arguments.format {
                Format::Json => output::json(&report),
                Format::Text => output::line(&page(&report, &envelope)),
            },
            Err(error) => code = exit::refuse(&format_args!("{}: {error}", path.display())),
        }
    }
    code
}

#[derive(Debug, thiserror::Error)]
enum AnalyzeError {
    #[error(transparent)]
    File(#[from] AudioFileError),
    #[error(transparent)]
    Rate(#[from] ResamplerError),
}

fn analyze(path: &Path, channel: Channel) -> Result<(AnalysisReport, Envelope), AnalyzeError> {
    let mut file = AudioFile::open(path)?.with_channel(channel)?;
    let (rate, mut copy) = heard_rate(file.rate_hz())?;
    let mut analyzer = Analyzer::new(rate, VadSettings::default());
    let mut envelope = Envelope::default();
    let (mut samples, mut copied) = (Vec::new(), Vec::new());
    while file.read(&mut samples)? > 0 {
        envelope.add(&samples);
        match &mut copy {
            None => analyzer.push(&samples),
            Some(copy) => {
                copy.process(&samples, &mut copied);
                analyzer.push(&copied);
                copied.clear();
            }
        }
        samples.clear();
    }
    if let Some(copy) = &mut copy {
        copy.finish(&mut copied);
        analyzer.push(&copied);
    }
    if let Some(warning) = file.warning() {
        say!("afterbeep: warning: {} {warning}", path.display());
    }
    let report =
        AnalysisReport::new(&analyzer.finish(), path, file.rate_hz(), file.channels(), file.frames());
    Ok((report, envelope))
}

/// The peaks of a file of any length, in a bounded number of points.
#[derive(Debug)]
struct Envelope {
    peaks: Vec<u16>,
    per_point: usize,
    in_point: usize,
}

impl Default for Envelope {
    fn default() -> Self {
        Self { peaks: Vec::with_capacity(ENVELOPE_POINTS), per_point: 64, in_point: 0 }
    }
}

impl Envelope {
    fn add(&mut self, samples: &[i16]) {
        let mut rest = samples;
        while !rest.is_empty() {
            if self.in_point == 0 {
                if self.peaks.len() == ENVELOPE_POINTS {
                    self.halve();
                }
                self.peaks.push(0);
            }
            let (now, later) = rest.split_at(rest.len().min(self.per_point - self.in_point));
            let highest = now.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
            if let Some(peak) = self.peaks.last_mut() {
                *peak = (*peak).max(highest);
            }
            self.in_point = (self.in_point + now.len()) % self.per_point;
            rest = later;
        }
    }

    fn halve(&mut self) {
        self.peaks = self.peaks.chunks(2).map(|pair| pair.iter().copied().max().unwrap_or(0)).collect();
        self.per_point *= 2;
    }

    /// The file in `width` characters: each as high as its peak is loud, from −60 to 0 dBFS.
    fn line(&self, width: usize) -> String {
        const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let columns = width.min(self.peaks.len());
        (0..columns)
            .map(|column| {
                let from = column * self.peaks.len() / columns;
                let to = ((column + 1) * self.peaks.len() / columns).max(from + 1);
                let peak = self.peaks[from..to].iter().copied().max().unwrap_or(0);
                let db = 20.0 * (f32::from(peak.max(1)) / 32_768.0).log10();
                BARS[((db + 60.0).clamp(0.0, 60.0) / 60.0 * 8.0).round() as usize]
            })
            .collect()
    }
}

fn page(report: &AnalysisReport, envelope: &Envelope) -> String {
    let mut page = format!(
        "{}: {:.2} s, {} Hz, {} channel{}, peak {:.1} dBFS, RMS {:.1} dBFS\n",
        report.file.display(),
        report.duration_s,
        report.sample_rate,
        report.channels,
        if report.channels == 1 { "" } else { "s" },
        report.level.peak_dbfs,
        report.level.rms_dbfs,
    );
    page.push_str(&format!("  |{}|\n", envelope.line(72)));
    for digit in &report.digits {
        let end = digit.end_s.map_or("…".to_owned(), |end| format!("{end:.3}"));
        page.push_str(&format!("  digit  {:<3} {:>9.3} – {end:>9} s\n", digit.digit, digit.start_s));
    }
    for segment in &report.speech {
        page.push_str(&format!("  speech     {:>9.3} – {:>9.3} s\n", segment.start_s, segment.end_s));
    }
    if report.digits.is_empty() && report.speech.is_empty() {
        page.push_str("  neither digits nor speech\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_of_any_length_fits() {
        let mut envelope = Envelope::default();
        (0..300).for_each(|n| envelope.add(&[n * 100; 1_000]));
        assert!(envelope.peaks.len() <= ENVELOPE_POINTS);
        let line = envelope.line(72);
        assert_eq!(line.chars().count(), 72);
        assert!(line.starts_with('▃') && line.ends_with('█'), "{line}");
        assert_eq!(Envelope::default().line(72), "");
    }
}

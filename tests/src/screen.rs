//! What was heard, on one screen.

use std::fmt::Write;

use crate::{Run, Scenario};

/// Columns of the picture.
const COLUMNS: usize = 96;
/// From soft to loud, 8 dB a step, the first at −70 dBFS and below.
const STEPS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// `scenario`, what was wrong with `run`, and what the recorder heard, to be read on one screen.
pub fn screen(name: &str, scenario: &Scenario, differences: &[String], run: &Run) -> String {
    let mut text = String::new();
    let rate = run.outcome.capture_rate;
    let _ = writeln!(text, "\n── {name}: {}", scenario.title);
    for difference in differences {
        let _ = writeln!(text, "   ✗ {difference}");
    }
    let _ = writeln!(text, "   heard  |{}|", picture(run));
    let _ = writeln!(text, "   speech |{}|", segments(run));
    for segment in &run.outcome.speech {
        let s = [segment.start, segment.end, segment.onset_reported, segment.offset_reported]
            .map(|position| position.seconds(rate));
        let _ =
            writeln!(text, "   speech {:8.4} – {:8.4} s, known at {:.4} and {:.4}", s[0], s[1], s[2], s[3]);
    }
    for heard in &run.outcome.digits {
        let end = heard.end.map_or("…".to_owned(), |end| format!("{:.4}", end.seconds(rate)));
        let (start, known) = (heard.start.seconds(rate), heard.reported.seconds(rate));
        let _ = writeln!(text, "   digit {} {start:.4} – {end} s, known at {known:.4}", heard.digit);
    }
    let phases: Vec<String> = run
        .outcome
        .phases
        .iter()
        .map(|start| format!("{} {:.4}", start.phase, start.start.seconds(rate)))
        .collect();
    let _ = writeln!(text, "   phases {}", phases.join(" → "));
    let info = run.outcome.result_info();
    let _ = writeln!(
        text,
        "   {} {}/{}; recording {}; peak {:.1} dBFS",
        run.outcome.reason,
        info.code,
        info.subcode,
        run.outcome.recording.map_or("none".to_owned(), |r| format!("{} samples at {}", r.samples, r.rate)),
        run.outcome.level.peak_dbfs(),
    );
    text
}

fn columns(run: &Run) -> usize {
    run.captured.len().div_ceil(COLUMNS).max(1)
}

fn picture(run: &Run) -> String {
    let step = |part: &[i16]| {
        let peak = part.iter().map(|s| s.unsigned_abs()).max().unwrap_or(0);
        let dbfs = 20.0 * (f64::from(peak.max(1)) / 32_768.0).log10();
        STEPS[(((dbfs + 70.0) / 8.0).ceil().clamp(0.0, 8.0)) as usize]
    };
    run.captured.chunks(columns(run)).map(step).collect()
}

fn segments(run: &Run) -> String {
    let width = columns(run);
    // The capture begins before sample 0 where the caller was heard during prompt and beep.
    let finished = run.outcome.phases.last().map_or(0, |start| start.start.0);
    let first = finished - run.captured.len() as i64;
    let speaks = |column: usize| {
        let at = first + (column * width) as i64;
        run.outcome.speech.iter().any(|s| (s.start.0..s.end.0).contains(&at))
    };
    let columns = run.captured.len().div_ceil(width);
    (0..columns).map(|column| if speaks(column) { '═' } else { ' ' }).collect()
}

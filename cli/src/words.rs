//! How things are said to a person.

use afterbeep::{CompletionReason, Report};

/// Why a recording ended, in words.
pub(crate) fn reason(report: &Report) -> String {
    match report.completion_reason {
        CompletionReason::StopToneDetected => {
            format!("the caller pressed {}", report.stop_tone.as_deref().unwrap_or("a stop tone"))
        }
        CompletionReason::MaxSilenceTimeout => "the caller paused for long enough".to_owned(),
        CompletionReason::MaxRecordDurationReached => "the longest duration was reached".to_owned(),
        CompletionReason::InitialSilenceTimeout => "nobody spoke".to_owned(),
        CompletionReason::OperationCanceled => "it was cancelled".to_owned(),
        CompletionReason::PlayPromptFailed => "the prompt could not be played".to_owned(),
        CompletionReason::PlayBeepFailed => "the beep could not be played".to_owned(),
        CompletionReason::MediaReceiveTimeout => "no audio arrived".to_owned(),
        CompletionReason::UnspecifiedError => report.result_info.message.clone(),
    }
}

/// What was heard, in sentences.
pub(crate) fn summary(report: &Report) -> String {
    let mut text = format!("Ended because {} ({}).\n", reason(report), report.completion_reason);
    match report.speech.as_slice() {
        [] => text.push_str("No speech was heard.\n"),
        segments => {
            let total: f64 = segments.iter().map(|segment| segment.end_s - segment.start_s).sum();
            let times: Vec<String> = segments
                .iter()
                .map(|segment| format!("{:.2}–{:.2} s", segment.start_s, segment.end_s))
                .collect();
            text.push_str(&format!("Speech for {total:.1} s: {}.\n", times.join(", ")));
        }
    }
    if !report.digits.is_empty() {
        let digits: Vec<String> =
            report.digits.iter().map(|digit| format!("{} at {:.2} s", digit.digit, digit.start_s)).collect();
        text.push_str(&format!("Digits: {}.\n", digits.join(", ")));
    }
    if report.too_short {
        text.push_str("The message is shorter than --min-duration and was not kept.\n");
    }
    if report.lost_samples > 0 {
        text.push_str(&format!(
            "{} samples were lost; silence stands in their place.\n",
            report.lost_samples
        ));
    }
    match &report.recording {
        Some(recording) => text.push_str(&format!(
            "{}: {:.2} s at {} Hz, peak {:.1} dBFS, RMS {:.1} dBFS{}",
            recording.file.display(),
            recording.duration_s,
            recording.sample_rate,
            report.level.peak_dbfs,
            report.level.rms_dbfs,
            clipped(report.level.clipped_samples),
        )),
        None => text.push_str("No file was kept."),
    }
    text
}

fn clipped(samples: u64) -> String {
    if samples == 0 {
        String::new()
    } else {
        format!(", {samples} samples clipped: speak softer or turn the gain down")
    }
}

/// A level as a bar of `width` characters, from −60 to 0 dBFS.
pub(crate) fn bar(dbfs: f32, width: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let filled = ((dbfs + 60.0).clamp(0.0, 60.0) / 60.0 * (width * 8) as f32).round() as usize;
    let mut bar = "█".repeat(filled / 8);
    if filled / 8 < width {
        bar.push(EIGHTHS[filled % 8]);
        bar.push_str(&" ".repeat(width - filled / 8 - 1));
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_always_as_wide_as_asked() {
        for dbfs in [-200.0, -60.0, -37.3, -3.0, 0.0, 6.0, f32::NEG_INFINITY] {
            assert_eq!(bar(dbfs, 20).chars().count(), 20, "{dbfs}");
        }
        assert!(bar(-60.0, 20).trim().is_empty() && !bar(0.0, 20).contains(' '));
    }
}

//! Findings as they are printed.

use serde_json::{Value, json};

use super::{
    finding::{Finding, Verdict},
    measured::Measured,
};

/// For a person: a line for each finding, the next step under what is not right, and the sum.
pub(super) fn text(findings: &[Finding]) -> String {
    let mut page: String = findings.iter().map(lines).collect();
    let wrong = findings.iter().filter(|finding| finding.is_wrong()).count();
    page.push_str(&match wrong {
        0 => "All right.".to_owned(),
        1 => "One thing is wrong.".to_owned(),
        wrong => format!("{wrong} things are wrong."),
    });
    page
}

fn lines(finding: &Finding) -> String {
    let line = format!("{:<6} {:<11} {}\n", word(finding), finding.subject.name(), finding.says);
    match finding.next_step() {
        None => line,
        Some(next) => format!("{line}{:18} → {next}\n", ""),
    }
}

/// For a program: the findings, and the figures behind them.
pub(super) fn json(findings: &[Finding], measured: &Measured, code: u8) -> Value {
    let findings_json: Vec<Value> = findings.iter().map(finding_json).collect();
    json!({
        "verdict": if findings.iter().any(Finding::is_wrong) { "wrong" } else { "right" },
        "exit_code": code,
        "findings": findings_json,
        "measured": {
            "hosts": measured.hosts,
            "microphone": measured.microphone.as_ref().ok(),
            "beep": measured.beep.as_ref().and_then(|beep| beep.as_ref().ok()),
            "disk": measured.disk.as_ref().ok(),
        },
    })
}

fn finding_json(finding: &Finding) -> Value {
    json!({
        "subject": finding.subject.name(),
        "verdict": word(finding).to_lowercase(),
        "says": finding.says,
        "next_step": finding.next_step(),
    })
}

fn word(finding: &Finding) -> &'static str {
    match finding.verdict {
        Verdict::Right => "right",
        Verdict::Note { .. } => "note",
        Verdict::Wrong { .. } => "WRONG",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Subject;

    #[test]
    fn what_is_not_right_has_its_next_step_under_it() {
        let findings = [
            Finding::right(Subject::Hum, "no hum"),
            Finding::note(Subject::Priority, "normal", "raise it"),
            Finding::wrong(Subject::Level, "too quiet", "speak up"),
        ];
        let page = text(&findings);
        assert_eq!(
            page.lines().map(str::trim).collect::<Vec<_>>(),
            [
                "right  hum         no hum",
                "note   priority    normal",
                "→ raise it",
                "WRONG  level       too quiet",
                "→ speak up",
                "One thing is wrong."
            ]
        );
        assert!(text(&findings[..2]).ends_with("All right."));
    }
}

//! What the doctor says: a subject, a verdict, and the next step where there is one to take.

use crate::exit;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Devices,
    Permission,
    Microphone,
    Zeros,
    Level,
    Clipping,
    Noise,
    Hum,
    Rate,
    Jitter,
    Losses,
    Priority,
    Beep,
    Disk,
}

impl Subject {
    /// Its name, for programs and for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Devices => "devices",
            Self::Permission => "permission",
            Self::Microphone => "microphone",
            Self::Zeros => "zeros",
            Self::Level => "level",
            Self::Clipping => "clipping",
            Self::Noise => "noise",
            Self::Hum => "hum",
            Self::Rate => "rate",
            Self::Jitter => "jitter",
            Self::Losses => "losses",
            Self::Priority => "priority",
            Self::Beep => "beep",
            Self::Disk => "disk",
        }
    }
}

/// What is thought of it. What is not right cannot be said without the next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    /// Worth knowing; nothing failed.
    Note {
        next: String,
    },
    /// A recording would suffer.
    Wrong {
        next: String,
        /// With which code a program is told: what `record` would leave with.
        code: u8,
    },
}

/// One thing that the doctor says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) subject: Subject,
    pub(super) says: String,
    pub(super) verdict: Verdict,
}

impl Finding {
    pub(super) fn right(subject: Subject, says: impl Into<String>) -> Self {
        Self { subject, says: says.into(), verdict: Verdict::Right }
    }

    pub(super) fn note(subject: Subject, says: impl Into<String>, next: impl Into<String>) -> Self {
        Self { subject, says: says.into(), verdict: Verdict::Note { next: next.into() } }
    }

    pub(super) fn wrong(subject: Subject, says: impl Into<String>, next: impl Into<String>) -> Self {
        Self::fails(subject, says, next, exit::FAILED)
    }

    /// Something for which `record` has a code of its own.
    pub(super) fn fails(
        subject: Subject,
        says: impl Into<String>,
        next: impl Into<String>,
        code: u8,
    ) -> Self {
        Self { subject, says: says.into(), verdict: Verdict::Wrong { next: next.into(), code } }
    }

    pub(super) fn is_wrong(&self) -> bool {
        matches!(self.verdict, Verdict::Wrong { .. })
    }

    pub(super) fn next_step(&self) -> Option<&str> {
        match &self.verdict {
            Verdict::Right => None,
            Verdict::Note { next } | Verdict::Wrong { next, .. } => Some(next),
        }
    }
}

/// The code to leave with: 0 where nothing is wrong, else that of what `record` would meet first.
pub(super) fn exit_code(findings: &[Finding]) -> u8 {
    let codes = findings.iter().filter_map(|finding| match finding.verdict {
        Verdict::Wrong { code, .. } => Some(code),
        _ => None,
    });
    // What is refused comes first, then what ends a recording, then what spoils it.
    let rank =
        |code: &u8| [exit::USAGE, exit::NO_AUDIO, exit::NO_BEEP].iter().position(|first| first == code);
    codes.min_by_key(|code| rank(code).unwrap_or(usize::MAX)).unwrap_or(exit::DONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_that_of_what_record_would_meet_first() {
        let right = Finding::right(Subject::Hum, "");
        let note = Finding::note(Subject::Priority, "", "do");
        let quiet = Finding::wrong(Subject::Level, "", "do");
        let beep = Finding::fails(Subject::Beep, "", "do", exit::NO_BEEP);
        let disk = Finding::fails(Subject::Disk, "", "do", exit::USAGE);
        assert_eq!(exit_code(&[right.clone(), note.clone()]), 0);
        assert_eq!(exit_code(&[right, quiet.clone(), note]), 1);
        assert_eq!(exit_code(&[quiet.clone(), beep.clone()]), 12);
        assert_eq!(exit_code(&[quiet, beep, disk]), 2);
    }
}

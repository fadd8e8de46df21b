//! The table of phases against the contract's, and the reasons' numbers.
//!
//! `AFTERBEEP_WRITE_PHASES=1 cargo test -p afterbeep --test phases` writes `PHASES.md` anew.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use afterbeep::{
    CompletionReason, Failure, Phase, PromptFault, ResultInfo, Status,
    phase::{self, Action, Input, Plan},
};

const PLANS: [Plan; 4] = [
    Plan { prompt: false, beep: false },
    Plan { prompt: false, beep: true },
    Plan { prompt: true, beep: false },
    Plan { prompt: true, beep: true },
];

/// `record-response` §2, row by row: where, on what, with which plan (prompt, beep; `*` for either), whereto, what to do.
/// What stands here not at all changes nothing.
const CONTRACT: &str = "
| in                      | on                    | prompt, beep | then            | and                               |
|-------------------------|-----------------------|--------------|-----------------|-----------------------------------|
| Queued                  | Start                 | 1*           | Prompt          | PlayPrompt                        |
| Queued                  | Start                 | 01           | Beep            | PlayBeep                          |
| Queued                  | Start                 | 00           | InitialSilence  | StartRecording                    |
| Prompt                  | PromptEnded           | *1           | Beep            | PlayBeep                          |
| Prompt                  | PromptEnded           | *0           | InitialSilence  | StartRecording                    |
| Prompt                  | PromptInterrupted     | *1           | Beep            | PlayBeep                          |
| Prompt                  | PromptInterrupted     | *0           | InitialSilence  | StartRecording                    |
| Prompt                  | PromptFailed          | **           | Finished        | playPromptFailed                  |
| Beep                    | BeepEnded             | **           | InitialSilence  | StartRecording                    |
| Beep                    | BeepFailed            | **           | Finished        | playBeepFailed                    |
| InitialSilence          | SpeechStarted         | **           | Speaking        | Nothing                           |
| InitialSilence          | InitialSilenceElapsed | **           | Finished        | initialSilenceTimeout             |
| Speaking                | SpeechEnded           | **           | TrailingSilence | Nothing                           |
| TrailingSilence         | SpeechStarted         | **           | Speaking        | Nothing                           |
| TrailingSilence         | MaxSilenceElapsed     | **           | Finished        | maxSilenceTimeout                 |
| InitialSilence          | StopTone              | **           | Finished        | stopToneDetected                  |
| Speaking                | StopTone              | **           | Finished        | stopToneDetected                  |
| TrailingSilence         | StopTone              | **           | Finished        | stopToneDetected                  |
| InitialSilence          | MaxDurationReached    | **           | Finished        | maxRecordDurationReached          |
| Speaking                | MaxDurationReached    | **           | Finished        | maxRecordDurationReached          |
| TrailingSilence         | MaxDurationReached    | **           | Finished        | maxRecordDurationReached          |
| Queued                  | Cancelled             | **           | Finished        | operationCanceled                 |
| Prompt                  | Cancelled             | **           | Finished        | operationCanceled                 |
| Beep                    | Cancelled             | **           | Finished        | operationCanceled                 |
| InitialSilence          | Cancelled             | **           | Finished        | operationCanceled                 |
| Speaking                | Cancelled             | **           | Finished        | operationCanceled                 |
| TrailingSilence         | Cancelled             | **           | Finished        | operationCanceled                 |
| Prompt                  | MediaReceiveTimeout   | **           | Finished        | mediaReceiveTimeout               |
| Beep                    | MediaReceiveTimeout   | **           | Finished        | mediaReceiveTimeout               |
| InitialSilence          | MediaReceiveTimeout   | **           | Finished        | mediaReceiveTimeout               |
| Speaking                | MediaReceiveTimeout   | **           | Finished        | mediaReceiveTimeout               |
| TrailingSilence         | MediaReceiveTimeout   | **           | Finished        | mediaReceiveTimeout               |
| Queued                  | Failed                | **           | Finished        | unspecifiedError                  |
| Prompt                  | Failed                | **           | Finished        | unspecifiedError                  |
| Beep                    | Failed                | **           | Finished        | unspecifiedError                  |
| InitialSilence          | Failed                | **           | Finished        | unspecifiedError                  |
| Speaking                | Failed                | **           | Finished        | unspecifiedError                  |
| TrailingSilence         | Failed                | **           | Finished        | unspecifiedError                  |
";

/// `record-response` §3: reason, status, code, subcode, message.
const REASONS: [(&str, &str, u16, u16, &str); 8] = [
    ("stopToneDetected", "completed", 200, 8514, "Action completed, stop tone detected."),
    ("maxRecordDurationReached", "completed", 200, 8515, "Action completed, max record duration reached."),
    ("maxSilenceTimeout", "completed", 200, 8509, "Action completed, max silence timeout reached."),
    ("initialSilenceTimeout", "failed", 400, 8510, "Action failed, initial silence timeout reached."),
    ("operationCanceled", "failed", 400, 8508, "Action failed, the operation was cancelled."),
    (
        "playPromptFailed",
        "failed",
        500,
        8511,
        "Action failed, encountered failure while trying to play the prompt.",
    ),
    (
        "playBeepFailed",
        "failed",
        500,
        8512,
        "Action failed, encountered failure while trying to play the beep.",
    ),
    ("mediaReceiveTimeout", "failed", 500, 8513, "Action failed, media receive timeout reached."),
];

fn action_name(action: Action) -> String {
    match action {
        Action::Finish(reason) => reason.name().to_owned(),
        other => format!("{other:?}"),
    }
}

fn fits(pattern: &str, plan: Plan) -> bool {
    let given = [plan.prompt, plan.beep];
    pattern.chars().zip(given).all(|(wanted, given)| match wanted {
        '1' => given,
        '0' => !given,
        _ => true,
    })
}

/// The contract's rows by phase and input.
fn rows() -> BTreeMap<(&'static str, &'static str), Vec<[&'static str; 3]>> {
    let mut rows: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in CONTRACT.trim().lines().skip(2) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        rows.entry((cells[1], cells[2])).or_default().push([cells[3], cells[4], cells[5]]);
    }
    rows
}

#[test]
fn every_phase_input_and_plan_goes_where_the_contract_says() {
    let rows = rows();
    let mut used = 0;
    for phase in Phase::ALL {
        for input in Input::ALL {
            let name = format!("{input:?}");
            let row = rows.get(&(phase.name(), name.as_str()));
            used += usize::from(row.is_some());
            for plan in PLANS {
                let wanted = row.into_iter().flatten().filter(|[pattern, ..]| fits(pattern, plan));
                let wanted: Vec<_> =
                    wanted.map(|[_, to, act]| ((*to).to_owned(), (*act).to_owned())).collect();
                assert!(wanted.len() <= 1, "the contract is ambiguous: {phase}, {input:?}, {plan:?}");
                let got = phase::next(phase, input, plan);
                let got: Vec<_> =
                    got.into_iter().map(|(to, act)| (to.name().to_owned(), action_name(act))).collect();
                assert_eq!(got, wanted, "{phase}, {input:?}, {plan:?}");
            }
        }
    }
    assert_eq!(used, rows.len(), "a row of the contract names a phase or an input that is not there");
}

#[test]
fn the_end_is_the_end_and_every_phase_has_a_way_out() {
    for plan in PLANS {
        for input in Input::ALL {
            assert_eq!(phase::next(Phase::Finished, input, plan), None, "{input:?}");
        }
        for phase in Phase::ALL.into_iter().filter(|phase| *phase != Phase::Finished) {
            let out = phase::next(phase, Input::Cancelled, plan);
            assert_eq!(out, Some((Phase::Finished, Action::Finish(CompletionReason::OperationCanceled))));
        }
    }
}

/// The code's table in words.
fn document() -> String {
    let mut text = String::from(
        "# The phases, as the code has them\n\n\
         Written by `AFTERBEEP_WRITE_PHASES=1 cargo test -p afterbeep --test phases`; the test compares it otherwise.\n\
         What is not listed changes nothing. Where a request decides, it says whether it asks for a prompt or a beep.\n\n\
         | in | on | if | then | and |\n|---|---|---|---|---|\n",
    );
    for phase in Phase::ALL {
        for input in Input::ALL {
            let ways = PLANS.map(|plan| phase::next(phase, input, plan));
            let mut told = Vec::new();
            for way in ways.into_iter().flatten() {
                if told.contains(&way) {
                    continue;
                }
                told.push(way);
                let plans: Vec<Plan> =
                    PLANS.into_iter().zip(ways).filter(|(_, w)| *w == Some(way)).map(|(p, _)| p).collect();
                let (to, action) = way;
                let and = match action {
                    Action::Finish(reason) => format!("`{reason}`"),
                    Action::Nothing => "–".to_owned(),
                    other => format!("{other:?}"),
                };
                let _ = writeln!(text, "| {phase} | {input:?} | {} | {to} | {and} |", condition(&plans));
            }
        }
    }
    text.push_str(
        "\n## The reasons\n\n| reason | status | code | subcode | message |\n|---|---|---|---|---|\n",
    );
    for reason in CompletionReason::ALL {
        let info = ResultInfo::new(reason, None);
        let status = format!("{:?}", reason.status()).to_lowercase();
        let _ =
            writeln!(text, "| `{reason}` | {status} | {} | {} | {} |", info.code, info.subcode, info.message);
    }
    text
}

fn condition(plans: &[Plan]) -> String {
    if plans.len() == PLANS.len() {
        return "–".to_owned();
    }
    let same = |get: fn(&Plan) -> bool, name: &str| {
        let first = get(&plans[0]);
        plans
            .iter()
            .all(|plan| get(plan) == first)
            .then(|| format!("{}{name}", if first { "" } else { "no " }))
    };
    [same(|plan| plan.prompt, "prompt"), same(|plan| plan.beep, "beep")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

#[test]
fn the_document_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("PHASES.md");
    let now = document();
    if std::env::var_os("AFTERBEEP_WRITE_PHASES").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == now, "PHASES.md is not what the table says; AFTERBEEP_WRITE_PHASES=1 writes it anew");
}

#[test]
fn every_reason_has_the_contract_s_numbers_and_words() {
    for (reason, (name, status, code, subcode, message)) in CompletionReason::ALL.into_iter().zip(REASONS) {
        let info = ResultInfo::new(reason, None);
        let got_status = match reason.status() {
            Status::Completed => "completed",
            Status::Failed => "failed",
            other => panic!("{reason}: {other:?} is no end"),
        };
        assert_eq!(
            (reason.name(), got_status, info.code, info.subcode, info.message.as_str()),
            (name, status, code, subcode, message)
        );
        let json = serde_json::to_string(&reason).unwrap();
        assert_eq!(json, format!("\"{name}\""), "in JSON, too");
    }
    assert_eq!(CompletionReason::ALL.len(), REASONS.len() + 1, "and unspecifiedError");
}

#[test]
fn a_prompt_s_fault_and_another_s_cause_reach_the_result() {
    let prompt = |kind| {
        let failure = Failure::Prompt { kind, cause: "because".to_owned() };
        ResultInfo::new(CompletionReason::PlayPromptFailed, Some(&failure)).subcode
    };
    let subcodes = [PromptFault::NotPlayed, PromptFault::NotAudio, PromptFault::NotFetched].map(prompt);
    assert_eq!(subcodes, [8_511, 8_535, 8_536]);

    let full = Failure::Other { cause: "m.part.wav: the disk is full".to_owned() };
    let info = ResultInfo::new(CompletionReason::UnspecifiedError, Some(&full));
    assert_eq!(
        (info.code, info.subcode, info.message.as_str()),
        (500, 9_999, "m.part.wav: the disk is full")
    );
    let other = ResultInfo::new(CompletionReason::OperationCanceled, Some(&full));
    assert_eq!(other.message, "Action failed, the operation was cancelled.", "the contract's words stay");
}

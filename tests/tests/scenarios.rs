//! Plays every file of `scenarios/` to a recorder, in frames of several sizes.
//!
//! `SCENARIO=017 cargo test -p afterbeep-tests --test scenarios -- --nocapture` plays one and shows it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

use std::{collections::BTreeSet, fs, path::Path, sync::Mutex, thread};

use afterbeep::{
    CompletionReason, Phase,
    phase::{self, Action, Input, Plan},
};
use afterbeep_tests::{Frames, Run, Scenario, differences, run, screen};

/// The sizes that a host may choose, and sizes that none would. Each scenario runs in frames of 1, of 4096 and of one of
/// these; one that is shown alone, and the random signals of `engine/tests/frames.rs`, run in all of them.
const FRAMES: [Frames; 5] =
    [Frames::Of(7), Frames::Of(80), Frames::Of(160), Frames::Of(480), Frames::Random(1)];

fn frames_for(name: &str) -> Vec<Frames> {
    let number: usize = name.split('-').next().unwrap().parse().unwrap();
    let few = [FRAMES[number % FRAMES.len()], Frames::Of(4_096)];
    if std::env::var_os("SCENARIO").is_some() { FRAMES.into() } else { few.into() }
}

fn scenarios() -> Vec<(String, Scenario)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let only = std::env::var("SCENARIO").unwrap_or_default();
    let mut scenarios: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), path))
        .filter(|(name, _)| name.contains(&only))
        .map(|(name, path)| {
            let text = fs::read_to_string(&path).unwrap();
            let scenario = Scenario::read(&text).unwrap_or_else(|error| panic!("{name}.toml: {error}"));
            (name, scenario)
        })
        .collect();
    scenarios.sort_by(|(one, _), (other, _)| one.cmp(other));
    scenarios
}

/// Plays a scenario in frames of one and then of other sizes; gives the run and what is wrong.
fn play(name: &str, scenario: &Scenario) -> (Run, Vec<String>) {
    let first = run(scenario, Frames::Of(1), None).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut wrong = differences(scenario, &first);
    for frames in frames_for(name) {
        match run(scenario, frames, Some(&first.captured)) {
            Ok(other) => wrong.extend(unlike(&first, &other, frames)),
            Err(error) => wrong.push(format!("in frames of {frames:?}: {error}")),
        }
    }
    (first, wrong)
}

fn unlike(first: &Run, other: &Run, frames: Frames) -> Option<String> {
    let what = if first.events != other.events {
        let at = first.events.iter().zip(&other.events).position(|(one, other)| one != other);
        let at = at.unwrap_or(first.events.len().min(other.events.len()));
        let pair = (first.events.get(at), other.events.get(at));
        format!("event {at} differs: {:?} in frames of 1, {:?}", pair.0, pair.1)
    } else if first.outcome != other.outcome {
        format!("the outcome differs: {:?} in frames of 1, {:?}", first.outcome, other.outcome)
    } else if first.recorded != other.recorded {
        "the recording differs".to_owned()
    } else if first.played != other.played {
        "what is played differs".to_owned()
    } else {
        return None;
    };
    Some(format!("in frames of {frames:?}: {what}"))
}

#[test]
fn every_scenario_gives_what_it_expects_in_frames_of_any_size() {
    let scenarios = scenarios();
    let next = Mutex::new(scenarios.iter());
    let failed = Mutex::new(Vec::new());
    let show = std::env::var_os("SCENARIO").is_some();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((name, scenario)) = { next.lock().unwrap().next() } {
                    let (run, wrong) = play(name, scenario);
                    if show {
                        println!("{}", screen(name, scenario, &wrong, &run));
                    }
                    if !wrong.is_empty() {
                        failed.lock().unwrap().push(screen(name, scenario, &wrong, &run));
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    assert!(failed.is_empty(), "{} of {} failed\n{}", failed.len(), scenarios.len(), failed.concat());
}

/// A way from one phase to the next, and why the recording ended where it did.
type Way = (&'static str, &'static str, Option<&'static str>);

fn ways_of(run: &Run) -> Vec<Way> {
    let outcome = &run.outcome;
    let phases = [Phase::Queued].into_iter().chain(outcome.phases.iter().map(|start| start.phase));
    let phases: Vec<Phase> = phases.collect();
    let reason = |to: Phase| (to == Phase::Finished).then(|| outcome.reason.name());
    phases.windows(2).map(|pair| (pair[0].name(), pair[1].name(), reason(pair[1]))).collect()
}

/// Every way that the table knows.
fn ways_of_the_table() -> BTreeSet<Way> {
    let mut ways = BTreeSet::new();
    for plan in [(false, false), (false, true), (true, false), (true, true)] {
        let plan = Plan { prompt: plan.0, beep: plan.1 };
        for phase in Phase::ALL {
            for input in Input::ALL {
                let Some((to, action)) = phase::next(phase, input, plan) else { continue };
                let reason = match action {
                    Action::Finish(reason) => Some(reason.name()),
                    _ => None,
                };
                ways.insert((phase.name(), to.name(), reason));
            }
        }
    }
    ways
}

#[test]
fn the_scenarios_cover_every_way_of_the_phases_and_every_reason() {
    if std::env::var_os("SCENARIO").is_some() {
        return;
    }
    let scenarios = scenarios();
    assert!(scenarios.len() >= 45, "{} scenarios", scenarios.len());
    let mut missing = ways_of_the_table();
    let mut subcodes = BTreeSet::new();
    for (name, scenario) in &scenarios {
        // Frames of 4096 where nothing comes back: as good for this as any, and faster.
        let echo = scenario.sounds.iter().any(|piece| matches!(piece, afterbeep_tests::Piece::Echo { .. }));
        let frames = Frames::Of(if echo { 1 } else { 4_096 });
        let run = run(scenario, frames, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        ways_of(&run).iter().for_each(|way| {
            missing.remove(way);
        });
        subcodes.insert(run.outcome.result_info().subcode);
    }
    assert!(missing.is_empty(), "no scenario goes {missing:#?}");
    let wanted: BTreeSet<u16> =
        CompletionReason::ALL.iter().map(|reason| reason.subcode()).chain([8_535, 8_536]).collect();
    assert_eq!(subcodes, wanted, "the contract's table 3");
}

#[test]
fn the_files_are_numbered_without_gaps_and_named_in_small_letters() {
    if std::env::var_os("SCENARIO").is_some() {
        return;
    }
    for (n, (name, _)) in scenarios().iter().enumerate() {
        let rest = name.strip_prefix(&format!("{:03}-", n + 1));
        let rest = rest.unwrap_or_else(|| panic!("{name} is number {}", n + 1));
        assert!(rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
    }
}

//! Who wins when several things fall on one step of 10 ms (`record-response` §2): cancel, stop tone, cap, speech onset,
//! silence timeouts, in that order.
//!
//! When a detector knows is its own business, so nothing here says it: one thing is moved past the other in steps of
//! 10 ms, and the outcome must follow from when it was *known*. Each test also asks that the very tie was among them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

use afterbeep::{CompletionReason as Reason, Phase};
use afterbeep_tests::{Frames, Run, Scenario, run};

const HZ: i64 = 8_000;
/// A step of the grid.
const STEP: i64 = 80;

fn play(text: &str) -> Run {
    let scenario = format!("title = 'tie'\n{text}\n[expect]\nreason = ''\ncode = 0\nsubcode = 0\n");
    let scenario = Scenario::read(&scenario).unwrap_or_else(|error| panic!("{error}\n{scenario}"));
    run(&scenario, Frames::Of(160), None).unwrap()
}

const NOISE: &str = "[[sound]]\nkind = 'noise'\nlevel = -60\n";

fn speech(at: f64, length: f64) -> String {
    format!("[[sound]]\nkind = 'speech'\nat = {at}\nfor = {length}\n")
}

fn digit(at: f64) -> String {
    format!("[[sound]]\nkind = 'digits'\nkeys = '#'\nat = {at}\n")
}

fn ended(run: &Run) -> i64 {
    run.outcome.phases.last().unwrap().start.0
}

/// Where the stop tone is known when nothing else ends the recording, on the grid.
fn stop_tone_known(at: f64, before: &str) -> i64 {
    let run = play(&format!(
        "[request]\nstopTones = ['#']\nmaxRecordDurationInSeconds = 9\ninitialSilenceTimeoutInSeconds = 9\n\
         maxSilenceTimeoutInSeconds = 9\n{NOISE}{before}{}",
        digit(at)
    ));
    assert_eq!(run.outcome.reason, Reason::StopToneDetected);
    ended(&run)
}

/// Where the onset of speech at `at` is known, on the grid.
fn onset_known(at: f64, before: &str) -> i64 {
    let run = play(&format!(
        "[request]\nmaxRecordDurationInSeconds = 9\ninitialSilenceTimeoutInSeconds = 9\n\
         maxSilenceTimeoutInSeconds = 9\n{NOISE}{before}{}",
        speech(at, 1.0)
    ));
    let onset = run.outcome.phases.iter().rfind(|start| start.phase == Phase::Speaking);
    onset.expect("speech is heard").start.0
}

/// Moves something in steps from 300 ms before `limit` to `limit`, and tells of each where it was known.
fn moved(limit_s: f64, known: impl Fn(f64) -> i64) -> Vec<(f64, i64)> {
    let places: Vec<_> = (0..=30).rev().map(|steps| limit_s - f64::from(steps) / 100.0).collect();
    // The first place tells the delay, so that only those around the limit need be tried.
    let delay = known(places[0]) as f64 / HZ as f64 - places[0];
    let near = places.into_iter().filter(|at| (at + delay - limit_s).abs() < 0.035);
    let known: Vec<_> = near.map(|at| (at, known(at))).collect();
    let limit = (limit_s * HZ as f64) as i64;
    assert!(known.iter().any(|(_, known)| *known == limit), "the very tie is not among {known:?}");
    assert!(known.iter().any(|(_, known)| *known > limit), "nothing is later in {known:?}");
    known
}

#[test]
fn a_stop_tone_known_at_the_cap_wins_and_one_known_later_loses() {
    for (at, known) in moved(2.0, |at| stop_tone_known(at, "")) {
        let run = play(&format!(
            "[request]\nstopTones = ['#']\nmaxRecordDurationInSeconds = 2\n{NOISE}{}",
            digit(at)
        ));
        let wanted =
            if known <= 2 * HZ { Reason::StopToneDetected } else { Reason::MaxRecordDurationReached };
        assert_eq!(run.outcome.reason, wanted, "at {at}, known at {known}");
        assert_eq!(ended(&run), known.min(2 * HZ));
        if wanted == Reason::MaxRecordDurationReached {
            assert_eq!(run.recorded.len() as i64, 2 * HZ);
        }
    }
}

#[test]
fn a_stop_tone_wins_over_the_initial_silence_and_the_longest_pause() {
    for (at, known) in moved(2.0, |at| stop_tone_known(at, "")) {
        let run = play(&format!(
            "[request]\nstopTones = ['#']\ninitialSilenceTimeoutInSeconds = 2\n{NOISE}{}",
            digit(at)
        ));
        let wanted = if known <= 2 * HZ { Reason::StopToneDetected } else { Reason::InitialSilenceTimeout };
        assert_eq!(run.outcome.reason, wanted, "at {at}, known at {known}");
    }
    let spoken = speech(0.3, 1.0);
    let pause = play(&format!("[request]\nmaxSilenceTimeoutInSeconds = 2\n{NOISE}{spoken}"));
    assert_eq!(pause.outcome.reason, Reason::MaxSilenceTimeout);
    let limit = ended(&pause);
    for steps in -14..=0 {
        let at = (limit + steps * STEP) as f64 / HZ as f64;
        let known = stop_tone_known(at, &spoken);
        let run = play(&format!(
            "[request]\nstopTones = ['#']\nmaxSilenceTimeoutInSeconds = 2\n{NOISE}{spoken}{}",
            digit(at)
        ));
        // The pause ends at its sample, which need not be on the grid.
        let wanted = if known <= limit { Reason::StopToneDetected } else { Reason::MaxSilenceTimeout };
        assert_eq!(run.outcome.reason, wanted, "at {at}, known at {known}, the pause is over at {limit}");
    }
}

#[test]
fn an_onset_known_at_the_silence_timer_stops_it_and_one_known_later_does_not() {
    for (at, known) in moved(2.0, |at| onset_known(at, "")) {
        let run = play(&format!(
            "[request]\ninitialSilenceTimeoutInSeconds = 2\nmaxSilenceTimeoutInSeconds = 1\n{NOISE}{}",
            speech(at, 1.0)
        ));
        let wanted = if known <= 2 * HZ { Reason::MaxSilenceTimeout } else { Reason::InitialSilenceTimeout };
        assert_eq!(run.outcome.reason, wanted, "at {at}, known at {known}");
        if known > 2 * HZ {
            assert_eq!(ended(&run), 2 * HZ);
            assert!(run.outcome.speech.is_empty());
        }
    }
}

#[test]
fn the_cap_wins_over_an_onset_and_over_the_silence_timers() {
    for (at, known) in moved(2.0, |at| onset_known(at, "")) {
        let run = play(&format!(
            "[request]\nmaxRecordDurationInSeconds = 2\ninitialSilenceTimeoutInSeconds = 2\n{NOISE}{}",
            speech(at, 1.0)
        ));
        assert_eq!(run.outcome.reason, Reason::MaxRecordDurationReached, "at {at}, known at {known}");
        assert_eq!((ended(&run), run.recorded.len() as i64), (2 * HZ, 2 * HZ));
        let spoke = run.outcome.phases.iter().any(|start| start.phase == Phase::Speaking);
        assert_eq!(spoke, known < 2 * HZ, "at {at}, known at {known}");
    }
}

#[test]
fn a_cancel_wins_over_everything_that_is_known_in_its_step() {
    let tone = stop_tone_known(1.0, "");
    let onset = onset_known(1.0, "");
    let ends = [
        ("stopTones = ['#']\n", digit(1.0), tone, Reason::StopToneDetected),
        ("maxRecordDurationInSeconds = 1\n", String::new(), HZ, Reason::MaxRecordDurationReached),
        ("initialSilenceTimeoutInSeconds = 1\n", String::new(), HZ, Reason::InitialSilenceTimeout),
        ("", speech(1.0, 1.0), onset, Reason::MaxRecordDurationReached),
    ];
    for (request, sound, at, otherwise) in ends {
        // A cancel that comes with the last sample before it is known, and one that comes too late.
        for (sample, wanted) in [(at - 1, Reason::OperationCanceled), (at + 1, otherwise)] {
            let cancel_at = sample as f64 / HZ as f64;
            let run =
                play(&format!("[request]\n{request}{NOISE}{sound}[happens]\ncancel_at = {cancel_at}\n"));
            if otherwise == Reason::MaxRecordDurationReached && !request.contains("max") {
                // An onset ends nothing: it is told after a cancel that came too late to go before it.
                assert_eq!(run.outcome.reason, Reason::OperationCanceled);
                assert_eq!(run.outcome.speech.len(), usize::from(sample > at));
                continue;
            }
            assert_eq!(run.outcome.reason, wanted, "cancelled at {sample}, otherwise {otherwise} at {at}");
            if wanted == Reason::OperationCanceled {
                assert_eq!(run.recorded.len() as i64, sample, "what was recorded is kept to the sample");
            }
        }
    }
}

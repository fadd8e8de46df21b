//! The first numbers of both detectors, at every rate, over noise 30 dB under the voice: through the whole recorder.
//!
//! `cargo test -p afterbeep-tests --test first_numbers -- --nocapture` prints the worst of each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

use afterbeep::{CompletionReason, Digit};
use afterbeep_tests::{Frames, Run, Scenario, run};

const RATES_HZ: [u32; 8] = [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000];
/// Speakers, each at another place of the grid and at another level.
const SPEAKERS: u64 = 8;
/// The same, of those who speak before the noise was heard alone.
const EARLY_SPEAKERS: u64 = 6;

const START_WITHIN_S: f64 = 0.06;
const END_WITHIN_S: f64 = 0.1;
const RECORDING_END_WITHIN_S: f64 = 0.15;
const TONE_EARLY_S: f64 = 0.005;
const TONE_LATE_S: f64 = 0.001;

fn play(rate_hz: u32, text: &str) -> Run {
    let scenario = format!(
        "title = ''\n[line]\ncapture_rate = {rate_hz}\nrecording_rate = 16000\n{text}\n\
         [expect]\nreason = ''\ncode = 0\nsubcode = 0\n"
    );
    let scenario = Scenario::read(&scenario).unwrap_or_else(|error| panic!("{error}\n{scenario}"));
    run(&scenario, Frames::Of(480), None).unwrap()
}

/// The largest of what was measured, and where.
struct Worst(f64, String);

impl Worst {
    fn note(&mut self, off_s: f64, place: &str) {
        if off_s.abs() > self.0.abs() {
            *self = Self(off_s, place.to_owned());
        }
    }
}

/// One who speaks for `length` s from `from` s on at `level` dBFS, over noise of a colour that lies 30 dB lower.
struct Caller {
    rate_hz: u32,
    speaker: u64,
    from: f64,
    length: f64,
    level: f64,
    color: &'static str,
}

impl Caller {
    fn place(&self) -> String {
        let Self { rate_hz, speaker, from, length, level, color } = self;
        format!("{rate_hz} Hz, {color} noise, speaker {speaker}: {from:.4} for {length:.2} s at {level} dBFS")
    }

    /// How far the speech's start and end and the recording's end are off, in seconds.
    fn call(&self) -> Result<[f64; 3], String> {
        let Self { rate_hz, speaker, from, length, level, color } = self;
        let run = play(
            *rate_hz,
            &format!(
                "[request]\nmaxSilenceTimeoutInSeconds = 1\nmaxRecordDurationInSeconds = 6\n\
                 [[sound]]\nkind = 'noise'\ncolor = '{color}'\nlevel = {}\nseed = {speaker}\n\
                 [[sound]]\nkind = 'speech'\nat = {from}\nfor = {length}\nlevel = {level}\nseed = {speaker}\n",
                level - 30.0
            ),
        );
        let outcome = &run.outcome;
        let [segment] = &outcome.speech[..] else {
            return Err(format!("{} segments", outcome.speech.len()));
        };
        Ok([
            segment.start.seconds(outcome.capture_rate) - from,
            segment.end.seconds(outcome.capture_rate) - from - length,
            run.recorded.len() as f64 / 16_000.0 - from - length - 1.0,
        ])
    }
}

/// Calls them all, prints the worst of each number and fails with all that were wrong.
fn all_within_limits(callers: &[Caller]) {
    let mut wrong = Vec::new();
    let mut worst = [const { Worst(0.0, String::new()) }; 3];
    for caller in callers {
        match caller.call() {
            Err(problem) => wrong.push(format!("{}: {problem}", caller.place())),
            Ok(off) => {
                worst.iter_mut().zip(off).for_each(|(worst, off)| worst.note(off, &caller.place()));
                let within = [START_WITHIN_S, END_WITHIN_S, RECORDING_END_WITHIN_S];
                if off.iter().zip(within).any(|(off, within)| off.abs() > within) {
                    let [start, end, file] = off;
                    wrong.push(format!(
                        "{}: start {start:+.3}, end {end:+.3}, file {file:+.3} s",
                        caller.place()
                    ));
                }
            }
        }
    }
    for (what, Worst(off, place)) in ["start", "end", "recording's end"].iter().zip(worst) {
        println!("worst {what}: {:+.1} ms, {place}", off * 1e3);
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), callers.len(), wrong.join("\n"));
}

#[test]
fn speech_and_recording_begin_and_end_where_they_did() {
    let mut callers = Vec::new();
    for rate_hz in RATES_HZ {
        callers.extend((1..=SPEAKERS).map(|speaker| Caller {
            rate_hz,
            speaker,
            from: 0.7 + 0.0137 * speaker as f64,
            length: 1.0 + 0.09 * speaker as f64,
            level: -12.0 - 3.0 * speaker as f64,
            color: "white",
        }));
    }
    all_within_limits(&callers);
}

/// Nobody has heard the noise alone when these begin.
#[test]
fn so_they_do_for_those_who_speak_at_once() {
    let mut callers = Vec::new();
    for (n, rate_hz) in RATES_HZ.into_iter().enumerate() {
        for from in [0.0, 0.05, 0.1, 0.2, 0.4] {
            callers.extend((1..=EARLY_SPEAKERS).map(|speaker| Caller {
                rate_hz,
                speaker: 10 * speaker + n as u64,
                from,
                length: 0.8 + 0.17 * ((3 * speaker + n as u64) % 7) as f64,
                level: -12.0 - 4.0 * ((speaker + n as u64) % 7) as f64,
                color: if speaker % 2 == 0 { "pink" } else { "white" },
            }));
        }
    }
    all_within_limits(&callers);
}

#[test]
fn a_stop_tone_is_cut_where_it_began() {
    let mut wrong = Vec::new();
    let (mut early, mut late) = (0.0f64, 0.0f64);
    for rate_hz in RATES_HZ {
        for (n, digit) in Digit::all().enumerate() {
            let from = 0.4 + 0.001_37 * n as f64;
            let level = -8.0 - 1.5 * n as f64;
            let run = play(
                rate_hz,
                &format!(
                    "[request]\nstopTones = ['{digit}']\n\
                     [[sound]]\nkind = 'noise'\nlevel = {}\nseed = {n}\n\
                     [[sound]]\nkind = 'digits'\nkeys = '{digit}'\nat = {from}\nfor = 0.08\nlevel = {level}\n",
                    level - 30.0
                ),
            );
            let outcome = &run.outcome;
            let place = format!("{rate_hz} Hz, {digit} at {from:.5} s, {level} dBFS");
            if outcome.reason != CompletionReason::StopToneDetected {
                wrong.push(format!("{place}: {}", outcome.reason));
                continue;
            }
            let off = outcome.digits[0].start.seconds(outcome.capture_rate) - from;
            let cut = run.recorded.len() as f64 / 16_000.0 - from;
            (early, late) = (early.min(off), late.max(off));
            // Half a sample of the file is lost to counting.
            let cut_well = (-0.005..=0.000_04).contains(&cut);
            if !(-TONE_EARLY_S..=TONE_LATE_S).contains(&off) || !cut_well {
                wrong.push(format!("{place}: onset {:+.2} ms, cut {:+.2} ms", off * 1e3, cut * 1e3));
            }
        }
    }
    println!("stop tone's onset: {:+.2} to {:+.2} ms", early * 1e3, late * 1e3);
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), RATES_HZ.len() * 16, wrong.join("\n"));
}

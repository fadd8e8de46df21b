//! The first numbers of both detectors, at every rate, over noise 30 dB under the voice: through the whole recorder.
//!
//! `cargo test -p afterbeep-tests --test first_numbers -- --nocapture` prints the worst of each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

use afterbeep::{CompletionReason, Digit};
use afterbeep_tests::{Frames, Run, Scenario, run};

const RATES_HZ: [u32; 8] = [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000];
/// Speakers, each at another place of the grid and at another level.
const SPEAKERS: u64 = 8;

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
#[derive(Default)]
struct Worst(f64, String);

impl Worst {
    fn note(&mut self, off_s: f64, place: &str) {
        if off_s.abs() > self.0.abs() {
            *self = Self(off_s, place.to_owned());
        }
    }
}

#[test]
fn speech_and_recording_begin_and_end_where_they_did() {
    let mut wrong = Vec::new();
    let (mut start, mut end, mut file) = (Worst::default(), Worst::default(), Worst::default());
    for rate_hz in RATES_HZ {
        for speaker in 1..=SPEAKERS {
            let (from, length) = (0.7 + 0.0137 * speaker as f64, 1.0 + 0.09 * speaker as f64);
            let level = -12.0 - 3.0 * speaker as f64;
            let place =
                format!("{rate_hz} Hz, speaker {speaker}: {from:.4} for {length:.2} s at {level} dBFS");
            let run = play(
                rate_hz,
                &format!(
                    "[request]\nmaxSilenceTimeoutInSeconds = 1\nmaxRecordDurationInSeconds = 6\n\
                     [[sound]]\nkind = 'noise'\nlevel = {}\nseed = {speaker}\n\
                     [[sound]]\nkind = 'speech'\nat = {from}\nfor = {length}\nlevel = {level}\nseed = {speaker}\n",
                    level - 30.0
                ),
            );
            let outcome = &run.outcome;
            let [segment] = &outcome.speech[..] else {
                wrong.push(format!("{place}: {} segments", outcome.speech.len()));
                continue;
            };
            let off = [
                segment.start.seconds(outcome.capture_rate) - from,
                segment.end.seconds(outcome.capture_rate) - from - length,
                run.recorded.len() as f64 / 16_000.0 - from - length - 1.0,
            ];
            start.note(off[0], &place);
            end.note(off[1], &place);
            file.note(off[2], &place);
            let within = [START_WITHIN_S, END_WITHIN_S, RECORDING_END_WITHIN_S];
            if off.iter().zip(within).any(|(off, within)| off.abs() > within) {
                wrong.push(format!(
                    "{place}: start {:+.3}, end {:+.3}, file {:+.3} s",
                    off[0], off[1], off[2]
                ));
            }
        }
    }
    for (what, Worst(off, place)) in [("start", start), ("end", end), ("recording's end", file)] {
        println!("worst {what}: {:+.1} ms, {place}", off * 1e3);
    }
    assert!(
        wrong.is_empty(),
        "{} of {}\n{}",
        wrong.len(),
        RATES_HZ.len() as u64 * SPEAKERS,
        wrong.join("\n")
    );
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

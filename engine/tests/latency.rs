//! Sample 0 stands where the caller has heard the end of what was played, also where the loudspeaker turns out later than it was.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::time::Duration;

use afterbeep::{Beep, Next, Phase, Queued, RecordResponse, SampleRate, Setup};

const MS: Duration = Duration::from_millis(1);

/// Milliseconds of capture until the recording begins, with a latency told at each of some times.
fn begins(beep: bool, at_first: Duration, told: &[(u64, Duration)]) -> u64 {
    let request = RecordResponse::builder().play_beep(beep).build().unwrap();
    let setup = Setup::new(SampleRate::HZ_16000).output_latency(at_first);
    let mut turn = Queued::new(&request, setup).unwrap().start();
    for ms in 0.. {
        let Next::Running(mut recorder) = turn.next() else { panic!("it ended") };
        if recorder.phase() == Phase::InitialSilence {
            return ms;
        }
        for (_, latency) in told.iter().filter(|(at, _)| *at == ms) {
            recorder.set_output_latency(*latency);
        }
        turn = recorder.push(&[0; 16]);
    }
    unreachable!()
}

#[test]
fn sample_0_waits_for_the_last_latency_that_was_told() {
    let beep = Beep::default().duration().as_millis() as u64;
    assert_eq!(begins(true, 60 * MS, &[]), beep + 60);
    assert_eq!(begins(true, 60 * MS, &[(100, 90 * MS), (150, 300 * MS)]), beep + 300, "an underrun");
    assert_eq!(begins(true, 60 * MS, &[(100, 10 * MS)]), beep + 10);
    assert_eq!(
        begins(true, 60 * MS, &[(beep + 20, 80 * MS)]),
        beep + 80,
        "after its last sample was given out"
    );
    // It ends with the next samples, before the first of them.
    assert_eq!(begins(true, 60 * MS, &[(beep + 50, 10 * MS)]), beep + 51, "not into the past");
    assert_eq!(begins(false, 60 * MS, &[(0, 90 * MS)]), 0, "nothing is played");
}

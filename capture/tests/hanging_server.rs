//! A real sound server that hangs hangs nobody: devices are opened and dropped without waiting.

#![cfg(feature = "pulseaudio")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

#[allow(dead_code, unused_imports, reason = "each test program uses its part of it")]
mod rig;

use std::thread;
use std::time::{Duration, Instant};

use afterbeep::SampleRate;
use afterbeep_capture::{Choice, Listening, Loudspeaker, Read};
use rig::with_alsa;

const SECOND: Duration = Duration::from_secs(1);

fn pulse() -> Choice {
    Choice { host: Some("pulseaudio".into()), ..Choice::default() }
}

fn alsa() -> Choice {
    Choice { host: Some("alsa".into()), device: Some("default".into()), ..Choice::default() }
}

#[test]
fn opening_need_not_be_waited_for() {
    with_alsa("opening_need_not_be_waited_for", |server| {
        let mut opening = Listening::to(&pulse()).begin();
        let before = Instant::now();
        let mut microphone = opening.wait(5 * SECOND).expect("an answer").unwrap();
        assert!(opening.poll().is_none(), "it is given once");
        assert!(matches!(microphone.read(&mut [0; 480], 2 * SECOND), Read::Samples(_) | Read::Notice(_)));
        println!("opened after {:?}", before.elapsed());
        server.signal("STOP");
        for choice in [pulse(), alsa()] {
            let before = Instant::now();
            let mut opening = Listening::to(&choice).begin();
            let mut slowest = before.elapsed();
            let error = loop {
                let asked = Instant::now();
                let answer = opening.poll();
                slowest = slowest.max(asked.elapsed());
                if let Some(answer) = answer {
                    break answer.err().expect("a hanging server opened a device");
                }
                assert!(before.elapsed() < 6 * SECOND, "no deadline");
                thread::sleep(SECOND / 50);
            };
            println!("{error} after {:?}; slowest call {slowest:?}", before.elapsed());
            assert!(slowest < SECOND / 10, "a call took {slowest:?}");
            assert!(error.to_string().contains(choice.host.as_deref().unwrap()), "{error}");
        }
        let before = Instant::now();
        let mut opening = Loudspeaker::begin(&pulse(), SampleRate::HZ_16000);
        assert!(opening.poll().is_none() && before.elapsed() < SECOND / 10);
        let error =
            opening.wait(6 * SECOND).expect("a deadline").err().expect("a hanging server opened a device");
        println!("loudspeaker: {error} after {:?}", before.elapsed());
        let before = Instant::now();
        drop(microphone);
        assert!(before.elapsed() < SECOND / 10, "dropping took {:?}", before.elapsed());
        server.signal("CONT");
    });
}

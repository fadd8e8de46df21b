//! Known noise for 20 seconds or, if wanted, for long, on every way to a PulseAudio server at once: nothing lost, or each loss found and placed.
//!
//! `AFTERBEEP_SOAK_S=600 cargo test -p afterbeep-capture --test soak -- --nocapture`

#![cfg(feature = "pulseaudio")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

#[allow(dead_code, unused_imports, reason = "each test program uses its part of it")]
mod rig;

use std::thread;
use std::time::{Duration, Instant};

use afterbeep_capture::{Choice, Listening, Microphone, Read};
use rig::{RATE, compare, known_noise, with_alsa};

/// Records for so long; what was heard, losses as zeros, and the gaps: where and how long.
fn record(host: &str, device: Option<&str>, length: Duration) -> (Vec<i16>, Vec<(usize, u64)>) {
    let choice = Choice { host: Some(host.into()), device: device.map(Into::into), ..Choice::default() };
    let mut microphone = Microphone::open_with(Listening::to(&choice)).unwrap();
    let (mut sound, mut lost, mut frame) = (Vec::new(), Vec::new(), [0; 9_600]);
    let start = Instant::now();
    while start.elapsed() < length {
        match microphone.read(&mut frame, Duration::from_millis(100)) {
            Read::Samples(count) => sound.extend(&frame[..count]),
            Read::Lost(count) => {
                lost.push((sound.len(), count));
                sound.extend(std::iter::repeat_n(0, count as usize));
            }
            Read::Notice(notice) => println!("{host}: {notice}"),
            Read::Gone(error) => panic!("{error}"),
            _ => {}
        }
    }
    (sound, lost)
}

#[test]
fn known_noise_loses_nothing_or_says_so() {
    with_alsa("known_noise_loses_nothing_or_says_so", |server| {
        let seconds: u64 = std::env::var("AFTERBEEP_SOAK_S").map_or(20, |text| text.parse().unwrap());
        let noise = known_noise(seconds as usize * RATE as usize);
        let length = Duration::from_secs(seconds + 3);
        let hosts = [("pulseaudio", None), ("alsa", Some("default"))];
        let recorders =
            hosts.map(|(host, device)| (host, thread::spawn(move || record(host, device, length))));
        thread::sleep(Duration::from_secs(1));
        let mut player = server.play(&noise);
        for (host, recorder) in recorders {
            let (sound, lost) = recorder.join().unwrap();
            let compared = compare(&noise, &sound);
            let counted: u64 = lost.iter().map(|(_, count)| count).sum();
            println!("{host}: {} samples of noise, {compared:?}, counted {counted}: {lost:?}", noise.len());
            let allowed = (lost.len() as u64 + 1) * u64::from(RATE) / 50;
            assert!(
                counted.abs_diff(compared.lost as u64) <= allowed,
                "{host}: lost {}, counted {counted}",
                compared.lost
            );
        }
        player.wait().unwrap();
    });
}

//! A real PulseAudio server: devices are listed, nothing hangs with it, and its end is told.

#![cfg(feature = "pulseaudio")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

#[allow(dead_code, unused_imports, reason = "each test program uses its part of it")]
mod rig;

use std::time::{Duration, Instant};

use afterbeep::SampleRate;
use afterbeep_capture::{Choice, DeviceError, Listening, Loudspeaker, Microphone, Notice, Read, devices};
use rig::{RATE, known_noise, with_alsa, with_server};

/// PulseAudio by name: a build may have other hosts, which would answer first.
fn pulse(device: Option<&str>) -> Choice {
    Choice { host: Some("pulseaudio".into()), device: device.map(Into::into), ..Choice::default() }
}

/// The same server by way of ALSA.
fn alsa() -> Choice {
    Choice { host: Some("alsa".into()), device: Some("default".into()), ..Choice::default() }
}

#[test]
fn dropping_a_loudspeaker_does_not_wait_and_lets_it_finish() {
    with_server("dropping_a_loudspeaker_does_not_wait_and_lets_it_finish", |server| {
        let noise = known_noise(RATE as usize / 5);
        let listener = server.listen();
        let mut loudspeaker = Loudspeaker::open(&pulse(None), SampleRate::HZ_48000).unwrap();
        assert_eq!(loudspeaker.write(&noise), noise.len());
        let before = Instant::now();
        drop(loudspeaker);
        assert!(before.elapsed() < Duration::from_millis(100), "dropping took {:?}", before.elapsed());
        std::thread::sleep(Duration::from_millis(500));
        let sound = listener.heard();
        assert_eq!(sound.iter().rev().find(|&&sample| sample != 0), noise.last(), "the end was cut off");
    });
}

#[test]
fn devices_are_listed_with_their_defaults() {
    with_server("devices_are_listed_with_their_defaults", |_| {
        let hosts = devices();
        let alsa = hosts.iter().find(|host| host.id == "alsa");
        assert!(alsa.is_some(), "{hosts:?}");
        let pulse = hosts.iter().find(|host| host.id == "pulseaudio").unwrap();
        assert_eq!(pulse.unavailable, None);
        let named = |devices: &[afterbeep_capture::DeviceInfo]| -> Vec<(String, bool)> {
            devices.iter().map(|device| (device.id.clone(), device.is_default)).collect()
        };
        let monitor = ("pulseaudio:caller.monitor".to_owned(), true);
        assert!(named(&pulse.inputs).contains(&monitor), "{:?}", named(&pulse.inputs));
        assert!(named(&pulse.outputs).contains(&("pulseaudio:speaker".to_owned(), true)));
        let microphone = pulse.inputs.iter().find(|device| device.is_default).unwrap();
        assert_eq!(microphone.default_rate_hz, Some(RATE));
        assert!(microphone.channels.contains(&1) && microphone.formats.contains(&"i16".to_owned()));
    });
}

#[test]
fn a_device_that_is_not_there_is_refused_with_those_that_are() {
    with_server("a_device_that_is_not_there_is_refused_with_those_that_are", |_| {
        let Err(error) = Microphone::open(&pulse(Some("theremin"))) else { panic!("a theremin opened") };
        assert!(matches!(&error, DeviceError::NotFound { name, .. } if name == "theremin"));
        assert!(error.to_string().contains("pulseaudio:caller.monitor"), "{error}");
        let chosen = Microphone::open(&pulse(Some("CALLER.monitor"))).unwrap();
        assert_eq!(chosen.rate(), SampleRate::HZ_48000);
        assert_eq!(chosen.device(), "pulseaudio:caller.monitor");
        let host = Choice { host: Some("coreaudio".into()), ..Choice::default() };
        let Err(error) = Loudspeaker::open(&host, SampleRate::HZ_16000) else {
            panic!("a foreign host opened")
        };
        assert!(
            error.to_string().contains("alsa, pulseaudio") || error.to_string().contains("pulseaudio"),
            "{error}"
        );
    });
}

/// Reads until the microphone says that it is gone.
fn read_to_the_end(microphone: &mut Microphone) -> DeviceError {
    let (start, mut frame) = (Instant::now(), [0i16; 480]);
    loop {
        match microphone.read(&mut frame, Duration::from_millis(100)) {
            Read::Gone(error) => {
                println!("noticed after {:?}: {error}", start.elapsed());
                assert_eq!(
                    microphone.read(&mut frame, Duration::ZERO),
                    Read::Gone(error.clone()),
                    "so it stays"
                );
                return error;
            }
            _ => assert!(start.elapsed() < Duration::from_secs(5), "the death went unnoticed"),
        }
    }
}

#[test]
fn a_server_that_dies_ends_both_directions_with_a_reason() {
    with_server("a_server_that_dies_ends_both_directions_with_a_reason", |server| {
        let how = Listening::to(&pulse(None)).give_up_after(Duration::from_secs(1));
        let mut microphone = Microphone::open_with(how).unwrap();
        let mut loudspeaker = Loudspeaker::open(&pulse(None), SampleRate::HZ_16000).unwrap();
        assert!(matches!(microphone.read(&mut [0; 480], Duration::from_secs(2)), Read::Samples(_)));
        server.signal("KILL");
        let error = read_to_the_end(&mut microphone);
        assert!(error.to_string().contains("pulseaudio:caller.monitor"), "{error}");
        loudspeaker.write(&[1; 480]);
        assert!(!loudspeaker.drain(Duration::from_secs(2)), "a dead server played to the end");
        let told = loudspeaker.notice();
        assert!(
            matches!(&told, Some(Notice::Broken(error)) if error.to_string().contains("pulseaudio:speaker")),
            "{told:?}"
        );
        assert!(!loudspeaker.drain(Duration::from_secs(6)) && loudspeaker.gone().is_some(), "it is given up");
    });
}

/// Clock ticks, of 10 ms, that this process ran so far.
fn ticks_run() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

#[test]
fn a_dead_server_keeps_no_core_busy() {
    // ALSA's plugin then either calls the error callback half a million times a second, or hangs without a word.
    with_alsa("a_dead_server_keeps_no_core_busy", |server| {
        let mut microphone = Microphone::open(&alsa()).unwrap();
        let mut frame = [0; 480];
        assert!(matches!(microphone.read(&mut frame, Duration::from_secs(2)), Read::Samples(_)));
        server.signal("KILL");
        std::thread::sleep(Duration::from_secs(1));
        let before = ticks_run();
        std::thread::sleep(Duration::from_secs(1));
        let busy = ticks_run() - before;
        while let Read::Samples(_) | Read::Lost(_) = microphone.read(&mut frame, Duration::ZERO) {}
        println!("{busy} % of a core; then {:?}", microphone.read(&mut frame, Duration::ZERO));
        assert!(busy < 15, "{busy} % of a core after the end");
    });
}

#[test]
fn a_server_that_hangs_does_not_hang_us() {
    with_server("a_server_that_hangs_does_not_hang_us", |server| {
        let microphone = Microphone::open(&pulse(None)).unwrap();
        server.signal("STOP");
        let before = Instant::now();
        drop(microphone);
        assert!(before.elapsed() < Duration::from_millis(100), "dropping took {:?}", before.elapsed());
        let Err(error) = Microphone::open(&pulse(None)) else { panic!("a hanging server opened a device") };
        println!("opening: {error} after {:?}", before.elapsed());
        assert!(error.to_string().contains("pulseaudio") && before.elapsed() < Duration::from_secs(8));
        let before = Instant::now();
        let hosts = devices();
        let pulse = hosts.iter().find(|host| host.id == "pulseaudio").unwrap();
        println!("listing: {:?} after {:?}", pulse.unavailable, before.elapsed());
        assert!(pulse.unavailable.is_some() && before.elapsed() < Duration::from_secs(8));
        server.signal("CONT");
    });
}

#[test]
fn opening_by_way_of_alsa_has_a_deadline() {
    with_alsa("opening_by_way_of_alsa_has_a_deadline", |server| {
        server.signal("STOP");
        let before = Instant::now();
        let Err(error) = Microphone::open(&alsa()) else { panic!("a hanging server opened a device") };
        println!("{error} after {:?}", before.elapsed());
        assert!(matches!(error, DeviceError::Timeout { .. }), "{error}");
        assert!(
            error.to_string().contains("default on host alsa") && before.elapsed() < Duration::from_secs(6)
        );
        server.signal("CONT");
    });
}

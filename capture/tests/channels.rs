//! One channel of several, from a real sound server: the server mixes nothing into it.

#![cfg(feature = "pulseaudio")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

#[allow(dead_code, unused_imports, reason = "the rig serves other tests as well")]
mod rig;

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use afterbeep::SampleRate;
use afterbeep_capture::{Channel, Choice, Loudspeaker, Microphone, Read};
use rig::{Compared, Host, RATE, compare, known_noise, with_host, with_server};

/// Where the channels of a pair are, and of six, in the order in which cpal asks for them. Channels that are elsewhere a
/// server moves, or mixes.
const PAIR: &str = "front-left,front-right";
const SURROUND: &str = "front-left,front-right,front-center,lfe,rear-left,rear-right";

/// Gives the server a microphone of several channels.
fn add_microphone(host: Host, name: &str, channels: u16, places: &str) {
    let exact = if host == Host::PipeWire { "" } else { "format=s16le norewinds=1" };
    let sink = format!(
        "sink_name={name} rate={RATE} channels={channels} channel_map={places} {exact} sink_properties=device.description={name}"
    );
    let mut command = Command::new("pactl");
    command.args(["load-module", "module-null-sink"]).args(sink.split_whitespace());
    assert!(command.output().unwrap().status.success());
}

/// Plays each sound to its own channel of a microphone.
fn play(name: &str, places: &str, sounds: &[Vec<i16>]) -> Child {
    let path = std::env::temp_dir().join(format!("afterbeep-{name}-{}.raw", std::process::id()));
    let frames = (0..sounds[0].len()).flat_map(|n| sounds.iter().map(move |sound| sound[n]));
    std::fs::write(&path, frames.flat_map(i16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    Command::new("paplay")
        .args(["--raw", "--format=s16le", "--latency-msec=500"])
        .arg(format!("--channels={}", sounds.len()))
        .arg(format!("--channel-map={places}"))
        .arg(format!("--rate={RATE}"))
        .arg(format!("--device={name}"))
        .arg(path)
        .spawn()
        .unwrap()
}

/// What one channel heard while all of them were played to.
fn hear((name, places): (&str, &str), channel: Channel, sounds: &[Vec<i16>]) -> Vec<i16> {
    let device = Some(format!("{name}.monitor"));
    hear_from(&Choice { host: Some("pulseaudio".into()), device, channel }, (name, places), sounds)
}

/// What a choice heard while they were played to the microphone of this name.
fn hear_from(choice: &Choice, (name, places): (&str, &str), sounds: &[Vec<i16>]) -> Vec<i16> {
    let mut microphone = Microphone::open(choice).unwrap();
    let mut player = play(name, places, sounds);
    let (mut sound, mut frame, mut ended) = (Vec::new(), [0; 480], None);
    while ended.is_none_or(|at: Instant| at.elapsed() < Duration::from_millis(500)) {
        if ended.is_none() && player.try_wait().unwrap().is_some() {
            ended = Some(Instant::now());
        }
        if let Read::Samples(count) = microphone.read(&mut frame, Duration::from_millis(50)) {
            sound.extend(&frame[..count]);
        }
    }
    player.wait().unwrap();
    sound
}

#[test]
fn a_chosen_channel_is_heard_alone_and_exactly() {
    with_server("a_chosen_channel_is_heard_alone_and_exactly", |_| {
        let noise = known_noise(3 * RATE as usize);
        for (name, channels, places) in [("pair", 2u16, PAIR), ("surround", 6, SURROUND)] {
            add_microphone(Host::PulseAudio, name, channels, places);
            // The same noise, a quarter of a second apart from one channel to the next.
            let len = RATE as usize;
            let sounds: Vec<Vec<i16>> =
                (0..usize::from(channels)).map(|n| noise[n * len / 4..][..len].to_vec()).collect();
            for number in [1, channels] {
                let channel = Channel::number(number).unwrap();
                let wanted = &sounds[usize::from(number - 1)];
                let exact =
                    |_| compare(wanted, &hear((name, places), channel, &sounds)) == Compared::default();
                assert!((0..2).any(exact), "channel {number} of {channels} was not heard exactly, twice");
            }
        }
    });
}

/// The largest difference between what was asked for and what was heard, where these fit best.
fn worst(asked: &[i16], heard: &[i16]) -> u32 {
    let Some(first) = heard.iter().position(|&sample| sample != 0) else { return u32::MAX };
    let worst = |place: usize| {
        let heard = heard.get(place..place + asked.len())?;
        asked.iter().zip(heard).map(|(a, b)| u32::from(a.abs_diff(*b))).max()
    };
    (first.saturating_sub(4)..first + 4).filter_map(worst).min().unwrap_or(u32::MAX)
}

#[test]
fn pipewire_gives_left_right_and_their_mean_of_a_pair() {
    with_host(Host::PipeWire, "pipewire_gives_left_right_and_their_mean_of_a_pair", |server| {
        let noise = known_noise(2 * RATE as usize);
        let sounds: Vec<Vec<i16>> = noise.chunks(RATE as usize).map(<[i16]>::to_vec).collect();
        let mean = |(a, b): (&i16, &i16)| ((i32::from(*a) + i32::from(*b) + 1) >> 1) as i16;
        let mix: Vec<i16> = sounds[0].iter().zip(&sounds[1]).map(mean).collect();
        add_microphone(Host::PipeWire, "pair", 2, PAIR);
        server.tell(&["set-default-source", "pair.monitor"]);
        // By its name, and as the default, whose number of channels the host does not know.
        for device in [Some("pair".to_owned()), None] {
            // A server that mixes rounds as it likes.
            let wanted = [("left", &sounds[0], 0), ("right", &sounds[1], 0), ("mix", &mix, 1)];
            for (name, wanted, allowed) in wanted {
                let choice = Choice {
                    host: Some("pipewire".into()),
                    device: device.clone(),
                    channel: name.parse().unwrap(),
                };
                let is_heard = |_| {
                    let worst = worst(wanted, &hear_from(&choice, ("pair", PAIR), &sounds));
                    println!("{name} of {device:?}: none differs by more than {worst}");
                    worst <= allowed
                };
                assert!((0..3).any(is_heard), "{name} of {device:?} was not heard, in three runs");
            }
        }
    });
}

#[test]
fn pipewire_plays_on_both_channels_of_a_pair() {
    with_host(Host::PipeWire, "pipewire_plays_on_both_channels_of_a_pair", |server| {
        add_microphone(Host::PipeWire, "pair", 2, PAIR);
        server.tell(&["set-default-sink", "pair"]);
        let choice = Choice { host: Some("pipewire".into()), ..Choice::default() };
        let mut loudspeaker = Loudspeaker::open(&choice, SampleRate::HZ_48000).unwrap();
        let mut listener = Command::new("timeout");
        listener.args([
            "3",
            "parec",
            "--raw",
            "--format=s16le",
            "--channels=2",
            "--latency-msec=100",
            "--device=pair.monitor",
        ]);
        let listener =
            listener.arg(format!("--rate={RATE}")).stdout(std::process::Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_secs(1));
        let noise = known_noise(RATE as usize / 4);
        assert_eq!(loudspeaker.write(&noise), noise.len());
        assert!(loudspeaker.drain(Duration::from_secs(3)), "not drained");
        let heard = listener.wait_with_output().unwrap().stdout;
        let samples: Vec<i16> =
            heard.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        for channel in 0..2 {
            let heard: Vec<i16> = samples.iter().skip(channel).step_by(2).copied().collect();
            let loudest = heard.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            let compared = compare(&noise, &heard);
            println!("channel {channel}: loudest {loudest}, {compared:?}");
            assert!(loudest > 32_000, "channel {channel} is silent, or soft: {loudest}");
        }
    });
}

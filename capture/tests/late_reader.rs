//! A reader that stands still for a second, at a real PulseAudio: what the ring cannot hold is lost, counted and told in its place.

#![cfg(feature = "pulseaudio")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

#[allow(dead_code, unused_imports, reason = "each test program uses its part of it")]
mod rig;

use std::thread;
use std::time::{Duration, Instant};

use afterbeep_capture::{Choice, Listening, Microphone, Read, RingLength};
use rig::{Flaw, RATE, Server, flaws, known_noise, with_server};

/// How long the reader stands still.
const ASLEEP: Duration = Duration::from_secs(1);

/// What a reader heard that once stood still.
#[derive(Default)]
struct Heard {
    /// Without what was lost.
    sound: Vec<i16>,
    /// Losses: after how many samples, and how many.
    told: Vec<(usize, u64)>,
    /// How many samples had been read before it stood still.
    before: usize,
}

impl Heard {
    fn listen(&mut self, microphone: &mut Microphone, time: Duration) {
        let (start, mut frame) = (Instant::now(), [0; 480]);
        while start.elapsed() < time {
            match microphone.read(&mut frame, Duration::from_millis(20)) {
                Read::Samples(count) => self.sound.extend(&frame[..count]),
                Read::Lost(count) => self.told.push((self.sound.len(), count)),
                _ => {}
            }
        }
    }
}

/// Plays four seconds of noise to a reader with such a ring; what it heard, and how that differs from the noise.
fn hear(server: &Server, ring: RingLength) -> (Heard, Vec<Flaw>) {
    let choice = Choice { host: Some("pulseaudio".into()), ..Choice::default() };
    let mut microphone = Microphone::open_with(Listening::to(&choice).ring(ring)).unwrap();
    let noise = known_noise(4 * RATE as usize);
    let mut heard = Heard::default();
    heard.listen(&mut microphone, ASLEEP);
    let mut player = server.play(&noise);
    heard.listen(&mut microphone, 2 * ASLEEP);
    heard.before = heard.sound.len();
    thread::sleep(ASLEEP);
    heard.listen(&mut microphone, 3 * ASLEEP);
    player.wait().unwrap();
    assert_eq!(microphone.lost(), heard.told.iter().map(|(_, count)| count).sum::<u64>());
    let flaws = flaws(&noise, &heard.sound);
    println!("{ring:?}: {} read before, told {:?}, {flaws:?}", heard.before, heard.told);
    (heard, flaws)
}

/// A server that has no processor loses samples itself: three times are enough.
fn at_last(holds: impl Fn() -> bool) {
    assert!((0..3).any(|_| holds()), "never, in three runs");
}

#[test]
fn what_half_a_second_cannot_hold_is_told_in_its_place_to_the_sample() {
    with_server("what_half_a_second_cannot_hold_is_told_in_its_place_to_the_sample", |server| {
        at_last(|| {
            let (heard, flaws) = hear(&server, RingLength::default());
            let ([(place, lost)], [flaw]) = (&heard.told[..], &flaws[..]) else { return false };
            // The ring was full, from the last sample that was read on.
            assert_eq!(*place, heard.before + RATE as usize / 2, "its place");
            assert_eq!((flaw.at, flaw.lost, flaw.foreign), (*place, *lost as usize, 0), "its length");
            // Callbacks bring 100 ms.
            assert!(lost.abs_diff(u64::from(RATE) / 2) <= u64::from(RATE) / 5, "{lost} of half a second");
            true
        });
    });
}

#[test]
fn a_ring_of_two_seconds_holds_all_of_it() {
    with_server("a_ring_of_two_seconds_holds_all_of_it", |server| {
        at_last(|| {
            let (heard, flaws) = hear(&server, RingLength::PATIENT);
            heard.told.is_empty() && flaws.is_empty()
        });
    });
}

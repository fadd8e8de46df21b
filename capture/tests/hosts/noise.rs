//! What is played is what is recorded, sample by sample.

use std::process::Child;
use std::time::{Duration, Instant};

use afterbeep_capture::{Microphone, Read};

use crate::SOAK;
use crate::rig::{Flaw, RATE, Server, flaws, known_noise};

/// What a microphone gave.
struct Heard {
    /// Losses as zeros.
    sound: Vec<i16>,
    /// Losses that were told: where, and how many samples.
    told: Vec<(usize, u64)>,
    callbacks: u64,
}

/// Listens until the player has ended, and a bit longer.
fn listen(microphone: &mut Microphone, player: &mut Child) -> Heard {
    let (mut sound, mut told, mut frame) = (Vec::new(), Vec::new(), [0i16; 4_800]);
    let mut played = None;
    while played.is_none_or(|at: Instant| at.elapsed() < Duration::from_millis(1_500)) {
        if played.is_none() && player.try_wait().expect("the player").is_some() {
            played = Some(Instant::now());
        }
        match microphone.read(&mut frame, Duration::from_millis(50)) {
            Read::Samples(count) => sound.extend(&frame[..count]),
            Read::Lost(count) => {
                told.push((sound.len(), count));
                sound.extend(std::iter::repeat_n(0, count as usize));
            }
            Read::Gone(error) => panic!("{error}"),
            _ => {}
        }
    }
    Heard { sound, told, callbacks: microphone.callbacks() }
}

/// Plays so much noise and records it: what was heard, and where it differs.
fn record(server: &Server, seconds: f64) -> (Heard, Vec<Flaw>, usize) {
    let noise = known_noise((seconds * f64::from(RATE)) as usize);
    let mut microphone = Microphone::open(&server.host().choice()).unwrap();
    assert_eq!(microphone.host(), server.host().id());
    assert_eq!(microphone.rate().hz(), RATE);
    let heard = listen(&mut microphone, &mut server.play(&noise));
    let flaws = flaws(&noise, &heard.sound);
    (heard, flaws, noise.len())
}

pub(crate) fn twenty_seconds(server: &Server) -> String {
    let (heard, flaws, samples) = record(server, 20.0);
    let lost: usize = flaws.iter().map(|flaw| flaw.lost).sum();
    let per_callback = heard.sound.len() as u64 / heard.callbacks.max(1);
    let figures = format!(
        "{samples} samples of noise, {lost} lost, {per_callback} a callback, {} told",
        heard.told.len()
    );
    assert!(flaws.is_empty(), "{figures}: {:?}", &flaws[..flaws.len().min(20)]);
    figures
}

/// So many minutes of noise: nothing is lost, or each loss is found.
pub(crate) fn soak(server: &Server) -> String {
    let minutes: f64 = std::env::var(SOAK).expect("minutes").parse().expect("minutes");
    let (heard, flaws, samples) = record(server, 60.0 * minutes);
    let lost: usize = flaws.iter().map(|flaw| flaw.lost).sum();
    let told: u64 = heard.told.iter().map(|(_, count)| count).sum();
    let figures =
        format!("{samples} samples, {lost} lost in {} places, {told} told at {:?}", flaws.len(), heard.told);
    println!("{flaws:?}\n{:?}", heard.told);
    // What the server lost is measured by the clock: to 20 ms, and in its place to what the clock waits before it is sure.
    let (exact, near) = (RATE as usize / 50, 3 * RATE as usize / 2);
    for flaw in &flaws {
        let is_told = heard.told.iter().any(|(at, _)| at.abs_diff(flaw.at) < near);
        assert!(is_told || flaw.lost.max(flaw.foreign) < exact, "{figures}: nobody told of {flaw:?}");
    }
    // A server that was late itself is told as a gap in time, though the player waited with it and nothing is lost.
    assert!(lost as u64 <= told + ((flaws.len() + 1) * exact) as u64, "{figures}");
    figures
}

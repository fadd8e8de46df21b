//! What is played is what is recorded, sample by sample.

use afterbeep_capture::Microphone;

use crate::rig::{RATE, Server, flaws, known_noise};
use crate::truth::listen;

pub(crate) fn twenty_seconds(server: &Server) -> String {
    let noise = known_noise(20 * RATE as usize);
    let mut microphone = Microphone::open(&server.host().choice()).unwrap();
    assert_eq!(microphone.host(), server.host().id());
    assert_eq!(microphone.rate().hz(), RATE);
    let mut player = server.play(&noise);
    let heard = listen(&mut microphone, || player.try_wait().expect("the player").is_some());
    let flaws = flaws(&noise, &heard.sound);
    let lost: usize = flaws.iter().map(|flaw| flaw.lost).sum();
    let per_callback = heard.sound.len() as u64 / microphone.callbacks().max(1);
    let figures = format!(
        "{} samples of noise, {lost} lost, {per_callback} a callback, {} told",
        noise.len(),
        heard.told.len()
    );
    assert!(flaws.is_empty(), "{figures}: {:?}", &flaws[..flaws.len().min(20)]);
    figures
}

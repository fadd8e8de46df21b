//! A switchboard: a hundred callers at once, each of whom leaves a message. `cargo run --release --example many_calls`
//!
//! A softphone's or a PBX's own audio thread takes the place of `line` below.

#![allow(clippy::disallowed_methods, reason = "the edge: the network's thread is the embedder's own")]

use std::time::Duration;
use std::{error::Error, thread};

use afterbeep::{
    Audio, CallEvent, Engine, Event, Message, OperationOutcome, PlayPrompt, Prompt, RecordResponse,
    RecordingRate, SampleRate,
};

const CALLS: usize = 100;
const FRAME: usize = 160;

fn main() -> Result<(), Box<dyn Error>> {
    let engine = Engine::builder().build()?;
    let (mut calls, mut lines) = (Vec::new(), Vec::new());
    for number in 0..CALLS {
        let (call, audio) = engine.open_call(SampleRate::HZ_8000);
        let events = call.events(64);
        // Hello, then a message: queued, and so one after the other.
        let hello = Prompt::from_samples(tone(400.0, 2_000));
        call.play_prompt(PlayPrompt::new([Ok(hello)]))?;
        let request = RecordResponse::builder()
            .stop_tones("#".parse()?)
            .max_silence_timeout(Duration::from_secs(1))
            .max_record_duration(Duration::from_secs(2))
            .client_context(format!("caller {number}"))
            .build()?;
        let message = call.record_response(Message::new(request).rate(RecordingRate::Hz8000))?;
        calls.push((call, events, message));
        lines.push(audio);
    }
    let network = thread::spawn(move || line(lines));
    for (number, (call, events, message)) in calls.iter().enumerate() {
        let finished = message.wait();
        let OperationOutcome::RecordResponse(outcome) = &finished.outcome else { continue };
        let phases = std::iter::from_fn(|| events.try_next())
            .filter(|event| matches!(event, CallEvent::Event(_, Event::PhaseChanged { .. })));
        if number % 25 == 0 {
            let seconds = outcome.recording.map_or(0.0, |recorded| recorded.samples as f64 / 8_000.0);
            println!("caller {number}: {}, {seconds:.2} s, {} phases", outcome.reason, phases.count());
        }
        call.hang_up();
    }
    network.join().map_err(|_| "the network failed")?;
    Ok(())
}

/// The network: a frame of 20 ms each way for every call, twenty times as fast as a real one.
fn line(mut calls: Vec<Audio>) {
    let (caller, mut heard) = (tone(300.0, 4 * FRAME), [0; FRAME]);
    for frame in caller.chunks_exact(FRAME).cycle().take(150) {
        for audio in &mut calls {
            audio.capture(frame);
            audio.playback(&mut heard);
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn tone(hz: f64, samples: usize) -> Vec<i16> {
    let turn = std::f64::consts::TAU * hz / 8_000.0;
    (0..samples).map(|n| (8_000.0 * (turn * n as f64).sin()) as i16).collect()
}

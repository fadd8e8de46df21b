//! From the frame with which a stop tone is certain to the event that tells of the end, at a thousand calls.

use std::thread;
use std::time::{Duration, Instant};

use afterbeep::{
    Call, CallEvent, CompletionReason, Engine, Events, Message, OperationOutcome, Output, RecordResponse,
    RecordingRate, Setup,
};
use afterbeep_benches::{Times, tell_goal};
use afterbeep_tests::digit;

use crate::calls::{FRAME, FRAME_TIME, RATE, noise, place, wait_until};

const CALLS: usize = 1_000;
/// The tone of a call begins so many frames into it, and in each call one frame later.
const FIRST: usize = 50;
/// Samples of the tone: 100 ms.
const TONE: usize = 800;

/// Measures and prints a line.
pub(crate) fn measure() {
    let noise = noise();
    let tone: Vec<i16> = digit(RATE.hz(), TONE, '#'.try_into().unwrap(), -10.0)
        .iter()
        .map(|x| (x * 32_768.0) as i16)
        .collect();
    let heard = |call: usize, frame: usize| -> [i16; FRAME] {
        let from = place(call) + frame * FRAME;
        let mut samples: [i16; FRAME] = noise[from..from + FRAME].try_into().unwrap();
        if let Some(at) = frame.checked_sub(FIRST + call).map(|frames| frames * FRAME).filter(|at| *at < TONE)
        {
            samples.iter_mut().zip(&tone[at..]).for_each(|(to, tone)| *to += tone);
        }
        samples
    };
    let engine = Engine::builder().build().unwrap();
    let (mut handles, mut events, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..CALLS {
        let (handle, audio) = engine.open_call(RATE);
        events.push(handle.events(10_000));
        let message = Message::new(request()).rate(RecordingRate::Hz8000);
        handles.push((handle.record_response(message).unwrap(), handle));
        lines.push(audio);
    }
    let certain: Vec<usize> = (0..CALLS).map(|call| certain_with(|frame| heard(call, frame))).collect();
    let start = Instant::now();
    let told = thread::spawn(move || events.iter().map(finished).collect::<Vec<_>>());
    let mut brought = vec![start; CALLS];
    for frame in 0..FIRST + CALLS + 20 {
        wait_until(start + FRAME_TIME * frame as u32);
        for (call, audio) in lines.iter_mut().enumerate() {
            audio.capture(&heard(call, frame));
            audio.playback(&mut [0; FRAME]);
            if frame == certain[call] {
                brought[call] = Instant::now();
            }
        }
    }
    let mut times = Times::default();
    let mut longest = Duration::ZERO;
    for (told, brought) in told.join().unwrap().into_iter().zip(brought) {
        times.note(told.saturating_duration_since(brought).as_micros() as u64);
        longest = longest.max(told.saturating_duration_since(brought));
    }
    let [half, rare] = [0.5, 0.99].map(|part| times.within(part) as f64 / 1e3);
    println!(
        "\n{CALLS} calls: from the frame with which a stop tone is certain to the event `Finished`, in ms: p50 {half:.1}, p99 {rare:.1}, longest {:.1}",
        longest.as_secs_f64() * 1e3
    );
    let figure = format!("p50 {half:.1} ms, p99 {rare:.1} ms");
    tell_goal(&format!("stop tone certain → `Finished`, {CALLS} calls"), &figure, "p99 ≤ 30 ms");
}

fn request() -> RecordResponse {
    RecordResponse::builder()
        .play_beep(false)
        .initial_silence_timeout(Duration::from_secs(120))
        .max_record_duration(Duration::from_secs(120))
        .stop_tones("#".parse().unwrap())
        .build()
        .unwrap()
}

/// The frame with which a call is certain of its stop tone: the samples are the time, so a call without threads tells.
fn certain_with(heard: impl Fn(usize) -> [i16; FRAME]) -> usize {
    let mut call = Call::new(RATE);
    let setup = Setup::new(RATE).recording_rate(RecordingRate::Hz8000);
    call.record_response(&request(), setup).unwrap();
    for frame in 0.. {
        call.capture(&heard(frame));
        while let Some(output) = call.poll() {
            if let Output::Finished(_, outcome) = output {
                ended_by_tone(&outcome);
                return frame;
            }
        }
    }
    unreachable!()
}

/// When the end of a call was told.
fn finished(events: &Events) -> Instant {
    loop {
        if let Some(CallEvent::Finished(_, outcome)) = events.next_within(Duration::from_secs(60)) {
            let now = Instant::now();
            ended_by_tone(&outcome);
            return now;
        }
        assert!(!events.is_over(), "the call is over");
    }
}

fn ended_by_tone(outcome: &OperationOutcome) {
    let OperationOutcome::RecordResponse(outcome) = outcome else { panic!("it played") };
    assert_eq!(outcome.reason, CompletionReason::StopToneDetected);
}

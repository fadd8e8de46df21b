//! What a call takes of memory beside its recording.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "threads, and those who wait for them"
)]

use std::thread::sleep;
use std::time::{Duration, Instant};

use afterbeep::{Audio, CallHandle, Engine, Message, Operation, RecordResponse, RecordingRate, SampleRate};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const CALLS: usize = 500;
/// Frames of 20 ms that are brought: a second, so that the beep and its echo's time are over.
const FRAMES: usize = 50;
/// What a call at 8 kHz may take beside its recording, its rings of 100 ms each way included.
const MOST_BYTES: usize = 16 * 1_024;

/// The room of the recording itself, which is kept in memory here: it grows with the frames behind 200 ms of beep and the 40 ms until
/// that is heard.
fn recording_bytes() -> usize {
    let mut recording = Vec::new();
    (12..FRAMES).for_each(|_| recording.extend_from_slice(&[0i16; 160]));
    2 * recording.capacity()
}

fn call(engine: &Engine) -> (CallHandle, Audio, Operation) {
    let request = RecordResponse::builder()
        .initial_silence_timeout(Duration::from_secs(60))
        .max_record_duration(Duration::from_secs(60))
        .build()
        .unwrap();
    let (call, audio) = engine.open_call(SampleRate::HZ_8000);
    let operation = call.record_response(Message::new(request).rate(RecordingRate::Hz8000)).unwrap();
    (call, audio, operation)
}

#[test]
fn a_call_takes_little_beside_its_recording() {
    let engine = Engine::builder().ring(Duration::from_millis(100)).workers(1).build().unwrap();
    // What there is once, is there now.
    let first = call(&engine);
    sleep(Duration::from_millis(100));
    let before = MEMORY.current_usage();
    let mut calls: Vec<_> = (0..CALLS).map(|_| call(&engine)).collect();
    for _ in 0..FRAMES {
        for (_, audio, _) in &mut calls {
            audio.capture(&[1; 160]);
            audio.playback(&mut [0; 160]);
        }
        sleep(Duration::from_millis(10));
    }
    let taken = || MEMORY.current_usage().saturating_sub(before) / CALLS;
    // A worker that is behind has beeps' echoes yet to come.
    let start = Instant::now();
    while taken() > recording_bytes() + MOST_BYTES && start.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(10));
    }
    let each = taken() - recording_bytes();
    println!(
        "goal: | memory of an 8 kHz call beside its recording | {:.1} KiB | ≤ 16 KiB; aim 8 |",
        each as f64 / 1_024.0
    );
    let start = Instant::now();
    drop(calls);
    while taken() > 100 && start.elapsed() < Duration::from_secs(20) {
        sleep(Duration::from_millis(10));
    }
    assert!(taken() <= 100, "{} bytes stay of a call that is over", taken());
    drop(first);
    assert!(each <= MOST_BYTES, "{each} bytes");
}

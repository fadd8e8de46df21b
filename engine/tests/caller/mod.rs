//! What the tests of many calls share: what is asked for, sounds that are a call's own, and waiting for an end.
#![allow(dead_code, reason = "not every test uses all of it")]

use std::thread;
use std::time::Duration;

use afterbeep::{
    Audio, CallHandle, Engine, Finished, Kept, Message, Operation, OperationOutcome, Outcome, RecordResponse,
    RecordResponseBuilder, RecordingRate, SampleRate,
};

pub(crate) const RATE: SampleRate = SampleRate::HZ_8000;
/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// 20 ms.
pub(crate) const FRAME: usize = 160;

/// A message without a beep that does not end for silence.
pub(crate) fn request() -> RecordResponseBuilder {
    RecordResponse::builder().play_beep(false).initial_silence_timeout(Duration::from_secs(60))
}

/// Recorded at the call's own rate.
pub(crate) fn message(request: RecordResponseBuilder) -> Message {
    Message::new(request.build().unwrap()).rate(RecordingRate::Hz8000)
}

/// Samples that are a call's own, none of them silence.
pub(crate) fn noise(seed: u32, length: usize) -> Vec<i16> {
    let mut state = seed.wrapping_mul(0x9E37_79B9) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 20) as i16 | 1
    };
    std::iter::repeat_with(next).take(length).collect()
}

pub(crate) fn end(operation: &Operation) -> Finished {
    operation.wait_timeout(PATIENCE).expect("it ends")
}

/// How a recording ended, and what was kept of it.
pub(crate) fn recorded(operation: &Operation) -> (Outcome, Kept) {
    match end(operation) {
        Finished { outcome: OperationOutcome::RecordResponse(outcome), kept, .. } => (outcome, kept),
        other => panic!("a recording was asked for: {other:?}"),
    }
}

/// A call that records.
pub(crate) struct Line {
    pub(crate) call: CallHandle,
    pub(crate) audio: Audio,
    pub(crate) operation: Operation,
    pub(crate) sound: Vec<i16>,
}

/// So many calls that record up to `cap`; each hears a sound of its own of `samples`.
pub(crate) fn lines(engine: &Engine, count: usize, cap: Duration, samples: usize) -> Vec<Line> {
    let line = |number: usize| {
        let (call, audio) = engine.open_call(RATE);
        let operation = call.record_response(message(request().max_record_duration(cap))).unwrap();
        Line { call, audio, operation, sound: noise(number as u32, samples) }
    };
    (0..count).map(line).collect()
}

/// Brings every call its samples from one place to another, frame by frame, with `between` from one to the next.
pub(crate) fn bring(lines: &mut [Line], from: usize, to: usize, between: Duration) {
    for at in (from..to).step_by(FRAME) {
        for line in &mut *lines {
            line.audio.capture(&line.sound[at..at + FRAME]);
        }
        thread::sleep(between);
    }
}

//! Many calls at once, on real threads.
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

mod caller;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use afterbeep::{
    AskError, Audio, CallEvent, CompletionReason as Reason, Counted, Engine, Event, Failure, Finished, Kept,
    OperationOutcome, Outcome, PlayPrompt, Prompt, Refused,
};
use caller::{PATIENCE, RATE, end, lines, message, noise, request};

fn engine() -> Engine {
    Engine::builder().workers(2).build().unwrap()
}

/// Brings samples as fast as the worker takes them.
fn bring(audio: &mut Audio, samples: &[i16]) {
    for frame in samples.chunks(160) {
        audio.capture(frame);
        audio.playback(&mut [0; 160]);
        thread::sleep(Duration::from_millis(2));
    }
}

/// A recording that was kept in memory.
fn kept(finished: Finished) -> (Outcome, Arc<[i16]>) {
    match finished {
        Finished {
            outcome: OperationOutcome::RecordResponse(outcome), kept: Kept::Samples(samples), ..
        } => (outcome, samples),
        other => panic!("{:?}", other.outcome),
    }
}

#[test]
fn every_call_records_its_own_samples() {
    let engine = engine();
    let mut lines = lines(&engine, 200, Duration::from_millis(500), 4_800);
    assert_eq!(engine.calls(), 200);
    caller::bring(&mut lines, 0, 4_800, Duration::from_millis(5));
    for line in &lines {
        let (outcome, samples) = kept(end(&line.operation));
        assert_eq!((outcome.reason, outcome.lost_samples), (Reason::MaxRecordDurationReached, 0));
        assert!(samples[..] == line.sound[..4_000], "operation {}", line.operation.id());
        assert_eq!(line.call.counted(), Counted::default());
    }
    drop(lines);
    assert_eq!(engine.calls(), 0);
}

#[test]
fn what_is_played_is_heard_after_the_playout_delay_and_a_worker_may_be_as_late() {
    for (asked, delay) in [(None, 50), (Some(20), 20), (Some(200), 200), (Some(0), 20), (Some(9_000), 500)] {
        let builder = Engine::builder();
        let builder = match asked {
            Some(asked) => builder.playout_delay(Duration::from_millis(asked)),
            None => builder,
        };
        let engine = builder.build().unwrap();
        let (call, mut audio) = engine.open_call(RATE);
        // Until that has passed no worker has to have come.
        let mut heard = vec![-1; delay * 8];
        audio.playback(&mut heard);
        assert_eq!((heard, call.counted().underrun), (vec![0; delay * 8], 0), "{asked:?} ms");
        audio.playback(&mut [0]);
        assert_eq!(call.counted().underrun, 1, "{asked:?} ms");
    }
}

#[test]
fn calls_come_and_go_from_any_thread_while_others_record() {
    let engine = engine();
    let mut staying = lines(&engine, 20, Duration::from_secs(1), 9_600);
    thread::scope(|scope| {
        for thread in 0..3 {
            let engine = &engine;
            scope.spawn(move || {
                for round in 0..20 {
                    // Some end by themselves, some are hung up, and some are dropped in the middle of it.
                    let mut lines = lines(engine, 5, Duration::from_millis(100), 960);
                    caller::bring(&mut lines, 0, 960, Duration::from_millis(2));
                    match (thread + round) % 3 {
                        0 => lines.iter().for_each(|line| drop(end(&line.operation))),
                        1 => lines.iter().for_each(|line| line.call.hang_up()),
                        _ => {}
                    }
                }
            });
        }
        caller::bring(&mut staying, 0, 9_600, Duration::from_millis(10));
    });
    for line in &staying {
        let (outcome, samples) = kept(end(&line.operation));
        assert_eq!((outcome.reason, outcome.lost_samples), (Reason::MaxRecordDurationReached, 0));
        assert!(samples[..] == line.sound[..8_000]);
    }
    assert_eq!(engine.calls(), 20);
}

#[test]
fn what_a_late_worker_loses_is_silence_in_its_place_and_counted() {
    let engine = Engine::builder().workers(1).ring(Duration::from_millis(100)).build().unwrap();
    let (call, mut audio) = engine.open_call(RATE);
    let operation =
        call.record_response(message(request().max_record_duration(Duration::from_secs(3)))).unwrap();
    let sound: Vec<i16> = noise(3, 24_000).iter().map(|sample| sample | 1).collect();
    // A second at once, as from a worker's point of view that has not run for a second.
    let (first, rest) = sound.split_at(8_000);
    audio.capture(first);
    bring(&mut audio, rest);
    let (outcome, samples) = kept(end(&operation));
    assert_eq!(samples.len(), sound.len());
    let lost = samples.iter().filter(|&&sample| sample == 0).count();
    assert!(lost > 0 && samples.iter().zip(&sound).all(|(&is, &was)| is == was || is == 0));
    assert_eq!((outcome.lost_samples, audio.overrun()), (lost as u64, lost as u64));
}

#[test]
fn time_comes_from_the_network() {
    let engine = engine();
    let (call, mut audio) = engine.open_call(RATE);
    let operation = call.record_response(message(request().stop_tones("#".parse().unwrap()))).unwrap();
    let sound: Vec<i16> = noise(5, 8_000).iter().map(|sample| sample | 1).collect();
    let origin = u32::MAX - 2_000;
    // The fifth frame is lost, the seventh doubled.
    for (n, frame) in sound.chunks(160).enumerate().filter(|(n, _)| *n != 5) {
        for _ in 0..if n == 7 { 2 } else { 1 } {
            audio.capture_at(origin.wrapping_add(n as u32 * 160), frame);
        }
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(100));
    call.digit('#'.try_into().unwrap(), origin.wrapping_add(6_400), origin.wrapping_add(7_000));
    let (outcome, samples) = kept(end(&operation));
    assert_eq!((outcome.reason, outcome.lost_samples), (Reason::StopToneDetected, 160));
    let mut expected = sound[..6_400].to_vec();
    expected[800..960].fill(0);
    assert!(samples[..] == expected);
    assert_eq!((call.counted().missing, call.counted().late), (160, 160));
}

#[test]
fn what_is_played_comes_out_and_is_silent_once_it_is_cut() {
    let engine = engine();
    let (call, mut audio) = engine.open_call(RATE);
    let prompt: Vec<i16> = noise(9, 80_000).iter().map(|sample| sample | 1).collect();
    let operation = call.play_prompt(PlayPrompt::new([Ok(Prompt::from_samples(prompt.clone()))])).unwrap();
    let (mut heard, mut frame) = (Vec::new(), [0; 160]);
    while heard.len() < 4_000 {
        audio.capture(&[0; 160]);
        thread::sleep(Duration::from_millis(12));
        audio.playback(&mut frame);
        heard.extend(frame);
    }
    let start = heard.iter().position(|&sample| sample != 0).unwrap();
    assert!(start <= 640, "{start}");
    assert!(heard[start..] == prompt[..heard.len() - start]);
    operation.cancel();
    assert!(matches!(end(&operation).outcome, OperationOutcome::PlayPrompt(_)));
    audio.capture(&[0; 160]);
    audio.playback(&mut frame);
    assert_eq!(frame, [0; 160]);
}

#[test]
fn each_operation_ends_once_when_the_engine_does() {
    let engine = engine();
    let (call, mut audio) = engine.open_call(RATE);
    let asked: Vec<_> = (0..20).map(|_| call.record_response(message(request())).unwrap()).collect();
    bring(&mut audio, &noise(1, 1_600));
    drop(engine);
    for operation in &asked {
        let Finished { outcome: OperationOutcome::RecordResponse(outcome), .. } = end(operation) else {
            panic!()
        };
        assert_eq!(outcome.reason, Reason::OperationCanceled);
    }
    // What is asked for after the end ends, too.
    let late = call.record_response(message(request())).unwrap();
    assert!(
        matches!(end(&late).outcome, OperationOutcome::RecordResponse(outcome) if outcome.failure.is_some())
    );
    audio.capture(&[0; 160]);
    call.hang_up();
    assert_eq!(call.record_response(message(request())).unwrap_err(), AskError::Refused(Refused::HungUp));
    assert_eq!(call.open(), 0);
}

#[test]
fn a_queue_is_bounded() {
    let engine = engine();
    let (call, _audio) = engine.open_call(RATE);
    let taken = (0..100_000).filter(|_| call.record_response(message(request())).is_ok()).count();
    assert_eq!((taken, call.open()), (1_000, 1_000));
    let refused = call.record_response(message(request())).unwrap_err();
    assert_eq!(refused, AskError::Refused(Refused::QueueFull { waiting: 1_000 }));
    let barging = call.record_response(message(request().barge_in_allowed(true))).unwrap();
    let start = Instant::now();
    while call.open() > 1 && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
    assert_eq!((call.open(), barging.wait_timeout(Duration::ZERO)), (1, None));
}

#[test]
fn a_call_without_samples_times_out_and_one_whose_device_fails_ends() {
    let engine =
        Engine::builder().workers(1).media_receive_timeout(Duration::from_millis(200)).build().unwrap();
    let (call, _audio) = engine.open_call(RATE);
    let [silent, failed] = [0, 1].map(|_| call.record_response(message(request())).unwrap());
    call.fail(failed.id(), Failure::Other { cause: "the device is gone".into() });
    let reason = |finished: Finished| match finished.outcome {
        OperationOutcome::RecordResponse(outcome) => outcome.reason,
        _ => panic!("a recording was asked for"),
    };
    assert_eq!(reason(end(&failed)), Reason::UnspecifiedError);
    assert_eq!(reason(end(&silent)), Reason::MediaReceiveTimeout);
}

#[test]
fn whoever_listens_hears_the_phases_and_may_panic() {
    let engine = engine();
    let (call, mut audio) = engine.open_call(RATE);
    let events = call.events(16);
    let listener = thread::spawn(move || {
        while let Some(event) = events.next_within(PATIENCE) {
            assert!(!matches!(event, CallEvent::Event(_, Event::PhaseChanged { .. })), "as it is told to");
        }
    });
    let cap = Duration::from_millis(200);
    let operation = call.record_response(message(request().max_record_duration(cap))).unwrap();
    assert!(listener.join().is_err());
    let events = call.events(1_000);
    bring(&mut audio, &noise(2, 3_200));
    assert_eq!(kept(end(&operation)).1.len(), 1_600);
    drop(call);
    let told: Vec<_> = std::iter::from_fn(|| events.next_within(PATIENCE)).collect();
    assert!(matches!(told.last(), Some(CallEvent::Ready(id, _)) if *id == operation.id()), "{told:?}");
    assert!(events.is_over());
}

#[test]
fn recordings_are_paused_from_any_thread() {
    let engine = engine();
    let (call, mut audio) = engine.open_call(RATE);
    assert!(call.pause().is_err());
    let operation =
        call.record_response(message(request().max_record_duration(Duration::from_secs(1)))).unwrap();
    let sound = noise(4, 9_600);
    bring(&mut audio, &sound[..4_000]);
    thread::sleep(Duration::from_millis(50));
    call.pause().unwrap();
    bring(&mut audio, &noise(8, 1_600));
    thread::sleep(Duration::from_millis(50));
    call.resume().unwrap();
    bring(&mut audio, &sound[4_000..]);
    let (outcome, samples) = kept(end(&operation));
    assert_eq!(outcome.paused_samples, 1_600);
    assert!(samples[..] == sound[..8_000]);
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[test]
fn an_operation_is_a_future_of_no_runtime() {
    let engine = engine();
    let (call, mut audio) = engine.open_call(RATE);
    let cap = Duration::from_millis(100);
    let operation = call.record_response(message(request().max_record_duration(cap))).unwrap();
    let bringing = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        bring(&mut audio, &noise(6, 1_600));
    });
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(operation);
    let (mut context, start) = (Context::from_waker(&waker), Instant::now());
    let finished = loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(finished) => break finished,
            Poll::Pending => thread::park_timeout(PATIENCE),
        }
        assert!(start.elapsed() < PATIENCE);
    };
    assert_eq!(kept(finished).1.len(), 800);
    bringing.join().unwrap();
}

//! What is counted and traced of calls, through the facades that an embedder reads.
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

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use afterbeep::{Engine, Message, RecordResponse, RecordingRate, SampleRate};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};

/// What was traced, as text.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every metric that was ever touched, `name label=value …`, with its figure.
fn figures(snapshotter: &Snapshotter) -> Vec<(String, f64)> {
    let figure = |value: DebugValue| match value {
        DebugValue::Counter(count) => count as f64,
        DebugValue::Gauge(value) => value.into_inner(),
        DebugValue::Histogram(_) => panic!("nothing is told as a histogram"),
    };
    let name = |key: &metrics_util::CompositeKey| {
        let labels = key.key().labels().map(|label| format!(" {}={}", label.key(), label.value()));
        std::iter::once(key.key().name().to_owned()).chain(labels).collect::<String>()
    };
    let told = snapshotter.snapshot().into_vec();
    told.into_iter().map(|(key, _, _, value)| (name(&key), figure(value))).collect()
}

#[test]
fn calls_phases_outcomes_and_losses_are_counted_and_an_operation_is_a_span() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    recorder.install().expect("the only recorder");
    let page = Page::default();
    let traced = page.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || traced.clone())
        .init();

    let engine = Engine::builder().workers(1).build().unwrap();
    let (call, mut audio) = engine.open_call(SampleRate::HZ_8000);
    let request = RecordResponse::builder().max_record_duration(Duration::from_millis(500)).build().unwrap();
    let operation = call.record_response(Message::new(request).rate(RecordingRate::Hz8000)).unwrap();
    for _ in 0..20 {
        audio.capture(&[0; 160]);
        std::thread::sleep(Duration::from_millis(2));
    }
    audio.lose(160);
    for _ in 0..20 {
        audio.capture(&[0; 160]);
        std::thread::sleep(Duration::from_millis(2));
    }
    operation.wait_timeout(Duration::from_secs(20)).expect("it ends");
    drop((call, engine));
    let figures = figures(&snapshotter);
    let figure = |name: &str| figures.iter().find(|(told, _)| told == name).map(|(_, value)| *value);
    assert_eq!(figure("afterbeep_calls"), Some(0.0), "{figures:?}");
    assert_eq!(figure("afterbeep_operations"), Some(0.0));
    assert_eq!(figure("afterbeep_phases_total phase=Beep"), Some(1.0));
    let ended = "afterbeep_outcomes_total kind=recordResponse reason=maxRecordDurationReached";
    assert_eq!(figure(ended), Some(1.0), "{figures:?}");
    assert_eq!(figure("afterbeep_lost_samples_total cause=network"), Some(160.0));
    assert_eq!(figure("afterbeep_samples_total"), Some(6_400.0));
    let page = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    let span = "operation{call=1 operation=1 kind=\"recordResponse\"}";
    for line in ["queued", "phase=\"Beep\"", "reason=\"maxRecordDurationReached\" lost_samples=160"] {
        assert!(page.lines().any(|told| told.contains(span) && told.contains(line)), "{line}: {page}");
    }
    assert!(figure("afterbeep_work_nanoseconds_total").is_some_and(|nanos| nanos > 0.0));
}

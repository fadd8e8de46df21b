//! The whole pipeline at every rate beside the pair that it stands for, spandsp's `dtmf_rx` and WebRTC's VAD, in one table:
//! `cargo bench -p afterbeep-benches --bench pipeline`, with `--features spandsp` where libspandsp is.
//!
//! The table has the least of criterion's samples: what else the machine does is nobody's cost.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]

#[cfg(feature = "spandsp")]
#[path = "dtmf/spandsp.rs"]
mod spandsp;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use afterbeep::{Next, Queued, RecordResponse, RecordingRate, SampleRate, Setup};
use afterbeep_benches::{PerSample, conversation, tell_goal};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The length of a block at 8 kHz in samples: 20 ms, a packet.
const BLOCK: usize = 160;

/// Detectors, phases, level and the recording's samples, all of a call.
fn pipeline(request: &RecordResponse, hz: u32, recording: RecordingRate, heard: &[i16]) -> usize {
    let setup = Setup::new(SampleRate::new(hz).unwrap()).recording_rate(recording);
    let mut message = Vec::with_capacity(heard.len());
    let mut turn = Queued::new(request, setup).unwrap().start();
    for frame in heard.chunks(hz as usize / 50) {
        message.extend_from_slice(turn.recorded());
        let Next::Running(recorder) = turn.next() else { panic!("the recording ended") };
        turn = recorder.push(black_box(frame));
    }
    message.extend_from_slice(turn.recorded());
    black_box(&message).len()
}

fn request() -> RecordResponse {
    let long = Duration::from_secs(120);
    RecordResponse::builder()
        .initial_silence_timeout(long)
        .max_silence_timeout(long)
        .max_record_duration(long)
        .play_beep(false)
        .build()
        .unwrap()
}

fn webrtc(heard: &[i16]) -> usize {
    use webrtc_vad::{SampleRate::Rate8kHz, Vad, VadMode::VeryAggressive};
    let mut vad = Vad::new_with_rate_and_mode(Rate8kHz, VeryAggressive);
    heard.chunks_exact(BLOCK).filter(|frame| vad.is_voice_segment(black_box(frame)) == Ok(true)).count()
}

/// Nanoseconds for each sample, the least of all passes; none where a filter on the command line leaves it out.
fn measure(
    bench: &mut Criterion<PerSample>,
    name: &str,
    samples: usize,
    hear: impl Fn() -> usize,
) -> Option<f64> {
    let mut least = None;
    let mut group = bench.benchmark_group("pipeline");
    group.throughput(Throughput::Elements(samples as u64));
    group.bench_function(name, |bench| {
        bench.iter_custom(|passes| {
            let began = Instant::now();
            for _ in 0..passes {
                black_box(hear());
            }
            let took = began.elapsed();
            let pass = took / passes as u32;
            least = Some(least.map_or(pass, |least: Duration| least.min(pass)));
            took
        });
    });
    group.finish();
    least.map(|least| least.as_secs_f64() * 1e9 / samples as f64)
}

/// What a sample costs at each rate, in nanoseconds.
fn ours(bench: &mut Criterion<PerSample>) -> Vec<(u32, Option<f64>)> {
    let request = request();
    let rates =
        [(8_000, RecordingRate::Hz8000), (16_000, RecordingRate::Hz16000), (48_000, RecordingRate::Hz48000)];
    let cost = |(hz, recording)| {
        let heard = conversation(hz);
        let hear = || pipeline(&request, hz, recording, &heard);
        (hz, measure(bench, &format!("afterbeep, {hz} Hz"), heard.len(), hear))
    };
    rates.map(cost).to_vec()
}

fn all(bench: &mut Criterion<PerSample>) {
    let ours = ours(bench);
    let heard = conversation(8_000);
    let vad = measure(bench, "webrtc-vad, 8000 Hz", heard.len(), || webrtc(&heard));
    #[cfg(feature = "spandsp")]
    let digits = measure(bench, "spandsp dtmf_rx, 8000 Hz", heard.len(), || spandsp::hear(&heard));
    #[cfg(not(feature = "spandsp"))]
    let digits = None;
    println!("\nns per sample · a second of audio, ratio to both peers · to ours at 8 kHz:\n");
    for (name, ns) in [("spandsp dtmf_rx", digits), ("webrtc-vad", vad)] {
        if let Some(ns) = ns {
            println!("| {name}, 8000 Hz | {ns:.1} | | |");
        }
    }
    let second = |(hz, ns): (u32, Option<f64>)| Some(ns? * f64::from(hz) / 8_000.0);
    for &(hz, ns) in &ours {
        let (Some(ns), Some(cost)) = (ns, second((hz, ns))) else { continue };
        let ratio = |to: Option<f64>| to.map_or("–".to_owned(), |to| format!("{:.2}", cost / to));
        let both = digits.zip(vad).map(|(digits, vad)| digits + vad);
        println!("| afterbeep, {hz} Hz | {ns:.1} | {} | {} |", ratio(both), ratio(second(ours[0])));
        let (figure, goal) = match hz {
            8_000 => (
                format!("{ns:.1} ns per sample, {} of spandsp's and WebRTC's together", ratio(both)),
                "≤ 5 ns, ≤ 0.40; aim 2 ns",
            ),
            16_000 => (format!("{} of a second at 8 kHz", ratio(second(ours[0]))), "≤ 1.5"),
            _ => (format!("{} of a second at 8 kHz", ratio(second(ours[0]))), "≤ 3"),
        };
        tell_goal(&format!("whole pipeline, {} kHz", hz / 1_000), &figure, goal);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(PerSample::default())
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = all
}
criterion_main!(benches);

//! What a sample costs in the speech detector and in two peers: `cargo bench -p afterbeep-benches --bench vad`.
#![allow(missing_docs, clippy::unwrap_used, reason = "a panic is the report")]

use std::{hint::black_box, time::Duration};

use afterbeep_benches::{PerSample, SECONDS, as_float, conversation};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Speech at 16 kHz beside two peers, each in the frames that it takes. They decide frame by frame; ours also says where
/// speech began and ended.
fn vad_peers(bench: &mut Criterion<PerSample>) {
    const HZ: u32 = 16_000;
    let heard = conversation(HZ);
    let mut group = bench.benchmark_group("vad-peers");
    group.throughput(Throughput::Elements(u64::from(SECONDS * HZ)));

    let floats = as_float(&heard);
    let rate = afterbeep_vad::SampleRate::new(HZ).unwrap();
    group.bench_function("afterbeep-vad", |bench| {
        bench.iter(|| {
            let mut detector = afterbeep_vad::Detector::new(rate, afterbeep_vad::Settings::default());
            floats.chunks(160).map(|frame| detector.push(black_box(frame)).count()).sum::<usize>()
        });
    });
    group.bench_function("webrtc-vad", |bench| {
        use webrtc_vad::{SampleRate::Rate16kHz, Vad, VadMode::VeryAggressive};
        bench.iter(|| {
            let mut vad = Vad::new_with_rate_and_mode(Rate16kHz, VeryAggressive);
            let voiced = |frame: &&[i16]| vad.is_voice_segment(black_box(frame)) == Ok(true);
            heard.chunks_exact(160).filter(voiced).count()
        });
    });
    group.bench_function("earshot", |bench| {
        bench.iter(|| {
            let mut detector = earshot::Detector::default();
            heard.chunks_exact(256).map(|frame| detector.predict_i16(black_box(frame))).sum::<f32>()
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(PerSample::default())
        .sample_size(20)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3));
    targets = vad_peers
}
criterion_main!(benches);

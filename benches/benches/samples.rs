//! What a sample costs: `make bench`, or `cargo bench -p afterbeep-benches -- recorder` for one group.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a panic is the report"
)]

use std::{hint::black_box, time::Duration};

use afterbeep::{
    Next, Prompt, Queued, RecordResponse, RecordingRate, SampleRate, Setup, Sound,
    recording::{RecordingPath, Storage, WavFile},
};
use afterbeep_benches::{PerSample, SECONDS, as_float, conversation};
use afterbeep_capture::callback::input;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const RATES_HZ: [u32; 3] = [8_000, 16_000, 48_000];

fn samples(rate_hz: u32) -> Throughput {
    Throughput::Elements(u64::from(SECONDS * rate_hz))
}

/// Both detectors alone, in frames of 10 ms.
fn detectors(bench: &mut Criterion<PerSample>) {
    let mut group = bench.benchmark_group("dtmf");
    for hz in RATES_HZ {
        let heard = conversation(hz);
        let rate = afterbeep_dtmf::SampleRate::new(hz).unwrap();
        group.throughput(samples(hz)).bench_function(BenchmarkId::from_parameter(hz), |bench| {
            bench.iter(|| {
                let mut detector = afterbeep_dtmf::Detector::new(rate);
                heard.chunks(hz as usize / 100).map(|frame| detector.push_i16(frame).count()).sum::<usize>()
            });
        });
    }
    group.finish();

    let mut group = bench.benchmark_group("vad");
    for hz in RATES_HZ {
        let heard = as_float(&conversation(hz));
        let rate = afterbeep_vad::SampleRate::new(hz).unwrap();
        group.throughput(samples(hz)).bench_function(BenchmarkId::from_parameter(hz), |bench| {
            bench.iter(|| {
                let mut detector = afterbeep_vad::Detector::new(rate, afterbeep_vad::Settings::default());
                heard.chunks(hz as usize / 100).map(|frame| detector.push(frame).count()).sum::<usize>()
            });
        });
    }
    group.finish();
}

/// Hears all of `heard`, which must not end the recording, and tells how much was recorded.
fn record(queued: Queued, heard: &[i16], frame: usize) -> usize {
    let mut turn = queued.start();
    let mut recorded = 0;
    let mut frames = heard.chunks(frame);
    loop {
        recorded += black_box(turn.recorded()).len() + black_box(turn.playback()).len();
        let Next::Running(recorder) = turn.next() else { panic!("the recording ended") };
        let Some(frame) = frames.next() else {
            let ending = recorder.cancel();
            return recorded + ending.recorded().len();
        };
        turn = recorder.push(frame);
    }
}

fn request(beep: bool) -> RecordResponse {
    let long = Duration::from_secs(120);
    RecordResponse::builder()
        .initial_silence_timeout(long)
        .max_silence_timeout(long)
        .max_record_duration(long)
        .play_beep(beep)
        .build()
        .unwrap()
}

/// The whole pipeline: detectors, phases, level, conversion to 16 kHz where the capture has another rate.
fn recorder(bench: &mut Criterion<PerSample>) {
    let mut group = bench.benchmark_group("recorder");
    for (hz, recording) in [
        (8_000, RecordingRate::Hz8000),
        (8_000, RecordingRate::Hz16000),
        (16_000, RecordingRate::Hz16000),
        (48_000, RecordingRate::Hz16000),
        (48_000, RecordingRate::Hz48000),
    ] {
        let heard = conversation(hz);
        let setup = Setup::new(SampleRate::new(hz).unwrap()).recording_rate(recording);
        let request = request(false);
        let name = BenchmarkId::from_parameter(format!("{hz}-to-{}", recording.hz()));
        group.throughput(samples(hz)).bench_function(name, |bench| {
            bench.iter(|| record(Queued::new(&request, setup.clone()).unwrap(), &heard, hz as usize / 100));
        });
    }
    group.finish();
}

/// A prompt plays all the while and comes back 120 ms later: the echo guard compares in every frame.
fn echo_guard(bench: &mut Criterion<PerSample>) {
    let mut group = bench.benchmark_group("recorder-with-echo");
    for hz in [8_000, 48_000] {
        let prompt = conversation(hz);
        let mut heard = vec![0; hz as usize * 120 / 1_000];
        heard.extend(prompt.iter().map(|sample| sample / 4));
        heard.truncate(prompt.len());
        let setup = Setup::new(SampleRate::new(hz).unwrap())
            .prompt(Sound::Ready(Prompt::from_samples(prompt)))
            .recording_rate(RecordingRate::Hz16000);
        let request = request(true);
        group.throughput(samples(hz)).bench_function(BenchmarkId::from_parameter(hz), |bench| {
            bench.iter(|| record(Queued::new(&request, setup.clone()).unwrap(), &heard, hz as usize / 100));
        });
    }
    group.finish();
}

/// Queueing a recording's samples, and having them on the disk (sync and rename once in 10 s included).
fn storage(bench: &mut Criterion<PerSample>) {
    let mut group = bench.benchmark_group("storage");
    let heard = conversation(16_000);
    let folder = tempfile::tempdir().unwrap();
    group.throughput(samples(16_000)).bench_function("append-and-finish", |bench| {
        bench.iter(|| {
            let path = RecordingPath::new(folder.path().join("m.wav"), true).unwrap();
            let storage = Storage::start(WavFile::create(path, RecordingRate::Hz16000).unwrap()).unwrap();
            heard.chunks(160).for_each(|block| storage.append(block).unwrap());
            storage.finish(u64::MAX).unwrap()
        });
    });
    group.finish();
}

/// What the audio callback does with 10 ms at 48 kHz: convert, push, count. Beside it, a plain copy of as many samples.
fn callback(bench: &mut Criterion<PerSample>) {
    const FRAME: usize = 480;
    let mut group = bench.benchmark_group("callback");
    group.throughput(Throughput::Elements(FRAME as u64));
    let mut read = [0i16; FRAME];
    for (name, channels) in [("push-and-read-i16-mono", 1), ("push-and-read-i16-stereo", 2)] {
        let frame = vec![1_000i16; FRAME * usize::from(channels)];
        let (mut tap, mut ear) = input(10 * FRAME, channels);
        group.bench_function(name, |bench| {
            bench.iter(|| {
                tap.on_audio(black_box(&frame));
                ear.take(black_box(&mut read))
            });
        });
    }
    let frame = vec![0.1f32; 2 * FRAME];
    let (mut tap, mut ear) = input(10 * FRAME, 2);
    group.bench_function("push-and-read-f32-stereo", |bench| {
        bench.iter(|| {
            tap.on_audio(black_box(&frame));
            ear.take(black_box(&mut read))
        });
    });
    let frame = [1_000i16; FRAME];
    group.bench_function("copy-i16-twice", |bench| {
        bench.iter(|| {
            read.copy_from_slice(black_box(&frame));
            black_box(&mut read).copy_from_slice(black_box(&frame));
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
    targets = detectors, recorder, echo_guard, callback, storage
}
criterion_main!(benches);

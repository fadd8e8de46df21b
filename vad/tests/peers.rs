//! Beside two peers on the same streams: other people's code judges ours, frame by frame of 10 ms.

mod support;

use support::{add, dull, heard, pink, speaker, tones, white};

const RATE: u32 = 16_000;
const FRAME: usize = RATE as usize / 100;
const SECONDS: f32 = 12.0;
/// Where speech is, in seconds.
const SPEECH_S: [(f32, f32); 2] = [(2.0, 4.0), (6.0, 8.5)];

/// What a detector says of each frame, as shares of the frames of speech and of the others.
#[derive(Debug)]
struct Score {
    recall: f32,
    false_alarm: f32,
}

fn score(active: &[bool]) -> Score {
    let speech = |frame: usize| {
        let at = frame as f32 * 0.01;
        SPEECH_S.iter().any(|&(from, to)| (from..to).contains(&at))
    };
    // 300 ms after speech are anyone's hangover.
    let hangs = |frame: usize| speech(frame.saturating_sub(30)) && !speech(frame);
    let share = |of: &dyn Fn(usize) -> bool| {
        let (all, said) = (0..active.len())
            .filter(|&frame| of(frame))
            .fold((0, 0), |(all, said), frame| (all + 1, said + u32::from(active[frame])));
        said as f32 / all as f32
    };
    Score { recall: share(&speech), false_alarm: share(&|frame| !speech(frame) && !hangs(frame)) }
}

fn ours(samples: &[f32]) -> Vec<bool> {
    let told = heard(RATE, samples);
    (0..samples.len() / FRAME)
        .map(|frame| {
            let at = (frame as f64 + 0.5) * 0.01;
            told.iter().any(|told| (told.start..told.end).contains(&at))
        })
        .collect()
}

fn webrtc(samples: &[i16]) -> Vec<bool> {
    let mut vad = webrtc_vad::Vad::new_with_rate_and_mode(
        webrtc_vad::SampleRate::Rate16kHz,
        webrtc_vad::VadMode::VeryAggressive,
    );
    samples.chunks_exact(FRAME).map(|frame| vad.is_voice_segment(frame) == Ok(true)).collect()
}

fn earshot(samples: &[i16]) -> Vec<bool> {
    let mut detector = earshot::Detector::default();
    let scores: Vec<f32> = samples.chunks_exact(256).map(|frame| detector.predict_i16(frame)).collect();
    (0..samples.len() / FRAME)
        .map(|frame| scores.get(frame * FRAME / 256).is_some_and(|s| *s >= 0.5))
        .collect()
}

/// Noises of RMS 1, and how far under the voice they lie, in dB.
fn noises() -> [(&'static str, Vec<f32>, f32); 6] {
    let mut fan = dull(RATE, SECONDS, 400.0, 4);
    add(&mut fan, RATE, 0.0, &tones(RATE, SECONDS, &[112.0, 224.0, 336.0]), 0.4);
    [
        ("white", white(RATE, SECONDS, 1), 30.0),
        ("white", white(RATE, SECONDS, 1), 10.0),
        ("pink", pink(RATE, SECONDS, 2), 15.0),
        ("pink", pink(RATE, SECONDS, 2), 5.0),
        ("brown", dull(RATE, SECONDS, 60.0, 3), 5.0),
        ("fan", fan, 10.0),
    ]
}

#[test]
fn no_peer_hears_more_speech_at_fewer_false_alarms() {
    for (name, noise, snr_db) in noises() {
        let level = 0.05 * 10f32.powf(-snr_db / 20.0);
        let mut samples: Vec<f32> = noise.iter().map(|x| level * x).collect();
        for (k, (from, to)) in SPEECH_S.into_iter().enumerate() {
            add(&mut samples, RATE, from, &speaker(RATE, to - from, k as u32 + 5), 0.05);
        }
        let whole: Vec<i16> = samples.iter().map(|x| (x * 32_768.0) as i16).collect();
        let ours = score(&ours(&samples));
        println!("{name} {snr_db} dB under: ours {ours:?}");
        for (peer, theirs) in [("webrtc-vad", score(&webrtc(&whole))), ("earshot", score(&earshot(&whole)))] {
            println!("    {peer} {theirs:?}");
            let better = theirs.recall > ours.recall + 0.02 && theirs.false_alarm <= ours.false_alarm;
            assert!(!better, "{name} {snr_db} dB under: {peer} {theirs:?}, ours {ours:?}");
        }
        assert!(ours.recall > 0.95 && ours.false_alarm < 0.02, "{name} {snr_db} dB under: {ours:?}");
    }
}

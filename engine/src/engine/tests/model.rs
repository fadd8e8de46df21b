//! The line in every order of both threads' steps, and with every older value that the memory model lets each of them see: its files
//! compiled once more, with `loom`'s atomics.
#![allow(dead_code, unreachable_pub, reason = "not everything of them is tried here")]
#![allow(clippy::duplicate_mod, reason = "that is what it is for")]

mod atomic {
    pub(super) use loom::sync::atomic::{AtomicU64, Ordering};
}
#[path = "../line.rs"]
mod line;
#[path = "../ring.rs"]
mod ring;
#[path = "../shared.rs"]
mod shared;

use line::{Came, Line, line};
use loom::thread;

use crate::SampleRate;

/// Takes what has come, and holds each sample against a count of samples and losses.
fn hear(line: &mut Line, heard: &mut u64) -> bool {
    let mut frame = [0; 3];
    line.look();
    match line.take(&mut frame) {
        Came::Samples(count) => {
            for &sample in &frame[..count] {
                *heard += 1;
                assert_eq!(sample as u64, *heard, "a sample that is not in its place");
            }
        }
        Came::Mark(mark) => *heard += mark.missing,
        Came::Nothing => return false,
    }
    true
}

#[test]
fn in_every_order_each_sample_and_each_loss_stands_in_its_place() {
    loom::model(|| {
        let (mut audio, mut worker) = line(SampleRate::HZ_8000, 2, 0);
        audio.capture(&[1, 2, 3]); // one too many
        let bringing = thread::spawn(move || {
            audio.capture(&[4]);
            audio.capture(&[5]);
        });
        let mut heard = 0;
        for _ in 0..3 {
            hear(&mut worker, &mut heard);
        }
        bringing.join().unwrap();
        while hear(&mut worker, &mut heard) {}
        heard += worker.missing_at_the_end();
        assert_eq!(heard, 5, "each was heard or counted");
    });
}

#[test]
fn in_every_order_what_is_played_comes_with_its_silence() {
    loom::model(|| {
        let (mut audio, mut worker) = line(SampleRate::HZ_8000, 4, 1);
        let playing = thread::spawn(move || {
            let mut played = Vec::new();
            for _ in 0..2 {
                let before = audio.shared.popped.mine();
                let mut out = [9; 2];
                audio.playback(&mut out);
                let there = (audio.shared.popped.mine() - before) as usize;
                assert!(out[there..].iter().all(|&sample| sample == 0), "what was not there is silent");
                played.extend_from_slice(&out[..there]);
            }
            played
        });
        worker.play(&[7]);
        worker.play(&[0]);
        worker.play(&[8]);
        let played = playing.join().unwrap();
        assert!([0, 7, 0, 8].starts_with(&played), "{played:?}");
    });
}

#![allow(clippy::expect_used, reason = "a panic is the report")]

use loom::sync::atomic::AtomicU64;
use loom::{model, thread};

use super::*;
use crate::ring::model::{Reader, ring};

type Ear = Listener<Reader, AtomicU64>;

/// One sample is said, taken back, and another said, while somebody listens with `hear`.
fn every_order(hear: fn(&mut Ear, &mut [i16]) -> usize) {
    model(move || {
        let (mut speaker, mut listener) = over(ring(2), Arc::new(AtomicU64::new(0)));
        let writer = thread::spawn(move || {
            assert_eq!(speaker.say(&[1]), 1);
            speaker.retract();
            assert_eq!(speaker.say(&[2]), 1);
        });
        let (mut heard, mut count) = (Vec::new(), 0);
        let mut listen = || {
            let mut out = [9; 2];
            let there = hear(&mut listener, &mut out);
            assert!(out[there..].iter().all(|&silence| silence == 0));
            assert!(out != [1, 2], "what was taken back is heard with what was said after that");
            heard.extend_from_slice(&out[..there]);
            count += there;
        };
        listen();
        listen();
        writer.join().expect("it ends");
        listen();
        assert!(heard == [1, 2] || heard == [0, 2], "{heard:?}");
        assert_eq!(count, 2);
    });
}

#[test]
fn in_every_order_what_was_taken_back_is_silent_and_what_follows_is_heard() {
    every_order(Ear::hear);
}

/// As [`Ear::hear`], but in the other order.
fn count_first(listener: &mut Ear, out: &mut [i16]) -> usize {
    let retracted = listener.retracted.get().saturating_sub(listener.heard) as usize;
    let count = listener.samples.pull(out);
    out[count..].fill(0);
    out[..retracted.min(count)].fill(0);
    listener.heard += count as u64;
    count
}

#[test]
#[should_panic(expected = "what was taken back is heard with what was said after that")]
fn a_listener_that_looks_at_the_count_first_is_caught() {
    every_order(count_first);
}

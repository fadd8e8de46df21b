//! The rings themselves, with a thread at each end: what `miri` runs with many schedules.
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "threads")]

use std::thread;

use super::*;

/// Long enough that each ring is full and empty many times; miri is a thousand times slower.
const SAMPLES: u64 = if cfg!(miri) { 60 } else { 20_000 };

#[test]
fn two_threads_find_each_sample_and_each_loss_in_its_place() {
    let (mut producer, mut consumer) = marked::<u64>(7, 2);
    let writer = thread::spawn(move || {
        let (mut next, mut owed) = (0u64, 0);
        while next < SAMPLES {
            let frame: Vec<i16> = (next..SAMPLES.min(next + 1 + next % 5)).map(|at| at as i16).collect();
            let may_follow = owed == 0 || producer.mark(owed);
            if may_follow {
                owed = 0;
            }
            let count = if may_follow { producer.push(&frame) } else { 0 };
            owed += (frame.len() - count) as u64;
            next += frame.len() as u64;
            if next % 3 == 0 {
                thread::yield_now();
            }
        }
        owed
    });
    let (mut heard, mut frame) = (0u64, [0; 4]);
    let mut read = |heard: &mut u64| match consumer.take(&mut frame) {
        Taken::Samples(count) => {
            for &sample in &frame[..count] {
                assert_eq!(sample, *heard as i16);
                *heard += 1;
            }
            true
        }
        Taken::Mark(lost) => {
            *heard += lost;
            true
        }
        Taken::Nothing => false,
    };
    while !writer.is_finished() {
        read(&mut heard);
    }
    // Only the join says that all that was written is seen.
    let lost = writer.join().unwrap();
    while read(&mut heard) {}
    assert_eq!(heard + lost, SAMPLES);
}

//! The time of a callback is passed on without waiting: no allocation, whether or not anybody reads.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use std::time::{Duration, Instant};

use afterbeep_capture::callback::{Stamp, input};
use assert_no_alloc::assert_no_alloc;

#[test]
fn times_are_passed_on_without_allocating_and_no_frame_is_forgotten() {
    let (mut tap, mut ear) = input(48_000, 2);
    let (epoch, data) = (Instant::now(), [0i16; 960]);
    let mut frames = 0;
    assert_no_alloc(|| {
        // More than there is room for, twice.
        for _ in 0..2 {
            for _ in 0..3_000 {
                tap.on_audio_at(&data, epoch.elapsed());
            }
            while let Some(stamp) = ear.stamp() {
                frames += stamp.frames;
            }
        }
        tap.on_audio_at(&data, epoch.elapsed());
        frames += ear.stamp().map_or(0, |stamp| stamp.frames);
    });
    assert_eq!(frames, 6_001 * 480);
}

#[test]
fn a_stamp_says_when_and_how_much() {
    let (mut tap, mut ear) = input(480, 1);
    tap.on_audio_at(&[1i16; 3], Duration::from_millis(7));
    tap.on_audio_at(&[1i16; 600], Duration::from_millis(9)); // 123 find no room
    assert_eq!(ear.stamp(), Some(Stamp { at: Duration::from_millis(7), frames: 3 }));
    assert_eq!(ear.stamp(), Some(Stamp { at: Duration::from_millis(9), frames: 600 }));
    assert_eq!(ear.stamp(), None);
}

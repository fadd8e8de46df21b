//! The line between an audio thread and a worker, on one thread and on two.

use crate::SampleRate;
use crate::engine::line::{Audio, Came, Line, line};
use crate::engine::shared::Mark;

fn both() -> (Audio, Line) {
    line(SampleRate::HZ_8000, 800, 160)
}

fn drain(line: &mut Line) -> Vec<Came> {
    let mut frame = [0; 160];
    line.look();
    std::iter::from_fn(|| Some(line.take(&mut frame)).filter(|came| *came != Came::Nothing)).collect()
}

#[test]
fn what_finds_no_room_stands_in_its_place() {
    let (mut audio, mut line) = both();
    audio.capture(&[1; 900]);
    audio.capture(&[1; 50]);
    assert_eq!(drain(&mut line), [160; 5].map(Came::Samples));
    audio.capture(&[1; 10]);
    let mark = Mark { after: 800, missing: 150, position: None };
    assert_eq!(drain(&mut line), [Came::Mark(mark), Came::Samples(10)]);
    assert_eq!(audio.overrun(), 150);
    assert_eq!(line.missing_at_the_end(), 0);
    audio.capture(&[1; 810]);
    assert_eq!(drain(&mut line).len(), 5);
    assert_eq!((line.missing_at_the_end(), line.missing_at_the_end()), (10, 0));
    audio.capture(&[1; 10]);
    let mark = Mark { after: 1_610, missing: 0, position: None };
    assert_eq!(drain(&mut line), [Came::Mark(mark), Came::Samples(10)]);
}

#[test]
fn what_the_network_lost_is_marked_and_so_is_its_count() {
    let (mut audio, mut line) = both();
    audio.capture_at(5_000, &[1; 160]);
    audio.capture_at(5_160, &[1; 160]);
    audio.capture_at(5_480, &[1; 160]);
    audio.capture_at(5_560, &[1; 160]);
    audio.capture_at(90_000, &[1; 40]);
    let mark = |after, missing, position| Came::Mark(Mark { after, missing, position: Some(position) });
    let expected = [
        mark(0, 0, 5_000),
        Came::Samples(160),
        Came::Samples(160),
        mark(320, 160, 5_480),
        Came::Samples(160),
        mark(480, 0, 5_640),
        Came::Samples(80),
        mark(560, 0, 90_000),
        Came::Samples(40),
    ];
    assert_eq!(drain(&mut line), expected);
    assert_eq!((line.shared.late.mine(), line.shared.missing.mine()), (80, 160));
}

#[test]
fn what_was_cut_is_not_heard_and_time_goes_on() {
    let (mut audio, mut line) = both();
    line.play(&[7; 320]);
    let mut out = [1; 200];
    audio.playback(&mut out);
    assert!(out[..160] == [0; 160] && out[160..] == [7; 40]);
    line.cut();
    line.play(&[9; 20]);
    audio.playback(&mut out);
    assert!(out == [0; 200]);
    let mut rest = [1; 110];
    audio.playback(&mut rest);
    assert!(rest[..80] == [0; 80] && rest[80..100] == [9; 20] && rest[100..] == [0; 10]);
    assert_eq!(line.shared.underrun.mine(), 10);
}

/// What `miri` runs with many schedules.
#[test]
#[allow(clippy::disallowed_methods, reason = "threads")]
fn two_threads_find_each_sample_and_each_loss_in_its_place() {
    const SAMPLES: u64 = if cfg!(miri) { 60 } else { 20_000 };
    let (mut audio, mut line) = line(SampleRate::HZ_8000, 7, 0);
    let bringing = std::thread::spawn(move || {
        let (mut next, mut out) = (0, [0; 2]);
        while next < SAMPLES {
            let frame: Vec<i16> = (next..SAMPLES.min(next + 1 + next % 5)).map(|at| at as i16).collect();
            audio.capture(&frame);
            audio.playback(&mut out);
            next += frame.len() as u64;
        }
    });
    let (mut heard, mut frame) = (0, [0; 4]);
    let mut hear = |heard: &mut u64| {
        line.look();
        match line.take(&mut frame) {
            Came::Samples(count) => frame[..count].iter().for_each(|&sample| {
                assert_eq!(sample, *heard as i16);
                *heard += 1;
            }),
            Came::Mark(mark) => *heard += mark.missing,
            Came::Nothing => return false,
        }
        true
    };
    while !bringing.is_finished() {
        hear(&mut heard);
    }
    // Only the join says that all that was written is seen.
    bringing.join().unwrap();
    while hear(&mut heard) {}
    assert_eq!(heard + line.missing_at_the_end(), SAMPLES);
}

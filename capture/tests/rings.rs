//! What does not fit or is not there is counted to the sample, and stands in its place.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use afterbeep_capture::callback::{Ear, Taken, input, output};

/// Everything that comes out of an ear: samples as they are, losses as zeros; and the number of losses.
fn all(ear: &mut Ear, frame: usize) -> (Vec<i16>, u64) {
    let (mut sound, mut lost) = (Vec::new(), 0);
    let mut samples = vec![0; frame];
    loop {
        match ear.take(&mut samples) {
            Taken::Samples(count) => sound.extend(&samples[..count]),
            Taken::Lost(count) => {
                lost += count;
                sound.extend(std::iter::repeat_n(0, usize::try_from(count).unwrap()));
            }
            _ => return (sound, lost),
        }
    }
}

fn numbers(from: i16, to: i16) -> Vec<i16> {
    (from..to).collect()
}

#[test]
fn an_overflow_is_exact_and_in_its_place() {
    let (mut tap, mut ear) = input(100, 1);
    tap.on_audio(&numbers(1, 81));
    tap.on_audio(&numbers(81, 161)); // 20 fit, 60 are lost
    tap.on_audio(&numbers(161, 201)); // 40 more are lost
    assert_eq!(ear.lost(), 100);
    let (sound, lost) = all(&mut ear, 7);
    assert_eq!(sound, numbers(1, 101));
    assert_eq!(lost, 0, "not told before what follows the loss is there");
    tap.on_audio(&numbers(201, 251));
    let (sound, lost) = all(&mut ear, 7);
    assert_eq!(lost, 100);
    assert_eq!(sound, [vec![0; 100], numbers(201, 251)].concat());
    assert_eq!(ear.lost_at_the_end(), 0);
}

#[test]
fn a_loss_at_the_end_is_told_once() {
    let (mut tap, mut ear) = input(10, 1);
    tap.on_audio(&numbers(1, 31));
    assert_eq!(all(&mut ear, 480), (numbers(1, 11), 0));
    assert_eq!(ear.lost_at_the_end(), 20);
    assert_eq!(ear.lost_at_the_end(), 0);
    assert_eq!(ear.lost(), 20);
}

#[test]
fn time_stays_true_whatever_the_reader_does() {
    // A reader that comes by fits and starts, for 2,000 callbacks; more losses than there are marks for.
    let mut state = 1u32;
    let mut random = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    for patience in [2, 30, 300] {
        let (mut tap, mut ear) = input(256, 1);
        let (mut time, mut heard, mut lost) = (0u64, 0u64, 0u64);
        let mut samples = [0; 19];
        for _ in 0..2_000 {
            let len = u64::from(random(60));
            let part: Vec<i16> = (time..time + len).map(|t| (t % 30_000) as i16).collect();
            tap.on_audio(&part);
            time += len;
            for _ in 0..random(patience) * u32::from(random(3) == 0) {
                match ear.take(&mut samples) {
                    Taken::Samples(count) => {
                        for &sample in &samples[..count] {
                            assert_eq!(sample, ((heard + lost) % 30_000) as i16, "in its place");
                            heard += 1;
                        }
                    }
                    Taken::Lost(count) => lost += count,
                    _ => {}
                }
            }
        }
        let (rest, more) = all(&mut ear, 480);
        let heard = heard + rest.len() as u64 - more;
        assert_eq!(heard + lost + more + ear.lost_at_the_end(), time);
        assert_eq!(ear.lost(), time - heard);
    }
}

#[test]
fn both_ends_at_once_keep_the_count() {
    let (mut tap, mut ear) = input(480, 1);
    let pushed = 3_000_000u64;
    let source = std::thread::spawn(move || {
        let mut time = 0;
        while time < pushed {
            let part: Vec<i16> = (time..time + 240).map(|t| (t % 30_000) as i16).collect();
            tap.on_audio(&part);
            time += 240;
        }
    });
    let (mut time, mut samples) = (0u64, [0; 100]);
    loop {
        let done = source.is_finished();
        match ear.take(&mut samples) {
            Taken::Samples(count) => {
                for (n, &sample) in samples[..count].iter().enumerate() {
                    assert_eq!(sample, ((time + n as u64) % 30_000) as i16);
                }
                time += count as u64;
            }
            Taken::Lost(count) => time += count,
            _ if done => break,
            _ => {}
        }
    }
    assert_eq!(time + ear.lost_at_the_end(), pushed);
}

#[test]
fn silence_is_an_underrun_only_while_samples_are_due() {
    let (mut tap, mut mouth) = output(100, 2);
    let mut data = [1i16; 20];
    let mut play = |mouth: &afterbeep_capture::callback::Mouth| {
        tap.on_audio(&mut data);
        (data.iter().filter(|&&sample| sample == 0).count() / 2, mouth.underruns())
    };
    assert_eq!(play(&mouth), (10, 0), "before the first sample");
    mouth.say(&[5; 14]);
    assert_eq!(play(&mouth), (0, 0));
    assert_eq!(play(&mouth), (6, 6), "the writer was late");
    assert_eq!(play(&mouth), (10, 16));
    mouth.say(&[5; 4]);
    mouth.end();
    assert_eq!(play(&mouth), (6, 16), "after the end");
    assert_eq!(play(&mouth), (10, 16));
    mouth.say(&[5; 10]);
    assert_eq!(play(&mouth), (0, 16));
    assert_eq!(play(&mouth), (10, 26), "samples are due again");
}

#[test]
fn a_cut_silences_what_waits_and_nothing_after_it() {
    let (mut tap, mut mouth) = output(100, 1);
    mouth.say(&[5; 50]);
    let mut data = [1i16; 10];
    tap.on_audio(&mut data);
    mouth.cut();
    mouth.say(&[7; 10]);
    mouth.end();
    tap.on_audio(&mut data);
    assert_eq!(data, [7; 10]);
    tap.on_audio(&mut data);
    assert_eq!(data, [0; 10]);
    assert_eq!((mouth.waiting(), mouth.underruns()), (0, 0));
}

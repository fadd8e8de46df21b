//! Every sample format with every number of channels, against dasp's own way to the same numbers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod random;

use afterbeep_capture::callback::{DeviceSample, Taken, input, output};
use dasp::sample::{FromSample, I24, ToSample, U24};
use random::random;

const CHANNELS: std::ops::RangeInclusive<u16> = 1..=8;

fn heard<T: DeviceSample>(data: &[T], channels: u16) -> Vec<i16> {
    let (mut tap, mut ear) = input(data.len(), channels);
    tap.on_audio(data);
    let mut mono = vec![0; data.len()];
    let count = match ear.take(&mut mono) {
        Taken::Samples(count) => count,
        other => panic!("{other:?}"),
    };
    mono.truncate(count);
    mono
}

fn played<T: DeviceSample>(mono: &[i16], channels: u16, empty: T) -> Vec<T> {
    let (mut tap, mut mouth) = output(mono.len(), channels);
    assert_eq!(mouth.say(mono), mono.len());
    let mut data = vec![empty; mono.len() * usize::from(channels)];
    tap.on_audio(&mut data);
    data
}

/// The mean of a frame by way of dasp's floats: nearest 16-bit value, halves upwards, clipped.
fn mean_by_dasp<T: Copy + ToSample<f64>>(frame: &[T]) -> i16 {
    let sum: f64 = frame.iter().map(|&sample| -> f64 { sample.to_sample_() }).sum();
    let mean = sum * 32_768.0 / frame.len() as f64;
    (mean + 0.5).floor().clamp(-32_768.0, 32_767.0) as i16
}

/// Random and extreme values of a format, in frames of each number of channels.
fn check_input<T: DeviceSample + ToSample<f64>>(from_bits: impl Fn(u64) -> T) {
    let edges = [0, 1, u64::MAX, 1 << 63, u64::MAX >> 1, 0x8000_8000_8000_8000, 0x7FFF_8000_0000_0000];
    for channels in CHANNELS {
        let bits = edges.into_iter().cycle().take(56).chain(random(u64::from(channels)));
        let data: Vec<T> = bits.map(&from_bits).take(840 * usize::from(channels)).collect();
        let frames = data.chunks_exact(usize::from(channels));
        let wanted: Vec<i16> = frames.map(mean_by_dasp).collect();
        let got = heard(&data, channels);
        let differs = (0..wanted.len()).find(|&n| got.get(n) != Some(&wanted[n]));
        assert_eq!((got.len(), differs), (wanted.len(), None), "{} × {channels}", std::any::type_name::<T>());
    }
}

/// Every 16-bit value on every channel, and silence where there is nothing more.
fn check_output<T: DeviceSample + FromSample<i16> + PartialEq + std::fmt::Debug>() {
    let all: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    for channels in CHANNELS {
        let data = played(&all, channels, T::from_i16(1));
        let frames = data.chunks_exact(usize::from(channels)).zip(&all);
        for (frame, &sample) in frames {
            let wanted = T::from_sample_(sample);
            assert!(frame.iter().all(|&got| got == wanted), "{sample} became {frame:?}");
        }
    }
}

#[test]
fn every_format_is_heard_as_dasp_reads_it() {
    check_input(|bits| (bits >> 56) as i8);
    check_input(|bits| (bits >> 48) as i16);
    check_input(|bits| I24::new((bits as i64 >> 40) as i32).unwrap());
    check_input(|bits| (bits >> 32) as i32);
    check_input(|bits| (bits & !0xFFFF_FFFF) as i64); // 32 bits count
    check_input(|bits| (bits >> 56) as u8);
    check_input(|bits| (bits >> 48) as u16);
    check_input(|bits| U24::new((bits >> 40) as i32).unwrap());
    check_input(|bits| (bits >> 32) as u32);
    check_input(|bits| bits & !0xFFFF_FFFF);
    check_input(|bits| f32::from((bits >> 48) as i16) / 32_768.0);
    check_input(|bits| f64::from((bits >> 32) as i32) / 2_147_483_648.0);
}

#[test]
fn every_format_is_played_as_dasp_writes_it() {
    check_output::<i8>();
    check_output::<i16>();
    check_output::<I24>();
    check_output::<i32>();
    check_output::<i64>();
    check_output::<u8>();
    check_output::<u16>();
    check_output::<U24>();
    check_output::<u32>();
    check_output::<u64>();
    check_output::<f32>();
    check_output::<f64>();
}

#[test]
fn sixteen_bits_survive_every_wider_format_and_back() {
    fn there_and_back<T: DeviceSample>() {
        let all: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        for channels in CHANNELS {
            let back = heard(&played(&all, channels, T::from_i16(0)), channels);
            assert!(back == all, "{} × {channels}", std::any::type_name::<T>());
        }
    }
    there_and_back::<i16>();
    there_and_back::<I24>();
    there_and_back::<i32>();
    there_and_back::<i64>();
    there_and_back::<u16>();
    there_and_back::<U24>();
    there_and_back::<u32>();
    there_and_back::<u64>();
    there_and_back::<f32>();
    there_and_back::<f64>();
}

#[test]
fn floats_that_are_no_amplitudes_do_no_harm() {
    let odd = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1.0, -1.0, 7.5, -7.5, 1e-40, -0.0];
    let wanted = [0, 32_767, -32_768, 32_767, -32_768, 32_767, -32_768, 0, 0];
    assert_eq!(heard(&odd, 1), wanted);
    assert_eq!(heard(&odd.map(f64::from), 1), wanted);
    assert_eq!(heard(&[f32::NAN, 0.5], 2), [8_192], "one bad channel leaves the others");
}

#[test]
fn what_servers_leave_in_the_fourth_byte_of_24_bits_is_ignored() {
    for value in [0, 1, 0x7F_FFFF, 0x80_0000, 0xFF_FFFF, 0x12_3456] {
        for top in [0u32, 0xFF, 0x80, 0x7F] {
            let word = (top << 24 | value) as i32;
            let nearest = |level: i32| ((i64::from(level) + (1 << 15)) >> 16).min(32_767) as i16;
            let signed = nearest((value << 8) as i32);
            assert_eq!(heard(&[I24::new_unchecked(word)], 1), [signed], "I24 {word:#x}");
            let unsigned = nearest((value as i32 - (1 << 23)) << 8);
            assert_eq!(heard(&[U24::new_unchecked(word)], 1), [unsigned], "U24 {word:#x}");
        }
    }
}

#[test]
fn callbacks_of_any_length_make_the_same_stream() {
    let data: Vec<i16> = random(7).map(|bits| bits as i16).take(6_000).collect();
    let whole = heard(&data, 3);
    for frames in [1, 2, 85, 480, 511, 512, 513, 1_999] {
        let (mut tap, mut ear) = input(2_000, 3);
        data.chunks(frames * 3).for_each(|part| tap.on_audio(part));
        let mut mono = vec![0; 2_000];
        assert_eq!(ear.take(&mut mono), Taken::Samples(2_000));
        assert!(mono == whole, "callbacks of {frames}");
    }
}

#[test]
fn a_frame_that_is_cut_off_is_left_out_and_played_as_silence() {
    assert_eq!(heard(&[1i16, 3, 5], 2), [2]);
    let (mut tap, mut mouth) = output(4, 2);
    mouth.say(&[9, 9]);
    let mut data = [7i16; 3];
    tap.on_audio(&mut data);
    assert_eq!(data, [9, 9, 0]);
    assert_eq!(mouth.waiting(), 1, "the second sample waits for a whole frame");
}

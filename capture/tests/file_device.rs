//! A file as a microphone: every sample as it stands in the file, at the speed of a clock, and an end that was chosen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use afterbeep_capture::{Channel, Choice, DeviceError, Microphone, Read};
use tempfile::TempDir;

/// Longest wait for what has to come at once.
const SOON: Duration = Duration::from_secs(5);

/// A 16-bit WAV of interleaved samples in a folder of its own.
fn wav(rate: u32, channels: u16, samples: &[i16]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("caller.wav");
    let data = 2 * samples.len() as u32;
    let mut bytes = Vec::from(*b"RIFF");
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(*b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend([1, channels].map(u16::to_le_bytes).concat());
    bytes.extend([rate, rate * 2 * u32::from(channels)].map(u32::to_le_bytes).concat());
    bytes.extend([2 * channels, 16].map(u16::to_le_bytes).concat());
    bytes.extend(*b"data");
    bytes.extend(data.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// No two places of it are alike.
fn noise(samples: usize) -> Vec<i16> {
    let mut state = 0x2545_f491u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 16) as i16
    };
    std::iter::repeat_with(&mut next).take(samples).collect()
}

fn choice(path: &Path, options: &str) -> Choice {
    Choice { device: Some(format!("file:{}{options}", path.display())), ..Choice::default() }
}

fn refused(choice: &Choice) -> DeviceError {
    Microphone::open(choice).err().expect("an error")
}

/// Reads until so many samples were there, or the microphone is gone.
fn read(microphone: &mut Microphone, wanted: usize) -> (Vec<i16>, Option<DeviceError>) {
    let (mut heard, mut frame, start) = (Vec::<i16>::new(), [0; 480], Instant::now());
    while heard.len() < wanted {
        match microphone.read(&mut frame, SOON) {
            Read::Samples(count) => heard.extend(&frame[..count]),
            Read::Gone(error) => return (heard, Some(error)),
            other => panic!("{other:?} after {} samples and {:?}", heard.len(), start.elapsed()),
        }
    }
    (heard, None)
}

#[test]
fn as_fast_as_it_is_read_every_sample_arrives_and_then_silence() {
    let sound = noise(480_123);
    let (_folder, path) = wav(48_000, 1, &sound);
    let start = Instant::now();
    let mut microphone = Microphone::open(&choice(&path, "?fast")).unwrap();
    assert_eq!((microphone.rate().hz(), microphone.host()), (48_000, "file"));
    assert_eq!(microphone.device(), format!("file:{}", path.display()));
    let (heard, _) = read(&mut microphone, 600_000);
    println!("{} s of sound in {:?}", heard.len() / 48_000, start.elapsed());
    assert!(heard[..sound.len()] == sound, "bit for bit");
    assert!(heard[sound.len()..].iter().all(|&sample| sample == 0));
    assert_eq!((microphone.lost(), microphone.fault()), (0, None));
}

#[test]
fn a_reader_that_is_slow_loses_nothing_of_a_fast_file() {
    let sound = noise(100_000);
    let (_folder, path) = wav(16_000, 1, &sound);
    let mut microphone = Microphone::open(&choice(&path, "?once,fast")).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let (heard, end) = read(&mut microphone, usize::MAX);
    assert!(heard == sound, "{} of {}", heard.len(), sound.len());
    assert_eq!(end, Some(DeviceError::Over { device: format!("file:{}", path.display()) }));
}

#[test]
fn in_real_time_samples_come_as_a_clock_ticks() {
    let sound = noise(16_000);
    let (_folder, path) = wav(16_000, 1, &sound);
    let start = Instant::now();
    let mut microphone = Microphone::open(&choice(&path, "?once")).unwrap();
    let mut early = Duration::ZERO;
    let (mut heard, mut frame) = (Vec::<i16>::new(), [0; 160]);
    let end = loop {
        match microphone.read(&mut frame, SOON) {
            Read::Samples(count) => heard.extend(&frame[..count]),
            Read::Gone(error) => break error,
            other => panic!("{other:?}"),
        }
        let due = Duration::from_secs_f64(heard.len() as f64 / 16_000.0);
        early = early.max(due.saturating_sub(start.elapsed()));
    };
    println!("1 s in {:?}, at most {early:?} early; {end}", start.elapsed());
    assert!(heard == sound, "bit for bit");
    assert_eq!(early, Duration::ZERO, "no sample before its time");
    assert!(start.elapsed() < Duration::from_millis(1_500), "{:?}", start.elapsed());
    assert_eq!(microphone.lost(), 0);
    assert_eq!(microphone.read(&mut frame, SOON), Read::Gone(end), "so it stays");
}

#[test]
fn what_is_not_read_in_time_is_lost_and_counted_as_from_a_sound_card() {
    let sound = noise(56_000);
    let (_folder, path) = wav(16_000, 1, &sound);
    let mut microphone = Microphone::open(&choice(&path, "?once")).unwrap();
    std::thread::sleep(Duration::from_millis(1_000));
    let (mut heard, mut lost, mut frame) = (0, 0, [0; 480]);
    loop {
        match microphone.read(&mut frame, SOON) {
            Read::Samples(count) => {
                let here = heard + lost as usize;
                assert!(frame[..count] == sound[here..here + count], "time stays true at {here}");
                heard += count;
            }
            Read::Lost(count) => lost += count,
            Read::Gone(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard as u64 + lost, 56_000);
    assert!((6_400..24_000).contains(&lost), "the ring holds half of the second: {lost}");
}

#[test]
fn a_loop_begins_again_and_a_file_without_samples_does_not() {
    let sound = noise(1_000);
    let (_folder, path) = wav(8_000, 1, &sound);
    let (heard, _) = read(&mut Microphone::open(&choice(&path, "?loop,fast")).unwrap(), 5_000);
    assert!(heard[..5_000] == sound.repeat(5));
    let (_folder, path) = wav(8_000, 1, &[]);
    assert!(refused(&choice(&path, "?loop,fast")).to_string().contains("length of the samples"));
}

#[test]
fn a_channel_is_chosen_and_a_high_rate_is_heard_as_a_copy() {
    let frames: Vec<i16> = noise(500).iter().flat_map(|&sample| [sample, 7]).collect();
    let (_folder, path) = wav(44_100, 2, &frames);
    let left = Choice { channel: Channel::LEFT, ..choice(&path, "?once,fast") };
    assert!(read(&mut Microphone::open(&left).unwrap(), usize::MAX).0 == noise(500));
    let error = refused(&Choice { channel: Channel::number(3).unwrap(), ..left });
    assert!(error.to_string().contains("caller.wav") && error.to_string().contains("1–2"), "{error}");

    let (_folder, path) = wav(192_000, 1, &noise(192_000));
    let mut microphone = Microphone::open(&choice(&path, "?once,fast")).unwrap();
    assert_eq!(microphone.rate().hz(), 48_000);
    assert_eq!(read(&mut microphone, usize::MAX).0.len(), 48_000);
}

#[test]
fn a_file_that_is_missing_or_broken_is_an_error_that_names_it() {
    let (folder, path) = wav(16_000, 1, &noise(10));
    let missing = refused(&choice(&folder.path().join("nobody.wav"), ""));
    assert!(matches!(&missing, DeviceError::File { device, .. } if device.contains("nobody.wav")));
    assert!(missing.to_string().contains("check the name"), "{missing}");
    std::fs::write(&path, b"RIFF....WAVEfmt ").unwrap();
    let broken = refused(&choice(&path, "?fast"));
    assert!(broken.to_string().contains("caller.wav"), "{broken}");
    let folder_name = refused(&choice(folder.path(), ""));
    assert!(folder_name.to_string().contains("it is a folder"), "{folder_name}");
    let option = refused(&choice(&path, "?quick"));
    assert!(matches!(&option, DeviceError::UnknownOption { option, .. } if option == "quick"), "{option}");
    println!("{missing}\n{broken}\n{folder_name}\n{option}");
}

#[test]
fn dropping_it_does_not_wait() {
    let (_folder, path) = wav(8_000, 1, &noise(80_000));
    let microphone = Microphone::open(&choice(&path, "")).unwrap();
    let start = Instant::now();
    drop(microphone);
    assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
}

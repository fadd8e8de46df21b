//! Every sample format and channel count that cpal can give, through cpal and both ways, against a slow reference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

mod own_card;
#[path = "own_card/reference.rs"]
mod reference;

use std::time::Duration;

use afterbeep::SampleRate;
use afterbeep_capture::{Channel, Choice, DeviceError, Loudspeaker, Microphone, Read};
use cpal::SampleFormat;
use own_card::plug_in;

/// All formats of cpal 0.18 whose samples are amplitudes.
const FORMATS: [SampleFormat; 12] = [
    SampleFormat::I8,
    SampleFormat::I16,
    SampleFormat::I24,
    SampleFormat::I32,
    SampleFormat::I64,
    SampleFormat::U8,
    SampleFormat::U16,
    SampleFormat::U24,
    SampleFormat::U32,
    SampleFormat::U64,
    SampleFormat::F32,
    SampleFormat::F64,
];

const CHANNELS: [u16; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 32];

/// Frames that fit into the ring: it holds half a second.
const BLOCK: usize = 20_000;

/// Reads exactly this many samples.
fn read(microphone: &mut Microphone, count: usize) -> Vec<i16> {
    let mut samples = vec![0; count];
    let mut filled = 0;
    while filled < count {
        match microphone.read(&mut samples[filled..], Duration::from_secs(5)) {
            Read::Samples(more) => filled += more,
            other => panic!("{other:?} after {filled} of {count}"),
        }
    }
    samples
}

/// Frames of samples worth a try, each format's own, that differ from channel to channel: all of them for one channel, some
/// of every kind for several.
fn frames(format: SampleFormat, channels: u16) -> Vec<u8> {
    let mut samples = reference::samples(format, u64::from(channels));
    if channels > 1 {
        // Kinds come by sixes, so that every fifth is each kind in turn.
        samples = samples.into_iter().step_by(5).collect();
    }
    // A stride without a common divisor brings each sample once, with ever other neighbours.
    let stride = if channels == 1 { 1 } else { 7_919 };
    let whole = samples.len() / usize::from(channels) * usize::from(channels);
    (0..whole).flat_map(|n| samples[n * stride % samples.len()].iter().copied()).collect()
}

#[test]
fn every_format_and_channel_count_is_heard_exactly() {
    for format in FORMATS {
        for channels in CHANNELS {
            let plug = plug_in(format, channels);
            let mut microphone = Microphone::open(&plug.choice).unwrap();
            let size = format.sample_size() * usize::from(channels);
            for block in frames(format, channels).chunks(BLOCK * size) {
                plug.call(block.to_vec());
                let got = read(&mut microphone, block.len() / size);
                let differs = block
                    .chunks(size)
                    .zip(&got)
                    .position(|(frame, &got)| reference::heard(format, frame) != got);
                if let Some(at) = differs {
                    let frame = &block[at * size..][..size];
                    let wanted = reference::heard(format, frame);
                    panic!("{format} × {channels}: {frame:02x?} became {}, not {wanted}", got[at]);
                }
            }
            assert_eq!(microphone.lost(), 0);
        }
    }
}

#[test]
fn every_channel_can_be_chosen_in_every_format() {
    for format in FORMATS {
        for channels in CHANNELS {
            let all = frames(format, channels);
            let size = format.sample_size();
            let block: Vec<u8> = all[..all.len().min(400 * size * usize::from(channels))].to_vec();
            for number in (1..=channels).filter(|number| channels <= 8 || [1, 2, 17, 32].contains(number)) {
                let mut plug = plug_in(format, channels);
                plug.choice.channel = Channel::number(number).unwrap();
                let mut microphone = Microphone::open(&plug.choice).unwrap();
                plug.call(block.clone());
                let frames = block.chunks(size * usize::from(channels));
                let wanted: Vec<i16> = frames
                    .map(|frame| &frame[size * usize::from(number - 1)..][..size])
                    .map(|sample| reference::heard(format, sample))
                    .collect();
                assert!(read(&mut microphone, wanted.len()) == wanted, "{format} × {channels}: {number}");
            }
        }
    }
}

#[test]
fn every_format_and_channel_count_is_played_exactly() {
    let all: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    for format in FORMATS {
        for channels in CHANNELS {
            let plug = plug_in(format, channels);
            let mut loudspeaker = Loudspeaker::open(&plug.choice, SampleRate::HZ_48000).unwrap();
            let size = format.sample_size();
            for sound in all.chunks(BLOCK) {
                assert_eq!(loudspeaker.write(sound), sound.len());
                let garbage = vec![0x5A; sound.len() * usize::from(channels) * size];
                let got = plug.call(garbage);
                for (frame, &sample) in got.chunks(size * usize::from(channels)).zip(sound) {
                    let wanted = reference::played(format, sample);
                    // The fourth byte of 24 bits is nobody's.
                    let bytes =
                        if matches!(format, SampleFormat::I24 | SampleFormat::U24) { 3 } else { size };
                    let exact = frame.chunks(size).all(|got| got[..bytes] == wanted[..bytes]);
                    assert!(exact, "{format} × {channels}: {sample} became {frame:02x?}");
                }
            }
            loudspeaker.end();
            let silence = plug.call(vec![0x5A; 10 * usize::from(channels) * size]);
            let zero = reference::played(format, 0);
            assert!(silence.chunks(size).all(|got| got[..3.min(size)] == zero[..3.min(size)]));
        }
    }
}

#[test]
fn what_is_no_amplitude_and_a_channel_that_is_not_there_are_refused_by_name() {
    for format in [SampleFormat::DsdU8, SampleFormat::DsdU16, SampleFormat::DsdU32] {
        let refused = Microphone::open(&plug_in(format, 2).choice).err().unwrap();
        assert!(matches!(refused, DeviceError::UnsupportedFormat { .. }), "{refused}");
        assert!(refused.to_string().contains(&format.to_string()), "{refused}");
        let refused = Loudspeaker::open(&plug_in(format, 2).choice, SampleRate::HZ_48000).err().unwrap();
        assert!(matches!(refused, DeviceError::UnsupportedFormat { .. }), "{refused}");
    }
    let plug = plug_in(SampleFormat::F32, 2);
    let third = Choice { channel: Channel::number(3).unwrap(), ..plug.choice.clone() };
    let refused = Microphone::open(&third).err().unwrap().to_string();
    let card = plug.choice.device.unwrap();
    assert_eq!(
        refused,
        format!(
            "channel: 3 is outside of 1–2, which {card} on host custom has: choose one of these, or `mix`"
        )
    );
}

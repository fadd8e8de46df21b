//! Which of a device's formats to ask for.

use afterbeep::Channel;
use cpal::{BufferSize, SampleFormat, StreamConfig, SupportedStreamConfig, SupportedStreamConfigRange};

use super::Direction;

/// The rates of capture streams, in Hz.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=96_000;

/// A format to open a device with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    pub(super) config: StreamConfig,
    pub(super) samples: SampleFormat,
}

/// For recording: the device's own rate or the one that is asked for, 16 bits where it offers them, and as few channels as it offers; for one of
/// several channels as many as the device has by itself, so that no server mixes them.
pub(super) fn for_input(
    own: &SupportedStreamConfig,
    offers: &[SupportedStreamConfigRange],
    channel: Channel,
    asked_hz: Option<u32>,
) -> Option<Format> {
    let rate = match asked_hz {
        None => usable_rate(own, offers)?,
        Some(asked) => asked_rate(own, offers, asked)?,
    };
    let ideal = if channel == Channel::MIX { 1 } else { own.channels() };
    let best = at_rate(offers, rate)
        .filter(|offer| channel.among(offer.channels()).is_ok())
        .min_by_key(|offer| (offer.channels().abs_diff(ideal), rank(offer.sample_format(), own)));
    Some(chosen(best, own, rate))
}

/// For playing: the device's own rate, every channel that it has by itself. A server takes any rate and converts as it
/// likes; so the samples are converted before, as well as a recording's.
///
/// With `knows_rate` false the device's own rate is a guess: then the stream's where the device takes it.
pub(super) fn for_output(
    own: &SupportedStreamConfig,
    offers: &[SupportedStreamConfigRange],
    stream_hz: u32,
    knows_rate: bool,
) -> Option<Format> {
    let takes_stream = || at_rate(offers, stream_hz).any(|offer| offer.channels() == own.channels());
    let rate = if !knows_rate && takes_stream() { stream_hz } else { own.sample_rate() };
    let best = at_rate(offers, rate)
        .min_by_key(|offer| (offer.channels().abs_diff(own.channels()), rank(offer.sample_format(), own)));
    let format = chosen(best, own, rate);
    is_sound(format.samples).then_some(format)
}

fn chosen(
    best: Option<&SupportedStreamConfigRange>,
    own: &SupportedStreamConfig,
    sample_rate: u32,
) -> Format {
    let (channels, samples) =
        best.map_or((own.channels(), own.sample_format()), |best| (best.channels(), best.sample_format()));
    let config = StreamConfig { channels, sample_rate, buffer_size: BufferSize::Default };
    Format { config, samples }
}

fn at_rate(
    offers: &[SupportedStreamConfigRange],
    rate: u32,
) -> impl Iterator<Item = &SupportedStreamConfigRange> {
    offers.iter().filter(move |offer| offer.contains_rate(rate) && is_sound(offer.sample_format()))
}

/// The device's own rate if a capture stream may have it, else the nearest usual one that it offers.
fn usable_rate(own: &SupportedStreamConfig, offers: &[SupportedStreamConfigRange]) -> Option<u32> {
    if RATES_HZ.contains(&own.sample_rate()) && is_sound(own.sample_format()) {
        return Some(own.sample_rate());
    }
    [48_000, 44_100, 96_000, 32_000, 24_000, 16_000, 8_000]
        .into_iter()
        .find(|&rate| at_rate(offers, rate).next().is_some())
}

fn asked_rate(own: &SupportedStreamConfig, offers: &[SupportedStreamConfigRange], asked: u32) -> Option<u32> {
    (own.sample_rate() == asked || at_rate(offers, asked).next().is_some()).then_some(asked)
}

/// Sixteen bits first, as that is what a recording has; then the device's own format.
fn rank(format: SampleFormat, own: &SupportedStreamConfig) -> u8 {
    match format {
        SampleFormat::I16 => 0,
        format if format == own.sample_format() => 1,
        SampleFormat::F32 => 2,
        SampleFormat::I32 | SampleFormat::I24 => 3,
        _ => 4,
    }
}

/// Whether samples are amplitudes: one-bit streams are not.
fn is_sound(format: SampleFormat) -> bool {
    !format.is_dsd()
}

/// Whether a host says at which rate its devices run. ALSA has the program choose.
pub(super) fn knows_rate(host: cpal::HostId) -> bool {
    host.to_string() != "alsa"
}

/// Frames per callback to ask for, measured best per host; the system's choice where that is.
///
/// With a fixed size PulseAudio's server keeps one fragment and drops the rest, so that a capture fragment must be
/// long; playing, its own choice is to ask for two seconds at once and to lose the end. ALSA takes 10 ms well. A JACK
/// server has its one size. PipeWire captures best with its own; its
/// callbacks are not in a real-time thread, so that with 10 ms a busy machine was heard in what it played, and with its
/// own 21 ms a cut takes 85 ms: 20 ms, of which it makes 512 samples.
pub(super) fn buffer_size(host: cpal::HostId, way: Direction, config: &StreamConfig) -> BufferSize {
    let ten_ms = config.sample_rate.div_ceil(100);
    match (host.to_string().as_str(), way) {
        ("pulseaudio", Direction::Input) => BufferSize::Fixed(10 * ten_ms),
        ("pipewire", Direction::Output) => BufferSize::Fixed(2 * ten_ms),
        ("pulseaudio" | "alsa", Direction::Output) | ("alsa", Direction::Input) => BufferSize::Fixed(ten_ms),
        _ => BufferSize::Default,
    }
}

#[cfg(test)]
mod tests {
    use cpal::{
        SampleFormat::*, SupportedBufferSize::Unknown, SupportedStreamConfig, SupportedStreamConfigRange,
    };

    use super::*;

    fn own(channels: u16, rate: u32, format: SampleFormat) -> SupportedStreamConfig {
        SupportedStreamConfig::new(channels, rate, Unknown, format)
    }

    fn offer(channels: u16, low: u32, high: u32, format: SampleFormat) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, low, high, Unknown, format)
    }

    fn said(format: Option<Format>) -> (u16, u32, SampleFormat) {
        let format = format.expect("a format");
        (format.config.channels, format.config.sample_rate, format.samples)
    }

    #[test]
    fn recording_asks_for_mono_sixteen_bits_at_the_devices_rate() {
        let offers = [offer(2, 1, 96_000, I16), offer(1, 1, 96_000, F32), offer(1, 1, 96_000, I16)];
        assert_eq!(said(for_input(&own(2, 44_100, F32), &offers, Channel::MIX, None)), (1, 44_100, I16));
    }

    #[test]
    fn recording_takes_what_there_is() {
        assert_eq!(
            said(for_input(&own(8, 48_000, I32), &[offer(8, 48_000, 48_000, I32)], Channel::MIX, None)),
            (8, 48_000, I32)
        );
        assert_eq!(
            said(for_input(&own(2, 48_000, F32), &[], Channel::MIX, None)),
            (2, 48_000, F32),
            "a host that lists nothing"
        );
        let fast = [offer(2, 192_000, 192_000, I32), offer(2, 44_100, 48_000, I32)];
        assert_eq!(
            said(for_input(&own(2, 192_000, I32), &fast, Channel::MIX, None)),
            (2, 48_000, I32),
            "the rate must be usable"
        );
        assert!(for_input(&own(2, 192_000, I32), &fast[..1], Channel::MIX, None).is_none());
        assert!(
            for_input(&own(2, 88_200, DsdU8), &[offer(2, 88_200, 88_200, DsdU8)], Channel::MIX, None)
                .is_none()
        );
    }

    #[test]
    fn one_channel_of_several_is_asked_for_among_the_devices_own() {
        let offers = [1, 2, 4, 6].map(|channels| offer(channels, 1, 96_000, I16));
        let one = |number, own_channels| {
            let channel = Channel::number(number).unwrap();
            said(for_input(&own(own_channels, 48_000, F32), &offers, channel, None)).0
        };
        assert_eq!(one(1, 4), 4, "not mono, which a server would mix");
        assert_eq!(one(2, 2), 2);
        assert_eq!(one(3, 2), 4, "the next that has it");
        assert_eq!(one(9, 2), 2, "refused later, by name");
    }

    #[test]
    fn playing_leaves_at_the_devices_rate_where_that_is_known_and_keeps_its_channels() {
        let offers =
            [offer(1, 8_000, 48_000, I16), offer(2, 8_000, 48_000, F32), offer(2, 8_000, 48_000, I16)];
        let chosen = |offers, knows_rate| said(for_output(&own(2, 48_000, F32), offers, 16_000, knows_rate));
        assert_eq!(chosen(&offers[..], false), (2, 16_000, I16));
        assert_eq!(chosen(&offers[..], true), (2, 48_000, I16), "nobody else converts it");
        let fixed = [offer(2, 48_000, 48_000, F32)];
        assert_eq!(chosen(&fixed[..], false), (2, 48_000, F32));
    }
}

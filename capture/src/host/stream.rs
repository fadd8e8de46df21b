//! Streams: the taps of this crate in the callbacks of `cpal`.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{
    BufferSize, Device, Error, ErrorKind, I24, InputCallbackInfo, OutputCallbackInfo, SampleFormat,
    SizedSample, Stream, U24,
};

use super::clock::Clock;
use super::format::{Format, buffer_size, for_input, for_output, knows_rate};
use super::listing::{default_config, ranges};
use super::{
    Direction, Whereabouts, channels_of_pipewires_default, failed, fault_of, find_device, find_host, id_of,
    one_at_a_time,
};
use crate::callback::{DeviceSample, Ear, InputTap, Mouth, OutputTap, StreamState, input, output};
use crate::control::heard;
use crate::file_device::{self, Named};
use crate::scheduling::{self, Threads, ahead};
use crate::{Channel, Choice, DeviceError, RingLength};

/// How long a host has to build a stream; to ALSA, which has no such bound, how often it looks at a silent device.
const PATIENCE: Duration = Duration::from_secs(2);

/// A running stream's other end, and what was opened.
pub(crate) struct Opened<End> {
    pub(crate) end: End,
    pub(crate) rate_hz: u32,
    pub(crate) host: String,
    pub(crate) device: String,
    pub(crate) kind: Kind,
    /// What the host started for it.
    pub(crate) threads: Threads,
}

/// What a stream comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A sound card: its silence, zeros and end mean that something is wrong, and it is opened again.
    Card,
    /// A file: it may be silent and have an end, which is the end.
    File,
}

/// A running stream, as the thread that tends to it holds it.
pub(crate) struct Line<End> {
    /// Held for its drop only.
    pub(crate) stream: Box<dyn Any + Send>,
    pub(crate) opened: Opened<End>,
    /// Where its callbacks report.
    pub(crate) state: Arc<StreamState>,
    pub(crate) whereabouts: Whereabouts,
    /// Asked again and again once nobody wants the stream any more: whether it may end now.
    pub(crate) may_end: Box<dyn FnMut() -> bool + Send>,
}

/// What a stream that is opened again must be.
#[derive(Clone, Debug)]
pub(crate) struct Pinned {
    pub(crate) host: String,
    /// The id; absent where any device that fits the choice will do.
    pub(crate) device: Option<String>,
    pub(crate) rate_hz: u32,
}

/// Opens the chosen input and lets it run, ahead of other programs. Its callbacks' times count from `epoch`.
pub(crate) fn open_input(
    choice: &Choice,
    ring: RingLength,
    pinned: Option<&Pinned>,
    epoch: Instant,
) -> Result<Line<Ear>, DeviceError> {
    if let Some(named) = Named::by(choice)? {
        return file_device::open(&named, choice, ring, epoch);
    }
    let (line, threads) = ahead(|| input_of_a_card(choice, ring, pinned, epoch));
    line.map(|line| Line { opened: Opened { threads, ..line.opened }, ..line })
}

fn input_of_a_card(
    choice: &Choice,
    ring: RingLength,
    pinned: Option<&Pinned>,
    epoch: Instant,
) -> Result<Line<Ear>, DeviceError> {
    let _alone = one_at_a_time(choice.host.as_deref());
    let mut whereabouts = Whereabouts::before_opening();
    let place = Place::find_or_again(choice, pinned, Direction::Input)?.behind_default(&mut whereabouts);
    let rate_hz = pinned.map(|pinned| pinned.rate_hz);
    let mut format = place.format(|own, offers| for_input(own, offers, choice.channel, rate_hz))?;
    if place.guesses_channels() {
        match channels_of_pipewires_default(Direction::Input) {
            Some(channels) => format.config.channels = channels,
            None if choice.channel == Channel::MIX => format.config.channels = 1,
            None => {}
        }
    }
    let chosen = place.chosen(choice, format)?;
    let capacity = ring.samples(format.config.sample_rate);
    let (stream, ear) = place.start(format, |format| {
        let (tap, ear) = input(capacity, format.config.channels);
        let clock = Clock::of(&place.host, epoch);
        Ok((build_input(&place.device, format, tap.only(chosen), clock)?, ear))
    })?;
    whereabouts.opened(&place.host);
    let (state, stream) = (ear.shared_state(), Box::new(stream));
    Ok(Line { stream, opened: place.opened(ear, format), state, whereabouts, may_end: Box::new(|| true) })
}

/// Opens the chosen output, if possible at `stream_hz`, and lets it run, ahead of other programs.
pub(crate) fn open_output(
    choice: &Choice,
    pinned: Option<&Pinned>,
    stream_hz: u32,
) -> Result<Line<Mouth>, DeviceError> {
    ahead(|| output_of_a_card(choice, pinned, stream_hz)).0
}

fn output_of_a_card(
    choice: &Choice,
    pinned: Option<&Pinned>,
    stream_hz: u32,
) -> Result<Line<Mouth>, DeviceError> {
    let _alone = one_at_a_time(choice.host.as_deref());
    let place = Place::find_or_again(choice, pinned, Direction::Output)?;
    let mut format =
        place.format(|own, offers| for_output(own, offers, stream_hz, knows_rate(place.host_id)))?;
    if place.guesses_channels() {
        format.config.channels = channels_of_pipewires_default(Direction::Output).unwrap_or(1);
    }
    let rate = format.config.sample_rate;
    if let Some(before) = pinned.map(|pinned| pinned.rate_hz).filter(|&before| before != rate) {
        let reason = format!("it runs at {rate} Hz now, and ran at {before} Hz");
        return Err(DeviceError::UnsupportedFormat { host: place.host, device: place.name, reason });
    }
    let (stream, mouth) = place.start(format, |format| {
        let (tap, mouth) = output(RingLength::DEFAULT.samples(rate), format.config.channels);
        Ok((build_output(&place.device, format, tap)?, mouth))
    })?;
    let may_end = Box::new(heard(mouth.progress(), rate));
    let (state, whereabouts) = (mouth.shared_state(), Whereabouts::of_nothing());
    Ok(Line { stream: Box::new(stream), opened: place.opened(mouth, format), state, whereabouts, may_end })
}

/// A device and where it was found.
struct Place {
    host_id: cpal::HostId,
    host: String,
    device: Device,
    name: String,
    way: Direction,
}

impl Place {
    fn find(choice: &Choice, way: Direction) -> Result<Self, DeviceError> {
        let host = find_host(choice)?;
        let device = find_device(&host, choice, way)?;
        let name = id_of(&device);
        Ok(Self { host_id: host.id(), host: host.id().to_string(), device, name, way })
    }

    fn find_or_again(choice: &Choice, pinned: Option<&Pinned>, way: Direction) -> Result<Self, DeviceError> {
        match pinned {
            None => Self::find(choice, way),
            Some(pinned) => Self::find_again(choice, pinned, way),
        }
    }

    /// The device that PipeWire's default input stands for now, if that is known: a stream of the default's is moved to
    /// another whenever the server likes, and one of a device's ends with it.
    fn behind_default(self, whereabouts: &mut Whereabouts) -> Self {
        let source = if self.guesses_channels() { whereabouts.default_source() } else { None };
        let Some(source) = source else { return self };
        // A sink that is listened to is a device of its own name there.
        let device = Some(format!("{}:{}", self.host, source.strip_suffix(".monitor").unwrap_or(&source)));
        let named = Choice { host: Some(self.host.clone()), device, channel: Channel::MIX };
        Self::find(&named, self.way).unwrap_or(self)
    }

    /// The very device, not one whose name is like it.
    fn find_again(choice: &Choice, pinned: &Pinned, way: Direction) -> Result<Self, DeviceError> {
        let device = pinned.device.clone().or_else(|| choice.device.clone());
        let place =
            Self::find(&Choice { host: Some(pinned.host.clone()), device, channel: choice.channel }, way)?;
        match &pinned.device {
            Some(wanted) if *wanted != place.name => Err(DeviceError::Lost {
                host: place.host,
                device: wanted.clone(),
                reason: format!("there is {} only", place.name),
            }),
            _ => Ok(place),
        }
    }

    fn failed(&self, error: &Error) -> DeviceError {
        failed(error, &self.host, &self.name)
    }

    /// Whether the device's number of channels is a guess: PipeWire's default devices always say two. A mono microphone fills only
    /// the first of them, so that the mean would be half; and where one is asked for, of two only the first is given.
    fn guesses_channels(&self) -> bool {
        self.host == "pipewire" && self.name.ends_with("_default")
    }

    /// Whether the audio thread does nothing in between but wait for the device. ALSA's plugins do more.
    fn may_run_in_real_time(&self) -> bool {
        self.host != "alsa" || self.name.contains("hw:")
    }

    fn format(
        &self,
        choose: impl Fn(&cpal::SupportedStreamConfig, &[cpal::SupportedStreamConfigRange]) -> Option<Format>,
    ) -> Result<Format, DeviceError> {
        let own = default_config(&self.device, self.way).map_err(|error| self.failed(&error))?;
        choose(&own, &ranges(&self.device, self.way)).ok_or_else(|| DeviceError::UnsupportedFormat {
            host: self.host.clone(),
            device: self.name.clone(),
            reason: format!("{} Hz, {}", own.sample_rate(), own.sample_format()),
        })
    }

    /// The place of the chosen channel in the format's frames.
    fn chosen(&self, choice: &Choice, format: Format) -> Result<Option<usize>, DeviceError> {
        choice.channel.among(format.config.channels).map_err(|channel| DeviceError::NoChannel {
            host: self.host.clone(),
            device: self.name.clone(),
            channel,
        })
    }

    /// Builds and starts a stream, with the buffer's size that suits the host or, if refused, the host's own.
    fn start<End>(
        &self,
        mut format: Format,
        build: impl Fn(Format) -> Result<(Stream, End), Error>,
    ) -> Result<(Stream, End), DeviceError> {
        if !self.may_run_in_real_time() {
            scheduling::not_in_real_time();
        }
        format.config.buffer_size = buffer_size(self.host_id, self.way, &format.config);
        let mut built = build(format);
        if built.as_ref().is_err_and(|error| error.kind() == ErrorKind::UnsupportedConfig) {
            format.config.buffer_size = BufferSize::Default;
            built = build(format);
        }
        let (stream, end) = built.map_err(|error| self.failed(&error))?;
        stream.play().map_err(|error| self.failed(&error))?;
        Ok((stream, end))
    }

    fn opened<End>(self, end: End, format: Format) -> Opened<End> {
        let rate_hz = format.config.sample_rate;
        Opened {
            end,
            rate_hz,
            host: self.host,
            device: self.name,
            kind: Kind::Card,
            threads: Threads::default(),
        }
    }
}

/// Calls a generic function for the sample type of a format that is known only now.
macro_rules! for_sample_type {
    ($format:expr, $function:ident($($argument:expr),*)) => {
        match $format.samples {
            SampleFormat::I8 => $function::<i8>($($argument),*),
            SampleFormat::I16 => $function::<i16>($($argument),*),
            SampleFormat::I24 => $function::<I24>($($argument),*),
            SampleFormat::I32 => $function::<i32>($($argument),*),
            SampleFormat::I64 => $function::<i64>($($argument),*),
            SampleFormat::U8 => $function::<u8>($($argument),*),
            SampleFormat::U16 => $function::<u16>($($argument),*),
            SampleFormat::U24 => $function::<U24>($($argument),*),
            SampleFormat::U32 => $function::<u32>($($argument),*),
            SampleFormat::U64 => $function::<u64>($($argument),*),
            SampleFormat::F32 => $function::<f32>($($argument),*),
            SampleFormat::F64 => $function::<f64>($($argument),*),
            _ => Err(ErrorKind::UnsupportedConfig.into()),
        }
    };
}

fn build_input(device: &Device, format: Format, tap: InputTap, clock: Clock) -> Result<Stream, Error> {
    for_sample_type!(format, input_of(device, format, tap, clock))
}

fn input_of<T: SizedSample + DeviceSample>(
    device: &Device,
    format: Format,
    mut tap: InputTap,
    mut clock: Clock,
) -> Result<Stream, Error> {
    let state = tap.state();
    device.build_input_stream(
        format.config,
        move |data: &[T], info: &InputCallbackInfo| {
            tap.on_audio_at(data, clock.at(info.timestamp().callback));
        },
        move |error| state.report(fault_of(&error)),
        Some(PATIENCE),
    )
}

fn build_output(device: &Device, format: Format, tap: OutputTap) -> Result<Stream, Error> {
    for_sample_type!(format, output_of(device, format, tap))
}

fn output_of<T: SizedSample + DeviceSample>(
    device: &Device,
    format: Format,
    mut tap: OutputTap,
) -> Result<Stream, Error> {
    let state = tap.state();
    device.build_output_stream(
        format.config,
        move |data: &mut [T], info: &OutputCallbackInfo| {
            let times = info.timestamp();
            tap.sounds_in(times.playback.duration_since(times.callback));
            tap.on_audio(data);
        },
        move |error| state.report(fault_of(&error)),
        Some(PATIENCE),
    )
}

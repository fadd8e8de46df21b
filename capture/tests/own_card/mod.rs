//! Sound cards of our own behind cpal: each has one format and one number of channels, and does what a test tells it.
//!
//! The way is cpal's: `Microphone` and `Loudspeaker` find the card, choose its format and build their streams as with any.

#![allow(unsafe_code, reason = "cpal takes a card's buffer as a pointer")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the card's end of a test, not the audio thread's part"
)]

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use afterbeep_capture::Choice;
use cpal::traits::{DeviceTrait, HostTrait, StreamTrait};
use cpal::{
    BufferSize, Data, DeviceDescription, DeviceDescriptionBuilder, DeviceId, Error, ErrorKind, FrameCount,
    InputCallbackInfo, OutputCallbackInfo, OutputStreamTimestamp, SampleFormat, StreamConfig, StreamInstant,
    SupportedBufferSize, SupportedStreamConfig, SupportedStreamConfigRange,
};

/// Rate of every card, in Hz.
pub(crate) const RATE: u32 = 48_000;

/// Bytes of interleaved frames, for one callback or from one.
type Block = Vec<u8>;

/// What tests plugged in and nobody opened yet.
static PLUGGED: Mutex<Vec<(Card, Wire)>> = Mutex::new(Vec::new());

/// Cards so far.
static CARDS: AtomicU32 = AtomicU32::new(1);

/// A card's end of a test: a block in is a callback, and goes back as the callback left it.
#[derive(Debug)]
struct Wire {
    blocks: Receiver<Block>,
    done: Sender<Block>,
}

/// A test's end of a card.
pub(crate) struct Plug {
    blocks: Sender<Block>,
    done: Receiver<Block>,
    /// What opens the card.
    pub(crate) choice: Choice,
}

impl Plug {
    /// Has the card's stream called with this block, and gives it back as the callback left it.
    pub(crate) fn call(&self, block: Block) -> Block {
        self.blocks.send(block).expect("an open stream");
        self.done.recv_timeout(Duration::from_secs(10)).expect("a callback")
    }
}

/// Plugs in a card, to be opened once.
pub(crate) fn plug_in(format: SampleFormat, channels: u16) -> Plug {
    afterbeep_capture::proof::set_own_host(|| cpal::platform::CustomHost::from_host(Cards).into());
    let (blocks, from_test) = channel();
    let (to_test, done) = channel();
    let card = Card { number: CARDS.fetch_add(1, Ordering::Relaxed), format, channels };
    PLUGGED.lock().expect("no panic").push((card, Wire { blocks: from_test, done: to_test }));
    let choice = Choice { host: Some("custom".into()), device: Some(card.to_string()), ..Choice::default() };
    Plug { blocks, done, choice }
}

struct Cards;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Card {
    /// No two are alike.
    number: u32,
    format: SampleFormat,
    channels: u16,
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "card {} ({} × {})", self.number, self.format, self.channels)
    }
}

impl HostTrait for Cards {
    type Devices = std::vec::IntoIter<Card>;
    type Device = Card;

    fn is_available() -> bool {
        true
    }

    fn devices(&self) -> Result<Self::Devices, Error> {
        let cards: Vec<_> = PLUGGED.lock().expect("no panic").iter().map(|(card, _)| *card).collect();
        Ok(cards.into_iter())
    }

    fn default_input_device(&self) -> Option<Card> {
        None
    }

    fn default_output_device(&self) -> Option<Card> {
        None
    }
}

impl Card {
    fn own(self) -> SupportedStreamConfig {
        SupportedStreamConfig::new(self.channels, RATE, SupportedBufferSize::Unknown, self.format)
    }

    fn offer(self) -> std::iter::Once<SupportedStreamConfigRange> {
        let size = SupportedBufferSize::Unknown;
        std::iter::once(SupportedStreamConfigRange::new(self.channels, RATE, RATE, size, self.format))
    }

    /// The wire of a card whose stream is opened as the card is.
    fn wire(self, config: StreamConfig, format: SampleFormat) -> Result<Wire, Error> {
        let wanted = (config.channels, config.sample_rate, config.buffer_size, format);
        if wanted != (self.channels, RATE, BufferSize::Default, self.format) {
            return Err(ErrorKind::UnsupportedConfig.into());
        }
        let mut plugged = PLUGGED.lock().expect("no panic");
        let place = plugged.iter().position(|(card, _)| *card == self);
        place.map(|place| plugged.remove(place).1).ok_or(ErrorKind::DeviceNotAvailable.into())
    }

    /// The card's audio thread: one callback for each block.
    fn run(self, wire: Wire, mut callback: impl FnMut(&mut Data) + Send + 'static) -> Running {
        std::thread::spawn(move || {
            for block in wire.blocks {
                let len = block.len() / self.format.sample_size();
                // Words, as samples must be aligned.
                let mut words = vec![0u64; block.len().div_ceil(8)];
                for (word, bytes) in words.iter_mut().zip(block.chunks(8)) {
                    let mut whole = [0; 8];
                    whole[..bytes.len()].copy_from_slice(bytes);
                    *word = u64::from_ne_bytes(whole);
                }
                // SAFETY: the words hold `len` samples of this format, any bits of which are a sample, and are borrowed
                // by nobody else until the callback is over.
                let mut data = unsafe { Data::from_parts(words.as_mut_ptr().cast(), len, self.format) };
                callback(&mut data);
                let bytes = words.iter().flat_map(|word| word.to_ne_bytes()).take(block.len()).collect();
                if wire.done.send(bytes).is_err() {
                    break;
                }
            }
        });
        Running
    }
}

impl DeviceTrait for Card {
    type SupportedInputConfigs = std::iter::Once<SupportedStreamConfigRange>;
    type SupportedOutputConfigs = std::iter::Once<SupportedStreamConfigRange>;
    type Stream = Running;

    fn description(&self) -> Result<DeviceDescription, Error> {
        Ok(DeviceDescriptionBuilder::new(self.to_string()).build())
    }

    fn id(&self) -> Result<DeviceId, Error> {
        Err(ErrorKind::UnsupportedOperation.into())
    }

    fn supported_input_configs(&self) -> Result<Self::SupportedInputConfigs, Error> {
        Ok(self.offer())
    }

    fn supported_output_configs(&self) -> Result<Self::SupportedOutputConfigs, Error> {
        Ok(self.offer())
    }

    fn default_input_config(&self) -> Result<SupportedStreamConfig, Error> {
        Ok(self.own())
    }

    fn default_output_config(&self) -> Result<SupportedStreamConfig, Error> {
        Ok(self.own())
    }

    fn build_input_stream_raw<D, E>(
        &self,
        config: StreamConfig,
        format: SampleFormat,
        mut data_callback: D,
        _: E,
        _: Option<Duration>,
    ) -> Result<Running, Error>
    where
        D: FnMut(&Data, &InputCallbackInfo) + Send + 'static,
        E: FnMut(Error) + Send + 'static,
    {
        let now = StreamInstant::ZERO;
        let info = InputCallbackInfo::new(cpal::InputStreamTimestamp { callback: now, capture: now });
        Ok(self.run(self.wire(config, format)?, move |data| data_callback(data, &info)))
    }

    fn build_output_stream_raw<D, E>(
        &self,
        config: StreamConfig,
        format: SampleFormat,
        mut data_callback: D,
        _: E,
        _: Option<Duration>,
    ) -> Result<Running, Error>
    where
        D: FnMut(&mut Data, &OutputCallbackInfo) + Send + 'static,
        E: FnMut(Error) + Send + 'static,
    {
        let now = StreamInstant::ZERO;
        let info = OutputCallbackInfo::new(OutputStreamTimestamp { callback: now, playback: now });
        Ok(self.run(self.wire(config, format)?, move |data| data_callback(data, &info)))
    }
}

/// A stream that runs as long as its test has blocks for it.
pub(crate) struct Running;

impl StreamTrait for Running {
    fn play(&self) -> Result<(), Error> {
        Ok(())
    }

    fn pause(&self) -> Result<(), Error> {
        Ok(())
    }

    fn buffer_size(&self) -> Result<FrameCount, Error> {
        Err(ErrorKind::UnsupportedOperation.into())
    }

    fn now(&self) -> StreamInstant {
        StreamInstant::ZERO
    }
}

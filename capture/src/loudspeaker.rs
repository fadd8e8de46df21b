//! A sound card that plays.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::{Resampler, SampleRate};

use crate::callback::{Fault, Mouth};
use crate::host::{self, Opened};
use crate::limits::{GIVE_UP, PATIENCE};
use crate::outage::Outage;
use crate::speaking::Speaking;
use crate::tender::{First, News, Order, Tender};
use crate::{Choice, DeviceError, Notice};

/// Pause between two looks at the ring.
const POLL: Duration = Duration::from_millis(2);

/// Samples converted at a time.
const PIECE: usize = 160;

/// An open output device: takes mono samples of 16 bits and plays them on every channel.
///
/// A stream that ends is opened again, on the same device, and goes on with what was not played yet; the silence in between is
/// an underrun if samples were due. That happens when it is written to, ended, drained or asked for notices.
///
/// Dropping it lets what was written be heard to its end, on a control thread, without waiting; a program that ends
/// then cuts it off, so [`drain`](Self::drain) first.
pub struct Loudspeaker {
    speaking: Speaking,
    stream_rate: SampleRate,
    device_hz: u32,
    host: String,
    device: String,
    converter: Option<Converter>,
    notices: VecDeque<Notice>,
    outage: Outage,
    /// Absent once the device is given up.
    tender: Option<Tender<Mouth>>,
}

/// A loudspeaker that is being opened. Dropping it gives up, without waiting.
pub struct LoudspeakerOpening {
    first: First<Mouth>,
    stream_rate: SampleRate,
}

impl LoudspeakerOpening {
    /// The loudspeaker or why there is none, once that is known; then never again. Does not wait.
    ///
    /// After five seconds it is an error that names host and device.
    pub fn poll(&mut self) -> Option<Result<Loudspeaker, DeviceError>> {
        self.wait(Duration::ZERO)
    }

    /// The same, and waits for it up to the deadline.
    pub fn wait(&mut self, deadline: Duration) -> Option<Result<Loudspeaker, DeviceError>> {
        let opened = self.first.wait(deadline)?;
        Some(opened.and_then(|(opened, tender)| Loudspeaker::new(opened, tender, self.stream_rate)))
    }
}

impl Loudspeaker {
    /// Opens the chosen device for samples at `stream_rate`. Waits five seconds at most; [`begin`](Self::begin) does not.
    ///
    /// A device that cannot run at that rate runs at its own, and the samples are converted.
    ///
    /// # Errors
    /// [`DeviceError`], which names host and device and says what to do.
    pub fn open(choice: &Choice, stream_rate: SampleRate) -> Result<Self, DeviceError> {
        let late = || Err(host::timed_out(choice, PATIENCE));
        Self::begin(choice, stream_rate).wait(PATIENCE + POLL).unwrap_or_else(late)
    }

    /// Begins to open the chosen device, and does not wait.
    pub fn begin(choice: &Choice, stream_rate: SampleRate) -> LoudspeakerOpening {
        let wanted = choice.clone();
        let order = Order {
            open: Box::new(move |pinned| host::open_output(&wanted, pinned, stream_rate.hz())),
            choice: choice.clone(),
            follow_default: false,
            may_be_moved: true,
        };
        LoudspeakerOpening { first: First::begin(order, Instant::now()), stream_rate }
    }

    fn new(
        opened: Opened<Mouth>,
        tender: Tender<Mouth>,
        stream_rate: SampleRate,
    ) -> Result<Self, DeviceError> {
        let Opened { end: mouth, rate_hz: device_hz, host, device, .. } = opened;
        let converter = Converter::between(stream_rate.hz(), device_hz).map_err(|error| {
            DeviceError::UnsupportedFormat {
                host: host.clone(),
                device: device.clone(),
                reason: error.to_string(),
            }
        })?;
        Ok(Self {
            speaking: Speaking::new(mouth, device_hz),
            stream_rate,
            device_hz,
            host,
            device,
            converter,
            notices: VecDeque::new(),
            outage: Outage::new(GIVE_UP),
            tender: Some(tender),
        })
    }

    /// What happened to the device that was not told yet: that it is away, or there again.
    pub fn notice(&mut self) -> Option<Notice> {
        self.hear_news();
        self.notices.pop_front()
    }

    /// Hears what became of the stream; whether another one plays now.
    fn hear_news(&mut self) -> bool {
        let mut is_another = false;
        if self.speaking.state().is_closed() {
            let error = host::ended(&self.host, &self.device, self.speaking.state().fault());
            if self.outage.begin(Instant::now(), error.clone()) {
                self.notices.push_back(Notice::Broken(error));
            }
        }
        while let Some(Ok(news)) = self.tender.as_ref().map(|tender| tender.news.try_recv()) {
            match news {
                News::Opened(opened, last) => {
                    self.speaking.then(opened.end, last);
                    self.outage.end();
                    let (host, device) = (self.host.clone(), self.device.clone());
                    self.notices.push_back(Notice::Restored { host, device });
                    is_another = true;
                }
                News::Failed(error) => {
                    self.outage.failed(error);
                }
                // It may be anywhere.
                News::Moved { .. } => {}
            }
        }
        is_another
    }

    /// Takes as many samples as there is room for, says how many, and does not wait. Never allocates as long as the device
    /// is there; while it is away there is room for half a second.
    ///
    /// Samples are due from now on: where they are missing, silence is played and counted as an underrun.
    pub fn write(&mut self, samples: &[i16]) -> usize {
        self.hear_news();
        match &mut self.converter {
            None => self.speaking.say(samples),
            Some(converter) => converter.write(&mut self.speaking, samples),
        }
    }

    /// Says that nothing is due after what was written, until more is: the silence that follows is no underrun.
    pub fn end(&mut self) {
        self.hear_news();
        if let Some(converter) = &mut self.converter {
            converter.flush(&mut self.speaking);
        }
        self.speaking.end();
    }

    /// Silences what was written and not played yet: the device stops within its own latency.
    pub fn cut(&mut self) {
        if let Some(converter) = &mut self.converter {
            converter.forget();
        }
        self.speaking.cut();
    }

    /// Ends, and waits until the last sample was heard: true; or until the device is gone, stands still, or the
    /// deadline has passed: false.
    pub fn drain(&mut self, deadline: Duration) -> bool {
        self.end();
        let start = Instant::now();
        let mut heard = self.speaking.heard();
        while start.elapsed() < deadline && self.gone().is_none() {
            if self.hear_news() {
                heard = self.speaking.heard();
            }
            if !self.speaking.state().is_closed() && heard() {
                return true;
            }
            thread::sleep(POLL);
        }
        false
    }

    /// Time until a sample written now will be heard: what is queued, and what the device says of itself. How long a device that
    /// is away will stay away is not in it.
    pub fn latency(&self) -> Duration {
        let held = self.converter.as_ref().map_or(0, |converter| converter.resampler.delay());
        let held = Duration::from_secs_f64(held as f64 / f64::from(self.stream_rate.hz()));
        self.speaking.latency() + held
    }

    /// Samples of silence, at the device's rate, that stand in the place of samples that were due: played, or while the device
    /// was away.
    pub fn underruns(&self) -> u64 {
        self.speaking.underruns()
    }

    /// The rate of the samples written.
    pub fn rate(&self) -> SampleRate {
        self.stream_rate
    }

    /// The device's rate, in Hz.
    pub fn device_rate_hz(&self) -> u32 {
        self.device_hz
    }

    /// The host's id.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The device's id.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The heaviest thing that the host said about the stream that plays now.
    pub fn fault(&self) -> Option<Fault> {
        self.speaking.state().fault()
    }

    /// Why the device plays nothing more, once it has been away for five seconds; so it stays.
    pub fn gone(&mut self) -> Option<DeviceError> {
        self.hear_news();
        let gone = self.outage.gone(&self.host, &self.device);
        if gone.is_some() {
            self.tender = None;
        }
        gone
    }
}

impl Drop for Loudspeaker {
    fn drop(&mut self) {
        // The tender, dropped next, ends the stream once this was heard.
        self.end();
    }
}

/// Brings samples to the device's rate, with the room for its own tail kept free in the ring.
struct Converter {
    resampler: Resampler,
    converted: Vec<i16>,
}

impl Converter {
    fn between(from_hz: u32, to_hz: u32) -> Result<Option<Self>, afterbeep::ResamplerError> {
        if from_hz == to_hz {
            return Ok(None);
        }
        let resampler = Resampler::between(from_hz, to_hz)?;
        let converted = Vec::with_capacity(resampler.max_output(PIECE));
        Ok(Some(Self { resampler, converted }))
    }

    fn write(&mut self, speaking: &mut Speaking, samples: &[i16]) -> usize {
        let mut written = 0;
        for piece in samples.chunks(PIECE) {
            if speaking.room() < self.resampler.max_output(piece.len()) + self.resampler.max_output(0) {
                break;
            }
            self.resampler.process(piece, &mut self.converted);
            self.hand_over(speaking);
            written += piece.len();
        }
        written
    }

    fn flush(&mut self, speaking: &mut Speaking) {
        self.resampler.finish(&mut self.converted);
        self.hand_over(speaking);
    }

    fn forget(&mut self) {
        self.resampler.finish(&mut self.converted);
        self.converted.clear();
    }

    fn hand_over(&mut self, speaking: &mut Speaking) {
        if !self.converted.is_empty() {
            // It fits: the room was looked at before.
            speaking.say(&self.converted);
            self.converted.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use afterbeep::resampler::convert;

    use super::{Converter, Speaking};
    use crate::callback::output;

    #[test]
    fn what_is_written_is_played_converted_to_the_last_sample() {
        let sound: Vec<i16> = (0..20_000i32).map(|n| (n * 7_919 % 20_011 - 10_000) as i16).collect();
        let (mut tap, mouth) = output(24_000, 1);
        let mut speaking = Speaking::new(mouth, 44_100);
        let mut converter = Converter::between(16_000, 44_100).unwrap().unwrap();
        let (mut played, mut data, mut rest) = (Vec::new(), [0i16; 441], &sound[..]);
        while !rest.is_empty() {
            let written = converter.write(&mut speaking, rest);
            rest = &rest[written..];
            while speaking.waiting() >= data.len() {
                tap.on_audio(&mut data);
                played.extend(data);
            }
        }
        converter.flush(&mut speaking);
        speaking.end();
        while speaking.waiting() > 0 {
            tap.on_audio(&mut data);
            played.extend(data);
        }
        let wanted = convert(&sound, 16_000, 44_100).unwrap();
        assert!(played[..wanted.len()] == wanted);
        assert!(played[wanted.len()..].iter().all(|&sample| sample == 0));
        assert_eq!(speaking.underruns(), 0);
    }

    #[test]
    fn equal_rates_need_no_converter() {
        assert!(Converter::between(48_000, 48_000).unwrap().is_none());
    }
}

//! A sound card that plays.

use std::thread;
use std::time::{Duration, Instant};

use afterbeep::{Resampler, SampleRate};

use crate::callback::{Fault, Mouth};
use crate::control::{Keeper, Keeping, heard, keep};
use crate::host::{self, Opened};
use crate::{Choice, DeviceError};

/// How long a device may take to open.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pause between two looks at the ring.
const POLL: Duration = Duration::from_millis(2);

/// Samples converted at a time.
const PIECE: usize = 160;

/// An open output device: takes mono samples of 16 bits and plays them on every channel.
///
/// Dropping it lets what was written be heard to its end, on a control thread, without waiting; a program that ends
/// then cuts it off, so [`drain`](Self::drain) first.
pub struct Loudspeaker {
    mouth: Mouth,
    stream_rate: SampleRate,
    device_hz: u32,
    host: String,
    device: String,
    converter: Option<Converter>,
    _keeper: Keeper,
}

/// A loudspeaker that is being opened. Dropping it gives up, without waiting.
pub struct LoudspeakerOpening {
    keeping: Option<Keeping<Opened<Mouth>, DeviceError>>,
    choice: Choice,
    stream_rate: SampleRate,
    begun: Instant,
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
        let opened = self.keeping.as_mut()?.wait(deadline);
        if opened.is_none() && self.begun.elapsed() < PATIENCE {
            return None;
        }
        self.keeping = None;
        let opened = opened.unwrap_or_else(|| Err(host::timed_out(&self.choice, PATIENCE)));
        Some(opened.and_then(|(opened, keeper)| Loudspeaker::new(opened, keeper, self.stream_rate)))
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
        Self::begin(choice, stream_rate).wait(PATIENCE).unwrap_or_else(late)
    }

    /// Begins to open the chosen device, and does not wait.
    pub fn begin(choice: &Choice, stream_rate: SampleRate) -> LoudspeakerOpening {
        let wanted = choice.clone();
        let keeping = keep(move || host::open_output(&wanted, stream_rate.hz()));
        LoudspeakerOpening {
            keeping: Some(keeping),
            choice: choice.clone(),
            stream_rate,
            begun: Instant::now(),
        }
    }

    fn new(opened: Opened<Mouth>, keeper: Keeper, stream_rate: SampleRate) -> Result<Self, DeviceError> {
        let Opened { end: mouth, rate_hz: device_hz, host, device, .. } = opened;
        let converter = Converter::between(stream_rate.hz(), device_hz).map_err(|error| {
            DeviceError::UnsupportedFormat {
                host: host.clone(),
                device: device.clone(),
                reason: error.to_string(),
            }
        })?;
        Ok(Self { mouth, stream_rate, device_hz, host, device, converter, _keeper: keeper })
    }

    /// Takes as many samples as there is room for, says how many, and does not wait. Never allocates.
    ///
    /// Samples are due from now on: where they are missing, silence is played and counted as an underrun.
    pub fn write(&mut self, samples: &[i16]) -> usize {
        match &mut self.converter {
            None => self.mouth.say(samples),
            Some(converter) => converter.write(&mut self.mouth, samples),
        }
    }

    /// Says that nothing is due after what was written, until more is: the silence that follows is no underrun.
    pub fn end(&mut self) {
        if let Some(converter) = &mut self.converter {
            converter.flush(&mut self.mouth);
        }
        self.mouth.end();
    }

    /// Silences what was written and not played yet: the device stops within its own latency.
    pub fn cut(&mut self) {
        if let Some(converter) = &mut self.converter {
            converter.forget();
        }
        self.mouth.cut();
    }

    /// Ends, and waits until the last sample was heard: true; or until the device is gone, stands still, or the
    /// deadline has passed: false.
    pub fn drain(&mut self, deadline: Duration) -> bool {
        self.end();
        let start = Instant::now();
        let mut heard = heard(self.mouth.progress(), self.device_hz);
        while start.elapsed() < deadline && !self.mouth.state().is_closed() {
            if heard() {
                return true;
            }
            thread::sleep(POLL);
        }
        false
    }

    /// Time until a sample written now will be heard: what is queued, and what the device says of itself.
    pub fn latency(&self) -> Duration {
        let queued = Duration::from_secs_f64(self.mouth.waiting() as f64 / f64::from(self.device_hz));
        let held = self.converter.as_ref().map_or(0, |converter| converter.resampler.delay());
        let held = Duration::from_secs_f64(held as f64 / f64::from(self.stream_rate.hz()));
        queued + held + self.mouth.progress().device_latency(self.device_hz)
    }

    /// Samples of silence, at the device's rate, that were played in place of samples that were due.
    pub fn underruns(&self) -> u64 {
        self.mouth.underruns()
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

    /// The heaviest thing that the host said about the stream so far.
    pub fn fault(&self) -> Option<Fault> {
        self.mouth.state().fault()
    }

    /// Why the device plays nothing more, once it does not.
    pub fn gone(&self) -> Option<DeviceError> {
        let state = self.mouth.state();
        state.is_closed().then(|| host::ended(&self.host, &self.device, state.fault()))
    }
}

impl Drop for Loudspeaker {
    fn drop(&mut self) {
        // The keeper, dropped next, ends the stream once this was heard.
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

    fn write(&mut self, mouth: &mut Mouth, samples: &[i16]) -> usize {
        let mut written = 0;
        for piece in samples.chunks(PIECE) {
            if mouth.room() < self.resampler.max_output(piece.len()) + self.resampler.max_output(0) {
                break;
            }
            self.resampler.process(piece, &mut self.converted);
            self.hand_over(mouth);
            written += piece.len();
        }
        written
    }

    fn flush(&mut self, mouth: &mut Mouth) {
        self.resampler.finish(&mut self.converted);
        self.hand_over(mouth);
    }

    fn forget(&mut self) {
        self.resampler.finish(&mut self.converted);
        self.converted.clear();
    }

    fn hand_over(&mut self, mouth: &mut Mouth) {
        if !self.converted.is_empty() {
            // It fits: the room was looked at before.
            mouth.say(&self.converted);
            self.converted.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use afterbeep::resampler::convert;

    use super::Converter;
    use crate::callback::output;

    #[test]
    fn what_is_written_is_played_converted_to_the_last_sample() {
        let sound: Vec<i16> = (0..20_000i32).map(|n| (n * 7_919 % 20_011 - 10_000) as i16).collect();
        let (mut tap, mut mouth) = output(24_000, 1);
        let mut converter = Converter::between(16_000, 44_100).unwrap().unwrap();
        let (mut played, mut data, mut rest) = (Vec::new(), [0i16; 441], &sound[..]);
        while !rest.is_empty() {
            let written = converter.write(&mut mouth, rest);
            rest = &rest[written..];
            while mouth.waiting() >= data.len() {
                tap.on_audio(&mut data);
                played.extend(data);
            }
        }
        converter.flush(&mut mouth);
        mouth.end();
        while mouth.waiting() > 0 {
            tap.on_audio(&mut data);
            played.extend(data);
        }
        let wanted = convert(&sound, 16_000, 44_100).unwrap();
        assert!(played[..wanted.len()] == wanted);
        assert!(played[wanted.len()..].iter().all(|&sample| sample == 0));
        assert_eq!(mouth.underruns(), 0);
    }

    #[test]
    fn equal_rates_need_no_converter() {
        assert!(Converter::between(48_000, 48_000).unwrap().is_none());
    }
}

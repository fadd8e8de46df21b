//! A sound card that is listened to.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::SampleRate;

use crate::callback::{Ear, Fault, Taken};
use crate::hearing::Hearing;
use crate::host::{self, Kind, Opened};
use crate::limits::{GIVE_UP, NO_SIGNAL, PATIENCE, STALL};
use crate::outage::Outage;
use crate::scheduling::Threads;
use crate::tender::{First, News, Order, Tender};
use crate::{Choice, DeviceError, Notice, RingLength, Scheduling};

/// By so much it is waited longer, so that whoever watches the deadline tells of it.
const MARGIN: Duration = Duration::from_millis(5);

/// How to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    choice: Choice,
    follow_default: bool,
    give_up: Duration,
    ring: RingLength,
}

impl Listening {
    /// To the chosen device, and to no other.
    pub fn to(choice: &Choice) -> Self {
        Self { choice: choice.clone(), follow_default: false, give_up: GIVE_UP, ring: RingLength::DEFAULT }
    }

    /// Whether another device that becomes the default is listened to instead. Means nothing where a device was named.
    #[must_use]
    pub fn follow_default(self, follow_default: bool) -> Self {
        Self { follow_default, ..self }
    }

    /// How long a device that went away is waited for, before [`Read::Gone`]: five seconds unless said.
    #[must_use]
    pub fn give_up_after(self, give_up: Duration) -> Self {
        Self { give_up, ..self }
    }

    /// How late a reader may be before samples are lost: 500 ms unless said.
    #[must_use]
    pub fn ring(self, ring: RingLength) -> Self {
        Self { ring, ..self }
    }

    /// Begins to open the device, and does not wait.
    pub fn begin(self) -> Opening {
        let (epoch, wanted, ring) = (Instant::now(), self.choice.clone(), self.ring);
        let order = Order {
            open: Box::new(move |pinned| host::open_input(&wanted, ring, pinned, epoch)),
            choice: self.choice.clone(),
            follow_default: self.follow_default,
            may_be_moved: false,
        };
        Opening { how: self, first: First::begin(order, epoch), epoch }
    }
}

/// A device that is being opened. Dropping it gives up, without waiting.
pub struct Opening {
    how: Listening,
    first: First<Ear>,
    epoch: Instant,
}

impl Opening {
    /// The microphone or why there is none, once that is known; then never again. Does not wait.
    ///
    /// After five seconds it is an error that names host and device.
    pub fn poll(&mut self) -> Option<Result<Microphone, DeviceError>> {
        self.wait(Duration::ZERO)
    }

    /// The same, and waits for it up to the deadline.
    pub fn wait(&mut self, deadline: Duration) -> Option<Result<Microphone, DeviceError>> {
        let opened = self.first.wait(deadline)?;
        Some(opened.and_then(|(opened, tender)| Microphone::new(opened, &self.how, tender, self.epoch)))
    }
}

/// An open input device: mono samples of 16 bits, in order, with every loss in its place.
///
/// A stream that ends is opened again, on the same device, and what is missing in between counts as lost. Dropping the microphone
/// ends the stream, on a control thread, without waiting.
pub struct Microphone {
    hearing: Hearing,
    rate: SampleRate,
    host: String,
    device: String,
    kind: Kind,
    notices: VecDeque<Notice>,
    threads: Threads,
    /// Whether it was seen how these are scheduled.
    is_scheduled: bool,
    outage: Outage,
    follows: bool,
    is_stalled: bool,
    /// Exact zeros in a row.
    zeros: u64,
    epoch: Instant,
    /// When the stream was opened, from the epoch on.
    opened: Duration,
    /// Absent once the device is given up.
    tender: Option<Tender<Ear>>,
}

/// What a [`Microphone`] gave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Read {
    /// So many samples are at the start of the frame, at least one.
    Samples(usize),
    /// So many samples are missing here, between what was read before and what follows: the reader was late, the server lost
    /// them, or the device was away.
    Lost(u64),
    /// Something happened.
    Notice(Notice),
    /// The deadline passed without a sample.
    Silent,
    /// The device has given nothing for as long as it was to be waited for; so it stays.
    Gone(DeviceError),
}

impl Microphone {
    /// Opens the chosen device and starts to listen. Waits five seconds at most; [`Listening::begin`] does not.
    ///
    /// The device's own rate is kept if it is one of 8–96 kHz, and so is its format; of several it is asked for one
    /// channel of 16 bits.
    ///
    /// # Errors
    /// [`DeviceError`], which names host and device and says what to do.
    pub fn open(choice: &Choice) -> Result<Self, DeviceError> {
        Self::open_with(Listening::to(choice))
    }

    /// The same, listened to as said.
    ///
    /// # Errors
    /// [`DeviceError`], which names host and device and says what to do.
    pub fn open_with(how: Listening) -> Result<Self, DeviceError> {
        let choice = how.choice.clone();
        let late = || Err(host::timed_out(&choice, PATIENCE));
        how.begin().wait(PATIENCE + MARGIN).unwrap_or_else(late)
    }

    fn new(
        opened: Opened<Ear>,
        how: &Listening,
        tender: Tender<Ear>,
        epoch: Instant,
    ) -> Result<Self, DeviceError> {
        let Opened { end: ear, rate_hz, host, device, kind, threads } = opened;
        let rate = SampleRate::new(rate_hz).map_err(|error| DeviceError::UnsupportedFormat {
            host: host.clone(),
            device: device.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            hearing: Hearing::new(ear, rate_hz),
            rate,
            host,
            device,
            kind,
            notices: VecDeque::new(),
            threads,
            is_scheduled: false,
            outage: Outage::new(how.give_up),
            follows: how.follow_default && how.choice.device.is_none(),
            is_stalled: false,
            zeros: 0,
            epoch,
            opened: epoch.elapsed(),
            tender: Some(tender),
        })
    }

    /// Reads what comes next: waits for it until the deadline has passed, and gives what is there as soon as anything
    /// is. Looks when a callback is due, by the distance of those before.
    ///
    /// Samples of a callback that came late are held back until it is known whether any were lost before them: until the next
    /// callback in time, or for a second at most. So what a server lost without a word is told where it is missing.
    pub fn read(&mut self, frame: &mut [i16], deadline: Duration) -> Read {
        let start = Instant::now();
        loop {
            self.hear_news();
            if let Some(notice) = self.notices.pop_front() {
                return Read::Notice(notice);
            }
            // Asked before the ring: what came before the end is still to be given.
            let over = self.kind == Kind::File && self.hearing.is_broken();
            match self.hearing.take(frame) {
                Taken::Samples(count) => {
                    self.listen_for_zeros(&frame[..count]);
                    self.see_scheduling();
                    return Read::Samples(count);
                }
                Taken::Lost(count) => return Read::Lost(count),
                Taken::Nothing => {}
            }
            if over {
                let error = host::ended(&self.host, &self.device, self.fault());
                self.outage.is_over(error);
            } else if self.kind == Kind::Card {
                self.watch();
            }
            if let Some(error) = self.gone() {
                return Read::Gone(error);
            }
            let Some(left) = deadline.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) else {
                return Read::Silent;
            };
            thread::sleep(self.hearing.pause(self.epoch.elapsed()).min(left));
        }
    }

    fn hear_news(&mut self) {
        while let Some(Ok(news)) = self.tender.as_ref().map(|tender| tender.news.try_recv()) {
            match news {
                News::Opened(opened, _) => self.restored(opened),
                News::Failed(error) => {
                    if self.outage.failed(error.clone()) {
                        self.notices.push_back(Notice::Broken(error));
                    }
                }
                News::Moved { from, to } => self.moved(from, to),
            }
        }
    }

    fn restored(&mut self, opened: Opened<Ear>) {
        let host = self.host.clone();
        let from = std::mem::replace(&mut self.device, opened.device);
        let device = self.device.clone();
        self.notices.push_back(if from == device {
            Notice::Restored { host, device }
        } else {
            Notice::DeviceChanged { host, from, to: device, followed: true }
        });
        self.threads = opened.threads;
        self.hearing.then(opened.end);
        self.outage.end();
        self.is_stalled = false;
        self.opened = self.epoch.elapsed();
    }

    /// The stream was ended, because the server had moved it.
    fn moved(&mut self, from: String, to: String) {
        let (host, device) = (self.host.clone(), self.device.clone());
        let reason = format!("its server has {to} in the place of {from}");
        self.outage.begin(Instant::now(), DeviceError::Lost { host: host.clone(), device, reason });
        if !self.follows {
            self.notices.push_back(Notice::DeviceChanged { host, from, to, followed: false });
        }
    }

    /// Nothing came: notices whether that means something.
    fn watch(&mut self) {
        let silent = self.silent();
        if self.hearing.is_broken() {
            let error = host::ended(&self.host, &self.device, self.fault());
            let since = Instant::now().checked_sub(silent).unwrap_or_else(Instant::now);
            if self.outage.begin(since, error.clone()) {
                self.notices.push_back(Notice::Broken(error));
            }
        } else if silent < STALL {
            self.is_stalled = false;
        } else if !self.is_stalled {
            self.is_stalled = true;
            let (host, device) = (self.host.clone(), self.device.clone());
            self.notices.push_back(Notice::Stalled { host, device, after: silent });
        }
    }

    /// How long ago the last callback came, or the stream was opened.
    fn silent(&self) -> Duration {
        let last = self.hearing.last().unwrap_or_default().max(self.opened);
        self.epoch.elapsed().saturating_sub(last)
    }

    /// Why the device is given up, once it is.
    fn gone(&mut self) -> Option<DeviceError> {
        let gone = self.outage.gone(&self.host, &self.device);
        if gone.is_some() {
            self.tender = None;
        }
        gone
    }

    fn listen_for_zeros(&mut self, samples: &[i16]) {
        let wanted = (NO_SIGNAL.as_secs_f64() * f64::from(self.rate.hz())) as u64;
        let zeros = samples.iter().rev().take_while(|&&sample| sample == 0).count();
        let before = if zeros == samples.len() { self.zeros } else { 0 };
        self.zeros = before + zeros as u64;
        if self.kind == Kind::Card && before < wanted && self.zeros >= wanted {
            let (host, device) = (self.host.clone(), self.device.clone());
            self.notices.push_back(Notice::NoSignal { host, device, after: NO_SIGNAL });
        }
    }

    /// Once sound came: by then every host's thread is as it will be.
    fn see_scheduling(&mut self) {
        if std::mem::replace(&mut self.is_scheduled, true) {
            return;
        }
        if let Some(scheduling) = self.scheduling().filter(|scheduling| !scheduling.is_ahead()) {
            let (host, device) = (self.host.clone(), self.device.clone());
            self.notices.push_back(Notice::NotAhead { host, device, scheduling });
        }
    }

    /// How the system schedules the threads that bring the sound, now. Absent for a file, and where the system does not tell: Linux does.
    ///
    /// Real time is asked for, else a raised priority; behind a plugin of ALSA's, which may call a server and wait for it, a raised
    /// priority only. Where the system refuses both, [`Notice::NotAhead`] says so after the first sound.
    pub fn scheduling(&self) -> Option<Scheduling> {
        self.threads.scheduling()
    }

    /// The device's rate.
    pub fn rate(&self) -> SampleRate {
        self.rate
    }

    /// The host's id.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The device's id.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Samples lost since the start: because they were read too late, or in gaps.
    pub fn lost(&self) -> u64 {
        self.hearing.lost()
    }

    /// Samples of these that never came: the server lost them, or the device was away.
    pub fn missing(&self) -> u64 {
        self.hearing.missing()
    }

    /// Samples that wait to be read.
    pub fn waiting(&self) -> usize {
        self.hearing.waiting()
    }

    /// Times the audio thread came with samples, in the stream that is heard now: standing still means that the source is.
    pub fn callbacks(&self) -> u64 {
        self.hearing.state().callbacks()
    }

    /// The heaviest thing that the host said about the stream that is heard now.
    pub fn fault(&self) -> Option<Fault> {
        self.hearing.state().fault()
    }
}

//! Where the caller is heard: a file, standard input or a microphone.

use std::{
    collections::VecDeque,
    thread,
    time::{Duration, Instant},
};

use afterbeep::{AudioFile, AudioFileError, Resampler, ResamplerError, SampleRate, heard_rate};
use afterbeep_capture::{Microphone, Notice, Read};
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

/// How long no samples may come before the operation ends (`mediaReceiveTimeout`).
pub(crate) const MEDIA_RECEIVE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one look for samples may take: a cancel is seen as soon.
pub(crate) const LOOK: Duration = Duration::from_millis(50);
/// How many times a microphone comes with samples until it is known how many it brings, and the longest to wait for them.
const TIMES: u32 = 4;
const LONGEST_LOOK: Duration = Duration::from_millis(500);
/// How many pieces of standard input may wait.
const QUEUED_PIECES: usize = 16;

/// Somebody to listen to.
pub(crate) enum Source {
    /// A file, whole or from standard input.
    File {
        input: Box<Input>,
        /// Heard while prompt and beep play, instead of being held.
        full_duplex: bool,
        pace: Option<Pace>,
    },
    /// A microphone.
    Microphone {
        microphone: Box<Microphone>,
        /// What happened to it that was not told yet, in order.
        notices: VecDeque<Notice>,
        /// Its samples come at the speed of a clock.
        is_live: bool,
    },
}

/// What a look for samples brought.
#[derive(Debug)]
pub(crate) enum Look {
    /// So many samples are in the frame.
    Samples(usize),
    /// So many were lost.
    Lost(u64),
    /// None came.
    Nothing,
    /// None will come any more.
    Gone(String),
}

impl Source {
    pub(crate) fn file(input: Input, full_duplex: bool) -> Self {
        Self::File { input: Box::new(input), full_duplex, pace: None }
    }

    pub(crate) fn microphone(microphone: Microphone, is_live: bool) -> Self {
        Self::Microphone { microphone: Box::new(microphone), notices: VecDeque::new(), is_live }
    }

    /// Paces a file as a sound card would.
    pub(crate) fn pace(&mut self, real_time: bool) {
        let rate = self.rate();
        if let Self::File { pace, .. } = self
            && real_time
        {
            *pace = Some(Pace { rate, start: None, samples: 0 });
        }
    }

    pub(crate) fn rate(&self) -> SampleRate {
        match self {
            Self::File { input, .. } => input.rate,
            Self::Microphone { microphone, .. } => microphone.rate(),
        }
    }

    /// Whether the caller is held while prompt and beep play.
    pub(crate) fn is_held(&self) -> bool {
        matches!(self, Self::File { full_duplex: false, .. })
    }

    /// Whether samples come at the speed of a clock.
    pub(crate) fn is_live(&self) -> bool {
        match self {
            Self::File { pace, .. } => pace.is_some(),
            Self::Microphone { is_live, .. } => *is_live,
        }
    }

    /// What the caller is heard through, in words.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File { input, .. } => input.name.clone(),
            Self::Microphone { microphone, .. } => format!("{} ({})", microphone.device(), microphone.host()),
        }
    }

    /// Waits a moment for the next samples.
    pub(crate) fn look(&mut self, frame: &mut [i16]) -> Look {
        match self {
            Self::Microphone { microphone, notices, .. } => match microphone.read(frame, LOOK) {
                Read::Samples(count) => Look::Samples(count),
                Read::Lost(count) => Look::Lost(count),
                Read::Notice(told) => {
                    notices.push_back(told);
                    Look::Nothing
                }
                Read::Silent => Look::Nothing,
                Read::Gone(error) => Look::Gone(error.to_string()),
                _ => Look::Nothing,
            },
            Self::File { input, pace, .. } => {
                let look = input.look(frame);
                if let (Look::Samples(count), Some(pace)) = (&look, pace) {
                    pace.wait_for(*count);
                }
                look
            }
        }
    }

    /// Samples that came and were not taken yet.
    pub(crate) fn waiting(&self) -> usize {
        match self {
            Self::Microphone { microphone, .. } => microphone.waiting(),
            Self::File { .. } => 0,
        }
    }

    /// The longest pause between two times that a microphone comes with samples, as it does now. What came is thrown away.
    pub(crate) fn longest_pause(&mut self) -> Duration {
        let Self::Microphone { microphone, notices, .. } = self else { return Duration::ZERO };
        let (start, mut frame) = (Instant::now(), [0; 480]);
        // The first time, all comes that waited since the start.
        let (mut times, mut most) = (0, 0);
        while times < TIMES && start.elapsed() < LONGEST_LOOK {
            let (mut came, mut patience) = (0, LOOK);
            loop {
                match microphone.read(&mut frame, patience) {
                    Read::Samples(count) => came += count,
                    Read::Notice(told) => notices.push_back(told),
                    Read::Lost(_) => {}
                    // It stays gone.
                    _ => break,
                }
                patience = Duration::ZERO;
            }
            if came > 0 {
                most = if times > 0 { came.max(most) } else { 0 };
                times += 1;
            }
        }
        Duration::from_secs_f64(most as f64 / f64::from(self.rate().hz()))
    }

    /// Lets the time of `count` samples pass during which nothing is heard.
    pub(crate) fn hold(&mut self, count: usize) {
        if let Self::File { pace: Some(pace), .. } = self {
            pace.wait_for(count);
        }
    }

    /// The next warning, each once.
    pub(crate) fn warning(&mut self) -> Option<String> {
        match self {
            Self::File { input, .. } => input.warning.take(),
            Self::Microphone { notices, .. } => notices.pop_front().map(|notice| notice.to_string()),
        }
    }
}

/// The clock of a sound card, for a file.
#[derive(Debug)]
pub(crate) struct Pace {
    rate: SampleRate,
    start: Option<Instant>,
    samples: u64,
}

impl Pace {
    fn wait_for(&mut self, count: usize) {
        let start = *self.start.get_or_insert_with(Instant::now);
        self.samples += count as u64;
        let due = start + Duration::from_secs_f64(self.samples as f64 / f64::from(self.rate.hz()));
        thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// A file as it is heard: at a rate that the detectors serve, with silence after its end.
pub(crate) struct Input {
    name: String,
    rate: SampleRate,
    from: Pieces,
    copy: Option<Resampler>,
    ready: Vec<i16>,
    at: usize,
    ended: bool,
    warning: Option<String>,
}

enum Pieces {
    File {
        file: AudioFile,
        piece: Vec<i16>,
    },
    /// Standard input or a pipe, which may stand still: read on a thread of its own.
    Stream(Receiver<Piece>),
}

enum Piece {
    Samples(Vec<i16>),
    End(Option<String>),
    Failed(AudioFileError),
}

impl Input {
    pub(crate) fn file(file: AudioFile, name: String) -> Result<Self, ResamplerError> {
        let rate_hz = file.rate_hz();
        Self::new(Pieces::File { file, piece: Vec::new() }, rate_hz, name)
    }

    pub(crate) fn stream(file: AudioFile, name: String) -> Result<Self, ResamplerError> {
        let rate_hz = file.rate_hz();
        let (sender, receiver) = bounded(QUEUED_PIECES);
        thread::spawn(move || {
            let mut file = file;
            loop {
                let mut samples = Vec::new();
                let piece = match file.read(&mut samples) {
                    Ok(0) => Piece::End(file.warning().map(|warning| warning.to_string())),
                    Ok(_) => Piece::Samples(samples),
                    Err(error) => Piece::Failed(error),
                };
                let last = !matches!(piece, Piece::Samples(_));
                if sender.send(piece).is_err() || last {
                    break;
                }
            }
        });
        Self::new(Pieces::Stream(receiver), rate_hz, name)
    }

    fn new(from: Pieces, rate_hz: u32, name: String) -> Result<Self, ResamplerError> {
        let (rate, copy) = heard_rate(rate_hz)?;
        Ok(Self { name, rate, from, copy, ready: Vec::new(), at: 0, ended: false, warning: None })
    }

    fn look(&mut self, frame: &mut [i16]) -> Look {
        while self.at == self.ready.len() && !self.ended {
            self.ready.clear();
            self.at = 0;
            match self.next_piece() {
                Ok(true) => {}
                Ok(false) => return Look::Nothing,
                Err(error) => return Look::Gone(format!("input: {} {error}", self.name)),
            }
        }
        let count = (self.ready.len() - self.at).min(frame.len());
        if count == 0 {
            frame.fill(0);
            return Look::Samples(frame.len());
        }
        frame[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        Look::Samples(count)
    }

    /// Makes more samples ready; false when none came in time.
    fn next_piece(&mut self) -> Result<bool, AudioFileError> {
        match &mut self.from {
            Pieces::File { file, piece, .. } => {
                piece.clear();
                if file.read(piece)? == 0 {
                    let warning = file.warning().map(|warning| warning.to_string());
                    self.end(warning);
                } else {
                    take(piece, &mut self.copy, &mut self.ready);
                }
            }
            Pieces::Stream(pieces) => match pieces.recv_timeout(LOOK) {
                Ok(Piece::Samples(piece)) => take(&piece, &mut self.copy, &mut self.ready),
                Ok(Piece::End(warning)) => self.end(warning),
                Ok(Piece::Failed(error)) => return Err(error),
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => self.end(None),
            },
        }
        Ok(true)
    }

    fn end(&mut self, warning: Option<String>) {
        self.warning = warning.map(|warning| format!("{} {warning}", self.name));
        self.ended = true;
        if let Some(mut copy) = self.copy.take() {
            copy.finish(&mut self.ready);
        }
    }
}

fn take(piece: &[i16], copy: &mut Option<Resampler>, ready: &mut Vec<i16>) {
    match copy {
        None => ready.extend_from_slice(piece),
        Some(copy) => copy.process(piece, ready),
    }
}

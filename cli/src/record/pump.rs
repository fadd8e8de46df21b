//! The pump: from the source through the recorder to the file and the loudspeaker.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use afterbeep::{
    Ending, Event, Failure, Next, Outcome, Phase, PromptFault, Queued, Recorder, Turn,
    recording::{Progress, SavedRecording, Storage, StorageError, WavFile},
};
use crossbeam_channel::Sender;

use super::{
    is_set,
    plan::Plan,
    source::{Look, MEDIA_RECEIVE_TIMEOUT, Source},
    speaker::Speaker,
};

/// How long the loudspeaker may take no more sound while prompt or beep play: its server may come back, as the microphone's may.
const SPEAKER_TIMEOUT: Duration = MEDIA_RECEIVE_TIMEOUT;
/// How long an event waits for what it tells of to be on disk, before it is printed all the same.
const LIVE_PATIENCE: Duration = Duration::from_millis(250);
const FILE_PATIENCE: Duration = Duration::from_secs(60);
/// How long the end of the beep may take to be heard after a recording that ended early.
const DRAIN: Duration = Duration::from_secs(1);

/// Something to print.
pub(crate) enum Update {
    /// An event, the samples that must be on disk before it is told, and how long to wait for them.
    Event {
        event: Event,
        recorded: u64,
        patience: Duration,
    },
    Warning(String),
}

/// How the pump ended.
pub(crate) struct End {
    pub(crate) outcome: Option<Outcome>,
    pub(crate) saved: Result<Option<SavedRecording>, StorageError>,
}

impl End {
    pub(crate) fn panicked() -> Self {
        Self { outcome: None, saved: Ok(None) }
    }
}

/// Runs one recording on its own thread.
pub(crate) struct Pump {
    queued: Option<Queued>,
    source: Source,
    speaker: Option<Speaker>,
    storage: Result<Storage, StorageError>,
    progress: Progress,
    cancel: Arc<AtomicBool>,
    updates: Sender<Update>,
    /// Samples handed to the storage so far.
    recorded: u64,
    frame: Vec<i16>,
    last_samples: Instant,
    /// Whether prompt or beep play in this turn.
    playing: bool,
}

impl Pump {
    pub(crate) fn new(plan: Plan, cancel: Arc<AtomicBool>, updates: Sender<Update>) -> Self {
        let storage = WavFile::create(plan.path, plan.rate).and_then(Storage::start);
        let progress = storage.as_ref().map(Storage::progress).unwrap_or_default();
        Self {
            queued: Some(plan.queued),
            frame: vec![0; plan.source.rate().hz() as usize / 100],
            source: plan.source,
            speaker: plan.speaker.map(Speaker::new),
            storage,
            progress,
            cancel,
            updates,
            recorded: 0,
            last_samples: Instant::now(),
            playing: true,
        }
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    pub(crate) fn run(mut self) -> End {
        let outcome = self.queued.take().map(|queued| self.record(queued));
        if let Some(speaker) = &mut self.speaker {
            speaker.finish(DRAIN);
        }
        let saved = self.storage.and_then(|storage| match outcome.as_ref().and_then(|o| o.recording) {
            Some(recording) => storage.finish(recording.samples).map(Some),
            None => storage.discard().map(|()| None),
        });
        End { outcome, saved }
    }

    fn record(&mut self, queued: Queued) -> Outcome {
        if let Err(error) = &self.storage {
            let cause = error.to_string();
            return self.end(queued.fail(Failure::Other { cause }));
        }
        if let Some(speaker) = &mut self.speaker {
            speaker.begin(self.source.longest_pause());
        }
        self.last_samples = Instant::now();
        let mut turn = queued.start();
        loop {
            let taken = self.take(&turn);
            self.tell(turn.events());
            let recorder = match (taken, turn.next()) {
                (_, Next::Finished(outcome)) => return outcome,
                (Ok(()), Next::Running(recorder)) => recorder,
                (Err(error), Next::Running(recorder)) => {
                    return self.end(recorder.fail(Failure::Other { cause: error.to_string() }));
                }
            };
            turn = match self.step(recorder) {
                Ok(turn) => turn,
                Err(ending) => return self.end(*ending),
            };
        }
    }

    /// Lets the recorder take what the source has, or ends it.
    fn step(&mut self, recorder: Recorder) -> Result<Turn, Box<Ending>> {
        if is_set(&self.cancel) {
            return Err(Box::new(recorder.cancel()));
        }
        self.playing = recorder.is_playing();
        if let Some(failure) = self.output_failure(recorder.phase()) {
            return Err(Box::new(recorder.fail(failure)));
        }
        if self.source.is_held() && recorder.is_playing() {
            let turn = recorder.play(self.frame.len());
            self.source.hold(turn.playback().len());
            self.last_samples = Instant::now();
            return Ok(turn);
        }
        let mut recorder = recorder;
        loop {
            let look = self.source.look(&mut self.frame);
            self.warn();
            match look {
                Look::Samples(count) => {
                    self.last_samples = Instant::now();
                    self.tell_latency(&mut recorder, count as u64);
                    return Ok(recorder.push(&self.frame[..count]));
                }
                Look::Lost(count) => {
                    self.tell_latency(&mut recorder, count);
                    return Ok(recorder.lose(count));
                }
                Look::Gone(cause) => return Err(Box::new(recorder.fail(Failure::Other { cause }))),
                Look::Nothing => recorder = self.go_without(recorder)?,
            }
        }
    }

    /// Tells what happened to microphone and loudspeaker.
    fn warn(&mut self) {
        while let Some(text) =
            self.source.warning().or_else(|| self.speaker.as_mut().and_then(Speaker::warning))
        {
            let _ = self.updates.send(Update::Warning(text));
        }
    }

    /// A loudspeaker that is gone, or stands still, while prompt or beep play is their failure.
    fn output_failure(&mut self, phase: Phase) -> Option<Failure> {
        let speaker = self.speaker.as_mut().filter(|_| self.playing)?;
        let cause = match speaker.gone() {
            Some(error) => error.to_string(),
            None if speaker.stands_still() >= SPEAKER_TIMEOUT => {
                format!("{} takes no more sound; try another --output-device", speaker.name())
            }
            None => return None,
        };
        Some(match phase {
            Phase::Prompt => Failure::Prompt { kind: PromptFault::NotPlayed, cause },
            _ => Failure::Beep { cause },
        })
    }

    /// No samples came: fine for a while.
    fn go_without(&self, recorder: Recorder) -> Result<Recorder, Box<Ending>> {
        if is_set(&self.cancel) {
            Err(Box::new(recorder.cancel()))
        } else if self.last_samples.elapsed() >= MEDIA_RECEIVE_TIMEOUT {
            Err(Box::new(recorder.fail(Failure::MediaReceiveTimeout)))
        } else {
            Ok(recorder)
        }
    }

    /// Hands a turn's samples on.
    fn take(&mut self, turn: &Turn) -> Result<(), StorageError> {
        if let Some(speaker) = &mut self.speaker {
            let mut sound = turn.playback();
            if let Some(unheard) = turn.playback_cut() {
                speaker.cut();
                sound = &sound[unheard..];
            }
            if self.playing { speaker.play(sound) } else { speaker.end() }
        }
        self.keep(turn.recorded())
    }

    /// Tells how long after the `count` samples that were just taken, or lost, what is played in answer will be in the microphone:
    /// the sound's way to the ears, and the way of these samples here.
    fn tell_latency(&self, recorder: &mut Recorder, count: u64) {
        if let Some(speaker) = &self.speaker {
            let heard = (count + self.source.waiting() as u64) as f64 / f64::from(self.source.rate().hz());
            recorder.set_output_latency(speaker.latency() + Duration::from_secs_f64(heard));
        }
    }

    fn keep(&mut self, samples: &[i16]) -> Result<(), StorageError> {
        self.recorded += samples.len() as u64;
        match &self.storage {
            Ok(storage) => storage.append(samples),
            Err(error) => Err(error.clone()),
        }
    }

    fn end(&mut self, ending: Ending) -> Outcome {
        // The file's own trouble is told when it is finished.
        let _ = self.keep(ending.recorded());
        self.tell(ending.events());
        ending.outcome()
    }

    /// Passes events on. Where samples come at their own speed, readings are dropped before anything else has to wait.
    fn tell(&self, events: &[Event]) {
        let live = self.source.is_live();
        let patience = if live { LIVE_PATIENCE } else { FILE_PATIENCE };
        for &event in events {
            let update = Update::Event { event, recorded: self.recorded, patience };
            if live && matches!(event, Event::Level(_)) {
                let _ = self.updates.try_send(update);
            } else {
                let _ = self.updates.send(update);
            }
        }
    }
}

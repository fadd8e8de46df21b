//! What the command line asks for, opened and checked before anything sounds.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    thread,
    time::{Duration, Instant},
};

use afterbeep::{
    AudioFile, AudioFileError, Failure, InvalidRequest, Next, Outcome, Prompt, PromptInterruption, Queued,
    RecordResponse, ResamplerError, SampleRate, Setup, Sound, VadSettings,
    recording::{RecordingPath, UnusablePath},
};
use afterbeep_capture::{Choice, DeviceError, Listening, Loudspeaker, Microphone, RingLength};

use crossbeam_channel::bounded;

use super::{
    is_set,
    source::{Input, LOOK, MEDIA_RECEIVE_TIMEOUT, Source},
};
use crate::args::{InterruptedBy, RecordArguments};

/// A recording that is ready to start.
pub(crate) struct Plan {
    pub(crate) queued: Queued,
    pub(crate) source: Source,
    pub(crate) speaker: Option<Loudspeaker>,
    pub(crate) path: RecordingPath,
    pub(crate) rate: afterbeep::RecordingRate,
    /// The rate that positions count in.
    pub(crate) capture_rate: SampleRate,
}

/// What is wrong, seen before anything sounds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("{0}")]
    Request(#[from] InvalidRequest),
    #[error(transparent)]
    Sensitivity(afterbeep::BadSetting),
    #[error(transparent)]
    Output(#[from] UnusablePath),
    #[error("input: {name} {error}")]
    Input { name: String, error: AudioFileError },
    #[error("input: {} cannot be read: {cause}; check the permissions", name.display())]
    Pipe { name: PathBuf, cause: io::Error },
    #[error("{option}: {} {cause}", path.display())]
    SideFile { option: &'static str, path: PathBuf, cause: &'static str },
    #[error("output-device: nothing can be played while a file is heard `fast`; leave out one of the two")]
    TooFast,
    #[error("no audio arrived")]
    NothingCame,
    #[error("it was over before it began")]
    Over(Box<Outcome>),
    #[error(transparent)]
    Device(#[from] DeviceError),
    #[error(transparent)]
    Rate(#[from] ResamplerError),
}

impl Plan {
    /// Opens everything; a pipe that gives nothing is waited for until `cancel`, or for the media-receive timeout.
    pub(crate) fn new(arguments: &RecordArguments, cancel: &AtomicBool) -> Result<Self, PlanError> {
        let request = request(arguments)?;
        let path = RecordingPath::new(&arguments.output, arguments.force)?;
        check_side_files(arguments, &path)?;
        let mut source = match source(arguments, cancel) {
            Err(PlanError::NothingCame) => {
                return Err(PlanError::Over(Box::new(nothing_came(&request, cancel)?)));
            }
            other => other?,
        };
        let capture_rate = source.rate();
        let prompt = match &arguments.prompt {
            None => Sound::None,
            Some(file) => match Prompt::open(file, capture_rate) {
                Ok(prompt) => Sound::Ready(prompt),
                Err(failure) => Sound::Failed(failure),
            },
        };
        let speaker = speaker(arguments, &request, capture_rate)?;
        let latency = speaker.as_ref().map_or(Duration::ZERO, Loudspeaker::latency);
        let setup =
            Setup::new(capture_rate).recording_rate(arguments.rate).prompt(prompt).output_latency(latency);
        source.pace(arguments.real_time);
        Ok(Self {
            queued: Queued::new(&request, setup)?,
            source,
            speaker,
            path,
            rate: arguments.rate,
            capture_rate,
        })
    }
}

/// Trace and picture may not take the place of anything else.
fn check_side_files(arguments: &RecordArguments, recording: &RecordingPath) -> Result<(), PlanError> {
    let mut taken = vec![resolved(recording.path()), resolved(recording.partial())];
    taken.extend(arguments.input.as_deref().map(resolved));
    taken.extend(arguments.prompt.as_deref().map(resolved));
    for (option, path) in [("--trace", &arguments.trace), ("--picture", &arguments.picture)] {
        let Some(path) = path else { continue };
        let wrong = |cause| PlanError::SideFile { option, path: path.clone(), cause };
        if taken.contains(&resolved(path)) {
            return Err(wrong("is used for something else; give another name"));
        }
        if path.exists() && !arguments.force {
            return Err(wrong("exists; give another name, or --force to replace it"));
        }
        if path.is_dir() || !resolved(path).parent().is_some_and(Path::is_dir) {
            return Err(wrong("cannot be made: it is a folder, or its folder is not there"));
        }
        taken.push(resolved(path));
    }
    Ok(())
}

/// A path with its folder resolved, so that two names of one place are the same.
fn resolved(path: &Path) -> PathBuf {
    let whole = path.canonicalize().or_else(|_| {
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        folder.canonicalize().map(|folder| folder.join(path.file_name().unwrap_or_default()))
    });
    whole.unwrap_or_else(|_| path.to_owned())
}

fn request(arguments: &RecordArguments) -> Result<RecordResponse, PlanError> {
    let vad = VadSettings::default()
        .with_sensitivity_db(arguments.sensitivity)
        .and_then(|vad| vad.with_min_speech(arguments.min_speech))
        .map_err(PlanError::Sensitivity)?;
    let mut builder = RecordResponse::builder()
        .initial_silence_timeout(arguments.initial_silence_timeout)
        .max_silence_timeout(arguments.max_silence_timeout)
        .max_record_duration(arguments.max_duration)
        .min_duration(arguments.min_duration)
        .play_beep(!arguments.no_beep)
        .stop_tones(arguments.stop_tones)
        .any_key_stops(arguments.any_key_stops)
        .trim_trailing_silence(arguments.trim_silence)
        .pre_roll(arguments.pre_roll)
        .prompt_interruption(match arguments.prompt_interruption {
            InterruptedBy::None => PromptInterruption::None,
            InterruptedBy::Dtmf => PromptInterruption::Dtmf,
            InterruptedBy::Speech => PromptInterruption::Speech,
            InterruptedBy::Any => PromptInterruption::Any,
        })
        .trace(arguments.trace.is_some())
        .vad(vad);
    if let Some(prompt) = &arguments.prompt {
        builder = builder.prompt(prompt.display().to_string());
    }
    Ok(builder.build()?)
}

fn microphone(arguments: &RecordArguments) -> Choice {
    Choice { host: arguments.host.clone(), device: arguments.device.clone(), channel: arguments.channel }
}

fn source(arguments: &RecordArguments, cancel: &AtomicBool) -> Result<Source, PlanError> {
    let Some(input) = &arguments.input else {
        let choice = microphone(arguments);
        // The pump's own watch ends the operation before.
        let how = Listening::to(&choice)
            .follow_default(arguments.follow_default)
            .ring(RingLength::PATIENT)
            .give_up_after(2 * MEDIA_RECEIVE_TIMEOUT);
        return Ok(Source::microphone(Microphone::open_with(how)?, choice.is_paced()));
    };
    let wrong = |error| PlanError::Input { name: input.display().to_string(), error };
    let chosen = |file: AudioFile| file.with_channel(arguments.channel);
    let input = if input == Path::new("-") {
        Input::stream(
            open_stream(io::stdin(), cancel)?.and_then(chosen).map_err(wrong)?,
            "standard input".to_owned(),
        )?
    } else if is_pipe(input) {
        let pipe = File::open(input).map_err(|cause| PlanError::Pipe { name: input.clone(), cause })?;
        Input::stream(
            open_stream(pipe, cancel)?.and_then(chosen).map_err(wrong)?,
            input.display().to_string(),
        )?
    } else {
        Input::file(AudioFile::open(input).and_then(chosen).map_err(wrong)?, input.display().to_string())?
    };
    Ok(Source::file(input, arguments.full_duplex))
}

/// Opens a stream on a thread of its own: its header may be long in coming.
fn open_stream(
    stream: impl Read + Send + Sync + 'static,
    cancel: &AtomicBool,
) -> Result<Result<AudioFile, AudioFileError>, PlanError> {
    let (sender, opened) = bounded(1);
    thread::spawn(move || sender.send(AudioFile::stream(stream)));
    let start = Instant::now();
    while !is_set(cancel) && start.elapsed() < MEDIA_RECEIVE_TIMEOUT {
        if let Ok(file) = opened.recv_timeout(LOOK) {
            return Ok(file);
        }
    }
    Err(PlanError::NothingCame)
}

/// The outcome of a recording that ended before its source said anything.
fn nothing_came(request: &RecordResponse, cancel: &AtomicBool) -> Result<Outcome, PlanError> {
    let queued = Queued::new(request, Setup::new(SampleRate::HZ_16000))?;
    if is_set(cancel) {
        return Ok(queued.cancel().outcome());
    }
    Ok(match queued.start().next() {
        Next::Running(recorder) => recorder.fail(Failure::MediaReceiveTimeout).outcome(),
        Next::Finished(outcome) => outcome,
    })
}

/// Whether a path names something that can be read once only, as a shell's `<(…)` does.
fn is_pipe(path: &Path) -> bool {
    path.metadata().is_ok_and(|facts| !facts.is_file() && !facts.is_dir())
}

/// Opens the loudspeaker where there is something to play and somebody to hear it: a file does not, unless one is named.
fn speaker(
    arguments: &RecordArguments,
    request: &RecordResponse,
    rate: SampleRate,
) -> Result<Option<Loudspeaker>, PlanError> {
    let plays = request.play_beep() || request.prompt().is_some();
    let (microphone, named) = (microphone(arguments), arguments.output_device.is_some());
    if arguments.input.is_some() || !plays || (microphone.is_file() && !named) {
        return Ok(None);
    }
    if !microphone.is_paced() {
        return Err(PlanError::TooFast);
    }
    let choice =
        Choice { host: arguments.host.clone(), device: arguments.output_device.clone(), ..Choice::default() };
    Ok(Some(Loudspeaker::open(&choice, rate)?))
}

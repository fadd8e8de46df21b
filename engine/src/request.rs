//! What a caller of the engine may ask for.

use std::time::Duration;

use afterbeep_vad::Settings as VadSettings;

use crate::{InvalidRequest, StopTones, Timeout};

/// A validated request to record one message: the contract's fields (`record-response` §1) and our options.
///
/// ```
/// use std::time::Duration;
/// use afterbeep::RecordResponse;
///
/// let request = RecordResponse::builder()
///     .stop_tones("#*".parse()?)
///     .max_silence_timeout(Duration::from_millis(1500))
///     .build()?;
/// assert_eq!(request.initial_silence_timeout().duration(), Duration::from_secs(5), "the contract's default");
///
/// let wrong = RecordResponse::builder().max_record_duration(Duration::from_secs(121)).build();
/// assert_eq!(
///     wrong.unwrap_err().to_string(),
///     "maxRecordDurationInSeconds: 121 s is outside of 0.1–120 s",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RecordResponse {
    prompt: Option<MediaPrompt>,
    barge_in_allowed: bool,
    initial_silence_timeout: Timeout,
    max_silence_timeout: Timeout,
    max_record_duration: Timeout,
    play_beep: bool,
    stop_tones: StopTones,
    client_context: Option<String>,
    options: Options,
}

/// What the engine offers beyond the contract's fields.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// How readily speech is heard, and how long it must last.
    pub vad: VadSettings,
    /// What cuts the prompt short.
    pub prompt_interruption: PromptInterruption,
    /// Every digit is a stop tone.
    pub any_key_stops: bool,
    /// The file ends 200 ms after the last speech instead of at the end of the pause that ended the recording.
    pub trim_trailing_silence: bool,
    /// Speech that starts during the beep is kept: the recording begins with it. What was told of before that was known (half
    /// a second at most) counted its positions from the beep's end.
    pub pre_roll: bool,
    /// A shorter message ends as usual, but is marked as too short and not kept.
    pub min_duration: Duration,
    /// Tell of every 10 ms why it was decided as it was ([`crate::Event::Trace`]).
    pub trace: bool,
}

/// What cuts the prompt short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PromptInterruption {
    /// Nothing: it plays to its end.
    #[default]
    None,
    /// Any digit.
    Dtmf,
    /// Speech.
    Speech,
    /// A digit or speech.
    Any,
}

impl PromptInterruption {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::None, Self::Dtmf, Self::Speech, Self::Any];

    /// Whether a digit cuts the prompt short.
    pub const fn by_dtmf(self) -> bool {
        matches!(self, Self::Dtmf | Self::Any)
    }

    /// Whether speech cuts the prompt short.
    pub const fn by_speech(self) -> bool {
        matches!(self, Self::Speech | Self::Any)
    }

    /// `none`, `dtmf`, `speech` or `any`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Dtmf => "dtmf",
            Self::Speech => "speech",
            Self::Any => "any",
        }
    }
}

/// A prompt as the contract names it: where its audio is, not the audio itself ([`crate::Prompt`]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MediaPrompt {
    /// Where the audio is: a path, or a URI that the embedder knows how to fetch.
    pub uri: String,
    /// The embedder's name of it, for caches.
    pub resource_id: Option<String>,
}

impl RecordResponse {
    /// The longest `clientContext`, in UTF-16 code units.
    pub const MAX_CLIENT_CONTEXT: usize = 256;

    /// A request with the contract's defaults, to be changed.
    pub fn builder() -> RecordResponseBuilder {
        RecordResponseBuilder::default()
    }

    /// What to play before the recording.
    pub fn prompt(&self) -> Option<&MediaPrompt> {
        self.prompt.as_ref()
    }

    /// Whether this operation cancels every queued and running one of its call.
    pub fn barge_in_allowed(&self) -> bool {
        self.barge_in_allowed
    }

    /// The longest silence before the caller starts to speak.
    pub fn initial_silence_timeout(&self) -> Timeout {
        self.initial_silence_timeout
    }

    /// The longest pause after the caller started to speak.
    pub fn max_silence_timeout(&self) -> Timeout {
        self.max_silence_timeout
    }

    /// The cap on the recording's length.
    pub fn max_record_duration(&self) -> Timeout {
        self.max_record_duration
    }

    /// Whether to beep before the recording.
    pub fn play_beep(&self) -> bool {
        self.play_beep
    }

    /// The digits that end the recording, all of them with [`Options::any_key_stops`].
    pub fn stop_tones(&self) -> StopTones {
        if self.options.any_key_stops { StopTones::ANY } else { self.stop_tones }
    }

    /// The digits that were asked for, whatever [`Options::any_key_stops`] adds.
    pub(crate) fn asked_stop_tones(&self) -> StopTones {
        self.stop_tones
    }

    /// What the caller of the engine wants to find again in the result.
    pub fn client_context(&self) -> Option<&str> {
        self.client_context.as_deref()
    }

    /// What goes beyond the contract.
    pub fn options(&self) -> &Options {
        &self.options
    }
}

impl Default for RecordResponse {
    /// The contract's defaults: 5 s, 5 s, 5 s, with a beep, without a prompt and without stop tones.
    fn default() -> Self {
        Self {
            prompt: None,
            barge_in_allowed: false,
            initial_silence_timeout: Timeout::DEFAULT,
            max_silence_timeout: Timeout::DEFAULT,
            max_record_duration: Timeout::DEFAULT,
            play_beep: true,
            stop_tones: StopTones::NONE,
            client_context: None,
            options: Options::default(),
        }
    }
}

/// Collects a [`RecordResponse`]; [`Self::build`] validates it.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing is asked for before `build`"]
pub struct RecordResponseBuilder {
    prompt: Option<MediaPrompt>,
    barge_in_allowed: bool,
    initial_silence: Option<Duration>,
    max_silence: Option<Duration>,
    max_record: Option<Duration>,
    no_beep: bool,
    stop_tones: StopTones,
    client_context: Option<String>,
    options: Options,
}

impl RecordResponseBuilder {
    /// Plays the audio at `uri` (a path, or what the embedder can fetch) before the recording.
    pub fn prompt(mut self, uri: impl Into<String>) -> Self {
        self.prompt = Some(MediaPrompt { uri: uri.into(), resource_id: None });
        self
    }

    /// The same, with everything that the contract says of a prompt.
    pub fn media_prompt(mut self, prompt: MediaPrompt) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// Cancels every queued and running operation of the call. Default: false.
    pub fn barge_in_allowed(mut self, allowed: bool) -> Self {
        self.barge_in_allowed = allowed;
        self
    }

    /// The longest silence before the caller starts to speak: 0.1–120 s, default 5 s.
    pub fn initial_silence_timeout(mut self, timeout: Duration) -> Self {
        self.initial_silence = Some(timeout);
        self
    }

    /// The longest pause after the caller started to speak: 0.1–120 s, default 5 s.
    pub fn max_silence_timeout(mut self, timeout: Duration) -> Self {
        self.max_silence = Some(timeout);
        self
    }

    /// The cap on the recording's length: 0.1–120 s, default 5 s.
    pub fn max_record_duration(mut self, duration: Duration) -> Self {
        self.max_record = Some(duration);
        self
    }

    /// Whether to beep before the recording. Default: true.
    pub fn play_beep(mut self, beep: bool) -> Self {
        self.no_beep = !beep;
        self
    }

    /// The digits that end the recording. Default: none.
    pub fn stop_tones(mut self, tones: StopTones) -> Self {
        self.stop_tones = tones;
        self
    }

    /// Text to find again in the result: at most 256 UTF-16 code units.
    pub fn client_context(mut self, context: impl Into<String>) -> Self {
        self.client_context = Some(context.into());
        self
    }

    /// How readily speech is heard, and how long it must last.
    pub fn vad(mut self, settings: VadSettings) -> Self {
        self.options.vad = settings;
        self
    }

    /// What cuts the prompt short. Default: nothing.
    pub fn prompt_interruption(mut self, by: PromptInterruption) -> Self {
        self.options.prompt_interruption = by;
        self
    }

    /// Whether every digit is a stop tone. Default: false.
    pub fn any_key_stops(mut self, any: bool) -> Self {
        self.options.any_key_stops = any;
        self
    }

    /// Whether the file ends 200 ms after the last speech. Default: false.
    pub fn trim_trailing_silence(mut self, trim: bool) -> Self {
        self.options.trim_trailing_silence = trim;
        self
    }

    /// Whether speech that starts during the beep is kept; see [`Options::pre_roll`]. Default: false.
    pub fn pre_roll(mut self, keep: bool) -> Self {
        self.options.pre_roll = keep;
        self
    }

    /// Shorter messages are marked and not kept: 0–120 s, default 0.
    pub fn min_duration(mut self, duration: Duration) -> Self {
        self.options.min_duration = duration;
        self
    }

    /// Whether to tell of every 10 ms why it was decided as it was. Default: false.
    pub fn trace(mut self, trace: bool) -> Self {
        self.options.trace = trace;
        self
    }

    /// The request, validated.
    ///
    /// # Errors
    /// [`InvalidRequest`], which names the field, the value and the range.
    pub fn build(self) -> Result<RecordResponse, InvalidRequest> {
        if self.options.min_duration > Timeout::MAX.duration() {
            let value = format!("{} s", self.options.min_duration.as_secs_f64());
            return Err(InvalidRequest::OutOfRange { field: "minDuration", value, range: "0–120 s" });
        }
        Ok(RecordResponse {
            prompt: self.prompt,
            barge_in_allowed: self.barge_in_allowed,
            initial_silence_timeout: timeout("initialSilenceTimeoutInSeconds", self.initial_silence)?,
            max_silence_timeout: timeout("maxSilenceTimeoutInSeconds", self.max_silence)?,
            max_record_duration: timeout("maxRecordDurationInSeconds", self.max_record)?,
            play_beep: !self.no_beep,
            stop_tones: self.stop_tones,
            client_context: self.client_context.map(short_enough).transpose()?,
            options: self.options,
        })
    }
}

fn timeout(field: &'static str, asked: Option<Duration>) -> Result<Timeout, InvalidRequest> {
    let Some(duration) = asked else { return Ok(Timeout::DEFAULT) };
    Timeout::new(duration).ok_or_else(|| InvalidRequest::OutOfRange {
        field,
        value: format!("{} s", duration.as_secs_f64()),
        range: "0.1–120 s",
    })
}

fn short_enough(context: String) -> Result<String, InvalidRequest> {
    let units = context.encode_utf16().count();
    if units > RecordResponse::MAX_CLIENT_CONTEXT {
        return Err(InvalidRequest::OutOfRange {
            field: "clientContext",
            value: format!("{units} UTF-16 code units"),
            range: "0–256 UTF-16 code units",
        });
    }
    Ok(context)
}

//! A request as the contract's JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer, de};
use serde_json::{Map, Value, json};

use crate::{
    InvalidStopTone, MediaPrompt, PromptInterruption, RecordResponse, RecordResponseBuilder, StopTones,
    stop_tones::digit_by_name,
};

/// A request that cannot be taken. Each message names the field, the value and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRequest {
    /// The text is not JSON, or not an object.
    #[error("body: {cause}; a JSON object is expected")]
    NotAnObject {
        /// What the reader said.
        cause: String,
    },
    /// A field holds something of another type.
    #[error("{field}: {value} is not {expected}")]
    WrongType {
        /// The field, in the contract's spelling.
        field: &'static str,
        /// What was given, as JSON.
        value: String,
        /// What is allowed.
        expected: &'static str,
    },
    /// A value outside of its range.
    #[error("{field}: {value} is outside of {range}")]
    OutOfRange {
        /// The field, in the contract's spelling.
        field: &'static str,
        /// What was given.
        value: String,
        /// What is allowed.
        range: &'static str,
    },
    /// A stop tone that is none, or stands there twice.
    #[error(transparent)]
    StopTone(#[from] InvalidStopTone),
}

impl RecordResponse {
    /// Reads the contract's JSON: unknown fields are ignored, `null` is the same as absent, empty text is `{}`.
    ///
    /// ```
    /// use afterbeep::RecordResponse;
    /// let request = RecordResponse::from_json(r##"{"stopTones":["#","tone1"],"playBeep":false}"##)?;
    /// assert_eq!(request.stop_tones().to_string(), "1#");
    /// let error = RecordResponse::from_json(r#"{"maxSilenceTimeoutInSeconds": 121}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "maxSilenceTimeoutInSeconds: 121 is outside of 1–120");
    /// # Ok::<(), afterbeep::InvalidRequest>(())
    /// ```
    ///
    /// # Errors
    /// [`InvalidRequest`].
    pub fn from_json(text: &str) -> Result<Self, InvalidRequest> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let value = serde_json::from_str(text)
            .map_err(|error| InvalidRequest::NotAnObject { cause: error.to_string() })?;
        Self::from_value(&value)
    }

    fn from_value(value: &Value) -> Result<Self, InvalidRequest> {
        let Value::Object(object) = value else {
            return Err(InvalidRequest::NotAnObject { cause: format!("{value} is no object") });
        };
        let fields = Fields(object);
        let mut builder = Self::builder();
        if let Some(prompt) = fields.prompt()? {
            builder = builder.media_prompt(prompt);
        }
        if let Some(allowed) = fields.boolean("bargeInAllowed")? {
            builder = builder.barge_in_allowed(allowed);
        }
        if let Some(time) = fields.whole_seconds("initialSilenceTimeoutInSeconds")? {
            builder = builder.initial_silence_timeout(time);
        }
        if let Some(time) = fields.whole_seconds("maxSilenceTimeoutInSeconds")? {
            builder = builder.max_silence_timeout(time);
        }
        if let Some(time) = fields.whole_seconds("maxRecordDurationInSeconds")? {
            builder = builder.max_record_duration(time);
        }
        if let Some(beep) = fields.boolean("playBeep")? {
            builder = builder.play_beep(beep);
        }
        if let Some(context) = fields.text("clientContext")? {
            builder = builder.client_context(context);
        }
        builder = builder.stop_tones(fields.stop_tones()?);
        if let Some(ours) = fields.object("afterbeep")? {
            builder = Fields(ours).options(builder)?;
        }
        builder.build()
    }
}

/// The members of a JSON object, read one by one.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    /// The field's value as `read` takes it; `expected` says what that is.
    fn read<T>(
        &self,
        field: &'static str,
        expected: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, InvalidRequest> {
        let Some(value) = self.get(field) else { return Ok(None) };
        match read(value) {
            Some(value) => Ok(Some(value)),
            None => Err(InvalidRequest::WrongType { field, value: value.to_string(), expected }),
        }
    }

    fn boolean(&self, field: &'static str) -> Result<Option<bool>, InvalidRequest> {
        self.read(field, "true or false", Value::as_bool)
    }

    fn text(&self, field: &'static str) -> Result<Option<&'a str>, InvalidRequest> {
        self.read(field, "a string", Value::as_str)
    }

    fn array(&self, field: &'static str) -> Result<&'a [Value], InvalidRequest> {
        let array = self.read(field, "an array", |value| value.as_array().map(Vec::as_slice))?;
        Ok(array.unwrap_or_default())
    }

    fn object(&self, field: &'static str) -> Result<Option<&'a Map<String, Value>>, InvalidRequest> {
        self.read(field, "an object", Value::as_object)
    }

    fn whole_seconds(&self, field: &'static str) -> Result<Option<Duration>, InvalidRequest> {
        let Some(seconds) = self.read(field, "a whole number from 1 to 120", Value::as_i64)? else {
            return Ok(None);
        };
        match u64::try_from(seconds) {
            Ok(whole @ 1..=120) => Ok(Some(Duration::from_secs(whole))),
            _ => Err(InvalidRequest::OutOfRange { field, value: seconds.to_string(), range: "1–120" }),
        }
    }

    fn seconds(&self, field: &'static str, range: &'static str) -> Result<Option<Duration>, InvalidRequest> {
        let Some(seconds) = self.read(field, "a number of seconds", Value::as_f64)? else { return Ok(None) };
        Duration::try_from_secs_f64(seconds).map(Some).map_err(|_| InvalidRequest::OutOfRange {
            field,
            value: seconds.to_string(),
            range,
        })
    }

    fn stop_tones(&self) -> Result<StopTones, InvalidRequest> {
        let mut tones = StopTones::NONE;
        for entry in self.array("stopTones")? {
            let name = entry.as_str().ok_or_else(|| InvalidRequest::WrongType {
                field: "stopTones",
                value: entry.to_string(),
                expected: "a string",
            })?;
            tones = tones.with(digit_by_name(name)?)?;
        }
        Ok(tones)
    }

    fn prompt(&self) -> Result<Option<MediaPrompt>, InvalidRequest> {
        let entry = match self.array("prompts")? {
            [] => return Ok(None),
            [entry] => entry,
            more => {
                return Err(InvalidRequest::OutOfRange {
                    field: "prompts",
                    value: format!("{} items", more.len()),
                    range: "0–1 items",
                });
            }
        };
        let wrong = || InvalidRequest::WrongType {
            field: "prompts",
            value: entry.to_string(),
            expected: "a mediaPrompt with mediaInfo.uri",
        };
        let info = entry.get("mediaInfo").ok_or_else(wrong)?;
        let uri = info.get("uri").and_then(Value::as_str).ok_or_else(wrong)?;
        let resource_id = info.get("resourceId").and_then(Value::as_str).map(str::to_owned);
        Ok(Some(MediaPrompt { uri: uri.to_owned(), resource_id }))
    }

    /// Our options, read under the contract's field `afterbeep`.
    fn options(&self, mut builder: RecordResponseBuilder) -> Result<RecordResponseBuilder, InvalidRequest> {
        builder = builder.vad(self.vad()?);
        if let Some(by) = self.text("promptInterruption")? {
            builder = builder.prompt_interruption(interruption(by)?);
        }
        if let Some(any) = self.boolean("anyKeyStops")? {
            builder = builder.any_key_stops(any);
        }
        if let Some(trim) = self.boolean("trimTrailingSilence")? {
            builder = builder.trim_trailing_silence(trim);
        }
        if let Some(keep) = self.boolean("preRoll")? {
            builder = builder.pre_roll(keep);
        }
        if let Some(min) = self.seconds("minDuration", "0–120 s")? {
            builder = builder.min_duration(min);
        }
        if let Some(trace) = self.boolean("trace")? {
            builder = builder.trace(trace);
        }
        Ok(builder)
    }

    fn vad(&self) -> Result<afterbeep_vad::Settings, InvalidRequest> {
        let mut settings = afterbeep_vad::Settings::default();
        if let Some(db) = self.read("sensitivity", "a number of dB", Value::as_f64)? {
            settings = settings.with_sensitivity_db(db as f32).map_err(|_| InvalidRequest::OutOfRange {
                field: "sensitivity",
                value: db.to_string(),
                range: "3–30 dB",
            })?;
        }
        if let Some(time) = self.seconds("minSpeech", "0.02–1 s")? {
            settings = settings.with_min_speech(time).map_err(|_| InvalidRequest::OutOfRange {
                field: "minSpeech",
                value: format!("{} s", time.as_secs_f64()),
                range: "0.02–1 s",
            })?;
        }
        Ok(settings)
    }
}

fn interruption(name: &str) -> Result<PromptInterruption, InvalidRequest> {
    let by = PromptInterruption::ALL.into_iter().find(|by| by.name() == name);
    by.ok_or_else(|| InvalidRequest::WrongType {
        field: "promptInterruption",
        value: format!("{name:?}"),
        expected: "none, dtmf, speech or any",
    })
}

impl<'de> Deserialize<'de> for RecordResponse {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(de::Error::custom)
    }
}

impl Serialize for RecordResponse {
    /// The contract's fields, and ours under `afterbeep`. Times that are no whole seconds, which the contract cannot
    /// say, are rounded up.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let seconds = |time: crate::Timeout| time.duration().as_secs_f64().ceil() as u32;
        let options = self.options();
        json!({
            "prompts": self.prompt().map(prompt_json).into_iter().collect::<Vec<_>>(),
            "bargeInAllowed": self.barge_in_allowed(),
            "initialSilenceTimeoutInSeconds": seconds(self.initial_silence_timeout()),
            "maxSilenceTimeoutInSeconds": seconds(self.max_silence_timeout()),
            "maxRecordDurationInSeconds": seconds(self.max_record_duration()),
            "playBeep": self.play_beep(),
            "stopTones": self.asked_stop_tones().iter().map(|digit| digit.to_string()).collect::<Vec<_>>(),
            "clientContext": self.client_context(),
            "afterbeep": {
                "sensitivity": options.vad.sensitivity_db(),
                "minSpeech": options.vad.min_speech().as_secs_f64(),
                "promptInterruption": options.prompt_interruption.name(),
                "anyKeyStops": options.any_key_stops,
                "trimTrailingSilence": options.trim_trailing_silence,
                "preRoll": options.pre_roll,
                "minDuration": options.min_duration.as_secs_f64(),
                "trace": options.trace,
            },
        })
        .serialize(serializer)
    }
}

fn prompt_json(prompt: &MediaPrompt) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.mediaPrompt",
        "mediaInfo": {
            "@odata.type": "#microsoft.graph.mediaInfo",
            "uri": prompt.uri,
            "resourceId": prompt.resource_id,
        },
    })
}

//! Where bytes and numbers of strangers come in: nothing panics, and every error names field, value and range.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::{io::Cursor, time::Duration};

use afterbeep::{
    AudioFile, AudioFileError, Beep, Digit, PromptInterruption, RecordResponse, RecordingRate, SampleRate,
    StopTones, Timeout, VadSettings,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

const WHOLE_SECONDS: [&str; 3] =
    ["initialSilenceTimeoutInSeconds", "maxSilenceTimeoutInSeconds", "maxRecordDurationInSeconds"];
/// Every field, and what it wants: for errors that must say so.
const FIELDS: [&str; 9] = [
    "prompts",
    "bargeInAllowed",
    WHOLE_SECONDS[0],
    WHOLE_SECONDS[1],
    WHOLE_SECONDS[2],
    "playBeep",
    "stopTones",
    "clientContext",
    "afterbeep",
];
const OPTIONS: [&str; 7] = [
    "sensitivity",
    "minSpeech",
    "promptInterruption",
    "anyKeyStops",
    "trimTrailingSilence",
    "minDuration",
    "trace",
];

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-5..130i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0.0..130.0).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec!["#", "*", "tone1", "pound", "tone10", "A", "none", "dtmf", "any", "x"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let key = prop_oneof!["[a-zA-Z]{1,8}", Just("mediaInfo".to_owned()), Just("uri".to_owned())];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key, inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn object_of(fields: &'static [&'static str]) -> impl Strategy<Value = Value> {
    vec((prop::sample::select(fields), json_value()), 0..5).prop_map(|pairs| {
        Value::Object(
            pairs.into_iter().map(|(field, value)| (field.to_owned(), value)).collect::<Map<_, _>>(),
        )
    })
}

fn request() -> impl Strategy<Value = RecordResponse> {
    let seconds = || (1..=120u64).prop_map(Duration::from_secs);
    let millis = |range: std::ops::RangeInclusive<u64>| range.prop_map(Duration::from_millis);
    let vad = (3.0..=30.0f32, millis(20..=1_000)).prop_map(|(db, min_speech)| {
        VadSettings::default().with_sensitivity_db(db).unwrap().with_min_speech(min_speech).unwrap()
    });
    let tones = vec(0..16usize, 0..16).prop_map(|keys| {
        keys.into_iter().fold(StopTones::NONE, |set, n| set.with(Digit::at(n / 4, n % 4)).unwrap_or(set))
    });
    let by = prop::sample::select(PromptInterruption::ALL.to_vec());
    let text = (prop::option::of("\\PC{0,100}"), prop::option::of("\\PC{1,40}"));
    let flags = vec(any::<bool>(), 5);
    (seconds(), seconds(), seconds(), tones, by, (vad, millis(0..=120_000)), text, flags).prop_map(
        |(initial, silence, cap, tones, by, (vad, min), (context, prompt), flags)| {
            let mut builder = RecordResponse::builder()
                .initial_silence_timeout(initial)
                .max_silence_timeout(silence)
                .max_record_duration(cap)
                .prompt_interruption(by)
                .vad(vad)
                .min_duration(min)
                .barge_in_allowed(flags[0])
                .play_beep(flags[1])
                .any_key_stops(flags[2])
                .trim_trailing_silence(flags[3])
                .trace(flags[4])
                .stop_tones(tones);
            if let Some(context) = context {
                builder = builder.client_context(context);
            }
            if let Some(prompt) = prompt {
                builder = builder.prompt(prompt);
            }
            builder.build().unwrap()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_as_a_request_is_taken_or_refused_in_words(text in "\\PC{0,60}") {
        if let Err(error) = RecordResponse::from_json(&text) {
            prop_assert!(error.to_string().len() > 10, "{error}");
        }
    }

    #[test]
    fn any_value_in_any_field_is_taken_or_refused_by_its_name(
        mut request in object_of(&FIELDS),
        options in prop::option::of(object_of(&OPTIONS)),
    ) {
        if let Some(options) = options {
            request["afterbeep"] = options;
        }
        if let Err(error) = RecordResponse::from_json(&request.to_string()) {
            let error = error.to_string();
            let field = error.split(':').next().unwrap();
            prop_assert!(FIELDS.contains(&field) || OPTIONS.contains(&field), "no field is named: {error}");
            let allowed = ["is not", "outside of", "allowed are"].iter().any(|words| error.contains(words));
            prop_assert!(allowed, "what is allowed is not said: {error}");
        }
    }

    #[test]
    fn a_number_out_of_range_is_named_with_its_range(n in any::<i64>(), field in prop::sample::select(&WHOLE_SECONDS[..])) {
        let read = RecordResponse::from_json(&json!({ field: n }).to_string());
        if (1..=120).contains(&n) {
            prop_assert!(read.is_ok());
        } else {
            prop_assert_eq!(read.unwrap_err().to_string(), format!("{field}: {n} is outside of 1–120"));
        }
    }

    #[test]
    fn what_is_written_is_read_again(request in request()) {
        let json = serde_json::to_string(&request).unwrap();
        prop_assert_eq!(&RecordResponse::from_json(&json).unwrap(), &request, "{}", json);
        let again: RecordResponse = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(again, request);
    }

    #[test]
    fn stop_tones_are_sets_of_digits(text in "[0-9*#A-Da-dE-Z ]{0,20}") {
        let upper = text.to_uppercase();
        let good = upper.chars().all(|key| "0123456789*#ABCD".contains(key))
            && upper.chars().all(|key| upper.matches(key).count() == 1);
        match text.parse::<StopTones>() {
            Ok(tones) => {
                prop_assert!(good, "{text:?} was taken");
                prop_assert_eq!(tones.iter().count(), text.len());
                prop_assert_eq!(tones.to_string().parse::<StopTones>(), Ok(tones));
                prop_assert!(text.chars().all(|key| tones.contains(Digit::try_from(key).unwrap())));
            }
            Err(error) => {
                prop_assert!(!good, "{text:?} was refused");
                let error = error.to_string();
                prop_assert!(error.starts_with("stopTones: ") && error.contains("0–9, *, #, A–D"), "{error}");
            }
        }
    }

    #[test]
    fn timeouts_are_a_tenth_of_a_second_to_two_minutes(nanos in any::<u64>(), small in 0..200_000_000_000u64) {
        for nanos in [nanos, small] {
            let given = Duration::from_nanos(nanos);
            let good = (100_000_000..=120_000_000_000).contains(&nanos);
            prop_assert_eq!(Timeout::new(given).is_some(), good);
            let error = RecordResponse::builder().max_silence_timeout(given).build();
            prop_assert_eq!(error.is_ok(), good);
            if let Err(error) = error {
                let wanted = format!("maxSilenceTimeoutInSeconds: {} s is outside of 0.1–120 s", given.as_secs_f64());
                prop_assert_eq!(error.to_string(), wanted);
            }
        }
    }

    #[test]
    fn rates_are_those_that_are_served(hz in prop_oneof![any::<u32>(), 7_000..100_000u32]) {
        let capture = SampleRate::new(hz);
        prop_assert_eq!(capture.is_ok(), (8_000..=96_000).contains(&hz));
        if let Err(error) = capture {
            prop_assert_eq!(error.to_string(), format!("sample rate: {hz} Hz is outside of 8000–96000 Hz"));
        }
        let recording = RecordingRate::try_from(hz);
        prop_assert_eq!(recording.is_ok(), [8_000, 16_000, 24_000, 44_100, 48_000].contains(&hz));
        if let Err(error) = recording {
            let start = format!("recording rate: {hz} Hz is none of 8000,");
            prop_assert!(error.to_string().starts_with(&start));
        }
    }

    #[test]
    fn a_beep_is_one_that_a_telephone_carries_or_is_refused(
        hz in any::<f64>(), near_hz in 0.0..4_000.0, ms in 0..6_000u64, edge in 0..4_000u64, dbfs in -80.0..20.0,
    ) {
        for hz in [hz, near_hz] {
            let (length, soft) = (Duration::from_millis(ms), Duration::from_millis(edge));
            let good = (100.0..=3_400.0).contains(&hz)
                && (20..=5_000).contains(&ms)
                && 2 * edge <= ms
                && (-60.0..=0.0).contains(&dbfs);
            match Beep::new(hz, length, soft, dbfs) {
                Ok(beep) => {
                    prop_assert!(good);
                    let samples = beep.samples(SampleRate::HZ_8000);
                    prop_assert_eq!(samples.len() as u64, 8 * ms);
                    let peak = samples.iter().map(|s| s.unsigned_abs()).max().unwrap();
                    prop_assert!(f64::from(peak) <= 10f64.powf(dbfs / 20.0) * 32_767.0 + 1.0);
                }
                Err(error) => {
                    prop_assert!(!good, "{error}");
                    prop_assert!(error.to_string().contains("is outside of"), "{error}");
                }
            }
        }
    }
}

#[test]
fn the_longest_client_context_is_counted_in_utf_16() {
    // Two units each: 128 of them are the most.
    for (count, good) in [(128, true), (129, false)] {
        let context = "𝄞".repeat(count);
        let read = RecordResponse::from_json(&json!({ "clientContext": context }).to_string());
        match read {
            Ok(request) => assert!(good && request.client_context() == Some(&context)),
            Err(error) => {
                assert!(!good);
                assert_eq!(
                    error.to_string(),
                    "clientContext: 258 UTF-16 code units is outside of 0–256 UTF-16 code units"
                );
            }
        }
    }
}

#[test]
fn null_is_absent_and_unknown_fields_are_ignored() {
    let nothing: Map<String, Value> = FIELDS.iter().map(|field| ((*field).to_owned(), Value::Null)).collect();
    for text in ["", " \n", "{}", r#"{"@odata.type":"x","operationContext":[1],"prompts":[]}"#] {
        assert_eq!(RecordResponse::from_json(text), Ok(RecordResponse::default()), "{text}");
    }
    let nothing = Value::Object(nothing).to_string();
    assert_eq!(RecordResponse::from_json(&nothing), Ok(RecordResponse::default()));
}

/// A WAV of `samples` as a careful writer makes it.
fn wav(channels: u16, bits: u16, float: bool, frames: usize) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels,
        sample_rate: 8_000,
        bits_per_sample: bits,
        sample_format: if float { hound::SampleFormat::Float } else { hound::SampleFormat::Int },
    };
    let mut bytes = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for n in 0..frames * usize::from(channels) {
        if float {
            writer.write_sample((n as f32 * 0.1).sin()).unwrap();
        } else {
            writer.write_sample((n as i32 * 7) % 100).unwrap();
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// Opens bytes as a file and as a stream, reads what is there, and gives how many samples that were.
fn read(bytes: &[u8]) -> [Result<u64, AudioFileError>; 2] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    std::fs::write(&path, bytes).unwrap();
    let drain = |file: Result<AudioFile, AudioFileError>| {
        let mut file = file?;
        let mut samples = Vec::new();
        while file.read(&mut samples)? > 0 {}
        let _ = file.warning();
        Ok(samples.len() as u64)
    };
    [drain(AudioFile::open(&path)), drain(AudioFile::stream(Cursor::new(bytes.to_vec())))]
}

fn in_words(results: [Result<u64, AudioFileError>; 2]) -> Result<(), TestCaseError> {
    for error in results.into_iter().filter_map(Result::err) {
        let text = error.to_string();
        prop_assert!(text.contains("; "), "what to do is not said: {text}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_no_audio_and_no_panic(
        bytes in vec(any::<u8>(), 0..3_000),
        magic in prop::sample::select(vec![&b""[..], b"RIFF\xff\xff\0\0WAVEfmt ", b"fLaC\0\0\0\x22", b"OggS\0\x02", b"ID3\x04\0\0", b"\xff\xfb\x90\x44"]),
    ) {
        let bytes = [magic, &bytes].concat();
        in_words(read(&bytes))?;
    }

    #[test]
    fn a_damaged_header_is_no_panic_and_gives_no_samples_that_are_not_there(
        kind in prop::sample::select(vec![(1u16, 8u16, false), (1, 16, false), (2, 16, false), (2, 24, false), (1, 32, true)]),
        damage in vec((0..48usize, any::<u8>()), 1..5),
        cut in prop::option::of(0..400usize),
    ) {
        let mut bytes = wav(kind.0, kind.1, kind.2, 150);
        for (at, value) in damage {
            bytes[at] = value;
        }
        bytes.truncate(cut.unwrap_or(bytes.len()));
        let results = read(&bytes);
        for samples in results.iter().flatten() {
            // A packed codec may give several samples a byte, never more than the header's own garbage would explain.
            prop_assert!(*samples <= 64 * bytes.len() as u64, "{samples} samples of {} bytes", bytes.len());
        }
        in_words(results)?;
    }

    #[test]
    fn a_truncated_wav_gives_what_is_there(frames in 1..500usize, part in 0.0..1.0) {
        let whole = wav(1, 16, false, frames);
        let length = 44 + ((whole.len() - 44) as f64 * part) as usize;
        let there = ((length - 44) / 2) as u64;
        for samples in read(&whole[..length]) {
            prop_assert_eq!(samples.unwrap(), there);
        }
    }
}

#[test]
fn what_is_not_finite_is_refused_before_anything_is_recorded() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut bytes = wav(1, 32, true, 2_000);
        let at = bytes.len() - 4;
        bytes[at..].copy_from_slice(&bad.to_le_bytes());
        let [opened, _] = read(&bytes);
        let error = opened.unwrap_err();
        assert!(matches!(error, AudioFileError::NotFinite { frame: 1_999, .. }), "{bad}: {error}");
    }
}

//! Calls with somebody on the line: what one operation leaves to the next, and what the network tells beside the audio.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::collections::HashMap;
use std::time::Duration;

use afterbeep::{
    Call, CompletionReason as Reason, Digit, OperationId, OperationOutcome, Outcome, Output, PlayPrompt,
    Prompt, RecordResponse, RecordResponseBuilder, RecordingRate, Refused, SampleRate, Setup, Sound,
};
use afterbeep_tests::{digit, voice};

const RATE: SampleRate = SampleRate::HZ_8000;
const HZ: usize = 8_000;

/// Samples in so many milliseconds.
fn ms(ms: usize) -> usize {
    ms * HZ / 1_000
}

fn pcm(samples: Vec<f64>) -> Vec<i16> {
    samples.into_iter().map(|sample| (sample * 32_767.0) as i16).collect()
}

fn silence(length: usize) -> Vec<i16> {
    vec![0; length]
}

fn key(key: char, length: usize) -> Vec<i16> {
    pcm(digit(8_000, length, Digit::try_from(key).unwrap(), -12.0))
}

fn speech(length: usize) -> Vec<i16> {
    pcm(voice(8_000, length, -20.0, 7))
}

/// A call, and all that it gave.
struct Caller {
    call: Call,
    recorded: HashMap<OperationId, Vec<i16>>,
    played: Vec<i16>,
    outcomes: HashMap<OperationId, Outcome>,
}

impl Caller {
    fn new() -> Self {
        Self { call: Call::new(RATE), recorded: HashMap::new(), played: Vec::new(), outcomes: HashMap::new() }
    }

    fn record(&mut self, request: RecordResponseBuilder, prompt: Sound) -> OperationId {
        let setup = Setup::new(RATE).recording_rate(RecordingRate::Hz8000).prompt(prompt);
        let id = self.call.record_response(&request.build().unwrap(), setup).unwrap();
        self.listen();
        id
    }

    /// Brings samples in frames of 20 ms.
    fn hear(&mut self, samples: &[i16]) {
        for frame in samples.chunks(160) {
            self.call.capture(frame);
            self.listen();
        }
    }

    fn listen(&mut self) {
        while let Some(output) = self.call.poll() {
            match output {
                Output::Recorded(id, samples) => self.recorded.entry(id).or_default().extend(samples),
                Output::Playback(samples) => self.played.extend(samples),
                Output::Finished(id, OperationOutcome::RecordResponse(outcome)) => {
                    let length = outcome.recording.map_or(0, |recorded| recorded.samples);
                    self.recorded.entry(id).or_default().truncate(length as usize);
                    assert!(self.outcomes.insert(id, outcome).is_none());
                }
                _ => {}
            }
        }
    }

    fn outcome(&self, id: OperationId) -> &Outcome {
        self.outcomes.get(&id).unwrap_or_else(|| panic!("{id} goes on"))
    }
}

/// Without prompt and beep, patient, and with `#` as its stop tone.
fn plain() -> RecordResponseBuilder {
    RecordResponse::builder()
        .play_beep(false)
        .stop_tones("#".parse().unwrap())
        .initial_silence_timeout(Duration::from_secs(20))
        .max_record_duration(Duration::from_secs(60))
}

#[test]
fn a_digit_that_is_told_and_heard_counts_once() {
    // When the network tells of it, against its first sample, in ms.
    for told_after in [0i32, 20, 100, 160, 300] {
        let mut caller = Caller::new();
        let id = caller.record(plain().stop_tones("*".parse().unwrap()), Sound::None);
        for _ in 0..2 {
            caller.hear(&silence(ms(500)));
            let sound = key('5', ms(100));
            let sound = [&sound[..], &silence(ms(400))].concat();
            let (before, after) = sound.split_at(ms(told_after as usize));
            let start = caller.played.len() as u32;
            caller.hear(before);
            caller.call.digit('5'.try_into().unwrap(), start, start + 800);
            caller.listen();
            caller.hear(after);
        }
        caller.call.cancel(id);
        caller.listen();
        let digits: Vec<_> = caller.outcome(id).digits.iter().map(|heard| heard.start.0).collect();
        assert_eq!(digits.len(), 2, "told {told_after} ms after its start: {digits:?}");
        assert!((4_000 - digits[0]).abs() <= 8 && (12_000 - digits[1]).abs() <= 8, "{digits:?}");
    }
}

#[test]
fn digits_that_are_only_told_count_as_often_as_they_are() {
    let mut caller = Caller::new();
    let id = caller.record(plain(), Sound::None);
    caller.hear(&silence(8_000));
    for start in [1_000, 2_000, 2_600] {
        caller.call.digit('7'.try_into().unwrap(), start, start + 400);
    }
    caller.call.cancel_all();
    caller.listen();
    assert_eq!(caller.outcome(id).digits.len(), 3);
}

#[test]
fn a_stop_tone_from_the_network_cuts_at_its_start() {
    let mut caller = Caller::new();
    let id = caller.record(plain(), Sound::None);
    let said = speech(16_000);
    caller.hear(&said);
    caller.call.digit('#'.try_into().unwrap(), 15_000, 15_800);
    caller.listen();
    let outcome = caller.outcome(id);
    assert_eq!(
        (outcome.reason, outcome.stop_tone),
        (Reason::StopToneDetected, Some('#'.try_into().unwrap()))
    );
    assert!(caller.recorded[&id] == said[..15_000]);
}

#[test]
fn a_digit_told_ahead_of_the_audio_cuts_where_it_will_begin() {
    let mut caller = Caller::new();
    let id = caller.record(plain(), Sound::None);
    caller.hear(&silence(4_000));
    caller.call.digit('#'.try_into().unwrap(), 6_003, 6_400);
    caller.hear(&silence(4_000));
    assert_eq!(caller.outcome(id).reason, Reason::StopToneDetected);
    assert_eq!(caller.recorded[&id].len(), 6_003);
}

#[test]
fn positions_of_a_network_place_digits_too() {
    let mut caller = Caller::new();
    let id = caller.record(plain(), Sound::None);
    let origin = u32::MAX - 3_000;
    for frame in 0..50u32 {
        caller.call.capture_at(origin.wrapping_add(160 * frame), &[0; 160]);
    }
    caller.call.digit('#'.try_into().unwrap(), origin.wrapping_add(6_000), origin.wrapping_add(6_800));
    caller.listen();
    assert_eq!(caller.recorded[&id].len(), 6_000);
}

#[test]
fn the_digit_that_ended_one_recording_does_not_end_the_next() {
    let mut caller = Caller::new();
    let [first, second] = [0, 1].map(|_| caller.record(plain(), Sound::None));
    caller.hear(&silence(8_003));
    caller.hear(&key('#', ms(400)));
    caller.hear(&silence(8_000));
    assert_eq!(caller.outcome(first).reason, Reason::StopToneDetected);
    assert_eq!(caller.call.running(), Some(second));
    caller.hear(&key('#', ms(100)));
    let outcome = caller.outcome(second);
    assert_eq!((outcome.reason, outcome.digits.len()), (Reason::StopToneDetected, 1));
}

#[test]
fn a_voice_goes_on_into_the_next_recording() {
    let mut caller = Caller::new();
    let first = caller.record(plain().max_record_duration(Duration::from_secs(2)), Sound::None);
    let second = caller.record(
        plain().max_silence_timeout(Duration::from_secs(1)).initial_silence_timeout(Duration::from_secs(1)),
        Sound::None,
    );
    caller.hear(&speech(ms(5_000)));
    caller.hear(&silence(ms(3_000)));
    assert_eq!(caller.outcome(first).reason, Reason::MaxRecordDurationReached);
    let outcome = caller.outcome(second);
    assert_eq!(outcome.reason, Reason::MaxSilenceTimeout);
    assert_eq!(outcome.speech[0].start.0, 0, "who speaks from its first sample is speaking");
}

/// The last of what was played comes back after `delay`, a quarter as loud.
fn hear_echo(caller: &mut Caller, delay: usize, samples: usize) {
    for _ in 0..samples / 160 {
        let at = caller.played.len();
        let echo =
            |n: usize| (n + at).checked_sub(delay).and_then(|n| caller.played.get(n)).map_or(0, |s| s / 4);
        let frame: Vec<i16> = (0..160).map(echo).collect();
        caller.hear(&frame);
    }
}

#[test]
fn the_echo_of_what_one_operation_played_is_not_the_next_one_s_caller() {
    for plays_only in [false, true] {
        let mut caller = Caller::new();
        let prompt = Prompt::from_samples(speech(ms(6_000)));
        let first = if plays_only {
            caller.call.play_prompt(PlayPrompt::new([Ok(prompt)])).unwrap()
        } else {
            caller.record(plain(), Sound::Ready(prompt))
        };
        hear_echo(&mut caller, 1_600, 32_000);
        let quick = plain().initial_silence_timeout(Duration::from_secs(2)).barge_in_allowed(true);
        let second = caller.record(quick, Sound::None);
        assert_eq!(caller.call.running(), Some(second), "{first} gave way");
        // The played samples end here; their echo sounds for 200 ms more.
        hear_echo(&mut caller, 1_600, 32_000);
        let outcome = caller.outcome(second);
        assert_eq!(outcome.reason, Reason::InitialSilenceTimeout, "{:?}", outcome.speech);
    }
}

#[test]
fn what_is_said_while_paused_is_not_kept_and_no_timer_runs() {
    let mut caller = Caller::new();
    let request = plain().initial_silence_timeout(Duration::from_secs(1));
    let id = caller.record(request.max_silence_timeout(Duration::from_secs(1)), Sound::None);
    let said = speech(ms(2_000));
    caller.hear(&said[..ms(1_000)]);
    caller.call.pause().unwrap();
    caller.hear(&key('#', ms(30_000)));
    caller.call.resume().unwrap();
    caller.hear(&said[ms(1_000)..]);
    caller.hear(&silence(ms(2_000)));
    let outcome = caller.outcome(id);
    assert_eq!(outcome.reason, Reason::MaxSilenceTimeout);
    assert_eq!(outcome.paused_samples, ms(30_000) as u64);
    let recorded = &caller.recorded[&id];
    assert!(recorded[..said.len()] == said);
    assert!(recorded.len() < ms(3_500), "{}", recorded.len());
    assert!(caller.call.pause().is_err(), "nothing is recorded any more");
}

#[test]
fn speech_that_starts_during_the_beep_is_kept_where_that_is_asked_for() {
    for pre_roll in [true, false] {
        // When it begins, against the beep's end, and how long it is, in ms; short: it is over before the beep is.
        for (before, length) in [(150, 1_500), (60, 2_000), (20, 700)] {
            let mut caller = Caller::new();
            let request =
                plain().play_beep(true).pre_roll(pre_roll).max_silence_timeout(Duration::from_secs(1));
            let id = caller.record(request, Sound::None);
            let said = speech(ms(length));
            caller.hear(&silence(ms(200 - before)));
            caller.hear(&said);
            caller.hear(&silence(ms(3_000)));
            let outcome = caller.outcome(id);
            assert_eq!(outcome.reason, Reason::MaxSilenceTimeout, "{before}");
            let recorded = &caller.recorded[&id];
            let place = recorded.windows(said.len()).position(|window| window == said);
            assert_eq!(place.is_some(), pre_roll, "{before} ms before the beep's end");
            if let Some(place) = place {
                let start = outcome.speech[0].start.0;
                assert!(
                    start.abs_diff(place as i64) <= ms(30) as u64,
                    "{start}, and the file has it at {place}"
                );
            }
        }
    }
}

#[test]
fn nobody_speaks_in_the_beep_and_nothing_of_it_is_recorded() {
    let mut caller = Caller::new();
    let id = caller.record(plain().play_beep(true).pre_roll(true), Sound::None);
    // The beep's own echo.
    hear_echo(&mut caller, 400, 8_000);
    caller.hear(&speech(16_000));
    caller.hear(&silence(48_000));
    let outcome = caller.outcome(id);
    assert_eq!(outcome.reason, Reason::MaxSilenceTimeout);
    assert_eq!(outcome.phases[1].start.0, 0, "sample 0 is the beep's end");
}

#[test]
fn frames_of_no_samples_and_of_ten_seconds_are_frames() {
    let mut caller = Caller::new();
    let id = caller.record(RecordResponse::builder(), Sound::None);
    caller.call.capture(&[]);
    caller.call.capture_at(0, &[]);
    caller.call.lose(0);
    caller.call.capture(&silence(80_000));
    caller.listen();
    assert_eq!(caller.outcome(id).reason, Reason::MaxRecordDurationReached);
    assert_eq!(caller.recorded[&id].len(), 40_000);
    assert_eq!(caller.played.len(), 80_000);
}

#[test]
fn a_queue_is_bounded_and_what_is_refused_changes_nothing() {
    let mut caller = Caller::new();
    let first = caller.record(plain(), Sound::None);
    let request = plain().build().unwrap();
    let ask = |call: &mut Call| call.record_response(&request, Setup::new(RATE));
    let taken = (0..100_000).filter(|_| ask(&mut caller.call).is_ok()).count();
    assert_eq!((taken, caller.call.waiting()), (1_000, 1_000));
    assert_eq!(ask(&mut caller.call), Err(Refused::QueueFull { waiting: 1_000 }));
    assert_eq!(caller.call.running(), Some(first));
    // Two that barge in before the next sample: each makes room for itself.
    let [third, fourth] = [0, 1].map(|_| caller.record(plain().barge_in_allowed(true), Sound::None));
    assert_eq!((caller.outcomes.len(), caller.call.running()), (1_002, Some(fourth)));
    assert_eq!(caller.outcome(third).recording.unwrap().samples, 0);
    let other = caller.call.record_response(&request, Setup::new(SampleRate::HZ_16000));
    assert_eq!(other, Err(Refused::OtherRate { operation_hz: 16_000, call_hz: 8_000 }));
    caller.call.hang_up();
    caller.hear(&silence(160));
    assert_eq!(ask(&mut caller.call), Err(Refused::HungUp));
    assert_eq!((caller.outcomes.len(), caller.call.late()), (1_003, 160));
}

//! Every operation of a call ends once, as a small model of the contract says, whatever happens in whatever order.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::collections::VecDeque;
use std::time::Duration;

use afterbeep::{
    Call, CompletionReason, Digit, Failure, OperationId, OperationOutcome, Output, PlayEnd, PlayPrompt,
    Prompt, RecordResponse, RecordingRate, Refused, SampleRate, Setup, Sound,
};
use proptest::{collection::vec, prelude::*};

const RATE: SampleRate = SampleRate::HZ_8000;
/// The default beep.
const BEEP: u64 = 1_600;
const MOST_WAITING: usize = 4;

/// What happens to a call. Nobody ever speaks: ends are exact.
#[derive(Clone, Debug)]
enum Step {
    Record {
        barges_in: bool,
        prompt: u64,
        beep: bool,
        silence_ms: u64,
        cap_ms: u64,
    },
    Play {
        barges_in: bool,
        prompts: Vec<u64>,
        times: u32,
    },
    Cancel(usize),
    CancelAll,
    Fail(usize, bool),
    HangUp,
    Digit {
        key: char,
        ago: i64,
        length: u32,
    },
    Frame(u64),
    /// A frame of the network's, so far from where it is expected.
    FrameAt(i64, u64),
    Lost(u64),
    Pause,
    Resume,
}

fn step() -> impl Strategy<Value = Step> {
    let barges_in = || prop::bool::weighted(0.2);
    prop_oneof![
        6 => (barges_in(), prop_oneof![Just(0), 1..9_000u64], any::<bool>(), 100..3_000u64, 100..3_000u64).prop_map(
            |(barges_in, prompt, beep, silence_ms, cap_ms)| Step::Record { barges_in, prompt, beep, silence_ms, cap_ms }
        ),
        3 => (barges_in(), vec(0..3_000u64, 0..4), 1..4u32)
            .prop_map(|(barges_in, prompts, times)| Step::Play { barges_in, prompts, times }),
        2 => (0..12usize).prop_map(Step::Cancel),
        1 => Just(Step::CancelAll),
        1 => (0..12usize, any::<bool>()).prop_map(|(back, media)| Step::Fail(back, media)),
        1 => prop::bool::weighted(0.2).prop_map(|hangs_up| if hangs_up { Step::HangUp } else { Step::Frame(0) }),
        4 => (prop_oneof![Just('#'), Just('5')], -2_000..4_000i64, 0..2_000u32)
            .prop_map(|(key, ago, length)| Step::Digit { key, ago, length }),
        12 => prop_oneof![Just(160), 0..9_000u64].prop_map(Step::Frame),
        6 => (prop_oneof![Just(0), -400..400i64, -9_000..9_000i64, Just(1 << 31)], 0..2_000u64)
            .prop_map(|(ahead, samples)| Step::FrameAt(ahead, samples)),
        3 => (0..5_000u64).prop_map(Step::Lost),
        1 => Just(Step::Pause),
        1 => Just(Step::Resume),
    ]
}

/// How an operation ended, as far as silence decides it.
#[derive(Clone, Debug, PartialEq)]
enum Ended {
    Recorded { reason: CompletionReason, samples: Option<u64>, lost: u64, paused: u64 },
    Played { end: PlayEnd, played: u64 },
}

fn ended(outcome: OperationOutcome) -> Ended {
    match outcome {
        OperationOutcome::RecordResponse(outcome) => Ended::Recorded {
            reason: outcome.reason,
            samples: outcome.recording.map(|recorded| recorded.samples),
            lost: outcome.lost_samples,
            paused: outcome.paused_samples,
        },
        OperationOutcome::PlayPrompt(outcome) => Ended::Played { end: outcome.end, played: outcome.played },
        _ => panic!("an outcome that the model does not know"),
    }
}

/// An operation of the model.
#[derive(Clone, Debug)]
enum Kind {
    /// Samples before sample 0, and after it until silence or the cap ends it.
    Record {
        before: u64,
        after: u64,
        reason: CompletionReason,
    },
    Play {
        samples: u64,
    },
}

#[derive(Clone, Debug)]
struct Operation {
    id: u64,
    kind: Kind,
    /// Samples since it began, without pauses.
    age: u64,
    lost: u64,
    paused: u64,
}

/// The contract in a hundred lines.
#[derive(Debug, Default)]
struct Model {
    last_id: u64,
    waiting: VecDeque<Operation>,
    running: Option<Operation>,
    is_paused: bool,
    clock: i64,
    /// Where the network's next sample is expected, once it has told of one.
    position: Option<u32>,
    late: u64,
    digits: VecDeque<(i64, i64, char)>,
    has_hung_up: bool,
    ended: Vec<(u64, Ended)>,
}

impl Model {
    fn ask(&mut self, kind: Kind, barges_in: bool) -> Option<u64> {
        if self.has_hung_up {
            return None;
        }
        if barges_in {
            self.cancel_all();
        } else if self.waiting.len() >= MOST_WAITING {
            return None;
        }
        self.last_id += 1;
        self.waiting.push_back(Operation { id: self.last_id, kind, age: 0, lost: 0, paused: 0 });
        self.begin();
        Some(self.last_id)
    }

    fn begin(&mut self) {
        while self.running.is_none()
            && let Some(operation) = self.waiting.pop_front()
        {
            self.is_paused = false;
            match operation.kind {
                Kind::Play { samples: 0 } => {
                    self.end(operation, CompletionReason::MaxSilenceTimeout, None, 0);
                }
                _ => self.running = Some(operation),
            }
        }
    }

    fn end(&mut self, operation: Operation, reason: CompletionReason, failure: Option<Failure>, cut: u64) {
        let Operation { id, kind, age, lost, paused } = operation;
        let ended = match kind {
            Kind::Record { before, .. } => {
                let samples = (age >= before).then(|| age - before - cut);
                Ended::Recorded { reason, samples, lost, paused }
            }
            Kind::Play { .. } => Ended::Played {
                end: match (reason, failure) {
                    (_, Some(failure)) => PlayEnd::Failed(failure),
                    (CompletionReason::OperationCanceled, _) => PlayEnd::Canceled,
                    _ => PlayEnd::Played,
                },
                played: age,
            },
        };
        self.ended.push((id, ended));
    }

    fn cancel_all(&mut self) {
        for operation in std::mem::take(&mut self.waiting) {
            self.end_unbegun(operation, CompletionReason::OperationCanceled, None);
        }
        if let Some(operation) = self.running.take() {
            self.end(operation, CompletionReason::OperationCanceled, None, 0);
        }
    }

    fn end_unbegun(&mut self, operation: Operation, reason: CompletionReason, failure: Option<Failure>) {
        match operation.kind {
            Kind::Record { .. } => {
                let ended = Ended::Recorded { reason, samples: None, lost: 0, paused: 0 };
                self.ended.push((operation.id, ended));
            }
            Kind::Play { .. } => self.end(operation, reason, failure, 0),
        }
    }

    fn stop(&mut self, id: u64, failure: Option<Failure>) -> bool {
        let reason = failure.as_ref().map_or(CompletionReason::OperationCanceled, Failure::reason);
        if self.running.as_ref().is_some_and(|operation| operation.id == id) {
            let operation = self.running.take().unwrap();
            self.end(operation, reason, failure, 0);
            self.begin();
            return true;
        }
        let Some(at) = self.waiting.iter().position(|operation| operation.id == id) else { return false };
        let reason = if failure.is_some() { CompletionReason::UnspecifiedError } else { reason };
        let operation = self.waiting.remove(at).unwrap();
        self.end_unbegun(operation, reason, failure);
        true
    }

    fn pause(&mut self, is_paused: bool) -> bool {
        match &self.running {
            Some(Operation { kind: Kind::Record { before, .. }, age, .. }) if age >= before => {
                self.is_paused = is_paused;
                true
            }
            _ => false,
        }
    }

    fn digit(&mut self, key: char, start: i64, end: i64) {
        let at = self.digits.partition_point(|other| other.0 <= start);
        self.digits.insert(at, (start, end, key));
        self.press_what_is_due();
    }

    fn press_what_is_due(&mut self) {
        while self.digits.front().is_some_and(|digit| digit.0 <= self.clock) {
            let (start, end, key) = self.digits.pop_front().unwrap();
            let Some(operation) = &self.running else { continue };
            let Kind::Record { before, .. } = operation.kind else { continue };
            let zero = self.clock - (operation.age as i64 - before as i64);
            if key == '#' && operation.age >= before && end > zero {
                let cut = (self.clock - start).min(self.clock - zero).max(0) as u64;
                let operation = self.running.take().unwrap();
                self.end(operation, CompletionReason::StopToneDetected, None, cut);
                self.begin();
            }
        }
    }

    /// Takes what follows; what comes when all is over is late.
    fn follow(&mut self, samples: u64, are_lost: bool) {
        self.position = Some(self.position.unwrap_or(0).wrapping_add(samples as u32));
        self.take(samples, are_lost);
    }

    fn follow_at(&mut self, position: u32, samples: u64) {
        let ahead = i64::from(position.wrapping_sub(self.position.unwrap_or(position)) as i32);
        let (lost, late) = match ahead {
            -8_000..0 => (0, samples.min(ahead.unsigned_abs())),
            0..=8_000 => (ahead as u64, 0),
            _ => (0, 0),
        };
        self.late += late;
        self.take(lost, true);
        if late < samples || late == 0 {
            self.position = Some(position.wrapping_add(samples as u32));
        }
        self.take(samples - late, false);
    }

    fn take(&mut self, mut samples: u64, are_lost: bool) {
        if self.has_hung_up {
            self.late += samples;
        }
        while samples > 0 && !self.has_hung_up {
            let mut count =
                self.digits.front().map_or(samples, |next| samples.min((next.0 - self.clock) as u64));
            if let Some(operation) = &mut self.running {
                let (length, reason) = match operation.kind {
                    Kind::Record { before, after, reason } => (before + after, reason),
                    Kind::Play { samples } => (samples, CompletionReason::MaxSilenceTimeout),
                };
                if self.is_paused {
                    operation.paused += count;
                } else {
                    count = count.min(length - operation.age);
                    operation.age += count;
                    operation.lost += if are_lost { count } else { 0 };
                    if operation.age == length {
                        let operation = self.running.take().unwrap();
                        self.end(operation, reason, None, 0);
                        self.begin();
                    }
                }
            }
            self.clock += count as i64;
            samples -= count;
            self.press_what_is_due();
        }
    }
}

/// The call beside its model.
struct Pair {
    call: Call,
    ids: Vec<OperationId>,
    model: Model,
    ended: Vec<(u64, Ended)>,
    played: u64,
    recorded: std::collections::HashMap<u64, u64>,
}

impl Pair {
    fn new() -> Self {
        let call = Call::new(RATE).most_waiting(MOST_WAITING);
        Self {
            call,
            ids: Vec::new(),
            model: Model::default(),
            ended: Vec::new(),
            played: 0,
            recorded: std::collections::HashMap::new(),
        }
    }

    fn run(&mut self, step: &Step) {
        match step {
            Step::Record { barges_in, prompt, beep, silence_ms, cap_ms } => {
                let request = RecordResponse::builder()
                    .barge_in_allowed(*barges_in)
                    .play_beep(*beep)
                    .initial_silence_timeout(Duration::from_millis(*silence_ms))
                    .max_record_duration(Duration::from_millis(*cap_ms))
                    .stop_tones("#".parse().unwrap())
                    .build()
                    .unwrap();
                let sound = match *prompt {
                    0 => Sound::None,
                    samples => Sound::Ready(Prompt::from_samples(vec![500; samples as usize])),
                };
                let setup = Setup::new(RATE).recording_rate(RecordingRate::Hz8000).prompt(sound);
                let asked = self.call.record_response(&request, setup);
                let before = prompt + if *beep { BEEP } else { 0 };
                let (after, reason) = if cap_ms <= silence_ms {
                    (cap_ms * 8, CompletionReason::MaxRecordDurationReached)
                } else {
                    (silence_ms * 8, CompletionReason::InitialSilenceTimeout)
                };
                self.asked(asked, Kind::Record { before, after, reason }, *barges_in);
            }
            Step::Play { barges_in, prompts, times } => {
                let sounds =
                    prompts.iter().map(|&samples| Ok(Prompt::from_samples(vec![500; samples as usize])));
                let request = PlayPrompt::new(sounds).times(*times).barge_in_allowed(*barges_in);
                let asked = self.call.play_prompt(request);
                let samples = prompts.iter().sum::<u64>() * u64::from(*times);
                self.asked(asked, Kind::Play { samples }, *barges_in);
            }
            Step::Cancel(back) => self.stop(*back, None),
            Step::Fail(back, media) => {
                let failure = match media {
                    true => Failure::MediaReceiveTimeout,
                    false => Failure::Other { cause: "the device is gone".into() },
                };
                self.stop(*back, Some(failure));
            }
            Step::CancelAll => {
                self.call.cancel_all();
                self.model.cancel_all();
            }
            Step::HangUp => {
                self.call.hang_up();
                self.model.cancel_all();
                self.model.has_hung_up = true;
            }
            Step::Digit { key, ago, length } => {
                let start = self.model.clock - ago;
                let end = start + i64::from(*length);
                let next = i64::from(self.model.position.unwrap_or(0)) - self.model.clock;
                let position = |clock: i64| (next + clock) as u32;
                self.call.digit(Digit::try_from(*key).unwrap(), position(start), position(end));
                if !self.model.has_hung_up {
                    self.model.digit(*key, start, end);
                }
            }
            Step::Frame(samples) => {
                self.call.capture(&vec![0; *samples as usize]);
                self.model.follow(*samples, false);
            }
            Step::FrameAt(ahead, samples) => {
                let position = self.model.position.unwrap_or(u32::MAX - 5_000).wrapping_add(*ahead as u32);
                self.call.capture_at(position, &vec![0; *samples as usize]);
                self.model.follow_at(position, *samples);
            }
            Step::Lost(samples) => {
                self.call.lose(*samples);
                self.model.follow(*samples, true);
            }
            Step::Pause => assert_eq!(self.call.pause().is_ok(), self.model.pause(true)),
            Step::Resume => assert_eq!(self.call.resume().is_ok(), self.model.pause(false)),
        }
        self.listen();
        assert_eq!(self.ended, self.model.ended, "after {step:?}");
        let running = self.model.running.as_ref().map(|operation| operation.id);
        assert_eq!(self.call.running().map(|id| id.number()), running, "after {step:?}");
        assert_eq!(self.played as i64, self.model.clock, "as much is played as is captured");
        assert_eq!(self.call.late(), self.model.late);
    }

    fn asked(&mut self, asked: Result<OperationId, Refused>, kind: Kind, barges_in: bool) {
        let expected = self.model.ask(kind, barges_in);
        assert_eq!(asked.map_err(drop).ok().map(OperationId::number), expected);
        self.ids.extend(asked);
    }

    /// Ends an operation, counted back from the last: one that runs, waits, or is over.
    fn stop(&mut self, back: usize, failure: Option<Failure>) {
        let Some(&id) = self.ids.iter().rev().nth(back) else { return };
        let stopped = match failure.clone() {
            None => self.call.cancel(id),
            Some(failure) => self.call.fail(id, failure),
        };
        assert_eq!(stopped, self.model.stop(id.number(), failure));
    }

    fn listen(&mut self) {
        while let Some(output) = self.call.poll() {
            match output {
                Output::Playback(samples) => self.played += samples.len() as u64,
                Output::Recorded(id, samples) => {
                    *self.recorded.entry(id.number()).or_default() += samples.len() as u64;
                }
                Output::Finished(id, outcome) => {
                    let given = self.recorded.remove(&id.number()).unwrap_or(0);
                    let ended = ended(outcome);
                    if let Ended::Recorded { samples: Some(samples), .. } = ended {
                        assert!(given >= samples, "{given} of {samples} were given");
                    }
                    self.ended.push((id.number(), ended));
                }
                Output::Event(id, _) => assert!(self.ended.iter().all(|(over, _)| *over != id.number())),
                _ => {}
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]


    #[test]
    fn every_operation_ends_once_as_the_model_says(steps in vec(step(), 1..60)) {
        let mut pair = Pair::new();
        for step in &steps {
            pair.run(step);
        }
        pair.run(&Step::HangUp);
        let mut over: Vec<_> = pair.ended.iter().map(|(id, _)| *id).collect();
        over.sort_unstable();
        prop_assert_eq!(over, (1..=pair.model.last_id).collect::<Vec<_>>());
        pair.run(&Step::Frame(160));
    }
}

//! What was expected against what came.

use std::f64::consts::TAU;

use afterbeep::{Phase, SampleRate};

use crate::{Expect, Run, Scenario, SpeechAt, sound::DTMF_HZ};

/// How far before a stop tone the file may end (`record-response` §2).
const CUT_BEFORE_S: f64 = 0.005;
/// How much of the file's end must be free of tones, in seconds.
const TONE_FREE_S: f64 = 0.04;

/// Every difference between what `scenario` expects and what `run` gave, in words.
pub fn differences(scenario: &Scenario, run: &Run) -> Vec<String> {
    let mut found = Vec::new();
    let expect = &scenario.expect;
    result(expect, run, &mut found);
    recording(expect, run, &mut found);
    heard(expect, run, &mut found);
    phases(expect, run, &mut found);
    found
}

fn compare<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, got: T, found: &mut Vec<String>) {
    if expected != got {
        found.push(format!("{what}: expected {expected:?}, got {got:?}"));
    }
}

fn result(expect: &Expect, run: &Run, found: &mut Vec<String>) {
    let outcome = &run.outcome;
    let info = outcome.result_info();
    compare("reason", expect.reason.as_str(), outcome.reason.name(), found);
    compare("code", expect.code, info.code, found);
    compare("subcode", expect.subcode, info.subcode, found);
    if let Some(message) = &expect.message {
        compare("message", message.as_str(), info.message.as_str(), found);
    }
    compare("stop_tone", expect.stop_tone, outcome.stop_tone.map(|digit| digit.as_char()), found);
    compare("lost_samples", expect.lost_samples, outcome.lost_samples, found);
    compare("too_short", expect.too_short, outcome.too_short, found);
}

fn recording(expect: &Expect, run: &Run, found: &mut Vec<String>) {
    let outcome = &run.outcome;
    compare("recording", expect.recording, outcome.recording.is_some(), found);
    let Some(recording) = outcome.recording else { return };
    compare("samples given out", recording.samples, run.recorded.len() as u64, found);
    if let Some(range) = expect.samples
        && !range.holds(recording.samples)
    {
        found.push(format!("samples: expected {range:?}, got {}", recording.samples));
    }
    let hz = recording.rate.hz();
    if let Some(cut_at) = expect.cut_at {
        let early = cut_at - recording.samples as f64 / f64::from(hz);
        if !(0.0..=CUT_BEFORE_S).contains(&early) {
            found.push(format!("cut_at: the file ends {:.2} ms before {cut_at} s", early * 1e3));
        }
    }
    if let Some([low, high]) = expect.peak_dbfs {
        let peak = outcome.level.peak_dbfs();
        if !(low..=high).contains(&peak) {
            found.push(format!("peak_dbfs: expected {low} to {high}, got {peak:.1}"));
        }
    }
    if let Some(most) = expect.tone_free_end_dbfs {
        let tail = (TONE_FREE_S * f64::from(hz)) as usize;
        let tail = &run.recorded[run.recorded.len().saturating_sub(tail)..];
        for tone in DTMF_HZ.into_iter().flatten() {
            let level = tone_dbfs(tail, tone, hz);
            if level > most {
                found.push(format!("tone_free_end_dbfs: {tone} Hz at {level:.1} dBFS in the last 40 ms"));
            }
        }
    }
}

/// The level of a frequency in `samples` in dBFS, through a Hann window.
pub fn tone_dbfs(samples: &[i16], hz: f64, rate_hz: u32) -> f64 {
    let (mut re, mut im, mut weight) = (0.0, 0.0, 0.0);
    for (n, &sample) in samples.iter().enumerate() {
        // Only the window's falling half is missing: what sounds at the very end counts in full.
        let window = 0.5 - 0.5 * (TAU * 0.5 * (n as f64 + 0.5) / samples.len() as f64).cos();
        let angle = TAU * hz * n as f64 / f64::from(rate_hz);
        re += window * f64::from(sample) * angle.cos();
        im += window * f64::from(sample) * angle.sin();
        weight += window;
    }
    let amplitude = 2.0 * re.hypot(im) / weight.max(1.0) / 32_768.0;
    20.0 * (amplitude / 2f64.sqrt()).max(1e-6).log10()
}

fn heard(expect: &Expect, run: &Run, found: &mut Vec<String>) {
    let digits: String = run.outcome.digits.iter().map(|heard| heard.digit.as_char()).collect();
    compare("digits", expect.digits.as_str(), digits.as_str(), found);
    let Some(speech) = &expect.speech else { return };
    let rate = run.outcome.capture_rate;
    compare("segments of speech", speech.len(), run.outcome.speech.len(), found);
    for (n, (wanted, got)) in speech.iter().zip(&run.outcome.speech).enumerate() {
        near(n, "start", (wanted.start, wanted.start_within), got.start.seconds(rate), found);
        near(n, "end", (wanted.end, wanted.end_within), got.end.seconds(rate), found);
    }
}

fn near(n: usize, what: &str, (wanted, within): (f64, f64), got: f64, found: &mut Vec<String>) {
    if (got - wanted).abs() > within {
        let off = (got - wanted) * 1e3;
        found.push(format!(
            "speech {n} {what}: expected {wanted:.3} s ± {within}, got {got:.4} ({off:+.0} ms)"
        ));
    }
}

fn phases(expect: &Expect, run: &Run, found: &mut Vec<String>) {
    let phases = &run.outcome.phases;
    let rate = run.outcome.capture_rate;
    if let Some(names) = &expect.phases {
        let got: Vec<&str> = phases.iter().map(|start| start.phase.name()).collect();
        compare("phases", names.join(" → "), got.join(" → "), found);
    }
    for (name, &at) in &expect.phase_at {
        let Some(start) = phases.iter().find(|start| start.phase.name() == name) else {
            found.push(format!("phase_at: there was no {name}"));
            continue;
        };
        let (wanted, got) = ((at * f64::from(rate.hz())).round() as i64, start.start.0);
        if wanted != got {
            found.push(format!("phase_at: {name} expected at sample {wanted}, began at {got}"));
        }
    }
    invariants(run, rate, found);
}

/// What holds for every recording, whatever is expected of it.
fn invariants(run: &Run, rate: SampleRate, found: &mut Vec<String>) {
    let outcome = &run.outcome;
    let last = outcome.phases.last().map(|start| start.phase);
    compare("the last phase", Some(Phase::Finished), last, found);
    if !outcome.phases.is_sorted_by_key(|start| start.start) {
        found.push("the phases are out of order".to_owned());
    }
    let known = outcome.speech.iter().all(|s| s.start <= s.end && s.start <= s.onset_reported);
    if !known || !outcome.digits.iter().all(|d| d.start <= d.reported) {
        found.push("something was known before it was".to_owned());
    }
    let end = outcome.recording.map(|r| r.samples as f64 / f64::from(r.rate.hz()));
    let over = outcome.speech.iter().any(|s| end.is_some_and(|end| s.end.seconds(rate) > end + 1e-3));
    if over {
        found.push("speech beyond the recording's end".to_owned());
    }
}

impl SpeechAt {
    /// Speech from `start` to `end`, with the tolerances of the first numbers.
    pub fn new(start: f64, end: f64) -> Self {
        Self { start, end, start_within: 0.06, end_within: 0.1 }
    }
}

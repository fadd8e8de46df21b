//! Any samples at any rate in slices of any length, with ranges excluded at any time: events come in order, in pairs,
//! within what was given, and the trace stays in numbers.
#![no_main]

use std::time::Duration;

use afterbeep_vad::{Detector, Event, SampleRate, Settings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [a, b, c, d, rest @ ..] = bytes else { return };
    let hz = 8_000 + (2 * u32::from(u16::from_le_bytes([*a, *b]))) % 88_001;
    let settings = Settings::default()
        .with_sensitivity_db(3.0 + f32::from(c % 28))
        .and_then(|settings| settings.with_hangover(Duration::from_millis(100 + 7 * u64::from(*d))));
    let (Ok(rate), Ok(settings)) = (SampleRate::new(hz), settings) else { panic!("in range") };
    let mut detector = Detector::new(rate, settings);
    let mut heard = Heard::default();
    for step in rest.chunks(9) {
        // Four bytes of a sample, one of a length, four of a range to exclude.
        let mut padded = [0; 9];
        padded[..step.len()].copy_from_slice(step);
        let [w, x, y, z, length, from, to, ..] = padded;
        let sample = f32::from_le_bytes([w, x, y, z]);
        let slice: Vec<f32> = (0..20 * usize::from(length))
            .map(|n| if n % 2 == 0 { sample } else { -sample * (n % 17) as f32 })
            .collect();
        if padded[7] % 3 == 0 {
            let here = heard.given + 10 * u64::from(to);
            detector.exclude(here.saturating_sub(40 * u64::from(from))..here);
        }
        heard.given += slice.len() as u64;
        for event in detector.push(&slice) {
            heard.take(event);
        }
        let frame = detector.frame();
        assert!(frame.level_dbfs.is_finite() && frame.floor_dbfs.is_finite() && frame.voicing.is_finite());
        assert!(frame.threshold_dbfs.is_finite() && frame.score.is_finite() && frame.score_threshold.is_finite());
    }
    if let Some(event) = detector.finish() {
        heard.take(event);
    }
    assert!(heard.open.is_none(), "speech is open after the end");
});

#[derive(Default)]
struct Heard {
    given: u64,
    open: Option<u64>,
    ended: u64,
}

impl Heard {
    fn take(&mut self, event: Event) {
        match event {
            Event::SpeechStarted { start, known } => {
                assert!(self.open.is_none() && self.ended <= start && start <= known && known <= self.given);
                self.open = Some(start);
            }
            Event::SpeechEnded { start, end, known } => {
                assert_eq!(self.open.take(), Some(start));
                assert!(start <= end && end <= known && known <= self.given);
                self.ended = end;
            }
            _ => {}
        }
    }
}

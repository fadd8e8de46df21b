//! Rules that spare a full look, seen from inside: that a look was taken shows in the candidate.

use super::*;
use crate::{Profile, SampleRate, machine::Eight, samples::FULL_SCALE};

const TURN: f32 = 2.0 * core::f32::consts::PI;

/// A tracker at 8 kHz that has heard a signal so far.
struct Heard {
    tracker: Tracker,
    bank: Bank,
    front: Front,
    pending: Pending,
    sample: u64,
}

impl Heard {
    fn nothing() -> Self {
        Self {
            tracker: Tracker::new(Measures::of(&Profile::Q24)),
            bank: Bank::new(),
            front: Front::new(SampleRate::new(SampleRate::MIN_HZ).unwrap_or_else(|_| unreachable!())),
            pending: Pending::new(),
            sample: 0,
        }
    }

    /// Hears a hop of these tones: frequency in Hz and amplitude.
    fn hop_of(&mut self, tones: &[(f32, f32)]) {
        while !self.bank.samples.is_full() {
            let time = self.sample as f32 / 8_000.0;
            let sum: f32 = tones.iter().map(|(hz, amplitude)| amplitude * libm::sinf(TURN * hz * time)).sum();
            self.bank.samples.next(1).fill((sum * f32::from(FULL_SCALE)) as i16);
            self.sample += 1;
        }
        self.bank.hear(self.tracker.measures.quiet);
        let clock = Clock { front: &self.front, known: self.sample };
        self.tracker.hear(Eight, &mut self.bank, clock, &mut self.pending);
    }

    /// How many full looks were taken in so many hops of these tones.
    fn looks_in(&mut self, hops: usize, tones: &[(f32, f32)]) -> usize {
        let mut looks = 0;
        for _ in 0..hops {
            self.hop_of(tones);
            let hop = self.bank.hops();
            looks += usize::from(self.tracker.candidate.is_some_and(|candidate| candidate.hop == hop));
        }
        looks
    }

    fn started(&mut self) -> bool {
        core::iter::from_fn(|| self.pending.pop()).any(|event| matches!(event, Event::DigitStarted { .. }))
    }
}

#[test]
fn under_a_hopeless_third_tone_every_third_hop_is_looked_at() {
    let digit_1 = [(697.0, 0.1), (1_209.0, 0.1)];
    let mut drowned = Heard::nothing();
    let looks = drowned.looks_in(60, &[digit_1[0], digit_1[1], (2_600.0, 0.35)]);
    assert!((10..=20).contains(&looks), "{looks}");
    let mut beside_another_key = Heard::nothing();
    let looks = beside_another_key.looks_in(60, &[digit_1[0], digit_1[1], (1_477.0, 0.06)]);
    assert!(looks > 40, "{looks}");
}

#[test]
fn a_plain_echo_needs_no_full_look_and_a_second_press_is_one() {
    for (amplitude, is_echo) in [(0.02, true), (0.1, false)] {
        let mut heard = Heard::nothing();
        heard.looks_in(25, &[(697.0, 0.1), (1_209.0, 0.1)]);
        assert!(heard.started());
        heard.looks_in(25, &[]);
        let looks = heard.looks_in(25, &[(697.0, amplitude), (1_209.0, amplitude)]);
        assert_eq!(heard.started(), !is_echo, "{amplitude}");
        assert!(!is_echo || looks == 0, "{looks} looks");
    }
}

#[test]
fn a_clean_pair_is_told_without_a_spectrum() {
    let pair = Pair { row: 0, column: 0 };
    let measures = Measures::of(&Profile::Q24);
    for (third, is_clean) in [(0.0, true), (0.05, false)] {
        let mut heard = Heard::nothing();
        heard.looks_in(12, &[(697.0, 0.1), (1_209.0, 0.1), (2_600.0, third)]);
        assert_eq!(look(Eight, &mut heard.bank, &measures), Some(pair));
        let amplitudes = Amplitudes::of(&heard.bank, pair);
        let envelope = Envelope::of(&heard.bank, pair, &amplitudes, 0.0);
        let turnings = turnings(&heard.bank, pair, measures.deviation_max);
        let evidence = turnings.map(|turnings| {
            Suspect { pair, turnings, envelope, before: None }.examine(Eight, &heard.bank, |_| true)
        });
        // Without a spectrum the worst is assumed: that all of the rest lies on a shared pitch.
        assert_eq!(evidence.map(|evidence| evidence.harmony == 1.0), Some(is_clean));
    }
}

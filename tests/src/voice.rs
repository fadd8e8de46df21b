//! A voice of our own making: no recording of a person is needed, and its first and last sample are known exactly.
//!
//! Harmonics of a glottis whose pitch moves with every syllable and is never quite steady, through three formants that
//! glide from vowel to vowel; some syllables begin with a hiss, some behind closed lips, and there is breath in the rest.

use std::f64::consts::{PI, TAU};

use crate::{Random, sound::set_level};

/// Three formants in Hz each: a, i, u, e, o, ə (Peterson and Barney 1952, means).
const VOWELS: [[f64; 3]; 6] = [
    [730.0, 1_090.0, 2_440.0],
    [270.0, 2_290.0, 3_010.0],
    [300.0, 870.0, 2_240.0],
    [530.0, 1_840.0, 2_480.0],
    [570.0, 840.0, 2_410.0],
    [500.0, 1_500.0, 2_500.0],
];
/// How strong and how wide each formant is: gain, Hz.
const FORMANTS: [(f64, f64); 3] = [(1.0, 80.0), (0.5, 110.0), (0.25, 160.0)];
/// The highest harmonic in Hz: what a wide-band call carries.
const HIGHEST_HZ: f64 = 7_000.0;
/// Amplitudes change once in this time and are interpolated between, in seconds.
const CONTROL_S: f64 = 0.005;
/// The voice sets in and fades out within these times, in seconds.
const ATTACK_S: f64 = 0.015;
const DECAY_S: f64 = 0.03;
/// How far the voice sinks between two syllables.
const DIP: f64 = 0.15;
/// The part of breath in the sound, and that of a hissed consonant.
const BREATH: f64 = 0.02;
const HISS: f64 = 0.3;
/// The parts of syllables that begin with a hiss, and with a stop.
const HISSED: f64 = 0.3;
const STOPPED: f64 = 0.4;
/// What is left of the voice under a hiss.
const VOICE_UNDER_HISS: f64 = 0.05;
/// How far the pitch strays from one period to the next.
const JITTER: f64 = 0.01;

/// `length` samples of speech at `rate_hz`, full scale 1; `level_dbfs` is the root of the mean square over all of it.
/// Another `seed` is another speaker who says something else.
pub fn voice(rate_hz: u32, length: usize, level_dbfs: f64, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed ^ 0x0005_EEC4);
    let rate = f64::from(rate_hz);
    let seconds = length as f64 / rate;
    let speech = Speech::new(seconds, &mut random);
    let harmonics = (HIGHEST_HZ.min(rate * 0.45) / speech.lowest_pitch_hz()) as usize;
    let block = ((rate * CONTROL_S) as usize).max(1);

    let mut samples = Vec::with_capacity(length);
    let (mut phase, mut stray, mut last) = (0.0f64, 1.0, 0.0);
    let mut now = speech.amplitudes(0.0, harmonics, rate);
    while samples.len() < length {
        let start = samples.len();
        let next = speech.amplitudes((start + block) as f64 / rate, harmonics, rate);
        for n in 0..block.min(length - start) {
            let t = (start + n) as f64 / rate;
            phase += TAU * speech.pitch_hz(t) * stray / rate;
            if phase >= TAU {
                phase -= TAU;
                stray = 1.0 + JITTER * random.bell();
            }
            let part = n as f64 / block as f64;
            let hiss = speech.hiss(t);
            let voiced = harmonic_sum(phase, &now, &next, part) * (1.0 - (1.0 - VOICE_UNDER_HISS) * hiss);
            let fresh = random.bell();
            // The difference of two samples is noise without its low part.
            let unvoiced = BREATH * fresh + HISS * hiss * (fresh - last) / 2.0;
            last = fresh;
            samples.push(speech.envelope(t) * (voiced + unvoiced));
        }
        now = next;
    }
    set_level(&mut samples, level_dbfs);
    samples
}

/// Σ a·sin(k·phase), the sines by recurrence, the amplitudes between two sets.
fn harmonic_sum(phase: f64, now: &[f64], next: &[f64], part: f64) -> f64 {
    let (sin, cos) = phase.sin_cos();
    let (mut before, mut current, mut sum) = (0.0, sin, 0.0);
    for (now, next) in now.iter().zip(next) {
        sum += current * (now + (next - now) * part);
        (before, current) = (current, 2.0 * cos * current - before);
    }
    sum
}

struct Syllable {
    start: f64,
    end: f64,
    vowel: [f64; 3],
    pitch: f64,
    /// How long it hisses at first, in seconds.
    hiss: f64,
    /// How long the lips are closed at first, in seconds.
    closed: f64,
}

struct Speech {
    seconds: f64,
    pitch_hz: f64,
    syllables: Vec<Syllable>,
}

impl Speech {
    fn new(seconds: f64, random: &mut Random) -> Self {
        let pitch_hz = random.between(95.0, 210.0);
        let mut syllables = Vec::new();
        let mut start = 0.0;
        while start < seconds {
            let end = start + random.between(0.13, 0.24);
            let vowel = VOWELS[(random.bits() % VOWELS.len() as u64) as usize];
            // The first syllable is voiced from its first sample, so that the speech's start is no matter of opinion.
            let consonant = if start > 0.0 && end < seconds { random.unit() } else { 1.0 };
            let length = random.between(0.04, 0.07);
            let hiss = if consonant < HISSED { length } else { 0.0 };
            let closed = if (HISSED..HISSED + STOPPED).contains(&consonant) { length } else { 0.0 };
            syllables.push(Syllable { start, end, vowel, pitch: random.between(0.85, 1.2), hiss, closed });
            start = end;
        }
        Self { seconds, pitch_hz, syllables }
    }

    fn lowest_pitch_hz(&self) -> f64 {
        self.pitch_hz * 0.7
    }

    /// The syllable at `t`, the one before or after it, and how far it has gone over to that one, 0–½.
    fn around(&self, t: f64) -> (&Syllable, &Syllable, f64) {
        let at = self.syllables.partition_point(|syllable| syllable.end <= t).min(self.syllables.len() - 1);
        let now = &self.syllables[at];
        let part = ((t - now.start) / (now.end - now.start)).clamp(0.0, 1.0);
        let other = if part < 0.5 { at.saturating_sub(1) } else { (at + 1).min(self.syllables.len() - 1) };
        let glide = ((part - 0.5).abs() * 2.0).powi(2) / 2.0;
        (now, &self.syllables[other], glide)
    }

    fn pitch_hz(&self, t: f64) -> f64 {
        let (now, other, glide) = self.around(t);
        let wavering = 1.0 + 0.01 * (TAU * 5.0 * t).sin();
        let fall = 1.0 - 0.12 * (t / self.seconds);
        self.pitch_hz * fall * wavering * (now.pitch + (other.pitch - now.pitch) * glide)
    }

    fn amplitudes(&self, t: f64, harmonics: usize, rate: f64) -> Vec<f64> {
        let (now, other, glide) = self.around(t);
        let pitch = self.pitch_hz(t);
        let formants: [f64; 3] =
            std::array::from_fn(|n| now.vowel[n] + (other.vowel[n] - now.vowel[n]) * glide);
        let amplitude = |k: usize| {
            let hz = pitch * k as f64;
            if hz > rate * 0.48 {
                return 0.0;
            }
            let tract: f64 = formants
                .iter()
                .zip(FORMANTS)
                .map(|(&peak, (gain, width))| gain / (1.0 + ((hz - peak) / width).powi(2)).sqrt())
                .sum();
            tract / k as f64
        };
        (1..=harmonics).map(amplitude).collect()
    }

    /// How much of the sound at `t` is a hissed consonant, 0–1.
    fn hiss(&self, t: f64) -> f64 {
        let (now, _, _) = self.around(t);
        if now.hiss == 0.0 { 0.0 } else { ramp((now.start + now.hiss - t) / CONTROL_S) }
    }

    fn envelope(&self, t: f64) -> f64 {
        let (now, _, _) = self.around(t);
        let part = ((t - now.start) / (now.end - now.start)).clamp(0.0, 1.0);
        let first = now.start == 0.0 && part < 0.5;
        let last = now.end >= self.seconds && part > 0.5;
        let syllable = if first || last { 1.0 } else { DIP + (1.0 - DIP) * (PI * part).sin().sqrt() };
        let open = if now.closed == 0.0 { 1.0 } else { ramp((t - now.start - now.closed) / CONTROL_S) };
        open * syllable * ramp(t / ATTACK_S) * ramp((self.seconds - t) / DECAY_S)
    }
}

/// Half a raised cosine from 0 to 1.
fn ramp(x: f64) -> f64 {
    0.5 - 0.5 * (PI * x.clamp(0.0, 1.0)).cos()
}

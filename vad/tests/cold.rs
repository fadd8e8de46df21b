//! Callers who speak before the noise was heard alone: from the first sample, or a blink later.

mod support;

use support::{Told, add, dull, heard, pink, speaker, tones, white};

const RATES: [u32; 4] = [8_000, 16_000, 44_100, 96_000];
const STARTS_S: [f32; 5] = [0.0, 0.05, 0.1, 0.2, 0.4];
const SNRS_DB: [f32; 3] = [30.0, 36.0, 45.0];

/// Noises of RMS 1, and their names.
fn noises(rate: u32, seconds: f32, seed: u32) -> [(&'static str, Vec<f32>); 5] {
    let mut hum: Vec<f32> = white(rate, seconds, seed).iter().map(|x| 0.1 * x).collect();
    let mut fan = dull(rate, seconds, 400.0, seed);
    for (harmonic, gain) in [(1.0, 0.9), (2.0, 0.5), (3.0, 0.7), (5.0, 0.4), (7.0, 0.25)] {
        add(&mut hum, rate, 0.0, &tones(rate, seconds, &[50.0 * harmonic]), gain);
        add(&mut fan, rate, 0.0, &tones(rate, seconds, &[112.0 * harmonic]), 0.4 * gain);
    }
    [
        ("white", white(rate, seconds, seed)),
        ("pink", pink(rate, seconds, seed)),
        ("brown", dull(rate, seconds, 60.0, seed)),
        ("hum", hum),
        ("fan", fan),
    ]
}

/// Calls `check` with what was told of each caller, where he spoke (s), and who he is.
fn each(mut check: impl FnMut(&[Told], f64, f64, &str)) {
    let mut seed = 0;
    for (rate, at) in RATES.into_iter().flat_map(|rate| STARTS_S.map(|at| (rate, at))) {
        for snr_db in SNRS_DB {
            seed += 1;
            let (level_db, seconds) = (-12.0 - 4.0 * (seed % 7) as f32, 0.8 + 0.12 * (seed % 11) as f32);
            let voice = speaker(rate, seconds, seed);
            let gain = |db: f32| 10f32.powf(db / 20.0);
            for (name, noise) in noises(rate, at + seconds + 1.2, seed) {
                let mut samples: Vec<f32> = noise.iter().map(|x| x * gain(level_db - snr_db)).collect();
                add(&mut samples, rate, at, &voice, gain(level_db));
                let told = heard(rate, &samples);
                let who = format!(
                    "{rate} Hz, {name} {snr_db} dB under {level_db} dBFS, speaker {seed} from {at} for {seconds} s: {told:?}"
                );
                check(&told, f64::from(at), f64::from(at + seconds), &who);
            }
        }
    }
}

#[test]
fn who_speaks_at_once_begins_and_ends_where_he_does() {
    let mut wrong = Vec::new();
    each(|told, start, end, who| {
        let well = |told: &Told| (told.start - start).abs() <= 0.060 && (told.end - end).abs() <= 0.100;
        if !matches!(told, [told] if well(told)) {
            wrong.push(who.to_owned());
        }
    });
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn who_speaks_at_once_is_soon_known_to_speak() {
    let mut known = Vec::new();
    each(|told, start, _, who| {
        let after = told.first().map_or(9.0, |told| told.start_known - start);
        assert!(after <= 0.600, "known after {after:.3} s: {who}");
        known.push(after);
    });
    known.sort_by(f64::total_cmp);
    let part = |percent: usize| known[known.len() * percent / 100];
    println!(
        "known after {:.2} s (median), {:.2} s (95 of 100), {:.2} s (all)",
        part(50),
        part(95),
        part(99)
    );
    assert!(part(50) <= 0.150 && part(95) <= 0.300, "{:.3} {:.3}", part(50), part(95));
}

/// A weak consonant of 100 ms before the first vowel belongs to the word.
#[test]
fn a_hiss_before_the_first_vowel_is_his() {
    for rate in RATES {
        let mut samples: Vec<f32> = white(rate, 3.0, 3).iter().map(|x| 0.0004 * x).collect();
        // As loud within 8 kHz at every rate.
        let hiss = 0.02 * (rate as f32 / 16_000.0).max(1.0).sqrt();
        add(&mut samples, rate, 0.0, &white(rate, 0.11, 4), hiss);
        add(&mut samples, rate, 0.11, &speaker(rate, 1.0, 5), 0.1);
        let told = heard(rate, &samples);
        assert!(told.len() == 1 && told[0].start <= 0.030, "{rate} Hz: {told:?}");
    }
}

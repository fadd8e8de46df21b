//! Noise, hum, tones, clicks: nobody speaks.

mod support;

use support::{add, dull, heard, line, tones, white};

#[track_caller]
fn nobody(rate: u32, samples: &[f32], what: &str) {
    let told = heard(rate, samples);
    assert!(told.is_empty(), "{what} at {rate} Hz: {told:?}");
}

#[test]
fn steady_noise_of_any_level_and_colour() {
    for rate in [8_000, 16_000, 44_100] {
        for (seed, gain) in [(1, 0.0005), (2, 0.005), (3, 0.05), (4, 0.2)] {
            let louder = |x: Vec<f32>| x.into_iter().map(|x| gain * x).collect::<Vec<_>>();
            nobody(rate, &louder(white(rate, 6.0, seed)), "white");
            nobody(rate, &louder(dull(rate, 6.0, 500.0, seed)), "dull");
            nobody(rate, &louder(dull(rate, 6.0, 60.0, seed)), "rumble");
        }
    }
}

#[test]
fn noise_that_steps_by_20_db_is_noise_again_within_two_seconds() {
    for (before, after) in [(0.002, 0.02), (0.02, 0.002)] {
        let mut samples = line(16_000, 8.0, before, 5);
        for x in &mut samples[48_000..] {
            *x *= after / before;
        }
        for told in heard(16_000, &samples) {
            assert!(told.start >= 3.0 && told.end <= 5.0, "{told:?}");
        }
    }
}

#[test]
fn hum_and_fan() {
    for mains in [50.0, 60.0] {
        let mut samples = line(16_000, 6.0, 0.0003, 5);
        let partials: Vec<f32> = [1.0, 2.0, 3.0, 5.0, 7.0].map(|h| h * mains).to_vec();
        add(&mut samples, 16_000, 0.0, &tones(16_000, 6.0, &partials), 0.005);
        nobody(16_000, &samples, "hum");
    }
    let mut fan: Vec<f32> = dull(16_000, 6.0, 400.0, 8).iter().map(|x| 0.01 * x).collect();
    add(&mut fan, 16_000, 0.0, &tones(16_000, 6.0, &[112.0, 224.0, 336.0]), 0.002);
    nobody(16_000, &fan, "fan");
}

#[test]
fn dtmf_digits() {
    for rate in [8_000, 16_000, 48_000] {
        let mut samples = line(rate, 5.0, 0.001, 2);
        for (k, (low, high)) in
            [(697.0, 1209.0), (770.0, 1336.0), (852.0, 1477.0), (941.0, 1633.0), (941.0, 1209.0)]
                .into_iter()
                .enumerate()
        {
            add(
                &mut samples,
                rate,
                1.0 + 0.6 * k as f32,
                &tones(rate, 0.08 + 0.08 * k as f32, &[low, high]),
                0.2,
            );
        }
        nobody(rate, &samples, "digits");
    }
}

#[test]
fn the_echo_of_a_beep() {
    for rate in [8_000, 16_000, 44_100] {
        let mut samples = line(rate, 4.0, 0.001, 2);
        let beep = tones(rate, 0.2, &[1_000.0]);
        for (delay, gain) in [(0.05, 0.1), (0.071, 0.03), (0.1, 0.02)] {
            add(&mut samples, rate, delay, &beep, gain);
            add(&mut samples, rate, 2.0 + delay, &beep, gain);
        }
        nobody(rate, &samples, "beep");
    }
}

#[test]
fn the_tones_of_a_calls_progress() {
    // ITU-T E.180: dial, ringing, busy and special information, at home and in other networks.
    let plans: [(&[f32], f32, f32); 7] = [
        (&[350.0, 440.0], 3.0, 1.0),
        (&[440.0, 480.0], 2.0, 1.0),
        (&[480.0, 620.0], 0.5, 0.5),
        (&[425.0], 0.5, 0.5),
        (&[425.0], 1.0, 1.0),
        (&[400.0, 450.0], 0.4, 0.2),
        (&[950.0], 0.33, 0.4),
    ];
    for rate in [8_000, 16_000] {
        for (hz, on, off) in plans {
            let mut samples = line(rate, 6.0, 0.0005, 4);
            let mut at = 1.0;
            while at + on < 6.0 {
                add(&mut samples, rate, at, &tones(rate, on, hz), 0.05);
                at += on + off;
            }
            nobody(rate, &samples, &format!("{hz:?} Hz, {on} s on, {off} s off"));
        }
    }
}

#[test]
fn clicks_and_bursts_shorter_than_speech() {
    let mut samples = line(16_000, 6.0, 0.001, 6);
    for k in 0..20 {
        let length = 0.002 + 0.002 * k as f32;
        add(&mut samples, 16_000, 0.5 + 0.27 * k as f32, &white(16_000, length, k), 0.1);
    }
    nobody(16_000, &samples, "clicks");
}

#[test]
fn digital_silence_and_its_dust() {
    nobody(8_000, &vec![0.0; 40_000], "zero");
    let dust: Vec<f32> = white(16_000, 5.0, 9).iter().map(|x| (x * 0.7).round() / 32_768.0).collect();
    nobody(16_000, &dust, "dust");
}

//! What is heard over two quantities at a time, as tables: a change of the detector shows here as a changed number.
//!
//! A number is how many of 32 digits (every digit twice) were heard; `.` is none, `##` all; `!` stands after a number if
//! anything else was told. What lies just at a limit is left out: it would change with every rounding. After a wanted change: `INSTA_UPDATE=always cargo test -p afterbeep-dtmf --test grids`.
#![allow(clippy::unwrap_used, reason = "a panic here is the test's report")]

mod support;

use support::{
    all_digits,
    trial::{Score, Trial, tone_dbm0},
};

/// Sends every digit twice, 31 samples of hop apart, and says what was heard.
fn keypad_twice(tone: afterbeep_dtmf::ToneBuilder, noise_dbm0: Option<f32>) -> Score {
    let tone = tone.build().unwrap();
    let mut trial = Trial::new();
    for (n, digit) in all_digits().into_iter().chain(all_digits()).enumerate() {
        trial.send(tone, digit);
        trial.line.silence_samples(n);
    }
    if let Some(noise) = noise_dbm0 {
        trial.add_noise_dbm0(noise);
    }
    trial.score()
}

fn cell(score: Score) -> String {
    let heard = match score.heard {
        0 => " .".into(),
        heard if heard == score.sent => "##".into(),
        heard => format!("{heard:2}"),
    };
    format!("  {heard}{}", if score.wrong > 0 { '!' } else { ' ' })
}

/// A table with a line for every row and a column for every column.
fn grid(corner: &str, rows: &[f32], columns: &[f32], score: impl Fn(f32, f32) -> Score) -> String {
    let head: String = columns.iter().map(|column| format!("{column:>5}")).collect();
    let mut text = format!("{corner:>14} {head}\n");
    for &row in rows {
        let cells: String = columns.iter().map(|&column| cell(score(row, column))).collect();
        text += format!("{row:>14} {cells}").trim_end();
        text.push('\n');
    }
    text
}

/// High tone over low in dB, against the weaker tone's level over white noise within 300–3400 Hz in dB; 50 ms.
#[test]
fn twist_and_noise() {
    let twists = [-18.0, -16.0, -14.0, -12.0, -10.0, -8.0, -4.0, 0.0, 4.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0];
    let snrs = [40.0, 24.0, 18.0, 15.0, 12.0, 10.0, 6.0, 3.0, 0.0];
    let text = grid("twist \\ SNR dB", &twists, &snrs, |twist, snr| {
        const STRONGER: f32 = -4.0;
        keypad_twice(tone_dbm0(STRONGER).twist_db(twist), Some(STRONGER - twist.abs() - snr))
    });
    insta::assert_snapshot!(text);
}

/// Level of each tone in dBm0, against both tones' deviation in percent (low up, high down); 40 ms on a silent line.
#[test]
fn level_and_deviation() {
    let levels = [-6.0, -10.0, -20.0, -25.0, -30.0, -35.0, -40.0, -42.0, -46.0, -50.0, -55.0];
    let percents = [-3.5, -3.0, -2.5, -2.0, -1.8, -1.5, -1.0, 0.0, 1.0, 1.5, 1.8, 2.0, 2.5, 3.0, 3.5];
    let text = grid("dBm0 \\ % off", &levels, &percents, |level, percent| {
        keypad_twice(tone_dbm0(level).deviation(percent / 100.0, -percent / 100.0).length_s(0.04), None)
    });
    insta::assert_snapshot!(text);
}

/// Length of the tones in ms, against the pause in ms between equal digits: each digit twice.
#[test]
fn length_and_pause() {
    let lengths = [15.0, 20.0, 23.0, 26.0, 28.0, 30.0, 34.0, 40.0, 50.0, 70.0, 100.0];
    let pauses = [5.0, 10.0, 15.0, 20.0, 22.0, 24.0, 26.0, 28.0, 30.0, 35.0, 40.0, 60.0];
    let text = grid("on \\ off ms", &lengths, &pauses, |length, pause| {
        let tone =
            tone_dbm0(-10.0).length_s(length / 1000.0).pause_s(pause / 1000.0).rise_s(0.001).build().unwrap();
        let mut trial = Trial::new();
        for (n, digit) in all_digits().into_iter().enumerate() {
            trial.send(tone, digit);
            trial.send(tone, digit);
            trial.line.silence_ms(60);
            trial.line.silence_samples(2 * n);
        }
        trial.score()
    });
    insta::assert_snapshot!(text);
}

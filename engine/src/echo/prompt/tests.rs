use super::*;
use crate::Beep;
use crate::echo::sounds::{delayed, noise};

/// What is left of `heard`, and whether each block was taken for our own sound.
fn canceled(rate: SampleRate, played: &[i16], heard: &[i16]) -> (Vec<i16>, Vec<bool>) {
    let block = rate.hz() as usize / 100;
    let (mut guard, mut left) = (PromptGuard::new(rate, 0), heard.to_vec());
    let own =
        played.chunks(block).zip(left.chunks_mut(block)).map(|(p, h)| guard.cancel(p, h).is_some()).collect();
    (left, own)
}

/// The level of `one` over `other`, in dB.
fn over_db(one: &[i16], other: &[i16]) -> f64 {
    let power = |samples: &[i16]| samples.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>();
    10.0 * (power(one) / power(other)).log10()
}

#[test]
fn a_beep_that_comes_back_is_ours() {
    let mut played = Beep::default().samples(SampleRate::HZ_8000);
    played.resize(4_000, 0);
    for (delay, divisor) in [(0, 2), (401, 8), (1_600, 30)] {
        let heard = delayed(&played, delay, divisor);
        let (_, own) = canceled(SampleRate::HZ_8000, &played, &heard);
        let not = heard.chunks(80).zip(&own).filter(|(h, own)| !**own && h.iter().any(|s| s.abs() > 8));
        assert_eq!(not.count(), 0, "{delay}, 1/{divisor}: {own:?}");
    }
}

#[test]
fn after_a_second_of_noise_its_echo_is_15_db_down_at_any_rate() {
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_16000, SampleRate::HZ_44100, SampleRate::HZ_48000] {
        let second = rate.hz() as usize;
        // Each sample for a whole one of 8 kHz, so that the noise lies in the telephone's band.
        let hold = second / 8_000;
        let played: Vec<i16> =
            noise(1, 16_000 + 2_000, 0.3).into_iter().flat_map(|s| vec![s; hold]).take(2 * second).collect();
        let heard = delayed(&played, second / 10, 4);
        let (left, _) = canceled(rate, &played, &heard);
        let down = over_db(&left[second..], &heard[second..]);
        // What lies over 4 kHz is held down, not taken out.
        let most = if hold == 1 { -15.0 } else { -8.0 };
        assert!(down < most, "{rate}: {down:.1} dB");
    }
}

#[test]
fn a_path_that_changes_is_learnt_anew_and_not_the_caller_meanwhile() {
    let played = noise(1, 32_000, 0.3);
    let mut heard = delayed(&played, 800, 4);
    let other = delayed(&played, 400, -3);
    heard[16_000..].copy_from_slice(&other[16_000..]);
    let (left, own) = canceled(SampleRate::HZ_8000, &played, &heard);
    let not_own = own[200..].iter().filter(|own| !**own).count();
    let down = over_db(&left[24_000..], &heard[24_000..]);
    assert!(down < -10.0, "{down:.1} dB, {not_own}");
    assert!(not_own <= 100, "{not_own} blocks of 10 ms");
}

#[test]
fn another_voice_is_heard_over_the_echo_and_not_taken_out() {
    let played = noise(1, 16_000, 0.3);
    let mut heard = delayed(&played, 800, 4);
    let caller = noise(2, 4_000, 0.15);
    for (heard, caller) in heard[12_000..].iter_mut().zip(&caller) {
        *heard += caller;
    }
    let (left, own) = canceled(SampleRate::HZ_8000, &played, &heard);
    assert!(own[50..150].iter().all(|own| *own), "before");
    assert!(own[151..].iter().all(|own| !*own), "{:?}", &own[150..]);
    let error: Vec<i16> = left[12_000..].iter().zip(&caller).map(|(left, caller)| left - caller).collect();
    let off = over_db(&error, &caller);
    assert!(off < -10.0, "{off:.1} dB");
}

#[test]
fn what_was_played_is_remembered_alike_in_pieces_of_any_size() {
    let rate = SampleRate::HZ_44100;
    let mut played = vec![0; 3];
    played.extend(noise(4, 2_001, 0.2));
    played.resize(18_000, 0);
    let heard = noise(5, 441, 0.1);
    let after = |piece: usize| {
        let mut guard = PromptGuard::new(rate, 11);
        played.chunks(piece).for_each(|part| guard.play(part));
        let mut left = heard.clone();
        (guard.cancel(&[0; 441], &mut left), left, guard.quiet_for)
    };
    let whole = after(played.len());
    for piece in [1, 4, 7, 80, 441] {
        assert!(after(piece) == whole, "in pieces of {piece}");
    }
}

#[test]
fn a_digit_that_was_played_is_known_as_long_as_it_may_come_back() {
    let tone = |hz: f64, n: usize| (std::f64::consts::TAU * hz * n as f64 / 8_000.0).sin();
    let mut played: Vec<i16> =
        (0..800).map(|n| (4_000.0 * (tone(770.0, n) + tone(1_336.0, n))) as i16).collect();
    played.resize(1_600, 0);
    let mut guard = PromptGuard::new(SampleRate::HZ_8000, 0);
    guard.play(&played);
    assert!(Digit::all().filter(|&digit| guard.plays(digit)).eq(Digit::try_from('5')));
    guard.play(&[0; 2_400]);
    assert!(!Digit::all().any(|digit| guard.plays(digit)));
}

#[test]
fn samples_that_were_lost_have_no_echo() {
    let played = noise(1, 16_000, 0.3);
    let mut heard = delayed(&played, 800, 4);
    heard[8_000..8_800].fill(0);
    let (mut guard, mut left) = (PromptGuard::new(SampleRate::HZ_8000, 0), heard.clone());
    for (at, (played, left)) in played.chunks(80).zip(left.chunks_mut(80)).enumerate() {
        if (100..110).contains(&at) {
            guard.lose(played, left);
        } else {
            guard.cancel(played, left);
        }
    }
    assert!(left[8_000..8_800].iter().all(|&sample| sample == 0));
    let down = over_db(&left[8_800..], &heard[8_800..]);
    assert!(down < -15.0, "{down:.1} dB");
}

#[test]
fn who_speaks_into_digital_silence_is_not_ours() {
    let played = noise(1, 16_000, 0.3);
    let mut heard = vec![0; 16_000];
    heard[8_000..].copy_from_slice(&noise(2, 8_000, 0.02));
    let (left, own) = canceled(SampleRate::HZ_8000, &played, &heard);
    assert!(own[101..].iter().all(|own| !*own), "{:?}", &own[100..]);
    let error: Vec<i16> =
        left[8_000..].iter().zip(&heard[8_000..]).map(|(left, heard)| left - heard).collect();
    let off = over_db(&error, &heard[8_000..]);
    assert!(off < -20.0, "{off:.1} dB");
}

#[test]
fn an_echo_that_begins_late_is_ours_from_its_first_tenth_of_a_second_on() {
    let played = noise(1, 16_000, 0.3);
    let mut heard = delayed(&played, 800, 4);
    heard[..8_000].fill(0);
    let (left, own) = canceled(SampleRate::HZ_8000, &played, &heard);
    assert!(own[110..].iter().all(|own| *own), "{:?}", &own[100..]);
    let down = over_db(&left[12_000..], &heard[12_000..]);
    assert!(down < -10.0, "{down:.1} dB");
}

#[test]
fn a_line_that_closes_for_a_while_keeps_its_path() {
    let played = noise(1, 16_000, 0.3);
    let mut heard = delayed(&played, 800, 4);
    heard[8_000..12_000].fill(0);
    let (left, own) = canceled(SampleRate::HZ_8000, &played, &heard);
    assert!(left[8_100..12_000].iter().all(|&sample| sample == 0));
    assert!(own[151..].iter().all(|own| *own), "{:?}", &own[150..]);
    let down = over_db(&left[12_000..], &heard[12_000..]);
    assert!(down < -12.0, "{down:.1} dB");
}

#[test]
fn it_is_over_when_nothing_can_come_back() {
    for rate in [SampleRate::HZ_8000, SampleRate::HZ_48000] {
        let block = rate.hz() as usize / 100;
        let mut guard = PromptGuard::new(rate, 0);
        guard.cancel(&vec![1; block], &mut vec![1; block]);
        let silent = (0..100).take_while(|_| {
            guard.cancel(&vec![0; block], &mut vec![1; block]);
            !guard.is_over()
        });
        assert_eq!(silent.count(), 27, "{rate}: 240 ms and two blocks of 16");
    }
}

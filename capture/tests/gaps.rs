//! Losses that no server reports are found by the clock, and none is invented: a server in virtual time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use std::time::Duration;

use afterbeep_capture::{Gap, Gaps};
use proptest::prelude::*;

/// The most frames in one callback.
const PACKET: u32 = 32_736;

/// A sound server and the thread that its callbacks run on.
#[derive(Clone, Debug)]
struct Server {
    rate_hz: u32,
    /// By how much the sound card's clock is off, in parts per million.
    ppm: f64,
    /// Frames per callback, over and over.
    sizes: Vec<u32>,
    /// The callback thread is late by up to so much, in seconds, each time.
    jitter_s: f64,
    /// The thread does not run from … to …, in seconds; the server keeps what it hears.
    stalls: Vec<(f64, f64)>,
    /// At this time, in seconds, the server drops so many seconds.
    loss: Option<(f64, f64)>,
    seed: u64,
}

/// What was found, each with the time at which it was known, in seconds.
fn found(server: &Server, seconds: f64) -> Vec<(f64, Gap)> {
    let mut gaps = Gaps::new(server.rate_hz);
    let rate = f64::from(server.rate_hz) * (1.0 + server.ppm * 1e-6);
    let mut seed = server.seed | 1;
    let mut random = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 40) as f64 / f64::from(1 << 24)
    };
    let (mut delivered, mut lost, mut now, mut all) = (0.0, 0.0, 0.0f64, Vec::new());
    for &size in server.sizes.iter().cycle() {
        if let Some((_, length)) = server.loss.filter(|(at, _)| lost == 0.0 && delivered / rate >= *at) {
            lost = length * rate;
        }
        let ready = (delivered + lost + f64::from(size)) / rate;
        if ready > seconds {
            return all;
        }
        let mut at = ready + server.jitter_s * random();
        for &(from, to) in &server.stalls {
            if (from..to).contains(&at) {
                at = to;
            }
        }
        now = now.max(at);
        delivered += f64::from(size);
        // Uptime: clocks begin anywhere.
        // A server that gives more than it may in one packet gives several at once.
        for part in (0..size).step_by(PACKET as usize).map(|from| PACKET.min(size - from)) {
            if let Some(gap) = gaps.heard(Duration::from_secs_f64(1e5 + now), u64::from(part)) {
                all.push((now, gap));
            }
        }
    }
    all
}

fn sizes() -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![
        Just(vec![480]),
        Just(vec![256]),
        Just(vec![320]),
        Just(vec![4_800]),
        Just(vec![468, 977, 2_400, 960, 3]),
        Just(vec![2_048]),
        prop::collection::vec(32u32..2_400, 1..9),
    ]
}

fn server() -> impl Strategy<Value = Server> {
    let rates = prop_oneof![Just(48_000u32), Just(44_100), Just(96_000)];
    (rates, -300.0..300.0, sizes(), 0.0..0.03, any::<u64>()).prop_map(
        |(rate_hz, ppm, sizes, jitter_s, seed)| Server {
            rate_hz,
            ppm,
            sizes,
            jitter_s,
            stalls: Vec::new(),
            loss: None,
            seed,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ten_minutes_of_a_poor_clock_and_a_loaded_machine_have_no_gap(
        server in server(),
        stalls in prop::collection::vec((0.0..600.0, 0.02..0.2), 0..40),
    ) {
        let stalls = stalls.into_iter().map(|(from, length)| (from, from + length)).collect();
        prop_assert_eq!(found(&Server { stalls, ..server }, 600.0), []);
    }

    #[test]
    fn a_gap_is_found_within_a_second_its_length_within_10_ms_and_its_place_to_a_callback(
        server in server(),
        at in 1.5..6.0,
        length in 0.03..5.0,
    ) {
        let rate = f64::from(server.rate_hz) * (1.0 + server.ppm * 1e-6);
        let server_jitter = server.jitter_s;
        let longest = f64::from(*server.sizes.iter().max().unwrap());
        let all = found(&Server { loss: Some((at, length)), ..server }, at + length + 3.0);
        prop_assert_eq!(all.len(), 1, "{:?}", all);
        let (known, gap) = all[0];
        prop_assert!(known - (at + length) <= 1.0 + longest / rate, "known {} s after", known - at - length);
        // A dozen callbacks of 50 to 100 ms, each late by chance, tell no better than by a tenth of that.
        let allowed = 0.010 + if longest / rate > 0.04 { 0.1 * server_jitter } else { 0.0 };
        prop_assert!((gap.frames as f64 / rate - length).abs() <= allowed, "{:?}, {} s", gap, length);
        if length > 0.06 {
            prop_assert!((gap.after as f64 / rate - at).abs() <= 0.003 + longest / rate, "{:?}, {} s", gap, at);
        }
    }
}

#[test]
fn losses_too_small_to_see_one_by_one_add_up() {
    let mut gaps = Gaps::new(48_000);
    let mut frames = 0;
    for n in 0..3_000u64 {
        // Each second 5 ms are missing.
        let at = Duration::from_millis(n * 10 + n / 100 * 5);
        frames += gaps.heard(at, 480).map_or(0, |gap| gap.frames);
    }
    // The last ones are still under 10 ms together, and 500 ppm of 30 s might be the card's clock.
    assert!((29 * 240 - 480 - 720..=29 * 240).contains(&frames), "{frames} of {}", 29 * 240);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_thread_that_is_blocked_60_ms_each_second_has_no_gap(
        server in server(),
        from in 0.0..1.0,
    ) {
        let stalls = (0..600).map(|n| f64::from(n) + from).map(|from| (from, from + 0.06)).collect();
        prop_assert_eq!(found(&Server { stalls, ..server }, 600.0), []);
    }

    #[test]
    fn a_server_that_gives_two_seconds_at_once_has_no_gap_but_those_that_it_has(
        ppm in -300.0..300.0,
        jitter_s in 0.0..0.03,
        at in 40.0..60.0,
        length in 0.1..5.0,
        seed in any::<u64>(),
    ) {
        let server = Server { rate_hz: 48_000, ppm, sizes: vec![96_000], jitter_s, stalls: Vec::new(), loss: None, seed };
        prop_assert_eq!(found(&server, 600.0), []);
        let all = found(&Server { loss: Some((at, length)), ..server }, 100.0);
        prop_assert_eq!(all.len(), 1, "{:?}", all);
        let gap = all[0].1;
        prop_assert!((gap.frames as f64 / 48_000.0 - length).abs() <= 0.030, "{:?}, {} s", gap, length);
        // Five to eight of them, and the one that it fell into.
        prop_assert!(all[0].0 - at - length <= 20.0, "known {} s after", all[0].0 - at - length);
    }
}

#[test]
fn a_loss_of_12_ms_takes_two_seconds_to_be_sure_of_and_less_once_the_machine_is_known() {
    for (after, known_within) in [(300, 2.1), (6_000, 1.0)] {
        let mut gaps = Gaps::new(48_000);
        let mut found = None;
        for n in 0..after + 300u64 {
            let at = n * 10 + if n < after { 0 } else { 12 };
            found = found.or(gaps.heard(Duration::from_millis(at), 480).map(|gap| (at, gap)));
        }
        let (at, gap) = found.unwrap();
        assert!(gap.frames.abs_diff(576) < 48 && gap.after == after * 480, "{gap:?}");
        let known = (at - after * 10) as f64 / 1_000.0;
        assert!(known <= known_within, "known {known} s after");
    }
}

/// A graph that goes in steps of 1,024 samples, and of 2,048 every other `joined` seconds: what was told. A step is given as it
/// begins, and lasts as long as it is, or, with `late`, as the one before it (PipeWire 0.3).
fn told_by_a_graph(
    late: bool,
    joined: f64,
    lost: Option<(f64, u64)>,
    mut lateness_s: impl FnMut() -> f64,
) -> Vec<Gap> {
    let (mut gaps, mut all, mut now, mut lost) = (Gaps::new(48_000), Vec::new(), 1.0f64, lost);
    let mut last = 1_024u64;
    while now < 60.0 {
        let is_joined = (now / joined) as u64 % 2 == 1;
        let size = if is_joined { 2_048 } else { 1_024 };
        all.extend(gaps.heard(Duration::from_secs_f64(now + lateness_s()), size));
        now += if late { last } else { size } as f64 / 48_000.0;
        if let Some((_, length)) = lost.take_if(|(at, _)| *at <= now) {
            now += length as f64 / 48_000.0;
        }
        last = size;
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn who_joins_and_leaves_a_graph_changes_its_pace_and_makes_no_gap(
        late in any::<bool>(),
        joined in 0.4..5.0,
        jitter_s in 0.0..0.01,
        seed in any::<u64>(),
    ) {
        let mut seed = seed | 1;
        let lateness_s = move || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            jitter_s * (seed >> 40) as f64 / f64::from(1 << 24)
        };
        prop_assert_eq!(told_by_a_graph(late, joined, None, lateness_s), []);
    }

    #[test]
    fn what_a_graph_loses_between_them_is_told(late in any::<bool>(), steps in 1u64..40) {
        // The long steps are from 8 s to 16 s, 24 s to 32 s, …
        for at in [19.0, 25.0, 27.0] {
            let all = told_by_a_graph(late, 8.0, Some((at, steps * 1_024)), || 0.0);
            prop_assert_eq!(all.len(), 1, "{:?}", all);
            prop_assert!(all[0].frames.abs_diff(steps * 1_024) < 48, "{:?}", all);
        }
    }
}

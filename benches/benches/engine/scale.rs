//! What a second of a call costs when there are few of them, and many: recordings in memory, in real time.

use std::time::Duration;

use afterbeep::{Engine, Message, RecordResponse, RecordingRate};
use afterbeep_benches::tell_goal;

use crate::calls::{NETWORK, RATE, Used, network, noise, place};

/// How many calls, and how many seconds of them are measured: the fewer, the longer.
const CALLS: [(usize, usize); 3] = [(100, 20), (1_000, 10), (10_000, 10)];
/// Every number of calls has so many turns, so that what else the machine does meets all of them; the cheapest counts.
const TURNS: usize = 3;
/// Frames before the measuring begins: until then the requests are dealt with.
const BEFORE: usize = 50;

/// µs of processor time for a second of a call.
struct Cost {
    engine: f64,
    network: f64,
}

/// Measures and prints a table.
pub(crate) fn measure() {
    let mut least: Vec<Option<Cost>> = CALLS.iter().map(|_| None).collect();
    for _ in 0..TURNS {
        for (least, (calls, seconds)) in least.iter_mut().zip(CALLS) {
            let cost = cost(calls, seconds);
            if least.as_ref().is_none_or(|least| cost.engine < least.engine) {
                *least = Some(cost);
            }
        }
    }
    println!(
        "\nµs of processor time for a second of a call that records, in real time, without a disk, the least of {TURNS}:\n"
    );
    println!("{:>8} {:>10} {:>22} {:>10}", "calls", "engine", "network, audio's end", "ratio");
    let first = least[0].as_ref().map_or(1.0, |cost| cost.engine);
    for ((calls, _), cost) in CALLS.iter().zip(least.iter().flatten()) {
        println!("{calls:8} {:10.1} {:22.1} {:10.2}", cost.engine, cost.network, cost.engine / first);
    }
    let costs = || least.iter().flatten().map(|cost| cost.engine);
    let ratio = costs().fold(0.0, f64::max) / costs().fold(f64::INFINITY, f64::min);
    let figure = costs().map(|cost| format!("{cost:.0} µs")).collect::<Vec<_>>().join(", ");
    let figure = format!("{figure} for a second of a call: within {ratio:.2}");
    tell_goal("cost per call at 100, 1,000, 10,000 calls", &figure, "within 2; aim 1.3");
}

fn cost(calls: usize, seconds: usize) -> Cost {
    let noise = noise();
    let engine = Engine::builder().build().unwrap();
    let request = RecordResponse::builder()
        .play_beep(false)
        .initial_silence_timeout(Duration::from_secs(120))
        .max_record_duration(Duration::from_secs(120))
        .build()
        .unwrap();
    let (mut callers, mut lines) = (Vec::new(), Vec::new());
    for call in 0..calls {
        let (handle, audio) = engine.open_call(RATE);
        let message = Message::new(request.clone()).rate(RecordingRate::Hz8000);
        callers.push((handle.record_response(message).unwrap(), handle));
        lines.push((audio, place(call)));
    }
    network(&mut lines, &noise, BEFORE);
    let before = Used::now();
    network(&mut lines, &noise, seconds * 50);
    let used = Used::now().since(&before);
    let lost: u64 = callers.iter().map(|(_, handle)| handle.counted().overrun).sum();
    if lost > 0 {
        println!("{calls} calls: {lost} samples lost, the machine was too slow");
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / (calls * seconds) as f64;
    let network = used.of(NETWORK);
    Cost { engine: each(used.total() - network), network: each(network) }
}

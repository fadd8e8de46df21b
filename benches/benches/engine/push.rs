//! How long the audio thread is in `Audio::capture`, of ten million times, and in other rings' pushes of as many samples.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::{Audio, CallHandle, Engine};
use afterbeep_benches::{Times, tell_goal};
use ringbuf::HeapRb;
use ringbuf::traits::{Consumer, Producer, Split};

use crate::calls::{FRAME, RATE};

/// Pushes of each in all, where the command line does not say, in turns, so that what else the machine does meets all of them.
const PUSHES: usize = 10_000_000;
const TURNS: usize = 20;
/// Calls and rings that are pushed to in turn, and what each holds: so that there is room whenever the worker comes.
const ENDS: usize = 64;
const RING: Duration = Duration::from_secs(10);
const CAPACITY: usize = 80_000;
/// What is pushed before the taker is waited for, outside of the times.
const BURST: usize = ENDS * 100;
/// How long it is waited for: the thread stays busy.
const PAUSE: Duration = Duration::from_millis(4);

/// Measures so many pushes.
type Measure = fn(usize, &mut Times);

/// Measures each in turns and prints one table.
pub(crate) fn compare() {
    let pushes: usize = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(PUSHES);
    let rows: [(&str, Measure); 4] =
        [("the clock alone", clock), ("rtrb", rtrb), ("ringbuf", ringbuf), ("Audio::capture", ours)];
    let mut times = rows.each_ref().map(|_| Times::default());
    for _ in 0..TURNS {
        for ((_, measure), times) in rows.iter().zip(&mut times) {
            measure(pushes / TURNS, times);
        }
    }
    println!("\nns for a push of {FRAME} samples, of {pushes}, the clock's own included:\n");
    println!("{:20} {:>6} {:>8} {:>10}", "", "p50", "p99.99", "longest");
    for ((name, _), times) in rows.iter().zip(&times) {
        println!("{name:20} {times}");
    }
    let [_, rtrb, _, ours] = times.map(|times| times.within(0.9999));
    let figure = format!("p99.99 {ours} ns, {:.2} of rtrb's", ours as f64 / rtrb as f64);
    tell_goal("`capture` of 20 ms, 10 million times", &figure, "p99.99 ≤ 2 µs");
}

fn clock(pushes: usize, times: &mut Times) {
    for _ in 0..pushes {
        let start = Instant::now();
        times.note(black_box(start).elapsed().as_nanos() as u64);
    }
}

/// Bursts of timed pushes to all ends in turn, after each of which the taker has time to come. Before the first of them every ring was
/// written to, so that its memory is there.
fn push_all<E>(pushes: usize, times: &mut Times, ends: &mut [E], push: impl Fn(&mut E, &[i16])) {
    burst_by_burst(ENDS * CAPACITY / FRAME, &mut Times::default(), ends, &push);
    burst_by_burst(pushes, times, ends, &push);
}

fn burst_by_burst<E>(pushes: usize, times: &mut Times, ends: &mut [E], push: &impl Fn(&mut E, &[i16])) {
    let frame: Vec<i16> = (0..FRAME as i16).collect();
    let mut left = pushes;
    while left > 0 {
        for n in 0..left.min(BURST) {
            let end = &mut ends[n % ENDS];
            let start = Instant::now();
            push(end, &frame);
            times.note(start.elapsed().as_nanos() as u64);
        }
        left -= left.min(BURST);
        let until = Instant::now() + PAUSE;
        while Instant::now() < until {
            spin_loop();
        }
    }
}

fn ours(pushes: usize, times: &mut Times) {
    let engine = Engine::builder().workers(1).ring(RING).build().unwrap();
    let (calls, mut ends): (Vec<CallHandle>, Vec<Audio>) = (0..ENDS).map(|_| engine.open_call(RATE)).unzip();
    // The worker looks every 11 ms: a burst is a fifth of the rings.
    push_all(pushes, times, &mut ends, |audio, frame| audio.capture(frame));
    let lost: u64 = calls.iter().map(|call| call.counted().overrun).sum();
    if lost > 0 {
        println!("{} of {pushes} frames found no room", lost / FRAME as u64);
    }
}

fn ringbuf(pushes: usize, times: &mut Times) {
    let (mut ends, mut takers): (Vec<_>, Vec<_>) =
        (0..ENDS).map(|_| HeapRb::<i16>::new(CAPACITY).split()).unzip();
    let mut out = [0; FRAME];
    let take = move || takers.iter_mut().map(|taker| taker.pop_slice(&mut out)).sum();
    with_taker(take, || {
        push_all(pushes, times, &mut ends, |end, frame| _ = black_box(end.push_slice(frame)));
    });
}

fn rtrb(pushes: usize, times: &mut Times) {
    let (mut ends, mut takers): (Vec<_>, Vec<_>) =
        (0..ENDS).map(|_| rtrb::RingBuffer::<i16>::new(CAPACITY)).unzip();
    let mut out = [0; FRAME];
    let take = move || takers.iter_mut().map(|taker| taker.pop_partial_slice(&mut out).0.len()).sum();
    with_taker(take, || {
        push_all(pushes, times, &mut ends, |end, frame| _ = black_box(end.push_entire_slice(frame)));
    });
}

/// Runs `push` while another thread takes as a worker does: all that is there, then it sleeps.
fn with_taker(mut take: impl FnMut() -> usize + Send, push: impl FnOnce()) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Relaxed) {
                while take() > 0 {}
                thread::sleep(Duration::from_millis(5));
            }
        });
        push();
        is_over.store(true, Relaxed);
    });
}

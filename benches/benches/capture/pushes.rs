//! How long one callback of 10 ms takes, of ten million, while another thread takes the samples out as fast as it can.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use afterbeep_benches::Times;

use crate::peers;

/// Samples of a callback: 10 ms at 48 kHz.
pub(crate) const FRAME: usize = 480;

/// Samples that a ring has room for: half a second at 48 kHz.
pub(crate) const CAPACITY: usize = 24_000;

/// Callbacks of each peer in all, where the command line does not say. They come in turns, so that what else the machine
/// does meets all of them.
const CALLBACKS: u64 = 10_000_000;
const TURNS: u64 = 20;

/// A peer's two ends.
pub(crate) trait Peer {
    const NAME: &'static str;

    fn ends() -> (Source, Drain);
}

/// Takes one callback's samples.
pub(crate) type Source = Box<dyn FnMut(&[i16]) + Send>;

/// Takes out what is there and says how many samples these were.
pub(crate) type Drain = Box<dyn FnMut() -> usize + Send>;

/// Has a peer take a turn.
type Turn = fn(u64, &mut Times);

/// A number in cache lines of its own, or its neighbours would pay for it.
#[repr(align(128))]
struct Alone(AtomicU64);

/// One turn of a peer: pushes, each timed, with room waited for outside of the time.
fn turn<P: Peer>(callbacks: u64, times: &mut Times) {
    let (mut push, mut drain) = P::ends();
    let taken = Arc::new(Alone(AtomicU64::new(0)));
    let all = callbacks * FRAME as u64;
    let consumer = {
        let taken = taken.clone();
        thread::spawn(move || {
            let mut sum = 0;
            while sum < all {
                match drain() {
                    0 => thread::yield_now(),
                    more => {
                        sum += more as u64;
                        taken.0.store(sum, Ordering::Release);
                    }
                }
            }
        })
    };
    let frame: Vec<i16> = (0..FRAME as i16).collect();
    for n in 0..callbacks {
        let pushed = n * FRAME as u64;
        while pushed - taken.0.load(Ordering::Acquire) > (CAPACITY - FRAME) as u64 {
            thread::yield_now();
        }
        let start = Instant::now();
        push(&frame);
        times.note(start.elapsed().as_nanos() as u64);
    }
    consumer.join().unwrap();
}

/// The clock alone.
fn clock(callbacks: u64, times: &mut Times) {
    for _ in 0..callbacks {
        let start = Instant::now();
        times.note(std::hint::black_box(start).elapsed().as_nanos() as u64);
    }
}

/// Measures every peer in turns and prints one table.
pub(crate) fn compare() {
    let callbacks = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(CALLBACKS);
    let all: [(&str, Turn); 6] = [
        ("the clock alone", clock),
        (peers::Rtrb::NAME, turn::<peers::Rtrb>),
        (peers::Ringbuf::NAME, turn::<peers::Ringbuf>),
        (peers::Crossbeam::NAME, turn::<peers::Crossbeam>),
        (peers::Ours::NAME, turn::<peers::Ours>),
        (peers::OursStereo::NAME, turn::<peers::OursStereo>),
    ];
    let mut times: Vec<_> = all.iter().map(|_| Times::default()).collect();
    for _ in 0..TURNS {
        for ((_, measure), times) in all.iter().zip(&mut times) {
            measure(callbacks / TURNS, times);
        }
    }
    let rtrb = &times[1];
    let (half, rare) = (rtrb.within(0.5) as f64, rtrb.within(0.9999) as f64);
    println!(
        "\nns for a push of {FRAME} samples, of {callbacks}, the clock's own included; ratios are to rtrb's:\n"
    );
    println!("{:42} {:>6} {:>8} {:>10}", "", "p50", "p99.99", "max");
    for ((name, _), times) in all.iter().zip(&times) {
        let ratios = (times.within(0.5) as f64 / half, times.within(0.9999) as f64 / rare);
        println!("{name:42} {times}   × {:.2}, × {:.2}", ratios.0, ratios.1);
    }
    println!();
}

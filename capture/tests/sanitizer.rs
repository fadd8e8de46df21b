//! RealtimeSanitizer watches every callback of every test of this crate, where it is built in: `make rtsan`. Here it is tried.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "locks are what the companion is caught with"
)]

mod bait;

use std::sync::{Condvar, Mutex};

use afterbeep_capture::callback::input;
use assert_no_alloc::permit_alloc;
use bait::{Bait, SANITIZED, sinner, tempted};

/// How a process ends that RealtimeSanitizer caught.
const CAUGHT: i32 = 43;

static HELD: Mutex<()> = Mutex::new(());
static AWAITED: Condvar = Condvar::new();

/// What is forbidden, and the function by which it is seen.
const SINS: [(&str, &str, fn()); 4] = [
    ("allocate", "malloc", || permit_alloc(|| drop(std::hint::black_box(vec![1u8; 100])))),
    ("wait", "syscall", || drop(HELD.lock())),
    ("wake", "syscall", || AWAITED.notify_all()),
    ("yield", "sched_yield", std::thread::yield_now),
];

#[test]
fn what_may_block_is_caught() {
    if let Some(sin) = tempted() {
        return commit(&sin);
    }
    if !SANITIZED {
        eprintln!("SKIPPED: what_may_block_is_caught: not built with RealtimeSanitizer (`make rtsan`)");
        return;
    }
    for (sin, by, _) in SINS {
        let (status, said) = sinner("what_may_block_is_caught", sin);
        assert_eq!(status.code(), Some(CAUGHT), "{sin}: {said}");
        assert!(
            said.contains("RealtimeSanitizer: unsafe-library-call") && said.contains(by),
            "{sin}: {said}"
        );
    }
    let (status, said) = sinner("what_may_block_is_caught", "nothing");
    assert!(status.success(), "{said}");
}

fn commit(name: &str) {
    let _held = HELD.lock().unwrap();
    std::thread::spawn(|| {
        let guard = Mutex::new(());
        let waiting = guard.lock().unwrap();
        drop(AWAITED.wait(waiting));
    });
    std::thread::sleep(std::time::Duration::from_millis(50));
    let sin = SINS.into_iter().find(|(sin, ..)| *sin == name).map_or((|| {}) as fn(), |(.., sin)| sin);
    input(1_000, 1).0.on_audio(&[Bait(sin)]);
}

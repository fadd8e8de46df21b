//! The audio thread's end of a call neither allocates nor frees. That it calls nothing is held by a test of the sound cards' crate, which
//! has the kernel's filter.
#![allow(missing_docs, clippy::unwrap_used, reason = "a panic is the report")]

use std::time::Duration;

use afterbeep::{Engine, RecordResponse, SampleRate};
use assert_no_alloc::{AllocDisabler, assert_no_alloc};

#[global_allocator]
static TRAP: AllocDisabler = AllocDisabler;

#[test]
fn nothing_is_allocated_whatever_comes() {
    let engine = Engine::builder().ring(Duration::from_millis(50)).build().unwrap();
    let (call, mut audio) = engine.open_call(SampleRate::HZ_8000);
    let operation = call.record_response(RecordResponse::default()).unwrap();
    let (captured, mut played) = ([7; 4_000], [0; 4_000]);
    for n in 0..400u32 {
        let length = (n * 37 % 4_000) as usize;
        assert_no_alloc(|| {
            audio.capture(&captured[..length]);
            audio.capture_at(n.wrapping_mul(700_000_003), &captured[..length]);
            audio.lose(u64::from(n));
            audio.playback(&mut played[..length]);
        });
        if n == 200 {
            call.hang_up();
        }
    }
    operation.wait();
}

#[test]
#[ignore = "it must fail, and the process with it: the test below runs it"]
fn what_allocates_is_caught() {
    assert_no_alloc(|| drop(std::hint::black_box(vec![0u8; 100])));
}

#[test]
fn the_trap_catches() {
    let this = std::env::current_exe().unwrap();
    let status = std::process::Command::new(this)
        .args(["--exact", "what_allocates_is_caught", "--ignored"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    assert!(!status.unwrap().success());
}

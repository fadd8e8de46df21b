//! The audio thread's part does not allocate: any allocation inside of the trap aborts the process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use std::process::Command;

use afterbeep_capture::callback::{DeviceSample, Taken, input, output};
use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use dasp::sample::{I24, U24};

#[global_allocator]
static TRAP: AllocDisabler = AllocDisabler;

/// Set in the child process that walks into the trap.
const BAIT: &str = "AFTERBEEP_TEST_ALLOCATES";

fn check<T: DeviceSample>() {
    for channels in 1..=8u16 {
        let (mut tap, mut ear) = input(1_000, channels);
        let (mut sound, mut mouth) = output(1_000, channels);
        let mut data = vec![T::from_i16(1_000); 700 * usize::from(channels)];
        let mut mono = [0; 480];
        assert_no_alloc(|| {
            for _ in 0..40 {
                tap.on_audio(&data); // overflows again and again
                while let Taken::Samples(_) | Taken::Lost(_) = ear.take(&mut mono) {}
                tap.state().report(afterbeep_capture::callback::Fault::Xrun);
                mouth.say(&mono);
                sound.on_audio(&mut data); // runs dry
                mouth.cut();
            }
        });
        assert!(ear.lost_at_the_end() <= ear.lost());
    }
}

#[test]
fn no_format_and_no_channel_count_allocates() {
    check::<i8>();
    check::<i16>();
    check::<I24>();
    check::<i32>();
    check::<i64>();
    check::<u8>();
    check::<u16>();
    check::<U24>();
    check::<u32>();
    check::<u64>();
    check::<f32>();
    check::<f64>();
}

#[test]
fn converting_rates_does_not_allocate_once_there_is_room() {
    for (from, to) in [(48_000, 16_000), (16_000, 48_000), (44_100, 16_000), (8_000, 44_100)] {
        let mut resampler = afterbeep::Resampler::between(from, to).unwrap();
        let mut out = Vec::with_capacity(resampler.max_output(480) * 2);
        let frame = [500; 480];
        assert_no_alloc(|| {
            for _ in 0..100 {
                out.clear();
                resampler.process(&frame, &mut out);
            }
            out.clear();
            resampler.finish(&mut out);
        });
    }
}

#[test]
fn the_trap_does_catch_an_allocation() {
    if std::env::var_os(BAIT).is_some() {
        let (mut tap, _ear) = input(1_000, 1);
        assert_no_alloc(|| tap.on_audio(&vec![0i16; 480]));
        return;
    }
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_trap_does_catch_an_allocation", "--nocapture"])
        .env(BAIT, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr).into_owned();
    assert!(!child.status.success(), "the child allocated in the trap and lived");
    assert!(said.contains("memory allocation of 960 bytes failed"), "{said}");
}

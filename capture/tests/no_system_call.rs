//! The audio thread's part makes no system call: it runs on a thread that the kernel ends at the first one.
//!
//! A lock that nobody holds calls nothing and is not seen here; the lint in `clippy.toml` refuses it.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]
#![allow(unsafe_code, reason = "the kernel's filter of system calls has no safe interface")]
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "locks are what the companion is caught with"
)]

mod bait;

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use afterbeep_capture::callback::{DeviceSample, Ear, Fault, InputTap, Mouth, OutputTap, input, output};
use bait::{Bait, CHANNELS, for_every_format};

/// Ends the calling thread, without a word, at its next system call that is not `exit`.
fn allow_no_system_call() {
    let step = |code: u32, jump_if_not: u8, k: u32| libc::sock_filter {
        code: code as u16,
        jt: 0,
        jf: jump_if_not,
        k,
    };
    // The first word that a filter sees is the call's number.
    let mut steps = [
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 1, libc::SYS_exit as u32),
        step(libc::BPF_RET | libc::BPF_K, 0, libc::SECCOMP_RET_ALLOW),
        step(libc::BPF_RET | libc::BPF_K, 0, libc::SECCOMP_RET_KILL_THREAD),
    ];
    let program = libc::sock_fprog { len: steps.len() as u16, filter: steps.as_mut_ptr() };
    // SAFETY: takes numbers only; the kernel wants it before a filter of a process without privileges.
    let unprivileged = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
    assert_eq!(unprivileged, 0, "PR_SET_NO_NEW_PRIVS: {}", std::io::Error::last_os_error());
    // SAFETY: `program` and the steps it points to are alive during the call, which copies them.
    let filtered =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, std::ptr::from_ref(&program)) };
    assert_eq!(filtered, 0, "PR_SET_SECCOMP: {}", std::io::Error::last_os_error());
}

/// Runs `part` on a thread that may make no system call, and says whether it came to its end.
fn without_system_calls(mut part: impl FnMut() + Send + 'static) -> bool {
    let (done, thread) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let (told, number) = (done.clone(), thread.clone());
    std::thread::spawn(move || {
        // SAFETY: takes nothing, gives a number.
        number.store(unsafe { libc::syscall(libc::SYS_gettid) }, SeqCst);
        allow_no_system_call();
        part();
        told.store(true, SeqCst);
        // SAFETY: ends this thread at once. What it owns is never dropped, which might call the system.
        unsafe { libc::syscall(libc::SYS_exit, 0) };
    });
    let start = Instant::now();
    let runs = || match thread.load(SeqCst) {
        0 => true,
        id => std::path::Path::new(&format!("/proc/self/task/{id}")).exists(),
    };
    while runs() {
        assert!(start.elapsed() < Duration::from_secs(60), "the thread neither ended nor was ended");
        std::thread::sleep(Duration::from_micros(200));
    }
    done.load(SeqCst)
}

/// Both taps of a number of channels, and their other ends.
struct Ends<T> {
    tap: InputTap,
    ear: Ear,
    sound: OutputTap,
    mouth: Mouth,
    data: Vec<T>,
}

fn ends<T: DeviceSample>(channels: u16) -> Ends<T> {
    let (tap, ear) = input(1_000, channels);
    let (sound, mouth) = output(1_000, channels);
    let data = vec![T::from_i16(1_000); 700 * usize::from(channels)];
    Ends { tap: tap.only((channels > 4).then_some(1)), ear, sound, mouth, data }
}

fn check<T: DeviceSample>() {
    let all = CHANNELS.map(ends::<T>);
    let mut all = Vec::from(all);
    let came_through = without_system_calls(move || {
        for ends in &mut all {
            let mut mono = [0; 480];
            for _ in 0..10 {
                ends.tap.on_audio(&ends.data); // overflows again and again
                ends.tap.state().report(Fault::Xrun);
                ends.ear.take(&mut mono);
                ends.mouth.say(&mono);
                ends.sound.sounds_in(Duration::from_millis(10));
                ends.sound.on_audio(&mut ends.data); // runs dry
                ends.mouth.cut();
            }
        }
    });
    assert!(came_through, "{} makes a system call", std::any::type_name::<T>());
}

#[test]
fn no_format_and_no_channel_count_calls_the_system() {
    for_every_format!(check);
}

#[test]
fn a_call_s_audio_handle_calls_nothing() {
    let engine = afterbeep::Engine::builder().ring(Duration::from_millis(50)).build().unwrap();
    let (call, mut audio) = engine.open_call(afterbeep::SampleRate::HZ_8000);
    let operation = call.record_response(afterbeep::RecordResponse::default()).unwrap();
    let came_through = without_system_calls(move || {
        let mut frame = [0; 160];
        for n in 0..2_000u32 {
            audio.capture(&[1; 160]); // overflows
            audio.capture_at(n * 200, &[1; 160]);
            audio.lose(5);
            audio.playback(&mut frame); // runs dry
        }
    });
    assert!(came_through);
    call.hang_up();
    operation.wait();
}

static HELD: Mutex<()> = Mutex::new(());
static AWAITED: Condvar = Condvar::new();

#[test]
fn what_calls_the_system_is_caught() {
    // Some thread waits, so that to wake it takes a call.
    std::thread::spawn(|| {
        let guard = Mutex::new(());
        let waiting = guard.lock().unwrap();
        drop(AWAITED.wait(waiting));
    });
    std::thread::sleep(Duration::from_millis(50));
    let _held = HELD.lock().unwrap();
    let sins: [(&str, fn()); 5] = [
        ("sleeping", || std::thread::sleep(Duration::from_nanos(1))),
        ("yielding", std::thread::yield_now),
        ("waiting for a lock", || drop(HELD.lock())),
        ("waking a thread", || AWAITED.notify_all()),
        ("opening a file", || drop(std::fs::File::open("/dev/null"))),
    ];
    for (what, sin) in sins {
        let mut tap = input(1_000, 1).0;
        assert!(!without_system_calls(move || tap.on_audio(&[Bait(sin)])), "{what} was not caught");
    }
    let mut tap = input(1_000, 1).0;
    assert!(without_system_calls(move || tap.on_audio(&[Bait(|| {})])), "doing nothing was");
}

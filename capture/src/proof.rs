//! What holds this crate to its promises, in tests only: traps around every callback, and sound cards of a test's own.
//!
//! The feature `proof` brings it. Every program built with it runs on an allocator that ends the process when the audio
//! thread's part allocates or frees, whoever calls that part: a test, or a real sound server. Built with
//! `RTSAN_ENABLE=1` (`make rtsan`), the same part runs under RealtimeSanitizer.

#![expect(
    clippy::disallowed_types,
    reason = "not the audio thread's: a test's own host is set before streams open"
)]

use std::sync::OnceLock;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};

#[global_allocator]
static TRAP: AllocDisabler = AllocDisabler;

static OWN_HOST: OnceLock<fn() -> cpal::Host> = OnceLock::new();

/// Runs the audio thread's part in the traps.
pub fn trapped<R>(part: impl FnOnce() -> R) -> R {
    assert_no_alloc(|| {
        let _sanitizer = rtsan_standalone::ScopedSanitizeRealtime::default();
        part()
    })
}

/// Has [`Choice::host`](crate::Choice::host) `custom` mean this host from now on. The first call counts.
pub fn set_own_host(host: fn() -> cpal::Host) {
    // Every test of a program sets the same.
    let _ = OWN_HOST.set(host);
}

/// The test's own host, if this is its name.
pub(crate) fn own_host(name: &str) -> Option<cpal::Host> {
    let host = OWN_HOST.get().filter(|_| name == "custom")?;
    Some(host())
}

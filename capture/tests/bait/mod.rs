//! Samples that break the audio thread's rules when they are converted: companions of the proofs, which must catch them.

#![allow(dead_code, unused_macros, unused_imports, reason = "each test program uses its own part")]

use afterbeep_capture::callback::DeviceSample;

/// A sample from a sound card that does something when it is read.
#[derive(Clone, Copy)]
pub(crate) struct Bait(pub(crate) fn());

impl DeviceSample for Bait {
    fn to_i32(self) -> i32 {
        self.0();
        0
    }

    fn from_i16(_: i16) -> Self {
        Self(|| {})
    }
}

/// A sample for a sound card that allocates when it is written.
#[derive(Clone, Copy)]
pub(crate) struct AllocatingSample;

impl DeviceSample for AllocatingSample {
    fn to_i32(self) -> i32 {
        0
    }

    fn from_i16(sample: i16) -> Self {
        drop(std::hint::black_box(vec![sample; 480]));
        Self
    }
}

/// Calls a generic function once for each type of sample that a sound card may have.
macro_rules! for_every_format {
    ($function:ident) => {
        $function::<i8>();
        $function::<i16>();
        $function::<dasp::sample::I24>();
        $function::<i32>();
        $function::<i64>();
        $function::<u8>();
        $function::<u16>();
        $function::<dasp::sample::U24>();
        $function::<u32>();
        $function::<u64>();
        $function::<f32>();
        $function::<f64>();
    };
}
pub(crate) use for_every_format;

/// The channel counts that every format is tried with.
pub(crate) const CHANNELS: [u16; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 32];

/// Whether this program runs under RealtimeSanitizer (`make rtsan`).
pub(crate) const SANITIZED: bool = option_env!("RTSAN_ENABLE").is_some();

/// Set in a child process to the sin that it shall commit.
const SIN: &str = "AFTERBEEP_TEST_SIN";

/// Runs the calling test `name` once more in a child process, which finds `sin` by [`tempted`]; gives its exit status
/// and what it wrote to standard error.
pub(crate) fn sinner(name: &str, sin: &str) -> (std::process::ExitStatus, String) {
    let child = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture"])
        .env(SIN, sin)
        .output()
        .expect("a child process");
    (child.status, String::from_utf8_lossy(&child.stderr).into_owned())
}

/// What this process shall do, if it is a child of [`sinner`].
pub(crate) fn tempted() -> Option<String> {
    std::env::var(SIN).ok()
}

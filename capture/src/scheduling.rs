//! How the system schedules the audio thread: asked for when a stream is opened, and read back from the system.
//!
//! A thread has the scheduling of the thread that started it. So a stream is opened on a thread of ours that has asked for real time,
//! and the host's threads, whatever their names, run in real time too; the audio thread itself is asked nothing, and calls nothing.

#[cfg_attr(target_os = "linux", path = "scheduling/linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "scheduling/elsewhere.rs")]
mod system;

use std::fmt;
use std::thread;

pub(crate) use system::Threads;

/// How the system schedules the threads that bring a stream's sound: the best of them, as read from the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheduling {
    /// Before every program that is not in real time (`SCHED_FIFO`, `SCHED_RR`).
    RealTime {
        /// From 1, the least, to 99.
        priority: u8,
    },
    /// As any program.
    Ordinary {
        /// From −20, before others, to 19; a program that was not raised has 0.
        nice: i8,
    },
}

impl Scheduling {
    /// Whether it runs before a program that was not raised.
    pub fn is_ahead(self) -> bool {
        match self {
            Self::RealTime { .. } => true,
            Self::Ordinary { nice } => nice < 0,
        }
    }

    /// What to do where it does not.
    pub const ADVICE: &'static str = "allow both to this user, with lines like `@audio - rtprio 10` and `@audio - nice -11` in \
        /etc/security/limits.d (`LimitRTPRIO=10` and `LimitNICE=-11` in a systemd unit), and log in again; or start it with `sudo nice -n -11`";
}

impl fmt::Display for Scheduling {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RealTime { priority } => write!(out, "in real time, priority {priority}"),
            Self::Ordinary { nice } if *nice < 0 => {
                write!(out, "not in real time, but before others (nice {nice})")
            }
            Self::Ordinary { nice } => write!(out, "as any program (nice {nice})"),
        }
    }
}

/// Opens a stream on a thread that runs ahead of others, where the system allows that; and tells which threads were started.
pub(crate) fn ahead<R: Send>(open: impl FnOnce() -> R + Send) -> (R, Threads) {
    let before = Threads::all();
    let (mut open, mut opened) = (Some(open), None);
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("afterbeep-opens".into());
        let work = || {
            system::ask();
            opened = open.take().map(|open| open());
        };
        // Without a thread it is opened here, as it is.
        let _ = builder.spawn_scoped(scope, work);
    });
    let opened = match (opened, open) {
        (Some(opened), _) => opened,
        (None, Some(open)) => open(),
        (None, None) => unreachable!("a panic of the opening thread is the scope's"),
    };
    (opened, Threads::all().without(&before))
}

/// Lets the calling thread, and what it starts from now on, be ahead of others but not in real time.
///
/// ALSA's plugins may call a sound server from the audio thread, wait for it, and when it dies keep a core busy.
pub(crate) fn not_in_real_time() {
    system::ask_for_less();
}

//! Linux: asked through the scheduler's calls, read from `/proc`.

use std::fs;

use rustix::process::{getpriority_process, setpriority_process};
use thread_priority::{
    NormalThreadSchedulePolicy, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue,
    ThreadSchedulePolicy, set_thread_priority_and_policy, thread_native_id,
};

use super::Scheduling;

/// Priorities in real time to ask for, the first that is granted: below the servers' own (PulseAudio and JACK's clients have 5), else
/// the least.
const REAL_TIME: [u8; 2] = [4, 1];

/// PulseAudio's own nice value, and what it is asked for.
const RAISED: i32 = -11;

/// Asks for the calling thread, and so for what it starts.
pub(super) fn ask() {
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let granted =
        REAL_TIME.into_iter().filter_map(|value| ThreadPriorityValue::try_from(value).ok()).any(|value| {
            set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), policy)
                .is_ok()
        });
    if !granted {
        raise();
    }
}

/// The same without real time.
pub(super) fn ask_for_less() {
    let before = getpriority_process(None).unwrap_or(0);
    let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Other);
    // The policy is granted to everybody. The nice value that comes with it may be refused, and is not the one that is wanted.
    let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Max, policy);
    let _ = setpriority_process(None, RAISED.min(before));
}

/// What the system grants is read afterwards.
fn raise() {
    if getpriority_process(None).is_ok_and(|nice| nice > RAISED) {
        let _ = setpriority_process(None, RAISED);
    }
}

/// Threads of this process.
#[derive(Debug, Default)]
pub(crate) struct Threads(Vec<u32>);

impl Threads {
    pub(super) fn all() -> Self {
        let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        Self(tasks.filter_map(|task| task.file_name().to_str()?.parse().ok()).collect())
    }

    pub(super) fn without(self, others: &Self) -> Self {
        Self(self.0.into_iter().filter(|thread| !others.0.contains(thread)).collect())
    }

    /// How the one among them that is furthest ahead runs now; `None` where there is none.
    pub(crate) fn scheduling(&self) -> Option<Scheduling> {
        let of = |thread: &u32| of_stat(&fs::read_to_string(format!("/proc/self/task/{thread}/stat")).ok()?);
        self.0.iter().filter_map(of).max_by_key(|scheduling| match scheduling {
            Scheduling::RealTime { priority } => i32::from(*priority),
            Scheduling::Ordinary { nice } => -i32::from(*nice) - 100,
        })
    }
}

/// `SCHED_FIFO` and `SCHED_RR`.
const POLICIES: [u32; 2] = [1, 2];

/// Of a thread's `stat` (man 5 proc) the 19th field is the nice value, the 40th the priority in real time and the 41st the policy; the
/// second one, in brackets, may hold spaces.
fn of_stat(stat: &str) -> Option<Scheduling> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3);
    let policy = field(41)?.parse().ok()?;
    Some(if POLICIES.contains(&policy) {
        Scheduling::RealTime { priority: field(40)?.parse().ok()? }
    } else {
        Scheduling::Ordinary { nice: field(19)?.parse().ok()? }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threads_line_is_read() {
        let stat = |nice, priority, policy| {
            format!(
                "7 (a (b) c) S 1 7 7 0 -1 4194624 1 0 0 0 0 0 0 0 20 {nice} 1 0 100 0 0 18446744073709551615 0 0 0 0 0 \
                 0 0 0 0 0 0 0 17 1 {priority} {policy} 0 0 0 0 0 0 0 0 0 0 0"
            )
        };
        assert_eq!(of_stat(&stat(0, 5, 1)), Some(Scheduling::RealTime { priority: 5 }));
        assert_eq!(of_stat(&stat(-11, 0, 0)), Some(Scheduling::Ordinary { nice: -11 }));
        assert_eq!(of_stat("nonsense"), None);
    }

    #[test]
    fn what_is_started_has_the_scheduling_of_who_starts_it() {
        let (sender, wait) = std::sync::mpsc::channel::<()>();
        let (started, threads) = super::super::ahead(|| std::thread::spawn(move || wait.recv()));
        let own = || of_stat(&fs::read_to_string("/proc/thread-self/stat").unwrap()).unwrap();
        let asked = move || {
            ask();
            own()
        };
        let granted = std::thread::spawn(asked).join().unwrap();
        assert_eq!(threads.scheduling(), Some(granted));
        assert_ne!(own(), Scheduling::RealTime { priority: REAL_TIME[0] }, "who opens is left as it was");
        drop(sender);
        assert!(started.join().unwrap().is_err());
    }
}

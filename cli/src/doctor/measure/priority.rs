//! How the system schedules this process's threads.

use std::fs;

use crate::doctor::measured::Priority;

/// As Linux tells it; other systems are not asked.
pub(super) fn of_this_process() -> Option<Priority> {
    let threads = fs::read_dir("/proc/self/task").ok()?.flatten();
    let stats = threads.filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok());
    let (policies, nices): (Vec<i64>, Vec<i64>) = stats.filter_map(|stat| policy_and_nice(&stat)).unzip();
    let real_time = policies.iter().any(|policy| REAL_TIME.contains(policy));
    Some(Priority { real_time, nice: nices.into_iter().min()? })
}

/// `SCHED_FIFO` and `SCHED_RR`.
const REAL_TIME: [i64; 2] = [1, 2];

/// The 41st and the 19th field of a thread's `stat` (man 5 proc); the second one, in brackets, may hold spaces.
fn policy_and_nice(stat: &str) -> Option<(i64, i64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let field = |number: usize| fields.get(number - 3)?.parse().ok();
    Some((field(41)?, field(19)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threads_line_is_read() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194624 1 0 0 0 0 0 0 0 20 -11 1 0 100 0 0 18446744073709551615 0 0 0 0 0 \
                    0 0 0 0 0 0 0 17 1 5 1 0 0 0 0 0 0 0 0 0 0 0";
        assert_eq!(policy_and_nice(stat), Some((1, -11)));
        assert_eq!(policy_and_nice("nonsense"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_a_priority() {
        assert!(of_this_process().is_some());
    }
}

//! The folder that recordings go to: writable, and fast enough.

use crate::doctor::{
    finding::{Finding, Subject},
    limits::{DISK_BYTES_PER_S, DISK_STALL},
    measured::{Disk, NoDisk},
};
use crate::exit;

/// What helps where a disk is slow.
const ELSEWHERE: &str =
    "Record to a disk of this machine (`--folder` tries another one), or stop what else writes to it.";

pub(super) fn judge(disk: Result<&Disk, &NoDisk>) -> Finding {
    let disk = match disk {
        Ok(disk) => disk,
        Err(NoDisk { folder, reason }) => {
            let says = format!("nothing can be written in {folder}: {reason}");
            let next = "Choose a folder that is there and that you may write in, on a disk that has room (`--folder`).";
            return Finding::fails(Subject::Disk, says, next, exit::USAGE);
        }
    };
    let says = format!(
        "{} takes {:.1} MB/s, each piece synced; the longest took {:.0} ms",
        disk.folder,
        disk.bytes_per_s / 1e6,
        disk.longest_s * 1_000.0
    );
    if disk.bytes_per_s < DISK_BYTES_PER_S {
        let says = format!("too slow: {says}; {:.1} MB/s are the least", DISK_BYTES_PER_S / 1e6);
        Finding::wrong(Subject::Disk, says, ELSEWHERE)
    } else if disk.longest_s > DISK_STALL.as_secs_f64() {
        Finding::note(Subject::Disk, format!("{says}: it stalls"), ELSEWHERE)
    } else {
        Finding::right(Subject::Disk, says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(bytes_per_s: f64, longest_s: f64) -> Disk {
        Disk { folder: "/home/me".into(), bytes_per_s, longest_s }
    }

    #[test]
    fn a_disk_is_fast_slow_stalling_or_not_there() {
        assert_eq!(judge(Ok(&disk(5e6, 0.01))).next_step(), None);
        let slow = judge(Ok(&disk(DISK_BYTES_PER_S - 1.0, 0.2)));
        assert!(slow.is_wrong() && slow.says.contains("/home/me"), "{slow:?}");
        let stalls = judge(Ok(&disk(DISK_BYTES_PER_S, 2.1)));
        assert!(!stalls.is_wrong() && stalls.next_step() == Some(ELSEWHERE), "{stalls:?}");
        let none = judge(Err(&NoDisk { folder: "/nowhere".into(), reason: "no such folder".into() }));
        assert!(none.is_wrong() && none.says.contains("/nowhere"), "{none:?}");
    }
}

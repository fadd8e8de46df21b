//! How the samples came: at the right rate, in time, all of them.

use afterbeep_capture::Scheduling;

use crate::doctor::{
    finding::{Finding, Subject},
    limits::{LATE, RATE_OFF},
    measured::Heard,
    pace::Pace,
};

pub(super) fn judge(heard: &Heard) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(pace) = &heard.pace {
        findings.extend([rate(pace, heard.rate_hz), jitter(pace)]);
    }
    if heard.sound.heard_s > 0.0 {
        findings.push(losses(heard));
    }
    findings.extend(heard.priority.map(priority));
    findings
}

fn rate(pace: &Pace, rate_hz: u32) -> Finding {
    let percent = pace.off_ppm / 10_000.0;
    let says = format!(
        "{:.0} samples per second of the system's clock where the device says {rate_hz} ({percent:+.2} %)",
        pace.rate_hz
    );
    if pace.off_ppm.abs() <= RATE_OFF * 1e6 {
        return Finding::right(Subject::Rate, says);
    }
    let next = "Set the device to 48000 Hz in the system's sound settings, or try another host (`--host`); in a virtual machine, \
                give it more processor time.";
    Finding::wrong(Subject::Rate, says, next)
}

fn jitter(pace: &Pace) -> Finding {
    let ms = |seconds: f64| seconds * 1_000.0;
    let says = format!(
        "samples come each {:.0} ms, {:.0} ms at the longest, {:.0} ms late at most",
        ms(pace.interval_s),
        ms(pace.interval_longest_s),
        ms(pace.latest_s)
    );
    if pace.latest_s <= LATE.as_secs_f64() {
        return Finding::right(Subject::Jitter, says);
    }
    let next = "Close programs that keep the processor busy, or run this with raised priority: `nice -n -11 afterbeep …`.";
    Finding::wrong(Subject::Jitter, format!("{says}: a sound server drops what is not fetched in time"), next)
}

fn losses(heard: &Heard) -> Finding {
    let missing = heard.pace.map_or(0, |pace| pace.missing_samples);
    if missing + heard.lost_samples == 0 {
        return Finding::right(Subject::Losses, "no sample was lost");
    }
    let says = format!(
        "about {missing} samples were lost by the sound server without a word, and {} because they were read too late",
        heard.lost_samples
    );
    let next = "Close programs that keep the processor busy, raise the priority (`nice -n -11 afterbeep …`), or try another host \
                (`--host`).";
    Finding::wrong(Subject::Losses, says, next)
}

fn priority(scheduling: Scheduling) -> Finding {
    let says = format!("what brings the sound runs {scheduling}");
    if scheduling.is_ahead() {
        return Finding::right(Subject::Priority, says);
    }
    let next = format!("Nothing, as long as no samples are lost. Else {}.", Scheduling::ADVICE);
    Finding::note(Subject::Priority, format!("{says}: a busy machine may cost samples"), next)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::doctor::sound::Sound;

    /// A microphone with which nothing is wrong.
    pub(crate) fn good() -> Heard {
        Heard {
            host: "alsa".into(),
            device: "hw:0".into(),
            rate_hz: 48_000,
            sound: Sound {
                heard_s: 3.0,
                peak_dbfs: -9.0,
                loud_dbfs: -21.0,
                floor_dbfs: -62.0,
                clipped_samples: 0,
                zeros_longest_s: 0.0,
                zeros_s: 0.0,
            },
            hum: None,
            pace: Some(Pace {
                rate_hz: 48_004.0,
                off_ppm: 83.0,
                missing_samples: 0,
                latest_s: 0.012,
                interval_s: 0.01,
                interval_longest_s: 0.022,
                callbacks: 300,
            }),
            lost_samples: 0,
            priority: Some(Scheduling::RealTime { priority: 4 }),
            gone: None,
            silent: false,
        }
    }

    fn wrong(change: impl FnOnce(&mut Heard, &mut Pace)) -> Vec<&'static str> {
        let (mut heard, mut pace) = (good(), good().pace.unwrap());
        change(&mut heard, &mut pace);
        heard.pace = Some(pace);
        let findings = judge(&heard);
        findings.iter().filter(|finding| finding.is_wrong()).map(|finding| finding.subject.name()).collect()
    }

    #[test]
    fn what_is_good_is_all_right() {
        assert_eq!(judge(&good()).len(), 4);
        assert!(wrong(|_, _| ()).is_empty());
    }

    #[test]
    fn each_fault_is_named_and_no_other() {
        assert_eq!(wrong(|_, pace| pace.off_ppm = -1.001 * RATE_OFF * 1e6), ["rate"]);
        assert_eq!(wrong(|_, pace| pace.latest_s = 1.001 * LATE.as_secs_f64()), ["jitter"]);
        assert_eq!(wrong(|_, pace| pace.missing_samples = 1_440), ["losses"]);
        assert_eq!(wrong(|heard, _| heard.lost_samples = 1), ["losses"]);
    }

    #[test]
    fn normal_priority_is_a_note_and_raised_priority_is_right() {
        let says = |priority| judge(&Heard { priority, ..good() }).pop().unwrap();
        let normal = says(Some(Scheduling::Ordinary { nice: 0 }));
        assert!(!normal.is_wrong() && normal.next_step().unwrap().contains("nice -n -11"));
        assert_eq!(says(Some(Scheduling::Ordinary { nice: -11 })).next_step(), None);
        assert_eq!(says(None).subject, Subject::Losses, "not looked at");
    }

    #[test]
    fn a_file_that_is_not_paced_has_no_clock_to_judge() {
        let findings = judge(&Heard { pace: None, priority: None, ..good() });
        assert_eq!(findings, [Finding::right(Subject::Losses, "no sample was lost")]);
    }
}

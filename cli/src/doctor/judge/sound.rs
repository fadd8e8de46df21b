//! What was heard: enough, not too much, and the caller rather than the machine.

use afterbeep::SILENCE_DBFS;

use crate::doctor::{
    finding::{Finding, Subject},
    hum::Hum,
    limits::{CLIPPED_SAMPLES, HUM_DBFS, LISTENING, NO_SIGNAL, NOISY_DBFS, NOTHING, QUIET_DBFS},
    measured::Heard,
    sound::Sound,
};
use crate::exit;

pub(super) fn judge(heard: &Heard) -> Vec<Finding> {
    if heard.sound.heard_s == 0.0 {
        return vec![nothing(heard)];
    }
    let mut findings: Vec<Finding> = cut_short(heard).into_iter().collect();
    if heard.sound.peak_dbfs <= SILENCE_DBFS {
        findings.push(zeros(&heard.sound));
        return findings;
    }
    let hum = heard.hum.as_ref();
    findings.extend([zeros(&heard.sound), level(&heard.sound), clipping(&heard.sound), noise(&heard.sound)]);
    findings.push(humming(hum));
    findings
}

fn nothing(heard: &Heard) -> Finding {
    let why = heard.gone.as_ref().map_or_else(
        || format!("{} gave no sample within {} s", heard.device, NOTHING.as_secs()),
        ToString::to_string,
    );
    let next = "Restart the sound server, plug the microphone in again, or choose another one (`--device`).";
    Finding::fails(Subject::Microphone, why, next, exit::NO_AUDIO)
}

fn cut_short(heard: &Heard) -> Option<Finding> {
    let (why, code) = match &heard.gone {
        Some(error) => (error.to_string(), exit::FAILED),
        None if heard.silent => (format!("{} gave nothing more", heard.device), exit::NO_AUDIO),
        None => return None,
    };
    let says = format!("after {:.1} s: {why}", heard.sound.heard_s);
    let next = "Check its plug and the sound server, and run this again.";
    Some(Finding::fails(Subject::Microphone, says, next, code))
}

fn zeros(sound: &Sound) -> Finding {
    let is_silent = sound.zeros_longest_s >= NO_SIGNAL.as_secs_f64().min(sound.heard_s);
    if is_silent {
        let says = format!(
            "{:.1} s of exact zeros: the microphone is muted, or this program is not allowed to hear it",
            sound.zeros_longest_s
        );
        let next = "Unmute it (its own switch, and the system's mixer), and allow microphones in the privacy settings.";
        Finding::wrong(Subject::Zeros, says, next)
    } else if sound.zeros_s > 0.0 {
        let says = format!(
            "{:.2} s of {:.1} s are exact zeros, {:.2} s at a time: samples are missing, or a noise gate is at work",
            sound.zeros_s, sound.heard_s, sound.zeros_longest_s
        );
        let next =
            "Turn the system's noise suppression off; if that changes nothing, try another host (`--host`).";
        Finding::note(Subject::Zeros, says, next)
    } else {
        Finding::right(Subject::Zeros, "no row of exact zeros: what comes is a signal")
    }
}

fn level(sound: &Sound) -> Finding {
    let says = format!("loudest at {:.1} dBFS, peak {:.1} dBFS", sound.loud_dbfs, sound.peak_dbfs);
    if sound.loud_dbfs >= QUIET_DBFS {
        return Finding::right(Subject::Level, says);
    }
    let says = format!("too quiet: {says}, where {QUIET_DBFS:.0} is the least");
    let next = format!(
        "If you spoke, raise the gain in the system's mixer or come closer; if not, run this again and speak for {} s.",
        LISTENING.as_secs()
    );
    Finding::wrong(Subject::Level, says, next)
}

fn clipping(sound: &Sound) -> Finding {
    if sound.clipped_samples < CLIPPED_SAMPLES {
        return Finding::right(Subject::Clipping, "nothing is cut off at full scale");
    }
    let says = format!("{} samples are clipped at full scale: it is too loud", sound.clipped_samples);
    Finding::wrong(
        Subject::Clipping,
        says,
        "Turn the gain down in the system's mixer, or speak from further away.",
    )
}

fn noise(sound: &Sound) -> Finding {
    let says = format!("the softest moments are at {:.1} dBFS", sound.floor_dbfs);
    if sound.floor_dbfs <= NOISY_DBFS {
        return Finding::right(Subject::Noise, says);
    }
    let says = format!("too noisy: {says}, where {NOISY_DBFS:.0} is the most");
    let next = "Find a quieter place, come closer to the microphone and turn the gain down, or use a headset. \
                If somebody spoke without a pause, run this again and pause.";
    Finding::wrong(Subject::Noise, says, next)
}

fn humming(hum: Option<&Hum>) -> Finding {
    let Some(hum) = hum else { return Finding::right(Subject::Hum, "no hum of the mains") };
    let lines: Vec<String> = hum.lines_hz.iter().map(u32::to_string).collect();
    let says = format!(
        "the mains of {} Hz hum at {:.1} dBFS (lines at {} Hz)",
        hum.mains_hz,
        hum.level_dbfs,
        lines.join(", ")
    );
    if hum.level_dbfs < HUM_DBFS {
        return Finding::right(Subject::Hum, format!("{says}: too soft to matter"));
    }
    let next = "Keep the microphone's cable away from power supplies, use a balanced cable or another USB port, or run on battery.";
    Finding::wrong(Subject::Hum, says, next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::judge::stream::tests::good;

    fn wrong(change: impl FnOnce(&mut Heard)) -> Vec<&'static str> {
        let mut heard = good();
        change(&mut heard);
        let findings = judge(&heard);
        assert!(findings.iter().all(|f| !f.is_wrong() || !f.next_step().unwrap().is_empty()));
        findings.iter().filter(|finding| finding.is_wrong()).map(|finding| finding.subject.name()).collect()
    }

    #[test]
    fn what_is_good_is_all_right() {
        assert_eq!(judge(&good()).len(), 5);
        assert!(wrong(|_| ()).is_empty());
    }

    #[test]
    fn each_fault_is_named_and_no_other() {
        assert_eq!(wrong(|heard| heard.sound.loud_dbfs = QUIET_DBFS - 0.1), ["level"]);
        assert_eq!(wrong(|heard| heard.sound.clipped_samples = CLIPPED_SAMPLES), ["clipping"]);
        assert_eq!(wrong(|heard| heard.sound.floor_dbfs = NOISY_DBFS + 0.1), ["noise"]);
        let hum = |level_dbfs| Some(Hum { mains_hz: 50, lines_hz: vec![50, 150], level_dbfs });
        assert_eq!(wrong(|heard| heard.hum = hum(HUM_DBFS)), ["hum"]);
        assert!(wrong(|heard| heard.hum = hum(HUM_DBFS - 0.1)).is_empty());
    }

    #[test]
    fn zeros_are_a_muted_microphone_or_a_note() {
        assert_eq!(wrong(|heard| heard.sound.zeros_longest_s = 2.0), ["zeros"]);
        let all = |heard: &mut Heard| {
            heard.sound = Sound::of(&[0; 48_000], 16_000);
        };
        assert_eq!(wrong(all), ["zeros"], "not quiet as well");
        let mut gated = good();
        (gated.sound.zeros_longest_s, gated.sound.zeros_s) = (0.3, 0.9);
        let note = &judge(&gated)[0];
        assert!(!note.is_wrong() && note.next_step().unwrap().contains("noise suppression"));
    }

    #[test]
    fn a_microphone_that_gives_nothing_or_stops_is_named() {
        let none = |heard: &mut Heard| heard.sound = Sound::of(&[], 16_000);
        assert_eq!(wrong(none), ["microphone"]);
        assert_eq!(wrong(|heard| (heard.silent, heard.sound.heard_s) = (true, 1.2)), ["microphone"]);
    }
}

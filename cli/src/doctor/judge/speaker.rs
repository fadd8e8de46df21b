//! The beep: played, without a gap, and whether it is in the recording.

use afterbeep_capture::DeviceError;

use crate::doctor::{
    finding::{Finding, Subject},
    limits::BEEP_PATIENCE,
    measured::Beep,
};
use crate::exit;

pub(super) fn judge(beep: Result<&Beep, &DeviceError>) -> Finding {
    let beep = match beep {
        Ok(beep) => beep,
        Err(error) => {
            let next =
                "Choose another loudspeaker with `--output-device`, or leave the beep out (`--no-beep`).";
            return Finding::fails(Subject::Beep, error.to_string(), next, exit::USAGE);
        }
    };
    let name = format!("{} ({})", beep.device, beep.host);
    if let Some(error) = &beep.gone {
        let next = "Plug the loudspeaker in again, or choose another one with `--output-device`.";
        return Finding::fails(Subject::Beep, error.to_string(), next, exit::NO_BEEP);
    }
    if !beep.played {
        let says = format!("{name} did not play it within {} s", BEEP_PATIENCE.as_secs());
        let next = "Restart the sound server, or choose another loudspeaker with `--output-device`.";
        return Finding::fails(Subject::Beep, says, next, exit::NO_BEEP);
    }
    if beep.underruns > 0 {
        let says = format!("{name} played it with a gap of {} samples", beep.underruns);
        return Finding::wrong(
            Subject::Beep,
            says,
            "Close programs that keep the processor busy, and run this again.",
        );
    }
    let heard = match beep.heard_dbfs {
        Some(dbfs) => format!("the microphone heard it at {dbfs:.1} dBFS"),
        None => "the microphone did not hear it, as with headphones".to_owned(),
    };
    Finding::right(Subject::Beep, format!("{name} played it; {heard}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::Verdict;

    fn beep() -> Beep {
        let (host, device) = ("alsa".to_owned(), "hw:0".to_owned());
        Beep { host, device, played: true, underruns: 0, heard_dbfs: Some(-40.0), gone: None }
    }

    fn code(beep: Result<&Beep, &DeviceError>) -> u8 {
        match judge(beep).verdict {
            Verdict::Wrong { code, .. } => code,
            _ => 0,
        }
    }

    #[test]
    fn a_beep_that_cannot_be_played_has_the_code_that_record_would_have() {
        let lost = DeviceError::Over { device: "x".into() };
        assert_eq!(code(Ok(&beep())), 0);
        assert_eq!(code(Ok(&Beep { heard_dbfs: None, ..beep() })), 0);
        assert_eq!(code(Ok(&Beep { underruns: 9, ..beep() })), 1);
        assert_eq!(code(Ok(&Beep { played: false, ..beep() })), 12);
        assert_eq!(code(Ok(&Beep { gone: Some(lost.clone()), ..beep() })), 12);
        assert_eq!(code(Err(&lost)), 2);
    }
}

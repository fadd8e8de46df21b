//! The loudspeaker: a beep, while the microphone listens.

use std::{iter, thread};

use afterbeep::{Beep as Tone, SampleRate};
use afterbeep_capture::{Choice, DeviceError, Loudspeaker, Notice};

use super::ears::Ears;
use crate::{
    args::DoctorArguments,
    doctor::{
        hum::power_at,
        limits::{BEEP_ABOVE_DB, BEEP_PATIENCE, BEEP_TAIL},
        measured::Beep,
        sound::{dbfs, length},
    },
};

/// The frequency of the beep, in Hz.
const BEEP_HZ: f64 = 1_000.0;

/// Plays a beep, as `record` does; `ears` hear whether it comes back.
pub(super) fn beep(arguments: &DoctorArguments, ears: Option<&mut Ears>) -> Result<Beep, DeviceError> {
    let rate = ears.as_ref().map_or(SampleRate::HZ_48000, |ears| ears.rate());
    let choice =
        Choice { host: arguments.host.clone(), device: arguments.output_device.clone(), ..Choice::default() };
    let mut speaker = Loudspeaker::open(&choice, rate)?;
    let tone = Tone::default().samples(rate);
    // Silence first, so that a late frame costs nothing of the tone.
    speaker.write(&vec![0; tone.len() / 3]);
    speaker.write(&tone);
    speaker.end();
    let (played, heard_dbfs) = match ears {
        Some(ears) => drained_while_listening(&mut speaker, ears),
        None => (speaker.drain(BEEP_PATIENCE), None),
    };
    let (host, device) = (speaker.host().to_owned(), speaker.device().to_owned());
    let broken = |notice| if let Notice::Broken(error) = notice { Some(error) } else { None };
    let gone = iter::from_fn(|| speaker.notice()).find_map(broken);
    Ok(Beep { host, device, played, underruns: speaker.underruns(), heard_dbfs, gone })
}

fn drained_while_listening(speaker: &mut Loudspeaker, ears: &mut Ears) -> (bool, Option<f64>) {
    let before = ears.samples.len();
    let played = thread::scope(|scope| {
        let drained = scope.spawn(|| speaker.drain(BEEP_PATIENCE));
        while !drained.is_finished() {
            ears.look(usize::MAX);
        }
        drained.join().unwrap_or(false)
    });
    ears.listen(BEEP_TAIL);
    let (quiet, loud) = ears.samples.split_at(before);
    (played, heard(quiet, loud, ears.rate().hz()))
}

/// The level of the beep in what was heard while it sounded, if it stands out from what was heard before.
fn heard(quiet: &[i16], loud: &[i16], rate_hz: u32) -> Option<f64> {
    let piece = length(Tone::default().duration() / 2, rate_hz);
    let levels = |samples: &[i16]| -> Vec<f64> {
        samples.chunks_exact(piece).map(|piece| dbfs(power_at(piece, rate_hz, BEEP_HZ).sqrt())).collect()
    };
    let mut before = levels(quiet);
    before.sort_by(f64::total_cmp);
    let usual = before.get(before.len() / 2)?;
    let loudest = levels(loud).into_iter().max_by(f64::total_cmp)?;
    (loudest > usual + BEEP_ABOVE_DB).then_some(loudest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beep_is_heard_in_what_follows_and_not_in_noise() {
        let noise = |samples: i32| (0..samples).map(|n| (n * 7_919 % 201 - 100) as i16).collect::<Vec<_>>();
        let tone = Tone::default().samples(SampleRate::HZ_16000);
        let with_beep: Vec<i16> =
            [noise(4_000), tone.iter().map(|s| s / 10).collect(), noise(4_000)].concat();
        let level = heard(&noise(48_000), &with_beep, 16_000).unwrap();
        assert!((level + 35.0).abs() < 1.5, "−12 dBFS of peak, 20 dB softer: {level}");
        assert_eq!(heard(&noise(48_000), &noise(8_000), 16_000), None);
        assert_eq!(heard(&[], &with_beep, 16_000), None, "nothing to compare with");
    }
}

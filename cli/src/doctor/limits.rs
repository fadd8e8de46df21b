//! The doctor's numbers, with units and reasons.

use std::time::Duration;

/// How long is listened: the pauses between words come several times in it, and a line of the mains is told to 2 Hz.
pub(super) const LISTENING: Duration = Duration::from_secs(3);
/// How long no sample may come before it is given up, as `record` does (`mediaReceiveTimeout`).
pub(super) const NOTHING: Duration = Duration::from_secs(5);

/// Loudness is looked at in pieces of this length: a syllable has several.
pub(super) const PIECE: Duration = Duration::from_millis(20);
/// The share of pieces that are louder than the loudest of a caller's speech counts for: one click is no speech.
pub(super) const LOUDEST: f64 = 0.05;
/// The share of pieces that are softer than the floor of the noise: even who speaks on pauses for that between words.
pub(super) const SOFTEST: f64 = 0.05;

/// Speech whose loudest pieces are below this is too quiet, in dBFS. At the level of ITU-T P.56 at which speech is kept,
/// −26 dBFS, they are at −21: this is 21 dB softer, and what is turned up by as much brings its noise along.
pub(super) const QUIET_DBFS: f64 = -42.0;
/// A floor above this is noisy, in dBFS: 20 dB under speech at −26 dBFS, where noise begins to cost words.
pub(super) const NOISY_DBFS: f64 = -46.0;
/// So many samples at full scale are clipped: a single one can be a peak that just fits.
pub(super) const CLIPPED_SAMPLES: u64 = 3;

/// Lines of the mains below this do not matter, in dBFS: 40 dB under speech at −20 dBFS is not heard between words.
pub(super) const HUM_DBFS: f64 = -60.0;
/// How far a line stands above what is around it, in dB, in every half second. The least of six readings of mere noise
/// is above its own mean in one of 400 cases, and ten times above it in none.
pub(super) const HUM_ABOVE_DB: f64 = 10.0;
/// The mains of the world, in Hz.
pub(super) const MAINS_HZ: [u32; 2] = [50, 60];
/// Multiples of the mains that are looked for; 300 Hz, the next, is a line of both.
pub(super) const HUM_MULTIPLES: u32 = 5;
/// Half a second tells frequencies 4 Hz apart (Hann); a mains that is off by 0.2 Hz is by 1 Hz in its fifth multiple.
pub(super) const HUM_PIECE: Duration = Duration::from_millis(500);
/// Where the surroundings of a line are looked at, in Hz off: beyond its main lobe of 4 Hz, before the next line.
pub(super) const HUM_AROUND_HZ: [f64; 4] = [-12.0, -8.0, 8.0, 12.0];
/// Fewer pieces tell no lasting hum from a voice at that pitch.
pub(super) const HUM_PIECES: usize = 4;

/// Exact zeros for so long are no microphone's: the quietest has noise in its last bit. As `record` counts it.
pub(super) const NO_SIGNAL: Duration = Duration::from_secs(2);
/// Shorter rows of zeros are noted from here on: at 8 kHz and in 16 bits, chance makes none of 80.
pub(super) const ZEROS: Duration = Duration::from_millis(10);

/// The beginning of a stream is not timed: servers hand out what they had kept.
pub(super) const SETTLES: Duration = Duration::from_millis(250);
/// The most punctual callback of each such piece of time is its lateness. PulseAudio's come each 100 ms.
pub(super) const PACE_PIECE: Duration = Duration::from_millis(250);
/// A clock that is further off, as a share of one, is wrong. Crystals are within 0.0003; three seconds on a busy machine
/// are measured to 0.003; a digit's tones may be off by 0.015 (ITU-T Q.24), of which this is a third.
pub(super) const RATE_OFF: f64 = 0.005;
/// Lateness that rises by more at once, and stays, is a loss: 20 ms, which a busy machine's scheduling does not keep up.
pub(super) const STEP: Duration = Duration::from_millis(20);
/// Callbacks that are later may lose samples: PulseAudio's server keeps one fragment, of 100 ms, and drops the next.
pub(super) const LATE: Duration = Duration::from_millis(100);

/// How loud the beep must be for the microphone to have heard it, above its own 1 kHz before, in dB.
pub(super) const BEEP_ABOVE_DB: f64 = 12.0;
/// How long the beep may take to be heard.
pub(super) const BEEP_PATIENCE: Duration = Duration::from_secs(3);
/// How long is listened after the beep: a room's and a server's delays are shorter.
pub(super) const BEEP_TAIL: Duration = Duration::from_millis(300);

/// What is written to the disk at a time, in bytes: a third of a second at 48 kHz.
pub(super) const DISK_PIECE: usize = 32 << 10;
/// How many times: 1 MiB together.
pub(super) const DISK_PIECES: u32 = 32;
/// When the disk is given up.
pub(super) const DISK_PATIENCE: Duration = Duration::from_secs(5);
/// A slower disk is wrong, in bytes per second, each piece synced: twice what 48 kHz of 16 bits make.
pub(super) const DISK_BYTES_PER_S: f64 = 192_000.0;
/// A single write that takes longer is noted: ten seconds of sound may wait for the disk, then samples are lost.
pub(super) const DISK_STALL: Duration = Duration::from_secs(2);

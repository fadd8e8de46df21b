//! Every limit of the detector: value, unit, and where it comes from.
//!
//! Clauses: *Q.23* and *Q.24* are ITU-T; *ES 201 235-2* (transmitters) and *-3* (receivers) are ETSI; *TIA-464* is the
//! North American PBX standard. Where no clause settles a number, the reason stands beside it.

use crate::profile::{Limit, Values};

/// The eight tones in Hz, low group first (Q.23 §1).
pub(crate) const TONES_HZ: [u32; 8] = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

// ---- profiles

/// The limits that a profile sets: name, unit, range, source.
pub(crate) static PROFILE_LIMITS: [Limit; 9] = [
    Limit {
        name: "level_min_dbm0",
        unit: "dBm0",
        least: -60.0,
        most: -20.0,
        source: "heard: -25 (Q.24 AT&T), -27 (Q.24 Australia), -35 (quiet softphones); not heard: -55 (Q.24 AT&T)",
    },
    Limit {
        name: "high_over_low_db",
        unit: "dB",
        least: 4.0,
        most: 24.0,
        source: "heard: 4 (Q.24 AT&T), 6 (ES 201 235-3), 9 (Q.24 Brazil); a room takes some more",
    },
    Limit {
        name: "low_over_high_db",
        unit: "dB",
        least: 4.0,
        most: 24.0,
        source: "heard: 6 (ES 201 235-3), 8 (Q.24 AT&T), 10 (Q.24 Australia); a room takes some more",
    },
    Limit {
        name: "deviation_max_percent",
        unit: "%",
        least: 1.5,
        most: 2.6,
        source: "heard: 1.5 % + 2 Hz (ES 201 235-3), 1.8 (Q.24 NTT); not heard: 3.0 (Q.24 NTT), 3.5 (Q.24 AT&T)",
    },
    Limit {
        name: "third_tone_max_db",
        unit: "dB over the weaker tone",
        least: -20.0,
        most: -6.0,
        source: "heard: clipping 12 dB over full scale, -10.5; not heard: three keys' tones at once, -6 (TIA-464)",
    },
    Limit {
        name: "digit_min_ms",
        unit: "ms",
        least: 28.0,
        most: 56.0,
        source: "heard: 40 (Q.24, ES 201 235-3); not heard: 23 (Q.24 AT&T), 24 (Q.24 NTT), 20 (ES 201 235-3)",
    },
    Limit {
        name: "break_max_ms",
        unit: "ms",
        least: 10.0,
        most: 100.0,
        source: "within a digit: 10 (Q.24), 20 (ES 201 235-3); between digits: 30 (Q.24 NTT, Brazil), 40 (Q.24 AT&T)",
    },
    Limit {
        name: "echo_within_ms",
        unit: "ms",
        least: 0.0,
        most: 1_000.0,
        source: "no clause; a line's echo (G.131) comes within 0.4 s of the digit's end",
    },
    Limit {
        name: "echo_under_db",
        unit: "dB",
        least: 3.0,
        most: 30.0,
        source: "an echo is 10 dB or more under the digit (ES 201 235-3)",
    },
];

// Their values in each profile:   level  h/l   l/h  dev. third  digit break echo   under
pub(crate) const Q24: Values = [-44.0, 15.0, 15.0, 2.4, -9.63, 30.0, 25.0, 400.0, 9.0];
pub(crate) const ETSI: Values = [-36.0, 9.0, 9.0, 2.2, -9.63, 30.0, 25.0, 400.0, 9.0];
pub(crate) const STRICT: Values = [-36.0, 10.0, 10.0, 2.1, -12.0, 33.0, 25.0, 400.0, 9.0];
pub(crate) const WIDE: Values = [-50.0, 18.0, 18.0, 2.4, -9.0, 30.0, 32.0, 600.0, 6.0];

// ---- listening

/// The rate at which all listening is done, in Hz: the telephone's, enough for the tones and their second harmonics.
pub(crate) const INTERNAL_HZ: u32 = 8_000;
/// Samples between two looks: 4 ms, a fraction of the 23–40 ms (Q.24) in which a tone becomes a digit.
pub(crate) const HOP: usize = 32;
/// Low-pass before decimation, half power in Hz: above 2 · 1633 Hz, under 4 kHz.
pub(crate) const DECIMATOR_CUTOFF_HZ: f32 = 3_700.0;
/// Half the length of that low-pass in seconds: what folds onto the tones (from 6.3 kHz up) is 50 dB down.
pub(crate) const DECIMATOR_HALF_S: f32 = 0.000_5;

// ---- level, in full-scale amplitude; 0 dBm0 is 3.14 dB under a full-scale sine (G.711)

/// A full-scale sine in dBm0 (G.711).
#[expect(clippy::approx_constant, reason = "decibels, not a circle's")]
pub(crate) const FULL_SCALE_DBM0: f32 = 3.14;
/// A hop of less than this share of the power of two tones of the least level holds no pair: -9 dB, for their beat and an edge.
pub(crate) const QUIET_SHARE: f32 = 0.125;
/// After so many quiet hops nothing is looked for: 16 ms, within which a digit that has ended is still told.
pub(crate) const QUIET_HOPS: u32 = 4;

// ---- frequency

/// Of the deviation allowed, this share is allowed when the pair has just ended: an end bends what is measured towards the
/// nominal frequency.
pub(crate) const DEVIATION_LATE_SHARE: f32 = 0.625;
/// Drift from one half of the window to the other (16 ms) at most, as a share: a voice or a whistle glides.
pub(crate) const DRIFT_MAX: f32 = 0.017;

// ---- purity

/// Screen: the second tone of a group may have this share of the first one's power.
pub(crate) const SCREEN_SECOND_MAX: f32 = 0.6;
/// Rough look: the same. A tone that is off shows in the next one's values, for every other hop does not tell tones 125 Hz
/// apart.
pub(crate) const ROUGH_SECOND_MAX: f32 = 0.9;
/// Screen: how steadily a tone's phase turns from hop to hop, 1 being a pure tone.
pub(crate) const SCREEN_COHERENCE_MIN: f32 = 0.75;
/// Rough look: the same from three turns. A tone in noise 3 dB under it has 0.95.
pub(crate) const ROUGH_COHERENCE_MIN: f32 = 0.6;
/// Rough look: from this share of its newest amplitude on a tone was there already: 12 dB, for levels that wobble.
pub(crate) const ROUGH_PRESENT: f32 = 0.25;
/// The band in which energy counts against a digit, in Hz: over dial tone and hum (TIA-464, ES 201 235-3), under the
/// line's upper edge.
pub(crate) const BAND_HZ: (f32, f32) = (560.0, 3_400.0);
/// Bins this near to a tone do not count as third tones, in Hz: flutter and wobble live there, the next tone does not.
pub(crate) const OWN_BAND_HZ: f32 = 42.0;

/// The pair's share of the band's power at least: in noise 3 dB under each tone it is 0.8, clipped 12 dB over full scale 0.86.
pub(crate) const PURITY_MIN: f32 = 0.62;
/// A third tone that is one of the eight, or a second harmonic of the pair, lies within this of its frequency, in Hz.
pub(crate) const RELATED_HZ: f32 = 30.0;

// ---- the common score: deviations, drifts and the third tone, each over its limit here, squared and summed, stay under 1.
// A dialler that is off sounds pure and a noisy line carries tones that are not off; a voice is both off and impure.

/// Limit of a tone's deviation in the score, as a share: both tones 1.8 % off leave no room for much of a third tone.
pub(crate) const SCORE_DEVIATION: f32 = 0.027;
/// Limit of a tone's drift within 16 ms in the score, as a share.
pub(crate) const SCORE_DRIFT: f32 = 0.025;
/// By how much the limit of a third tone grows when the pair has sounded for [`LONG`]: 2.1 dB.
pub(crate) const SCORE_THIRD_LONG: f32 = 1.273;

// ---- on a good line: a pair that is pure, well in tune and steady is told sooner

/// The share of the shortest digit's length from which on: 26.5 of 30 ms, more than Q.24's 24 (NTT) by an edge's uncertainty.
pub(crate) const SOON_SHARE: f32 = 0.885;
/// The pair's share of the band's power at least: 12 dB over all else.
pub(crate) const SOON_PURITY_MIN: f32 = 0.94;
/// A third tone over the weaker one at most: -20 dB (ES 201 235-2 allows transmitters no more).
pub(crate) const SOON_THIRD_MAX: f32 = 0.1;
/// Of the common score, what deviations and drifts may make up: both tones may be 1 % off.
pub(crate) const SOON_OFF_MAX: f32 = 0.3;

/// A line is clean if all that is left of a pair, in the band and below, has less than this power over the pair's: -13 dB. What
/// that is does not matter then.
pub(crate) const CLEAN: f32 = 0.05;

// ---- digits over speech and music: a pair so exactly in tune and so steady is one under a louder third tone, too

/// Limit of a tone's deviation, as a share.
pub(crate) const EXACT_DEVIATION: f32 = 0.005;
/// Limit of a tone's drift within 16 ms, as a share.
pub(crate) const EXACT_DRIFT: f32 = 0.008;
/// How steadily each tone turns at least.
pub(crate) const EXACT_COHERENCE_MIN: f32 = 0.88;
/// What lies below the band, as a share of the pair's power, at most until the pair is [`LONG`]: 3 dB. A voice is loudest there.
pub(crate) const EXACT_BELOW_MAX: f32 = 2.0;
/// The third tone, none of the eight, over the weaker one at most: -4.4 dB.
pub(crate) const EXACT_THIRD_MAX: f32 = 0.6;

/// What lies below the band may have this power over the pair's if there is a third tone, too: 8 dB. A dial tone may be
/// louder, but has none; a voice is loudest there.
pub(crate) const DROWNED_BELOW: f32 = 6.0;
/// That third tone over the weaker tone.
pub(crate) const DROWNED_THIRD: f32 = 0.15;

/// Half of those limits of deviation and drift, kept for [`LONG`], allow for a third tone of -2 dB; a second harmonic of either
/// tone is a voice's (TR-TSY-000763) and is not allowed for.
pub(crate) const EXACT_THIRD_LONG_MAX: f32 = 0.8;

// ---- digits under a louder third tone: a pair that stays where it is for many looks is one that a machine makes. A note of music
// is in tune with a digit's tone by accident, decays, and two of them hardly ever are at once.

/// So many looks in a row: 40 ms after the first, which comes some 30 ms after the start.
pub(crate) const STAYS_LOOKS: u32 = 10;
/// In each look a tone may be off by this share: another tone near it bends what is measured, this way and that.
pub(crate) const STAYS_DEVIATION: f32 = 0.008;
/// And move by this share.
pub(crate) const STAYS_DRIFT: f32 = 0.01;
/// On the whole it may be off by this share.
pub(crate) const STAYS_MEAN_DEVIATION: f32 = 0.001;
/// Its greatest amplitude over its least: 2.5 dB.
pub(crate) const STAYS_LEVEL: f32 = 1.33;
/// The third tone over the weaker one at most: 3 dB.
pub(crate) const STAYS_THIRD_MAX: f32 = 1.4;
/// The pair's share of the band's power at least.
pub(crate) const STAYS_PURITY_MIN: f32 = 0.5;
/// The share of the rest that may lie on a pitch that the tones share.
pub(crate) const STAYS_HARMONY_MAX: f32 = 0.4;

// ---- voices: both tones may be harmonics of one pitch (697 and 1633 Hz are the 3rd and 7th of 233 Hz)

/// The lowest pitch that is looked for, in Hz: below, harmonics cannot be told apart in 32 ms.
pub(crate) const PITCH_MIN_HZ: f32 = 130.0;
/// Highest number that the low tone may have among the harmonics.
pub(crate) const PITCH_HARMONICS: usize = 7;
/// How far the tones may be from a common pitch, as a share.
pub(crate) const PITCH_TOLERANCE: f32 = 0.008;
/// The share of what is no tone of the pair that lies on the pitch's other harmonics: more is a voice. A digit over some
/// other voice has 0.4 at most, but for rare accidents.
pub(crate) const VOICE_HARMONY_MIN: f32 = 0.6;
/// The power below the band over the pair's that a voice has at least: clipping makes harmonics, too, but none there.
pub(crate) const VOICE_BELOW_MIN: f32 = 0.1;
/// ... or by how much within 16 ms both tones move the same way, as a share: a pitch glides, and all its harmonics with it; a
/// dialler's tones do not.
pub(crate) const VOICE_GLIDE_MIN: f32 = 0.008;
/// Hops for which a voice is remembered after it was told by its pitch: 24 ms. It often fades out less clearly.
pub(crate) const VOICE_HOPS: u64 = 6;
/// The third tone that a voice has at least, over the weaker tone: a dial tone has none in the band.
pub(crate) const VOICE_THIRD_MIN: f32 = 0.12;

// ---- what joins: music and speech go on while a digit sets in. Another key's tone and a second harmonic are no objection, and a
// pitch that the tones share is an accident, if the third tone was there before the pair was.

/// From this third tone over the weaker one on, -6 dB, it is asked whether it was there before, if for no other reason.
pub(crate) const JOINED_ASKED: f32 = 0.5;
/// Before the start that tone has at least this share of its amplitude: -3 dB, within which a held note stays for 30 ms.
pub(crate) const JOINED_THIRD_MIN: f32 = 0.7;
/// ... and each tone of the pair at most this share: -10 dB, for a music's own partials near it.
pub(crate) const JOINED_PAIR_MAX: f32 = 0.3;
/// The power below the band over the pair's from which on all that is an objection however the pair began: a voice is loudest in
/// its first harmonics.
pub(crate) const JOINED_BELOW_MAX: f32 = 1.0;
/// So long after its start it is measured how far a pair that joins is off over 48 ms.
pub(crate) const JOINED_FOR: f32 = 416.0;
/// By less than this share in so many looks in a row, and it is a digit under a third tone of 3 dB, too. A voice that glides
/// through a tone is there for one look.
pub(crate) const JOINED_DEVIATION: f32 = 0.001;
/// See [`JOINED_DEVIATION`].
pub(crate) const JOINED_LOOKS: u32 = 2;
/// One of them moves by less than this share within 16 ms: what sounds beside a tone bends only that, a voice glides as a whole.
pub(crate) const JOINED_DRIFT: f32 = 0.004;

// ---- what is far from a digit is looked at less often

/// A third tone this much over the weaker one: 6 dB, where 3 dB are the most that any digit may have. Such a tone does not go
/// away within ...
pub(crate) const HOPELESS_THIRD: f32 = 2.0;
/// ... as many hops: 12 ms, for the spectrum is that of 32 ms.
pub(crate) const HOPELESS_HOPS: u64 = 3;

// ---- time, in samples at 8 kHz

/// A pair that has sounded for so long can be judged more mildly: 50 ms.
pub(crate) const LONG: f32 = 400.0;
/// Hops without the pair that are a break and not the time before it: 12 ms (Q.24: interruptions up to 10 ms).
pub(crate) const ENVELOPE_GAP_HOPS: usize = 3;
/// The share of the full amplitude from which on a rising tone has started, on a silent line: -26 dB.
pub(crate) const ONSET_FLOOR: f32 = 0.05;
/// The same at most on a noisy line, where it grows by the noise's power over the pair's: -10 dB.
pub(crate) const ONSET_SHARE_MAX: f32 = 0.3;
/// So long a break before a pair, and its start is not looked for any further: 25 ms.
pub(crate) const ONSET_BREAK_MAX: f32 = 200.0;
/// The power below the band over the pair's from which the start is looked for in the envelope, too: −7 dB.
pub(crate) const HUM_FROM: f32 = 0.2;
/// How far before the place that the envelope has for it a start may lie then, and must: 4 ms and 3 ms. The envelope is known by
/// the hop of 4 ms, and what beats with the tones makes it up to 2 ms late.
pub(crate) const HUM_EARLY: f32 = 32.0;
/// See [`HUM_EARLY`].
pub(crate) const HUM_LATE: f32 = 24.0;
/// The start is told this much early: 0.5 ms, so that a recording cut there holds nothing of a tone that rises slowly.
pub(crate) const START_MARGIN: f32 = 4.0;

// ---- echo

// The same digit again, within a profile's time after its end and that far under it, is its echo ...
/// ... or if it rises by less than this over what was left of it since: 5 dB. It has never been gone.
pub(crate) const RISE_MIN: f32 = 1.8;
/// ... or if it follows within this, 20 ms (no pause by ES 201 235-3), and ...
pub(crate) const FADE_PAUSE_MAX: f32 = 160.0;
/// ... with less than this share of its former power: -2.5 dB. Reverberation comes and goes.
pub(crate) const FADE_POWER_MAX: f32 = 0.56;
/// An echo is told without a full look if it is under the limit by as much: 2 dB.
pub(crate) const PLAINLY: f32 = 1.26;

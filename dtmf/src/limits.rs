//! Every limit of the detector: value, unit, and where it comes from.
//!
//! Clauses: *Q.23* and *Q.24* are ITU-T; *ES 201 235-2* (transmitters) and *-3* (receivers) are ETSI; *TIA-464* is the
//! North American PBX standard. Where no clause settles a number, the reason stands beside it.

/// The eight tones in Hz, low group first (Q.23 §1).
pub(crate) const TONES_HZ: [u32; 8] = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

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

/// A tone under this is none: -44 dBm0. To be heard: -25 dBm (Q.24 AT&T), -27 (Australia), -35 for quiet softphones;
/// not to be heard: -55 dBm (Q.24 AT&T).
pub(crate) const LEVEL_MIN: f32 = 0.004_4;
/// High tone over low tone at most, as a ratio of powers: 11 dB. ES 201 235-3: 6 dB; Q.24: 4 (AT&T) to 9 dB (Brazil).
pub(crate) const REVERSE_TWIST_MAX: f32 = 12.6;
/// Low tone over high tone at most, as a ratio of powers: 12 dB. Q.24: 8 (AT&T), 10 dB (Australia).
pub(crate) const NORMAL_TWIST_MAX: f32 = 15.9;

// ---- frequency

/// A tone may be this far off, as a share of its frequency. To be heard: 1.5 % + 2 Hz (ES 201 235-3), 1.8 % (Q.24 NTT);
/// not to be heard: 3.0 % (NTT), 3.5 % (AT&T).
pub(crate) const DEVIATION_MAX: f32 = 0.024;
/// Drift from one half of the window to the other (16 ms) at most, as a share: a voice or a whistle glides.
pub(crate) const DRIFT_MAX: f32 = 0.017;

// ---- purity

/// Screen: the second tone of a group may have this share of the first one's power.
pub(crate) const SCREEN_SECOND_MAX: f32 = 0.6;
/// Screen: how steadily a tone's phase turns from hop to hop, 1 being a pure tone.
pub(crate) const SCREEN_COHERENCE_MIN: f32 = 0.75;
/// The band in which energy counts against a digit, in Hz: over dial tone and hum (TIA-464, ES 201 235-3), under the
/// line's upper edge.
pub(crate) const BAND_HZ: (f32, f32) = (560.0, 3_400.0);
/// Bins this near to a tone do not count as third tones, in Hz: flutter and wobble live there, the next tone does not.
pub(crate) const OWN_BAND_HZ: f32 = 42.0;

// ---- time, in samples at 8 kHz

/// The shortest digit: 30 ms. To be heard: 40 ms; not to be heard: 23 ms (AT&T), 24 ms (NTT) (Q.24).
pub(crate) const DURATION_MIN: f32 = 240.0;
/// A break up to this belongs to the digit: 25 ms. ES 201 235-3: 20 ms is no pause; Q.24 NTT, Brazil: 30 ms is one.
pub(crate) const BREAK_MAX: f32 = 200.0;
/// The start is told this much early: 0.5 ms, so that a recording cut there holds nothing of a tone that rises slowly.
pub(crate) const START_MARGIN: f32 = 4.0;

// ---- echo

/// The same digit again within this after its end may be its echo: 0.4 s.
pub(crate) const ECHO_WITHIN: f32 = 3_200.0;
/// ... if both tones are below this share of their former amplitude: -9 dB.
pub(crate) const ECHO_AMPLITUDE_MAX: f32 = 0.355;

// ---- to be sorted
pub(crate) const PURITY_MIN: f32 = 0.62;
pub(crate) const THIRD_MAX: f32 = 0.41;
pub(crate) const ONSET_FLOOR: f32 = 0.05;
pub(crate) const ENVELOPE_GAP_HOPS: usize = 3;

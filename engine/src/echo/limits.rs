//! Every number of the echo canceller, with its unit and its reason.
//!
//! Where no source is named, a value was chosen on prompts of made and of real speech that came back at −6 to −30 dB
//! after 0–200 ms, in noise of −65 and −50 dBFS (`tests/tests/barge_in/` has others), between one that lets the prompt
//! interrupt itself and one that misses callers.

use std::ops::Range;

/// The rate at which echoes are taken out, in Hz: the telephone's band holds what both detectors decide by.
pub(super) const RATE_HZ: u32 = 8_000;
/// The longest delay of an echo beyond the output's own latency and the path behind it together, in ms: 200 ms there and back on
/// a long line, 40 ms of a room.
pub(super) const SPAN_MS: usize = 240;
/// The band in which what is left is judged, in Hz: that of [`super::band`].
pub(super) const JUDGED_HZ: (usize, usize) = (400, 2_000);

// -- what is thought of a path before anything came back

/// Power of the echo's path in each bin of each part, before it is known: −3 dB under what is played, more than any echo
/// that is asked for.
pub(super) const FIRST_VARIANCE: f32 = 0.5;
/// So many times what is left after the estimate may be expected of the echo at most: what is expected beyond that was
/// wrong, in the parts that say so.
pub(super) const SURPLUS: f32 = 3.0;
/// What is left that means nothing, mean square of a sample: −72 dBFS, under what either detector hears beside a prompt.
pub(super) const DUST: f32 = 6e-8;
/// Power in a bin of a block that keeps a division by it in bounds.
pub(super) const LEAST_POWER: f32 = 1e-9;
/// A part's bins that nothing was played in yet are expected to have so many times the mean power of the part's bins.
pub(super) const UNHEARD_BINS: f32 = 4.0;

// -- how the estimate follows

/// How much of the variance that a block explains is believed to be gone: half of that would be so if each block said something
/// else. A vowel says the same for many blocks.
pub(super) const LEARNT: f32 = 0.15;
/// What is left of a path's power after a block: it moves within 3 s.
pub(super) const KEPT: f32 = 0.995;
/// What a path may gain in a block, as a share of the mean power of a part's bins.
pub(super) const MOVES: f32 = 0.02;
/// At least this share of what is left after the estimate is believed to be other sound.
pub(super) const LEAST_OTHER: f32 = 0.3;
/// What was other sound in the last block counts so far for this one: a voice goes on for longer than a block.
pub(super) const OTHER_AGAIN: f32 = 0.8;
/// What is new of it counts at once by this share.
pub(super) const OTHER_AT_ONCE: f32 = 0.3;
/// Filters cut to their length per block, in turn: all of them in a tenth of a second.
pub(super) const CUTS: usize = 3;

// -- whether the estimate is any good

/// What is left of what earlier blocks said of that, after a block: 130 ms.
pub(super) const TRUST_KEPT: f32 = 0.88;
/// The share of the estimate found again in what is heard from which on it is trusted: a caller spoils the comparison by less.
pub(super) const TRUSTED: f32 = 0.8;
/// An estimate that means nothing, mean square of a sample (−82 dBFS).
pub(super) const NO_ESTIMATE: f32 = 6e-9;
/// What a filter loses in a block in which none of its estimate is found: half in 220 ms.
pub(super) const DISTRUST: f32 = 0.05;
/// Under this trust for so many blocks the path is lost, ...
pub(super) const LOST_TRUST: f32 = 0.45;
/// See [`LOST_TRUST`].
pub(super) const LOST_BLOCKS: u32 = 4;
/// Blocks in which the estimate was found after which the path's power is known: 160 ms.
pub(super) const KNOWN_BLOCKS: u32 = 10;
/// The estimate's mean square in blocks that count, summed as [`TRUST_KEPT`] says: −69 dBFS each, what a still line's noise has
/// in the band that is judged.
pub(super) const KNOWN_FROM: f32 = 1e-6;
/// A path that was lost then has in each part no more than so many times its power of before (6 dB) ...
pub(super) const POWER_AGAIN: f32 = 4.0;
/// ... or this power, if that is more: −24 dB.
pub(super) const LEAST_AGAIN: f32 = 0.004;
/// ... if what is left has no more than so many times the estimate's power: a caller has more.
pub(super) const LOST_UNDER: f32 = 6.0;
/// The way that the estimate's weight goes in a sample: 6 ms.
pub(super) const TRUST_STEP: f32 = 0.02;

// -- what is our own sound

/// Blocks in which the estimate was found after which the path is well known: 1 s of sound. Of 900 prompts, one step in 10,000 is
/// louder than [`LEFT`] allows then; after a third of that time, one in 120.
pub(super) const SURE_BLOCKS: u32 = 60;
/// In each bin, so many times what is not known of the echo is ours: 10 ms of a voice stray by more, but not in all bins.
pub(super) const UNKNOWN: f32 = 1.5;
/// The same once the path is well known: voices of an echo 30 dB down, 10 dB over the noise, are lost by more.
pub(super) const UNKNOWN_SURE: f32 = 1.0;
/// In each bin, so many times what a path of the filter's power in all bins alike makes of what was played is ours, too (8 dB):
/// of bins that were not played in yet the filter knows too little to know what it does not.
pub(super) const LIKELY: f32 = 6.0;
/// The same once the path is well known: what was not played yet is little.
pub(super) const LIKELY_SURE: f32 = 1.5;
/// What is left of what earlier blocks said of the estimate over that, after a block: 0.8 s.
pub(super) const GAIN_KEPT: f32 = 0.98;
/// What is not known of a block is what is not known of the next by this share at least.
pub(super) const UNKNOWN_FADES: f32 = 0.7;
/// Of the rest this share of the estimate is ours (−4.6 dB; a caller 6 dB over the echo is far over it), ...
pub(super) const LEFT: f32 = 0.35;
/// ... or this one (−7 dB) once the path is well known, ...
pub(super) const LEFT_SURE: f32 = 0.2;
/// ... or this one (−10 dB) while someone is heard, for a voice goes on, and between its periods it is weaker, ...
pub(super) const LEFT_AGAIN: f32 = 0.1;
/// ... and so many times the noise.
pub(super) const NOISE: f32 = 1.0;
/// Someone is heard from so many blocks of 10 ms on that were not ours, less those that were since, ...
pub(super) const SPEAKS_FROM: u32 = 2;
/// ... of which no more than so many count: 30 ms after them nobody is.
pub(super) const SPEAKS_MOST: u32 = 5;
/// Under this mean square nothing is heard at all: −90 dBFS, as the speech detector has it.
pub(super) const SILENT: f32 = 1e-9;
/// What is left of the estimate 10 ms later: 50 ms for −5 dB, as rooms ring.
pub(super) const FADES: f32 = 0.8;
/// The way that the level goes in 10 ms of which the noise is the least: 50 ms.
pub(super) const NOISE_MEAN: f32 = 0.2;
/// How noise may grow in 10 ms: 1.3 dB in a second.
pub(super) const NOISE_GROWS: f32 = 1.003;

// -- an echo that begins late, or comes in bursts

/// Blocks that are put to the test together: 112 ms, before speech is told of.
pub(super) const LIKE_BLOCKS: usize = 7;
/// Blocks with sound in them that are enough for one: 48 ms, for a voice is heard within 70 ms where there was silence.
pub(super) const LIKE_FROM: usize = 3;
/// A block has sound in it from this share of the loudest one's power on (−20 dB).
pub(super) const LIKE_PART: f32 = 0.01;
/// The bins that are compared: 190 to 3,400 Hz, all of the telephone's band, for each of them tells apart.
pub(super) const LIKE_BINS: Range<usize> = 6..110;
/// From this likeness on it is an echo, over the root of the number of blocks: by chance it goes with that. Of callers into
/// silence, one in ten is that like in five blocks, of echoes all but one in twenty.
pub(super) const LIKE: f32 = 0.7;
/// The same once the estimate was found in [`LIKE_UNTIL`] blocks: a caller is more to be expected than another one.
pub(super) const LIKE_KNOWN: f32 = 1.1;
/// See [`LIKE_KNOWN`]: 400 ms of sound, in which a filter may have learnt a vowel and not the path.
pub(super) const LIKE_UNTIL: u32 = 25;
/// What may be left of the echo explains less of a block than this share of it leaves: it is something new ...
pub(super) const NEW: f32 = 0.3;
/// ... if it is so many times the noise (8 dB).
pub(super) const NEW_OVER_NOISE: f32 = 6.0;
/// How far back in what was heard a new echo is taken for one, in steps of 10 ms: as far as speech can be judged again.
pub(super) const LIKE_REACH: usize = 10;
/// Blocks in which the estimate was found after which a path is known to be there when the line does not carry it: 240 ms.
pub(super) const CLOSED_KNOWN: u32 = 15;
/// Under this share of the estimate (−10 dB) nothing of it is in what is heard: the line is closed.
pub(super) const CLOSED: f32 = 0.1;
/// From this share on it is open.
pub(super) const OPEN: f32 = 0.3;
/// Steps of 10 ms after which a closed line is a path that went away: 1 s of sound.
pub(super) const CLOSED_STEPS: u32 = 100;

// -- a digit that was played

/// The share of a block's power within [`DIGIT_REACH`] of each tone of a digit.
pub(super) const DIGIT_TONE: f32 = 0.2;
/// The same of both together: a voice has more elsewhere.
pub(super) const DIGIT_PAIR: f32 = 0.75;
/// Bins on each side of a tone.
pub(super) const DIGIT_REACH: usize = 1;

// -- captures above the canceller's rate

/// Half of a filter's length, in samples of the canceller's rate: 1 ms, side lobes 44 dB down from 0.6 of that rate on.
pub(super) const BRIDGE_HALF: usize = 8;
/// The filters' edge, as a share of that rate: 3.7 kHz.
pub(super) const BRIDGE_EDGE: f32 = 0.46;
/// How far the band above may be over its quietest, as a power: 10 ms of noise stray by that.
pub(super) const NOISE_OVER: f32 = 1.5;
/// The way that its gain goes in a sample of the capture.
pub(super) const BRIDGE_GAIN_STEP: f32 = 0.03;

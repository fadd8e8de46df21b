//! Every number that decides, with its unit and its reason. One frame is 10 ms.

// -- the picture of a frame -------------------------------------------------------------------------

/// Frames per second. 10 ms is a tenth of a short syllable and the grid of the telephone's own frames.
pub(crate) const FRAMES_PER_S: u64 = 100;
/// Samples per second of the low half, 0–4 kHz: the telephone's rate, so every rate hears the same there.
pub(crate) const LOW_HZ: u32 = 8_000;
/// Samples per second from which there is a high half, 4–8 kHz, where fricatives are.
pub(crate) const WIDE_HZ: u32 = 16_000;
/// Samples of one spectrum: 32 ms hold two periods of the lowest voice (80 Hz) and part two DTMF lines.
pub(crate) const WINDOW: usize = 256;
/// Bins of one spectrum, 31.25 Hz each.
pub(crate) const BINS: usize = WINDOW / 2;
/// Width of one bin, in Hz.
pub(crate) const BIN_HZ: f32 = LOW_HZ as f32 / WINDOW as f32;
/// Bands of the low half.
pub(crate) const LOW_BANDS: usize = 16;
/// Bands in all: two more, 4–6 and 6–8 kHz, stand for the high half.
pub(crate) const BANDS: usize = LOW_BANDS + 2;
/// First bin of each low band, and one past the last: about as wide as the ear's critical bands, from
/// 94 Hz (below it mains, rumble and DC, no speech) to 3.75 kHz (the edge of the telephone).
pub(crate) const EDGES: [usize; LOW_BANDS + 1] =
    [3, 6, 9, 12, 15, 18, 22, 26, 31, 37, 44, 52, 61, 71, 83, 98, 120];
/// Mean square that every band is lifted by: -90 dBFS. Below it is digital zero and converter dust, and
/// dust that rises is not speech.
pub(crate) const DUST: f32 = 1e-9;
/// The same, in dBFS.
pub(crate) const DUST_DB: f32 = -90.0;
/// Largest sample believed, full scale: a converter clips there, too, and a broken host does not deafen the detector.
pub(crate) const LOUDEST: f32 = 1.0;

// -- the pitch of a voice ---------------------------------------------------------------------------

/// First bin that pitch is looked for in: 94 Hz.
pub(crate) const VOICE_FROM: usize = 3;
/// Bins that pitch is looked for in: up to 1.5 kHz, where the harmonics of a voice are strong and regular.
pub(crate) const VOICE_BINS: usize = 45;
/// Shortest period of a voice, in samples of the low half: 400 Hz, a child's.
pub(crate) const SHORTEST_LAG: usize = 20;
/// Steps of the period that is looked for, in samples of the low half.
pub(crate) const LAG_STEP: usize = 2;
/// Periods looked for.
pub(crate) const LAGS: usize = 44;
/// Longest period, in samples of the low half: 75 Hz, a deep voice. Mains hum lies below.
pub(crate) const LONGEST_LAG: usize = SHORTEST_LAG + (LAGS - 1) * LAG_STEP;

// -- lines: tones of the telephone, beeps -----------------------------------------------------------

/// Bins each side of a line that belong to it: the main lobe of the Hann window.
pub(crate) const LINE_REACH: usize = 2;
/// Bins each side of the stronger line in which a second tone of a call's progress may be (350 + 440 Hz).
pub(crate) const NEAR_REACH: usize = 4;
/// Share of one line that makes a tone: whistled vowels stay under it.
pub(crate) const SINGLE_SHARE: f32 = 0.95;
/// Lowest single tone told at once, in Hz: the pitch of a child's voice and its double lie below.
pub(crate) const SINGLE_FROM_HZ: f32 = 560.0;
/// Share of two lines that makes a DTMF digit.
pub(crate) const PAIR_SHARE: f32 = 0.93;
/// Where the lower line of a digit may be, in Hz: 697–941 (ITU-T Q.23) and half a bin.
pub(crate) const LOW_GROUP_HZ: core::ops::Range<f32> = 670.0..980.0;
/// Where the higher line of a digit may be, in Hz: 1209–1633 (ITU-T Q.23) and a bin.
pub(crate) const HIGH_GROUP_HZ: core::ops::Range<f32> = 1_170.0..1_690.0;
/// Share near one line from which a frame has no more than that: a tone, or a pure vowel.
pub(crate) const PURE_SHARE: f32 = 0.9;
/// Voiced frames with more than one line that make a rise a voice's.
pub(crate) const RICH_FRAMES: u32 = 3;
/// Lowest tone of a call's progress, 350 Hz (ITU-T E.180), less a bin: what is lower is the pitch of a voice.
pub(crate) const TONE_FROM_HZ: f32 = 320.0;
/// Change of level from frame to frame beyond which a window is not full of a tone, in dB.
pub(crate) const FULL_DB: f32 = 2.5;
/// How far the line of a pure sound must wander to be a voice's, in Hz: no one holds a pitch as a tone does.
pub(crate) const LINE_WANDER_HZ: f32 = 7.0;
/// Frames that a tone is held until what follows it may be its ring: 100 ms, a vowel glides sooner.
pub(crate) const RING_HELD_FRAMES: u8 = 10;
/// Share of a ring that lies near the tone: the reflections of a room beat and blur the line, the noise scatters beside it.
pub(crate) const RING_SHARE: f32 = 0.8;
/// Frames after which a ring that was not heard is over: 200 ms, reflections cancel for less.
pub(crate) const RING_GAP_FRAMES: u8 = 20;

// -- the noise floor --------------------------------------------------------------------------------

/// Floor of a band before anything was heard: -60 dBFS in all, a quiet room at a microphone.
pub(crate) const UNHEARD_DB: f32 = -72.0;
/// Frames at the start in which the floor is learnt faster.
pub(crate) const COLD_FRAMES: u32 = 20;
/// Share of the way to a frame's level that the floor goes in a pause, at the start.
pub(crate) const COLD_RATE: f32 = 0.2;
/// The same later: 200 ms.
pub(crate) const PAUSE_RATE: f32 = 0.05;
/// The same, and for strays, while a rise does not prove to be speech: 500 ms.
pub(crate) const UNPROVED_RATE: f32 = 0.02;
/// Share of the way to its level that the floor goes first: 100 ms.
pub(crate) const UNPROVED_MEAN_RATE: f32 = 0.1;
/// Frames that the floor alone is learnt first, so that the way to it is not taken for stray.
pub(crate) const UNPROVED_MEAN_FRAMES: u64 = 15;
/// Frames after which a rise that has not proved to be speech is learnt from.
pub(crate) const UNPROVED_FRAMES: u64 = 20;
/// How far the smoothed level must lie under the floor to draw it down, in dB: less is its own scatter.
pub(crate) const FALL_FROM_DB: f32 = 4.0;
/// Share of the way down to the smoothed level while someone speaks.
pub(crate) const FALL_RATE: f32 = 0.1;
/// Share of the way up to the minimum of the last second.
pub(crate) const RISE_RATE: f32 = 0.1;
/// How far the minimum must lie over the floor to draw it up, in dB: less is its own scatter, or speech.
pub(crate) const RISE_FROM_DB: f32 = 3.0;
/// Range in which a band must stay to be noise at whatever height, in dB.
pub(crate) const HELD_DB: f32 = 2.0;
/// Frames that it must stay there: no sound of speech but a vowel is held for half a second.
pub(crate) const HELD_FRAMES: i16 = 50;
/// Smoothing of levels before their minimum is taken: 80 ms.
pub(crate) const SMOOTH_RATE: f32 = 0.12;
/// Frames that a sound may be warm and never hot, until it is learnt: no one speaks so evenly on the edge.
pub(crate) const WARM_FRAMES: u64 = 20;
/// Frames of a block of minimum statistics; three blocks outlast a phrase without a pause.
pub(crate) const BLOCK_FRAMES: u32 = 40;
/// How far the smoothed minimum of a second of noise lies under its mean, in dB.
pub(crate) const LEAST_BIAS_DB: f32 = 2.0;

// -- the score --------------------------------------------------------------------------------------

/// How far a 32 ms frame of steady noise strays in each band, in dB: less the wider the band.
pub(crate) const STRAY_DB: [f32; BANDS] =
    [4.6, 4.6, 4.6, 4.6, 4.6, 4.2, 4.2, 3.8, 3.5, 3.2, 3.0, 2.8, 2.6, 2.5, 2.2, 1.8, 1.0, 1.0];
/// No band is believed to be steadier than this, in dB: a floor of one tone or of digital dust.
pub(crate) const LEAST_STRAY_DB: f32 = 1.5;
/// A frame further off than this, in dB, says no more of the noise's strays.
pub(crate) const STRAY_REACH_DB: f32 = 15.0;
/// Share of the way that strays go in a frame: 2 s.
pub(crate) const STRAY_RATE: f32 = 0.005;
/// Heights are kept between these, in strays: what is loud in one frame does not fill a stretch.
pub(crate) const HEIGHT_LEAST: f32 = -3.0;
/// See [`HEIGHT_LEAST`].
pub(crate) const HEIGHT_MOST: f32 = 5.0;
/// Frames of the short stretch: where a loud sound begins and ends.
pub(crate) const SHORT_FRAMES: usize = 3;
/// Frames of the long stretch: what stands out of loud noise only by lasting, as a syllable does.
pub(crate) const LONG_FRAMES: usize = 12;
/// Frames that the middle of the long stretch lies before that of the short.
pub(crate) const LONG_BEHIND: u64 = 4;
/// Bands that count as the strongest: two formants.
pub(crate) const STRONGEST: usize = 3;
/// Mean and spread of both scores in steady noise, in strays.
pub(crate) const NOISE_SCORES: [(f32, f32); 2] = [(0.55, 0.2), (0.25, 0.12)];
/// No noise is believed to be steadier than this, in strays.
pub(crate) const LEAST_SPREAD: f32 = 0.1;
/// A score further off than this, in strays, says no more of how noise spreads.
pub(crate) const SPREAD_REACH: f32 = 2.0;
/// Share of the sensitivity down to which speech goes on.
pub(crate) const OFF_SHARE: f32 = 0.6;
/// Share of the way that mean and spread go in a frame: 2 s.
pub(crate) const SPREAD_RATE: f32 = 0.005;
/// Speech may start this many spreads over the mean.
pub(crate) const ON_SPREADS: f32 = 4.5;
/// Speech goes on down to this many spreads over the mean.
pub(crate) const OFF_SPREADS: f32 = 2.5;
/// From this score on speech may start over any noise, in strays: heights end at 5, and a bar over that is deaf to
/// whatever comes. Music and a crowd, of which no floor is a mean, would lift it there.
pub(crate) const ON_MOST: f32 = 3.5;
/// The same for speech that goes on.
pub(crate) const OFF_MOST: f32 = 2.6;
/// Where speech is certain it reaches back and on to this many spreads over the mean: noise hides its edges.
pub(crate) const EDGE_SPREADS: f32 = 1.5;
/// Most frames that speech reaches back over the edge.
pub(crate) const EDGE_FRAMES: u64 = 12;
/// The same in the first second, when how the noise spreads is a guess.
pub(crate) const YOUNG_EDGE_FRAMES: u64 = 3;
/// Frames of that second.
pub(crate) const YOUNG_FRAMES: u64 = 100;
/// Most frames that it reaches on.
pub(crate) const EDGE_MOST_FRAMES: u32 = 14;
/// The long stretch counts only while the short one is this many spreads over its mean.
pub(crate) const ALIVE_SPREADS: f32 = 0.7;

// -- the decision -----------------------------------------------------------------------------------

/// Frames over the off threshold, in one stretch over the edge, that go on with speech: a click is shorter.
pub(crate) const SUPPORT_FRAMES: u32 = 4;
/// Frames of silence after which speech that seems to go on must last longer to do so: noise breathes, too.
pub(crate) const PAUSED_FRAMES: u64 = 10;
/// How far the talker must stand over the floor for that, in dB: closer, noise hides parts of syllables.
pub(crate) const CLEAR_TALKER_DB: f32 = 25.0;
/// Frames after a clear voice, far over the floor, in which the floor is not lifted: a consonant of 100 ms. In a phrase
/// without a pause the minimum of a second is his own.
pub(crate) const VOICE_AGO_FRAMES: u8 = 10;
/// How far he must stand over it for his sounds to be heard whole, in dB: closer, noise hides both edges of a pause.
pub(crate) const HIDDEN_TALKER_DB: f32 = 20.0;
/// Frames that a pause then seems longer than it is: a short stretch of the score at either edge.
pub(crate) const HIDDEN_FRAMES: u64 = 2 * SHORT_FRAMES as u64;
/// How far he must stand over it for a pause to go on unless something hot or voiced ends it, in dB: noise that
/// breathes is neither.
pub(crate) const NEAR_TALKER_DB: f32 = 15.0;
/// Frames of such a stretch that it must then last: a syllable.
pub(crate) const RESUMED_FRAMES: u32 = 8;
/// Frames of it after which the end waits for the rest: one frame over the threshold may be the noise's own.
pub(crate) const COMING_FRAMES: u32 = 2;
/// Frames under the off threshold after which a rise has come to nothing.
pub(crate) const GAP_FRAMES: u32 = 15;
/// Frames under the off threshold that do not move the beginning of a rise.
pub(crate) const DIP_FRAMES: u32 = 2;
/// Voiced frames that make a rise speech.
pub(crate) const VOICED_FRAMES: f32 = 4.0;
/// How far the level of a sound that was there from the first sample must have moved to be speech, in dB:
/// syllables move it by 20 dB, a crowd by 8.
pub(crate) const COLD_RANGE_DB: f32 = 12.0;
/// The same for the clear voice of one who is near, in dB: it may say a second of vowels without a pause.
pub(crate) const COLD_VOICE_RANGE_DB: f32 = 5.0;
/// The same for such a voice with formants, in dB: a hum and a held tone keep their level within 1 dB.
pub(crate) const COLD_BRIGHT_RANGE_DB: f32 = 2.5;
/// Share of its voiced frames that must have them.
pub(crate) const CLEAR_BRIGHT: f32 = 0.8;
/// First band of formants: 375 Hz, over the pitch of any voice.
pub(crate) const BRIGHT_FROM: usize = 3;
/// How far under the whole one of these bands may lie, in dB: a rumble falls by 12 dB per octave and more.
pub(crate) const BRIGHT_DB: f32 = 12.0;
/// Voiced frames of a clear voice at least.
pub(crate) const CLEAR_FRAMES: f32 = 10.0;
/// Mean voicing of its voiced frames: a crowd, and a voice in noise, stay under it.
pub(crate) const CLEAR_VOICING: f32 = 0.85;
/// Mean voicing from which it may be a rumble, which no breath disturbs.
pub(crate) const RUMBLE_VOICING: f32 = 0.97;
/// Level that it reaches, in dBFS: what is fainter from the first sample on may be music far off.
pub(crate) const CLEAR_DB: f32 = -42.0;
/// Frames in which what may be a rumble must turn into another sound to be a voice: a car's turns slowly.
pub(crate) const TURN_FRAMES: u32 = 30;
/// Frames of a rise that has not proved to be speech after which a louder sound is another.
pub(crate) const TOPPED_FRAMES: u64 = 30;
/// How much louder, in dB.
pub(crate) const TOPPED_DB: f32 = 10.0;
/// Hot frames after which a sound that was there from the first sample, and is not speech, is the noise.
pub(crate) const COLD_MOST_FRAMES: u32 = 100;
/// Smoothing of the level of a cold sound: 40 ms.
pub(crate) const COLD_SMOOTH_RATE: f32 = 0.25;
/// Voicing from which a frame is voiced.
pub(crate) const VOICED_FROM: f32 = 0.6;
/// Frames over which the fall of a level is taken.
pub(crate) const FALL_FRAMES: usize = 4;
/// How far the level may fall in 40 ms for a voiced frame, in dB: a struck thing falls faster.
pub(crate) const SUSTAIN_FALL_DB: f32 = 9.0;
/// How far under the loudest of the talker his speech may lie, in dB.
pub(crate) const TALKER_RANGE_DB: f32 = 38.0;
/// How far under it he does not stay, in dB: his weak fricatives lie 10–25 dB under his vowels.
pub(crate) const FAINT_DB: f32 = 25.0;
/// Frames that he may be fainter than that: a closure and a weak consonant. What goes on longer is behind him.
pub(crate) const FAINT_FRAMES: u8 = 25;
/// How far under it his next phrase may lie at its loudest, in dB.
pub(crate) const TALKER_NEXT_DB: f32 = 18.0;
/// Fall of the talker's level, in dB per frame: 2 dB per second.
pub(crate) const TALKER_FALL_DB: f32 = 0.02;
/// The same while he is silent: what is far under him after a pause is behind him still, but another may take the line.
pub(crate) const TALKER_REST_DB: f32 = 0.01;
/// How far a voice rises over all that was speech before it when that was none of his, in dB: the vowels of one talker
/// differ by less.
pub(crate) const OUTDONE_DB: f32 = 12.0;
/// How far he does after less of it, in dB: his first vowel may stand so far over the consonants before it.
pub(crate) const OUTDONE_SOON_DB: f32 = 15.0;
/// How far he stays over it, in dB.
pub(crate) const OUTDONE_HELD_DB: f32 = 8.0;
/// Voiced frames that he does: a knock rings for less.
pub(crate) const OUTDONE_VOICED: u8 = 6;
/// Frames in which he does.
pub(crate) const OUTDONE_FRAMES: u8 = 30;
/// Frames of speech before it at least: his own weak beginning, a breath and a consonant, is shorter.
pub(crate) const OUTDONE_AFTER_FRAMES: u64 = 70;
/// The same for a voice so much louder.
pub(crate) const OUTDONE_SOON_FRAMES: u64 = 45;
/// How far over its loudest what lies behind the talker may come again, in dB: music and a crowd go up and down by more
/// than noise.
pub(crate) const BEHIND_DB: f32 = 6.0;
/// What is no further under the talker than this is his next phrase, in dB, whatever was heard behind him.
pub(crate) const BEHIND_NEXT_DB: f32 = 12.0;
/// What goes on no further under him than this is his own, in dB: the weak sounds within a phrase.
pub(crate) const BEHIND_STAYS_DB: f32 = 15.0;
/// How far under the talker a word is at his level, in dB.
pub(crate) const AGAIN_DB: f32 = 6.0;
/// Hot frames of such a word at least: the shortest syllable is 50 ms.
pub(crate) const AGAIN_FRAMES: u32 = 5;
/// How far over the whole floor what is fainter than [`CLEAR_DB`] must stand, in dB: who speaks to us is louder than
/// that, or the room is stiller; what is neither is a room next door, or its music.
pub(crate) const PRESENT_DB: f32 = 8.0;
/// What a frame that is not voiced takes back of the voiced ones: noise is voiced by chance in one of six.
pub(crate) const UNVOICED_COST: f32 = 0.34;
/// Height over its floor from which a band has risen, in dB.
pub(crate) const RISEN_DB: f32 = 3.0;
/// Low bands that have risen when a sound is as broad as noise: three in four.
pub(crate) const BROAD_BANDS: usize = 9;
/// Mean distance of the smoothed bands within which a sound is stationary, in dB.
pub(crate) const STEADY_DB: f32 = 2.2;
/// Frames that an unvoiced sound of one shape takes to be the noise: no fricative lasts so long.
pub(crate) const SAME_SHAPE_FRAMES: u32 = 35;
/// Frames that a sound of one shape and level takes to be the noise.
pub(crate) const STEADY_FRAMES: u32 = 50;
/// The same while it is voiced: one may say "erm" for so long, and two syllables may be of one vowel.
pub(crate) const HELD_VOWEL_FRAMES: u32 = 100;
/// The same for a sound that was there from the first sample.
pub(crate) const COLD_STEADY_FRAMES: u32 = 20;
/// Frames until the first window is full.
pub(crate) const FILLING_FRAMES: u64 = 4;

// -- a line whose noise nobody has heard alone ------------------------------------------------------

/// How far the level of noise strays from its mean, in dB: 32 ms of it hold few periods of a rumble.
pub(crate) const FLAT_DB: f32 = 4.0;
/// One frame in so many may stray further.
pub(crate) const FLAT_SHARE: u32 = 4;
/// Frames of a flat level before the first voice that are the noise: the first full windows of 70 ms.
pub(crate) const LEAD_FRAMES: u32 = 4;
/// Frames that a consonant before the first vowel may sound at most.
pub(crate) const WEAK_FRAMES: u64 = 15;
/// How far the first vowel stands over such a consonant at most, in dB.
pub(crate) const WEAK_DB: f32 = 18.0;
/// How far under the loudest of the talker a flat level is the noise, in dB: weak fricatives lie 10–25 dB under
/// the vowels beside them.
pub(crate) const HUSH_DB: f32 = 25.0;
/// Frames that it must last: the closure of a stop is shorter, and also the noise.
pub(crate) const HUSH_FRAMES: u32 = 10;

// -- the shape of a sound ---------------------------------------------------------------------------

/// Smoothing of levels before shapes are compared: 20 ms.
pub(crate) const SHAPE_RATE: f32 = 0.55;
/// A band lower than this over its floor has no shape, in dB.
pub(crate) const SHAPE_FLOOR_DB: f32 = 6.0;
/// Mean distance of two shapes at the same level that makes a turn, in dB: from one speech sound to another.
pub(crate) const TURN_DB: f32 = 3.0;
/// Frames of a rise until its first shape is taken: before, its window is not full of it.
pub(crate) const SHAPE_FRAMES: u32 = 3;
/// Turns that make an unvoiced rise speech.
pub(crate) const TURNS: u32 = 2;
/// Hot frames that make a rise with turns speech.
pub(crate) const TURNED_FRAMES: u32 = 11;
/// Frames that are not hot and yet do not part such a row: a dent in its window.
pub(crate) const DENT_FRAMES: u32 = 3;
/// Hot frames that do not die away after which a sound is more than a rap or a key: 100 ms.
pub(crate) const LONG_BURST_FRAMES: u32 = 10;
/// Frames that do not part such a row after a sound so long, and then are a turn by itself: the closure of a stop lasts
/// 40–100 ms, and the window of 32 ms hides the rest. Raps and keys die away.
pub(crate) const CLOSURE_FRAMES: u32 = 6;
/// How far under the loudest of a rise shapes are compared, in dB.
pub(crate) const SHAPE_RANGE_DB: f32 = 15.0;

// -- what was said not to be speech -----------------------------------------------------------------

/// Frames that can be judged again: 100 ms, and a frame under way at either end.
pub(crate) const REDO_FRAMES: usize = 12;
/// Ranges that are kept apart: digits and beeps come one after the other.
pub(crate) const EXCLUSIONS: usize = 4;

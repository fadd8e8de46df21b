//! The numbers of the clock and of the watch, with units and reasons.

use std::time::Duration;

/// Callbacks within so many seconds of the first count as one, by the one that came most in time: a thread that was held
/// up gets what waited in one go, and only the last of it says how late it was.
pub(crate) const CELL_S: f64 = 0.060;

/// The time in which no callback came says nothing: a cell counts as no longer than this, in seconds, a callback of 100 ms that is late
/// by half.
pub(crate) const CELL_MOST_S: f64 = 0.150;

/// A rise of the surplus is looked at over this long at least, in seconds: a loss is to be found within one.
pub(crate) const WINDOW_S: f64 = 0.7;

/// Steps under this are no loss, in seconds: ALSA's plugin lets the surplus wander by 350 samples of 48 kHz, 7.3 ms, and the least
/// that servers lose is a fragment of 10 ms.
pub(crate) const STEP_S: f64 = 0.008;

/// What a server kept and gave late is told from mere lateness when it is more than this, in seconds.
pub(crate) const KEPT_S: f64 = 0.050;

/// A stream finds its pace in its first callbacks, in seconds: what it loses in this time is not seen.
pub(crate) const SETTLES_S: f64 = 0.25;

/// By how much a sound card's clock may be off: 300 ppm is poor, and good ones are within 100.
pub(crate) const DRIFT: f64 = 500e-6;

/// How unlikely a row of late callbacks must be as mere lateness before it is a loss: one in e²⁶, 200 billion. It
/// is looked at 16 times a second, in rows of up to 32 lengths: once in 20 years.
pub(crate) const NATS: f64 = 26.0;

/// How long a device may take to open.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How long a device that went away is waited for, unless said otherwise.
pub(crate) const GIVE_UP: Duration = Duration::from_secs(5);

/// How long samples may be held back that came late, and may have to be placed behind a gap.
pub(crate) const HOLD: Duration = Duration::from_millis(1_000);

/// No callback for this long is a stalled source. PulseAudio's come each 100 ms.
pub(crate) const STALL: Duration = Duration::from_millis(500);

/// A stream that stalled for this long is opened anew. A server that was merely stopped for two seconds goes on by itself.
pub(crate) const GIVE_UP_STREAM: Duration = Duration::from_millis(2_500);

/// A stream whose server is gone, or knows it no more, ends when it is silent for this long: two of PulseAudio's callbacks.
pub(crate) const ORPHANED: Duration = Duration::from_millis(200);

/// How long a server may take to say what it has in the place of a device that was removed.
pub(crate) const REPLACED: Duration = Duration::from_millis(200);

/// How long a stream that nobody wants any more may play what was written: its ring holds half a second, and a server more.
pub(crate) const LAST_SOUND: Duration = Duration::from_millis(2_500);

/// Pause before a stream that ended is opened again; it doubles with each failure.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest such pause.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How long PipeWire may take to tell its PulseAudio server of a stream that runs.
pub(crate) const SETTLES: Duration = Duration::from_secs(1);

/// How often the server is asked where the stream is.
pub(crate) const LOOK_AROUND: Duration = Duration::from_millis(100);

/// Exact zeros for this long are no microphone's: the quietest has noise in its last bit.
pub(crate) const NO_SIGNAL: Duration = Duration::from_secs(2);

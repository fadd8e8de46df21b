//! The thread that stands for a sound card's: it calls the tap with a block each 10 ms, or when there is room.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use afterbeep::SampleRate;

use super::{name::Pace, sound::Sound};
use crate::callback::{Fault, InputTap};

/// Blocks per second: 10 ms each, as a sound card's often are.
const BLOCKS_PER_S: u32 = 100;

/// Pause between two looks whether the ring has room.
const POLL: Duration = Duration::from_millis(1);

/// Stands for a running stream; dropping it ends the thread, without waiting.
pub(crate) struct Feeder {
    // Held for its drop only, which the thread sees.
    _wanted: Sender<()>,
}

impl Feeder {
    /// Starts the thread; `None` if the system gives none.
    pub(super) fn start(
        tap: InputTap,
        sound: Sound,
        pace: Pace,
        rate: SampleRate,
        epoch: Instant,
    ) -> Option<Self> {
        let (wanted, gone) = mpsc::channel();
        let feeding = Feeding { tap, sound, pace, rate, epoch, gone };
        thread::Builder::new().name("afterbeep-file".into()).spawn(move || feeding.run()).ok()?;
        Some(Self { _wanted: wanted })
    }
}

struct Feeding {
    tap: InputTap,
    sound: Sound,
    pace: Pace,
    rate: SampleRate,
    /// Where times count from.
    epoch: Instant,
    gone: Receiver<()>,
}

impl Feeding {
    fn run(mut self) {
        let mut block = vec![0; self.rate.hz().div_ceil(BLOCKS_PER_S) as usize];
        let (start, mut sent) = (Instant::now(), 0);
        loop {
            let count = match self.sound.fill(&mut block) {
                Ok(0) => return self.tap.state().report(Fault::DeviceLost),
                Ok(count) => count,
                Err(_) => return self.tap.state().report(Fault::Invalidated),
            };
            sent += count as u64;
            // A sound card's block comes when its last sample was heard.
            let due = start + Duration::from_secs_f64(sent as f64 / f64::from(self.rate.hz()));
            if !self.wait(due, count) {
                return;
            }
            // By the sound card's clock, which is right: nothing of a file is lost without a word.
            self.tap.on_audio_at(&block[..count], due.saturating_duration_since(self.epoch));
        }
    }

    /// Waits until a block may go; false if nobody wants it any more.
    fn wait(&self, due: Instant, count: usize) -> bool {
        match self.pace {
            Pace::RealTime => self.sleeps_until(due),
            Pace::Fast => {
                while self.tap.room() < count {
                    if !self.sleeps_until(Instant::now() + POLL) {
                        return false;
                    }
                }
                self.sleeps_until(Instant::now())
            }
        }
    }

    fn sleeps_until(&self, due: Instant) -> bool {
        let left = due.saturating_duration_since(Instant::now());
        self.gone.recv_timeout(left) == Err(RecvTimeoutError::Timeout)
    }
}

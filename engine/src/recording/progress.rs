//! How far a recording is on its way to the disk, for those who wait for it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};

use super::StorageError;

/// How far the writing of a recording has come.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<(Mutex<Written>, Condvar)>);

#[derive(Debug, Default)]
struct Written {
    samples: u64,
    error: Option<StorageError>,
    over: bool,
}

impl Progress {
    /// How many samples the file holds.
    pub fn samples(&self) -> u64 {
        self.0.0.lock().samples
    }

    /// What ended the writing, if something did.
    pub fn error(&self) -> Option<StorageError> {
        self.0.0.lock().error.clone()
    }

    /// Waits until the file holds `samples`, the writing has ended, or `most` has passed; tells how many it holds.
    pub fn wait_for(&self, samples: u64, most: Duration) -> u64 {
        let deadline = Instant::now() + most;
        let mut written = self.0.0.lock();
        while written.samples < samples && !written.over {
            if self.0.1.wait_until(&mut written, deadline).timed_out() {
                break;
            }
        }
        written.samples
    }

    pub(super) fn has_written(&self, samples: u64) {
        self.set(|written| written.samples = samples);
    }

    /// Nothing more is written.
    pub(super) fn is_over(&self, samples: u64) {
        self.set(|written| {
            written.samples = samples;
            written.over = true;
        });
    }

    /// The writing ended with `error`, and with so many samples in the file.
    pub(super) fn has_failed(&self, error: &StorageError, samples: u64) {
        self.set(|written| {
            written.samples = samples;
            written.error.get_or_insert_with(|| error.clone());
            written.over = true;
        });
    }

    fn set(&self, change: impl FnOnce(&mut Written)) {
        change(&mut self.0.0.lock());
        self.0.1.notify_all();
    }
}

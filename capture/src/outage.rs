//! A device that is away, and how long it is waited for.

use std::time::{Duration, Instant};

use crate::DeviceError;

/// Whether a device is away, since when and why; and, in the end, that it is given up.
#[derive(Debug)]
pub(crate) struct Outage {
    give_up: Duration,
    /// Since when, and why.
    away: Option<(Instant, DeviceError)>,
    gone: Option<DeviceError>,
}

impl Outage {
    pub(crate) fn new(give_up: Duration) -> Self {
        Self { give_up, away: None, gone: None }
    }

    /// The device went away, at this time; whether that is news.
    pub(crate) fn begin(&mut self, since: Instant, error: DeviceError) -> bool {
        let is_news = self.away.is_none();
        self.away.get_or_insert((since, error));
        is_news
    }

    /// It could not be opened again, which is a better reason; whether it is news that the device is away.
    pub(crate) fn failed(&mut self, error: DeviceError) -> bool {
        let since = self.away.take().map(|(since, _)| since);
        self.away = Some((since.unwrap_or_else(Instant::now), error));
        since.is_none()
    }

    /// It is there again.
    pub(crate) fn end(&mut self) {
        self.away = None;
    }

    /// It gave all that it ever will.
    pub(crate) fn is_over(&mut self, error: DeviceError) {
        self.gone.get_or_insert(error);
    }

    /// Why the device is given up, once it is.
    pub(crate) fn gone(&mut self, host: &str, device: &str) -> Option<DeviceError> {
        if self.gone.is_none() {
            let (since, error) = self.away.as_ref().filter(|(since, _)| since.elapsed() >= self.give_up)?;
            let reason = match error {
                DeviceError::Lost { reason, .. } => reason.clone(),
                error => error.to_string(),
            };
            let reason = format!("for {:.1} s now: {reason}", since.elapsed().as_secs_f64());
            self.gone = Some(DeviceError::Lost { host: host.into(), device: device.into(), reason });
        }
        self.gone.clone()
    }
}

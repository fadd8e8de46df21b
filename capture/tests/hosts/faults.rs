//! What happens to the server is noticed, and time stays true.

use std::time::{Duration, Instant};

use afterbeep_capture::{DeviceError, Listening, Microphone, Notice, Read};

use crate::rig::{RATE, Server};

const SECOND: Duration = Duration::from_secs(1);

/// A microphone and what it told.
struct Listener {
    microphone: Microphone,
    samples: u64,
    lost: u64,
    notices: Vec<(Instant, Notice)>,
    gone: Option<(Instant, DeviceError)>,
}

impl Listener {
    fn open(server: &Server, give_up: Duration) -> Self {
        let how = Listening::to(&server.host().choice()).give_up_after(give_up);
        let microphone = Microphone::open_with(how).unwrap();
        Self { microphone, samples: 0, lost: 0, notices: Vec::new(), gone: None }
    }

    fn listen(&mut self, duration: Duration) {
        let (until, mut frame) = (Instant::now() + duration, [0; 9_600]);
        while Instant::now() < until && self.gone.is_none() {
            match self.microphone.read(&mut frame, Duration::from_millis(20)) {
                Read::Samples(count) => self.samples += count as u64,
                Read::Lost(count) => self.lost += count,
                Read::Notice(notice) => self.notices.push((Instant::now(), notice)),
                Read::Gone(error) => self.gone = Some((Instant::now(), error)),
                _ => {}
            }
        }
    }

    /// Seconds of sound, losses among it.
    fn seconds(&self) -> f64 {
        (self.samples + self.lost) as f64 / f64::from(RATE)
    }

    fn told(&self, fault: Instant, is_wanted: impl Fn(&Notice) -> bool) -> Option<Duration> {
        let found = self.notices.iter().find(|(at, notice)| *at >= fault && is_wanted(notice));
        found.map(|(at, _)| *at - fault)
    }
}

/// Stopped for two seconds: the gap is counted, and time is as long as it was.
pub(crate) fn stopped(server: &Server) -> String {
    let mut listener = Listener::open(server, 8 * SECOND);
    listener.listen(3 * SECOND);
    let (before, fault) = (listener.seconds(), Instant::now());
    server.signal("STOP");
    listener.listen(2 * SECOND);
    server.signal("CONT");
    let stopped = fault.elapsed().as_secs_f64();
    listener.listen(4 * SECOND);
    let off = listener.seconds() - before - fault.elapsed().as_secs_f64();
    let lost = listener.lost as f64 / f64::from(RATE);
    let stalled = listener.told(fault, |notice| matches!(notice, Notice::Stalled { .. }));
    let figures = format!(
        "stopped {stopped:.2} s, {lost:.3} s counted, time off by {off:.3} s, stall told after {stalled:?}"
    );
    assert!(listener.gone.is_none() && off.abs() < 0.3, "{figures}: {:?}", listener.gone);
    assert!(stalled.is_some_and(|after| after < 3 * SECOND / 2), "{figures}");
    figures
}

/// Clock ticks, of 10 ms, that this process ran so far.
fn ticks_run() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// Killed, and it does not come back: waited for, then gone with a reason, and no core is busy.
pub(crate) fn killed(server: &Server) -> String {
    let mut listener = Listener::open(server, 3 * SECOND);
    listener.listen(2 * SECOND);
    let (fault, ticks) = (Instant::now(), ticks_run());
    server.signal("KILL");
    listener.listen(8 * SECOND);
    let busy = (ticks_run() - ticks) as f64 / fault.elapsed().as_secs_f64();
    let broken = listener.told(fault, |notice| matches!(notice, Notice::Broken(_)));
    let Some((at, error)) = &listener.gone else {
        panic!("nobody said that it is gone: {:?}", listener.notices)
    };
    let figures =
        format!("broken told after {broken:?}, gone after {:?}, {busy:.1} % of a core: {error}", *at - fault);
    assert!(*at - fault < 6 * SECOND && busy < 15.0, "{figures}");
    figures
}

/// Killed, and started again after a second: the gap is counted.
pub(crate) fn killed_and_back(server: &Server) -> String {
    let mut listener = Listener::open(server, 8 * SECOND);
    listener.listen(3 * SECOND);
    let (before, fault) = (listener.seconds(), Instant::now());
    server.signal("KILL");
    listener.listen(SECOND);
    let _server = server.restarted();
    listener.listen(6 * SECOND);
    let off = listener.seconds() - before - fault.elapsed().as_secs_f64();
    let lost = listener.lost as f64 / f64::from(RATE);
    let restored = listener.told(fault, |notice| matches!(notice, Notice::Restored { .. }));
    let figures = format!("{lost:.3} s counted, time off by {off:.3} s, restored after {restored:?}");
    assert!(
        listener.gone.is_none() && restored.is_some() && off.abs() < 0.3,
        "{figures}: {:?}",
        listener.notices
    );
    figures
}

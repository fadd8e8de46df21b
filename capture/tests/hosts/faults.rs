//! What happens to the server is noticed, and time stays true.

use std::time::{Duration, Instant};

use afterbeep::RecordingRate;
use afterbeep::recording::{RecordingPath, Storage, WavFile};
use afterbeep_capture::{DeviceError, Listening, Microphone, Notice, Read, RingLength};

use crate::rig::{Host, RATE, Server, compare, known_noise};

const SECOND: Duration = Duration::from_secs(1);

/// What a table's figure of half a second may take: three times that.
const SOON: Duration = Duration::from_millis(1_500);

/// Percent of a core that a dead device may cost, three times the table's.
const BUSY: f64 = 15.0;

/// A microphone and all that it gave.
struct Listener {
    microphone: Microphone,
    /// Losses as zeros.
    sound: Vec<i16>,
    /// Losses: where, and how many samples.
    lost: Vec<(usize, u64)>,
    notices: Vec<(Instant, Notice)>,
    gone: Option<(Instant, DeviceError)>,
}

impl Listener {
    fn open(server: &Server, give_up: Duration) -> Self {
        Self::open_with(Listening::to(&server.host().choice()).give_up_after(give_up))
    }

    fn open_with(how: Listening) -> Self {
        let microphone = Microphone::open_with(how.ring(RingLength::PATIENT)).unwrap();
        Self { microphone, sound: Vec::new(), lost: Vec::new(), notices: Vec::new(), gone: None }
    }

    fn listen(&mut self, duration: Duration) {
        let (until, mut frame) = (Instant::now() + duration, [0; 9_600]);
        while Instant::now() < until && self.gone.is_none() {
            match self.microphone.read(&mut frame, Duration::from_millis(20)) {
                Read::Samples(count) => self.sound.extend(&frame[..count]),
                Read::Lost(count) => {
                    self.lost.push((self.sound.len(), count));
                    self.sound.extend(std::iter::repeat_n(0, count as usize));
                }
                // No fault of the server's, and told where this user has no rights.
                Read::Notice(Notice::NotAhead { .. }) => {}
                Read::Notice(notice) => self.notices.push((Instant::now(), notice)),
                Read::Gone(error) => self.gone = Some((Instant::now(), error)),
                _ => {}
            }
        }
    }

    /// Seconds of sound, losses among it.
    fn seconds(&self) -> f64 {
        self.sound.len() as f64 / f64::from(RATE)
    }

    /// Seconds of it that were lost.
    fn lost(&self) -> f64 {
        self.lost.iter().map(|(_, count)| count).sum::<u64>() as f64 / f64::from(RATE)
    }

    fn told(&self, fault: Instant, is_wanted: impl Fn(&Notice) -> bool) -> Option<Duration> {
        let found = self.notices.iter().find(|(at, notice)| *at >= fault && is_wanted(notice));
        found.map(|(at, _)| *at - fault)
    }

    /// Samples from a place on that are not silence.
    fn loud_from(&self, place: usize) -> usize {
        self.sound[place.min(self.sound.len())..].iter().filter(|&&sample| sample != 0).count()
    }
}

/// Nothing happens, and nothing is told.
pub(crate) fn nothing(server: &Server) -> String {
    let mut listener = Listener::open(server, 8 * SECOND);
    let mut player = server.play(&known_noise(5 * RATE as usize));
    listener.listen(SECOND);
    let ticks = ticks_run();
    listener.listen(3 * SECOND);
    let busy = (ticks_run() - ticks) as f64 / 3.0;
    player.kill().unwrap();
    player.wait().unwrap();
    let figures = format!("{:.3} s counted in 4 s, {busy:.1} % of a core", listener.lost());
    // A loaded machine may make the server lose some: they are counted, but not many.
    assert!(listener.lost() < 0.5 && listener.gone.is_none(), "{figures}: {:?}", listener.gone);
    assert!(listener.notices.is_empty(), "{figures}: {:?}", listener.notices);
    figures
}

/// The reader sleeps for a second: the ring holds it.
pub(crate) fn starved(server: &Server) -> String {
    let noise = known_noise(6 * RATE as usize);
    let mut listener = Listener::open(server, 8 * SECOND);
    let mut player = server.play(&noise);
    listener.listen(2 * SECOND);
    std::thread::sleep(SECOND);
    listener.listen(5 * SECOND);
    player.wait().unwrap();
    let overrun = listener.microphone.lost() - listener.microphone.missing();
    let compared = compare(&noise, &listener.sound);
    let counted = listener.microphone.missing();
    let figures = format!("{overrun} samples found no room, {} lost, {counted} counted", compared.lost);
    assert_eq!(overrun, 0, "{figures}");
    // What a loaded machine makes the server lose is counted, to 20 ms each.
    let exact = u64::from(RATE) / 50 * (1 + listener.lost.len() as u64);
    assert!(compared.lost as u64 <= counted + exact, "{figures}: {:?}", listener.lost);
    figures
}

/// The disk stands still for two seconds: its queue holds what comes, and the microphone is read as ever.
pub(crate) fn disk_stalled(server: &Server) -> String {
    let Some(disk) = server.disk() else {
        return "SKIPPED: root only, with loop devices (Debian: apt-get install e2fsprogs mount util-linux)"
            .into();
    };
    let noise = known_noise(6 * RATE as usize);
    let path = RecordingPath::new(disk.folder().join("m.wav"), false).unwrap();
    let storage = WavFile::create(path, RecordingRate::Hz48000).and_then(Storage::start).unwrap();
    let mut listener = Listener::open(server, 8 * SECOND);
    let mut player = server.play(&noise);
    let (start, mut kept, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    let stood_still = std::thread::scope(|scope| {
        let stalling = scope.spawn(|| {
            std::thread::sleep(2 * SECOND);
            let frozen = Instant::now();
            assert!(disk.freeze());
            std::thread::sleep(2 * SECOND);
            assert!(disk.thaw());
            frozen.elapsed()
        });
        while start.elapsed() < 8 * SECOND {
            listener.listen(SECOND / 50);
            let handed = Instant::now();
            storage.append(&listener.sound[kept..]).unwrap();
            slowest = slowest.max(handed.elapsed());
            kept = listener.sound.len();
        }
        stalling.join().unwrap()
    });
    player.wait().unwrap();
    let saved = storage.finish(kept as u64).unwrap();
    let file: Vec<i16> = std::fs::read(&saved.path).unwrap()[44..]
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let overrun = listener.microphone.lost() - listener.microphone.missing();
    let figures = format!(
        "stood still for {stood_still:.2?}, slowest hand-over {slowest:.2?}, {overrun} samples found no room, \
         {} written, {} counted",
        file.len(),
        listener.microphone.missing()
    );
    assert!(file == listener.sound && overrun == 0, "{figures}");
    assert!(slowest < SECOND, "{figures}");
    figures
}

/// Stopped for two seconds: the gap is counted in its place, and time is as long as it was.
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
    // Where the server kept what it heard meanwhile, and gives it late, there is no gap.
    let gap = listener.lost.iter().find(|(_, count)| *count > u64::from(RATE));
    let place = gap.map(|&(place, _)| place as f64 / f64::from(RATE) - before);
    let stalled = listener.told(fault, |notice| matches!(notice, Notice::Stalled { .. }));
    let figures = format!(
        "stopped {stopped:.2} s, {:.3} s counted, the gap {place:.3?} s after its place, time off by {off:.3} s, stall told after {stalled:?}",
        listener.lost()
    );
    assert!(listener.gone.is_none() && off.abs() < 0.3, "{figures}: {:?}", listener.gone);
    assert!(place.is_none_or(|place| (-0.3..0.5).contains(&place)), "{figures}");
    assert!(stalled.is_some_and(|after| after < SOON), "{figures}");
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
    let figures = format!(
        "broken told after {broken:?} by {:?}, gone after {:?}, {busy:.1} % of a core: {error}",
        listener.microphone.fault(),
        *at - fault
    );
    assert!(*at - fault < 6 * SECOND && busy < BUSY, "{figures}");
    assert!(broken.is_some_and(|after| after < SOON), "{figures}");
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
    let lost = listener.lost();
    let restored = listener.told(fault, |notice| matches!(notice, Notice::Restored { .. }));
    let figures = format!("{lost:.3} s counted, time off by {off:.3} s, restored after {restored:?}");
    assert!(
        listener.gone.is_none() && restored.is_some() && off.abs() < 0.3,
        "{figures}: {:?}",
        listener.notices
    );
    figures
}

/// Taken away while somebody talks to the loudspeaker, whose monitor is what the server has in its place; and brought back.
pub(crate) fn unplugged(server: &Server) -> String {
    let mut player = server.play_to("speaker", &known_noise(12 * RATE as usize));
    let mut listener = Listener::open(server, 8 * SECOND);
    listener.listen(3 * SECOND);
    let (place, before, fault) = (listener.sound.len(), listener.seconds(), Instant::now());
    server.unplug("caller");
    listener.listen(2 * SECOND);
    let changed = listener.told(fault, |notice| {
        matches!(notice, Notice::DeviceChanged { from, to, followed: false, .. }
            if from == "caller.monitor" && to == "speaker.monitor")
    });
    let foreign = listener.loud_from(place);
    let back = listener.sound.len();
    server.plug_in("caller");
    listener.listen(5 * SECOND);
    let restored = listener.told(fault, |notice| matches!(notice, Notice::Restored { .. }));
    let off = listener.seconds() - before - fault.elapsed().as_secs_f64();
    player.kill().unwrap();
    player.wait().unwrap();
    let figures = format!(
        "told after {changed:?}, {foreign} samples of the other device, {:.3} s counted, time off by {off:.3} s",
        listener.lost()
    );
    assert!(changed.is_some_and(|after| after < SOON), "{figures}: {:?}", listener.notices);
    assert!(restored.is_some() && listener.gone.is_none(), "{figures}: {:?}", listener.notices);
    assert!(foreign < RATE as usize / 4 && listener.loud_from(back) == 0, "{figures}");
    assert!(listener.lost() > 1.5 && off.abs() < 0.3, "{figures}");
    figures
}

/// Every device is taken away: as if the server were killed, whatever it gives in their place.
pub(crate) fn all_unplugged(server: &Server) -> String {
    let mut player = server.play_to("speaker", &known_noise(12 * RATE as usize));
    let mut listener = Listener::open(server, 3 * SECOND);
    listener.listen(2 * SECOND);
    let (place, fault, ticks) = (listener.sound.len(), Instant::now(), ticks_run());
    server.unplug("speaker");
    server.unplug("caller");
    listener.listen(8 * SECOND);
    let busy = (ticks_run() - ticks) as f64 / fault.elapsed().as_secs_f64();
    let told = listener.told(fault, |notice| {
        matches!(notice, Notice::Broken(_) | Notice::DeviceChanged { followed: false, .. })
    });
    let _ = player.kill();
    player.wait().unwrap();
    let Some((at, error)) = &listener.gone else {
        panic!("nobody said that it is gone: {:?}", listener.notices)
    };
    let after = listener.sound.len() - place;
    let figures = format!(
        "told after {told:?}, {after} samples after it, gone after {:?} by {:?}, {busy:.1} % of a core: {error}",
        *at - fault,
        listener.microphone.fault()
    );
    assert!(told.is_some_and(|after| after < SOON), "{figures}: {:?}", listener.notices);
    assert!(*at - fault < 6 * SECOND && busy < BUSY, "{figures}");
    assert!(after < RATE as usize / 2 && error.to_string().contains(server.host().id()), "{figures}");
    figures
}

/// A device is plugged in, and becomes the default: it is listened to only if that was asked for.
pub(crate) fn another_default(server: &Server) -> String {
    let choice = server.host().choice();
    let mut faithful = Listener::open(server, 8 * SECOND);
    // What ALSA calls its default is a device that was named.
    let follows = server.host() != Host::Alsa;
    let mut following = follows.then(|| Listener::open_with(Listening::to(&choice).follow_default(true)));
    let mut both = |duration: Duration| {
        std::thread::scope(|scope| {
            let [one, other] = [Some(&mut faithful), following.as_mut()]
                .map(|listener| scope.spawn(move || listener.map(|listener| listener.listen(duration))));
            one.join().unwrap();
            other.join().unwrap();
        });
    };
    both(SECOND);
    server.plug_in("later");
    let mut player = server.play_to("later", &known_noise(12 * RATE as usize));
    both(2 * SECOND);
    let fault = Instant::now();
    server.tell(&["set-default-source", "later.monitor"]);
    both(4 * SECOND);
    player.kill().unwrap();
    player.wait().unwrap();
    let foreign = faithful.loud_from(0);
    let mut figures = format!("without being asked {foreign} samples, {:.3} s counted", faithful.lost());
    // Nobody talks to it.
    let is_quiet = |notice: &&(Instant, Notice)| matches!(notice.1, Notice::NoSignal { .. });
    for listener in [Some(&faithful), following.as_ref()].into_iter().flatten() {
        let mut before = listener.notices.iter().filter(|(at, _)| *at < fault);
        assert!(before.all(|notice| is_quiet(&notice)), "plugged in: {:?}", listener.notices);
    }
    assert!(foreign < RATE as usize / 4 && faithful.gone.is_none(), "{figures}: {:?}", faithful.notices);
    let Some(following) = following else { return figures };
    let is_later = |device: &str| device.contains(":later");
    let changed = following.told(fault, |notice| {
        matches!(notice, Notice::DeviceChanged { from, to, followed: true, .. }
            if from.contains(":caller") && is_later(to))
    });
    let heard = following.loud_from(0);
    figures +=
        &format!("; asked, {heard} samples, followed after {changed:?}, {:.3} s counted", following.lost());
    assert!(changed.is_some_and(|after| after < SOON), "{figures}: {:?}", following.notices);
    assert!(is_later(following.microphone.device()) && heard > 2 * RATE as usize, "{figures}");
    assert!(following.lost() > 0.01, "{figures}");
    figures
}

/// Muted while it hears something; on JACK, where nothing mutes, its ports are disconnected.
pub(crate) fn muted(server: &Server) -> String {
    let mut listener = Listener::open(server, 8 * SECOND);
    let mut player = server.play(&known_noise(8 * RATE as usize));
    listener.listen(2 * SECOND);
    let is_no_signal = |notice: &Notice| matches!(notice, Notice::NoSignal { .. });
    // JACK's own microphone is silent until somebody plays.
    let fault = Instant::now();
    server.mute();
    listener.listen(4 * SECOND);
    player.kill().unwrap();
    player.wait().unwrap();
    let told = listener.told(fault, is_no_signal);
    let text = listener.notices.iter().find(|(_, notice)| is_no_signal(notice)).map(|(_, n)| n.to_string());
    let figures = format!("told after {told:?}: {}", text.unwrap_or_default());
    assert!(told.is_some_and(|after| (19 * SECOND / 10..4 * SECOND).contains(&after)), "{figures}");
    let check = if server.host() == Host::Jack { "jack_lsp" } else { "it is muted" };
    assert!(figures.contains(check), "{figures}");
    figures
}

//! Faults of a real sound server, each with what is told of it: time stays true, and no other device is listened to.

#![cfg(feature = "pulseaudio")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

#[allow(dead_code, unused_imports, reason = "each test program uses its part of it")]
mod rig;

use std::thread;
use std::time::{Duration, Instant};

use afterbeep::SampleRate;
use afterbeep_capture::{Choice, DeviceError, Listening, Loudspeaker, Microphone, Notice, Read, RingLength};
use rig::metronome::Metronome;
use rig::{RATE, compare, known_noise, with_alsa, with_server};

const SECOND: Duration = Duration::from_secs(1);

fn pulse() -> Choice {
    Choice { host: Some("pulseaudio".into()), ..Choice::default() }
}

fn alsa() -> Choice {
    Choice { host: Some("alsa".into()), device: Some("default".into()), ..Choice::default() }
}

/// A microphone and all that it gave.
struct Listener {
    microphone: Microphone,
    metronome: Metronome,
    /// When the first sample came.
    start: Option<Instant>,
    /// When the last ones came.
    last: Instant,
    /// Samples, losses as zeros; the first callback's left out.
    sound: Vec<i16>,
    /// Losses: where, and how many samples.
    lost: Vec<(usize, u64)>,
    notices: Vec<(Instant, Notice)>,
    gone: Option<(Instant, DeviceError)>,
}

impl Listener {
    fn new(how: Listening) -> Self {
        let microphone = Microphone::open_with(how).unwrap();
        let (sound, lost, notices) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            microphone,
            metronome: Metronome::start(),
            start: None,
            last: Instant::now(),
            sound,
            lost,
            notices,
            gone: None,
        }
    }

    /// Listens for so long, or until the end.
    fn listen(&mut self, duration: Duration) {
        let until = Instant::now() + duration;
        // More than a callback brings: the time of the first is that of its last sample.
        let mut frame = [0; 9_600];
        while Instant::now() < until && self.gone.is_none() {
            let asked = Instant::now();
            let read = self.microphone.read(&mut frame, Duration::from_millis(20));
            let took = asked.elapsed();
            // 100 ms; of a machine that is itself late no more can be asked.
            if took > 3 * SECOND / 10 {
                let late = self.metronome.latest();
                assert!(took < 3 * SECOND / 10 + 2 * late, "a read took {took:?}, a sleep was {late:?} late");
            }
            match read {
                Read::Samples(count) if self.start.is_some() => {
                    self.sound.extend(&frame[..count]);
                    self.last = Instant::now();
                }
                Read::Samples(_) => self.start = Some(Instant::now()),
                Read::Lost(count) => {
                    println!("{:?}: {count} samples lost at {}", self.since_start(), self.sound.len());
                    self.lost.push((self.sound.len(), count));
                    self.sound.extend(std::iter::repeat_n(0, count as usize));
                }
                // No fault of the server's, and told where this user has no rights.
                Read::Notice(Notice::NotAhead { .. }) => {}
                Read::Notice(notice) => {
                    println!("{:?}: {notice}", self.since_start());
                    self.notices.push((Instant::now(), notice));
                }
                Read::Gone(error) => self.gone = Some((Instant::now(), error)),
                _ => {}
            }
        }
    }

    fn since_start(&self) -> Duration {
        self.start.unwrap_or(self.last).elapsed()
    }

    fn lost(&self) -> f64 {
        self.lost.iter().map(|(_, count)| count).sum::<u64>() as f64 / f64::from(RATE)
    }

    /// By how many seconds the sound is longer than the time in which it came.
    fn ahead(&self) -> f64 {
        let time = self.last - self.start.expect("no sample came");
        self.sound.len() as f64 / f64::from(RATE) - time.as_secs_f64()
    }

    /// Time is true: to a callback, and to what a loaded machine is late by.
    fn check_time(&self) {
        println!("lost {:.3} s in {}; ahead by {:.4} s", self.lost(), self.lost.len(), self.ahead());
        assert!(self.ahead().abs() < 0.11, "the sound is {} s longer than its time", self.ahead());
        let told: u64 = self.lost.iter().map(|(_, count)| count).sum();
        assert_eq!(told, self.microphone.lost(), "every loss is told");
    }

    /// How long after `fault` a notice like this came.
    fn told(&self, fault: Instant, is_wanted: impl Fn(&Notice) -> bool) -> Duration {
        let found = self.notices.iter().find(|(at, notice)| *at >= fault && is_wanted(notice));
        let (at, _) = found.unwrap_or_else(|| panic!("not told; told was {:?}", self.notices));
        println!("told after {:?}", *at - fault);
        *at - fault
    }
}

#[test]
fn nothing_happens_and_nothing_is_told() {
    with_server("nothing_happens_and_nothing_is_told", |server| {
        let mut player = server.play(&known_noise(4 * RATE as usize));
        let mut listener = Listener::new(Listening::to(&pulse()));
        let ticks = ticks_run();
        listener.listen(3 * SECOND);
        println!("{:.1} % of a core", (ticks_run() - ticks) as f64 / 3.0);
        listener.check_time();
        // A loaded machine may make the server lose some: they are counted, but not many.
        assert!(listener.lost() < 0.5 && listener.gone.is_none());
        assert!(listener.notices.is_empty(), "{:?}", listener.notices);
        player.kill().unwrap();
        player.wait().unwrap();
    });
}

#[test]
fn a_reader_that_is_starved_for_a_second_misses_nothing() {
    with_server("a_reader_that_is_starved_for_a_second_misses_nothing", |server| {
        let noise = known_noise(6 * RATE as usize);
        let mut listener = Listener::new(Listening::to(&pulse()).ring(RingLength::PATIENT));
        let mut player = server.play(&noise);
        listener.listen(2 * SECOND);
        thread::sleep(SECOND);
        listener.listen(5 * SECOND);
        player.wait().unwrap();
        let overrun = listener.microphone.lost() - listener.microphone.missing();
        assert_eq!(overrun, 0, "the ring holds a second, and one more");
        // What a loaded machine makes the server lose is counted.
        let compared = compare(&noise, &listener.sound);
        println!("{compared:?}, counted {}", listener.lost());
        let counted = listener.microphone.missing();
        assert!(
            counted.abs_diff(compared.lost as u64) <= u64::from(RATE) / 50 * (1 + listener.lost.len() as u64)
        );
    });
}

#[test]
fn a_server_that_is_stopped_for_two_seconds_leaves_a_gap_of_two_seconds() {
    with_server("a_server_that_is_stopped_for_two_seconds_leaves_a_gap_of_two_seconds", |server| {
        let mut listener = Listener::new(Listening::to(&pulse()));
        listener.listen(3 * SECOND);
        let before = listener.sound.len();
        let fault = Instant::now();
        server.signal("STOP");
        listener.listen(2 * SECOND);
        server.signal("CONT");
        let stopped = fault.elapsed().as_secs_f64();
        listener.listen(3 * SECOND);
        listener.check_time();
        assert!(listener.told(fault, |notice| matches!(notice, Notice::Stalled { .. })) < SECOND);
        assert!(
            (listener.lost() - stopped).abs() < 0.3,
            "stopped for {stopped} s, lost {} s",
            listener.lost()
        );
        let &(place, _) = listener.lost.iter().max_by_key(|(_, count)| count).unwrap();
        let off = place as f64 / f64::from(RATE) - before as f64 / f64::from(RATE);
        assert!((-0.2..0.5).contains(&off), "the gap stands {off} s after its place");
    });
}

#[test]
fn a_server_that_is_killed_and_comes_back_leaves_a_gap() {
    with_server("a_server_that_is_killed_and_comes_back_leaves_a_gap", |server| {
        let mut listener = Listener::new(Listening::to(&pulse()));
        listener.listen(3 * SECOND);
        let fault = Instant::now();
        server.signal("KILL");
        listener.listen(SECOND);
        let _server = server.restarted();
        listener.listen(5 * SECOND);
        listener.check_time();
        assert!(listener.told(fault, |notice| matches!(notice, Notice::Broken(_))) < SECOND / 2);
        listener.told(fault, |notice| matches!(notice, Notice::Restored { .. }));
        assert!((0.9..3.5).contains(&listener.lost()), "lost {} s", listener.lost());
        assert!(listener.gone.is_none());
    });
}

/// Clock ticks, of 10 ms, that this process ran so far.
fn ticks_run() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum()
}

/// Kills the server, and listens for six seconds.
fn dies(choice: &Choice, server: &rig::Server) {
    let mut listener = Listener::new(Listening::to(choice).give_up_after(4 * SECOND));
    listener.listen(2 * SECOND);
    let (fault, ticks) = (Instant::now(), ticks_run());
    server.signal("KILL");
    listener.listen(6 * SECOND);
    thread::sleep((6 * SECOND).saturating_sub(fault.elapsed()));
    let busy = (ticks_run() - ticks) as f64 / 6.0;
    println!("{busy:.1} % of a core in six seconds");
    let (at, error) = listener.gone.clone().expect("nobody said that it is gone");
    println!("gone after {:?}: {error}", at - fault);
    // Since the last sound, which was a callback before.
    assert!((38 * SECOND / 10..6 * SECOND).contains(&(at - fault)));
    assert!(error.to_string().contains(listener.microphone.host()), "{error}");
    assert!(busy < 5.0, "{busy} % of a core");
}

#[test]
fn a_server_that_dies_is_waited_for_and_then_gone_and_costs_nothing() {
    with_server("a_server_that_dies_is_waited_for_and_then_gone_and_costs_nothing", |server| {
        dies(&pulse(), &server);
    });
}

#[test]
fn a_server_behind_alsa_that_dies_is_waited_for_and_then_gone_and_costs_nothing() {
    with_alsa("a_server_behind_alsa_that_dies_is_waited_for_and_then_gone_and_costs_nothing", |server| {
        dies(&alsa(), &server);
    });
}

/// Takes the microphone away while somebody talks to the loudspeaker, whose monitor the server puts in its place; and brings it back.
fn unplugged(choice: &Choice, server: &rig::Server) {
    let mut player = server.play_to("speaker", &known_noise(12 * RATE as usize));
    let mut listener = Listener::new(Listening::to(choice));
    listener.listen(3 * SECOND);
    let fault = Instant::now();
    server.unplug("caller");
    listener.listen(2 * SECOND);
    let changed = |notice: &Notice| {
        matches!(notice, Notice::DeviceChanged { from, to, followed: false, .. }
            if from == "caller.monitor" && to == "speaker.monitor")
    };
    assert!(listener.told(fault, changed) < SECOND / 2);
    let foreign = listener.sound.iter().filter(|&&sample| sample != 0).count();
    println!("{foreign} samples of the other device");
    assert!(foreign < RATE as usize / 4, "{foreign} samples of the other device");
    let before = listener.sound.len();
    server.plug_in("caller");
    listener.listen(5 * SECOND);
    listener.check_time();
    listener.told(fault, |notice| matches!(notice, Notice::Restored { .. }));
    assert!(listener.sound[before..].iter().all(|&sample| sample == 0), "the other device was listened to");
    assert!(listener.lost() > 1.5 && listener.gone.is_none(), "lost {} s", listener.lost());
    player.kill().unwrap();
    player.wait().unwrap();
}

#[test]
fn a_microphone_that_is_unplugged_is_waited_for_and_no_other_is_listened_to() {
    with_server("a_microphone_that_is_unplugged_is_waited_for_and_no_other_is_listened_to", |server| {
        unplugged(&pulse(), &server);
    });
}

#[test]
fn a_microphone_behind_alsa_that_is_unplugged_is_waited_for() {
    with_alsa("a_microphone_behind_alsa_that_is_unplugged_is_waited_for", |server| {
        unplugged(&alsa(), &server);
    });
}

#[test]
fn the_last_microphone_that_is_unplugged_is_gone_in_the_end() {
    with_server("the_last_microphone_that_is_unplugged_is_gone_in_the_end", |server| {
        let mut listener = Listener::new(Listening::to(&pulse()).give_up_after(2 * SECOND));
        listener.listen(SECOND);
        let fault = Instant::now();
        server.unplug("speaker");
        server.unplug("caller");
        listener.listen(6 * SECOND);
        let (at, error) = listener.gone.clone().expect("nobody said that it is gone");
        println!("gone after {:?}: {error}", at - fault);
        assert!(at - fault < 4 * SECOND && error.to_string().contains("pulseaudio"), "{error}");
    });
}

#[test]
fn another_default_is_followed_only_if_asked_for() {
    with_server("another_default_is_followed_only_if_asked_for", |server| {
        let mut player = server.play_to("speaker", &known_noise(12 * RATE as usize));
        let mut faithful = Listener::new(Listening::to(&pulse()));
        let mut following = Listener::new(Listening::to(&pulse()).follow_default(true));
        following.listen(3 * SECOND);
        let fault = Instant::now();
        server.tell(&["set-default-source", "speaker.monitor"]);
        following.listen(4 * SECOND);
        following.check_time();
        let changed = |notice: &Notice| {
            matches!(notice, Notice::DeviceChanged { from, to, followed: true, .. }
                if from == "pulseaudio:caller.monitor" && to == "pulseaudio:speaker.monitor")
        };
        assert!(following.told(fault, changed) < SECOND);
        assert_eq!(following.microphone.device(), "pulseaudio:speaker.monitor");
        assert!(following.sound.iter().filter(|&&sample| sample != 0).count() > 2 * RATE as usize);
        assert!(following.lost() > 0.05, "a gap is counted");
        faithful.listen(SECOND);
        assert_eq!(faithful.microphone.device(), "pulseaudio:caller.monitor");
        assert!(faithful.sound.iter().all(|&sample| sample == 0), "the other device was listened to");
        player.kill().unwrap();
        player.wait().unwrap();
    });
}

#[test]
fn exact_zeros_are_told_after_two_seconds() {
    with_server("exact_zeros_are_told_after_two_seconds", |server| {
        let mut player = server.play(&known_noise(8 * RATE as usize));
        thread::sleep(SECOND);
        let mut listener = Listener::new(Listening::to(&pulse()));
        listener.listen(2 * SECOND);
        let fault = Instant::now();
        let no_signal = |notice: &Notice| matches!(notice, Notice::NoSignal { .. });
        assert!(!listener.notices.iter().any(|(_, notice)| no_signal(notice)), "{:?}", listener.notices);
        server.tell(&["set-source-mute", "caller.monitor", "1"]);
        listener.listen(3 * SECOND);
        let after = listener.told(fault, no_signal);
        assert!((19 * SECOND / 10..3 * SECOND).contains(&after), "{after:?}");
        let (_, notice) = listener.notices.iter().find(|(_, notice)| no_signal(notice)).unwrap();
        assert!(notice.to_string().contains("pactl list sources"), "{notice}");
        player.kill().unwrap();
        player.wait().unwrap();
    });
}

#[test]
fn opening_need_not_be_waited_for() {
    with_alsa("opening_need_not_be_waited_for", |server| {
        let mut opening = Listening::to(&pulse()).begin();
        let before = Instant::now();
        let mut microphone = opening.wait(5 * SECOND).expect("an answer").unwrap();
        assert!(opening.poll().is_none(), "it is given once");
        assert!(matches!(microphone.read(&mut [0; 480], 2 * SECOND), Read::Samples(_) | Read::Notice(_)));
        println!("opened after {:?}", before.elapsed());
        server.signal("STOP");
        for choice in [pulse(), alsa()] {
            let before = Instant::now();
            let mut opening = Listening::to(&choice).begin();
            let mut slowest = before.elapsed();
            let error = loop {
                let asked = Instant::now();
                let answer = opening.poll();
                slowest = slowest.max(asked.elapsed());
                if let Some(answer) = answer {
                    break answer.err().expect("a hanging server opened a device");
                }
                assert!(before.elapsed() < 6 * SECOND, "no deadline");
                thread::sleep(SECOND / 50);
            };
            println!("{error} after {:?}; slowest call {slowest:?}", before.elapsed());
            assert!(slowest < SECOND / 10, "a call took {slowest:?}");
            assert!(error.to_string().contains(choice.host.as_deref().unwrap()), "{error}");
        }
        let before = Instant::now();
        let mut opening = Loudspeaker::begin(&pulse(), SampleRate::HZ_16000);
        assert!(opening.poll().is_none() && before.elapsed() < SECOND / 10);
        let error =
            opening.wait(6 * SECOND).expect("a deadline").err().expect("a hanging server opened a device");
        println!("loudspeaker: {error} after {:?}", before.elapsed());
        let before = Instant::now();
        drop(microphone);
        assert!(before.elapsed() < SECOND / 10, "dropping took {:?}", before.elapsed());
        server.signal("CONT");
    });
}

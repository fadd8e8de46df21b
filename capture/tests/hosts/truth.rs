//! Time stays true: what was recorded and what was told are as long as it took, whatever the machine and the server do.

use std::process::Child;
use std::time::{Duration, Instant};

use afterbeep_capture::{Microphone, Read, proof};

use crate::SOAK;
use crate::rig::{Flaw, Host, RATE, Server, flaws, known_noise};

/// What is heard before anything happens, and after it: some callbacks of 100 ms, and what may be held back meanwhile.
const BEFORE: Duration = Duration::from_millis(1_500);
const AFTER: Duration = Duration::from_millis(2_500);

/// A loss that was told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// Samples before it.
    at: usize,
    samples: usize,
    /// How long it had been listened.
    when: Duration,
}

/// What a microphone gave.
pub(crate) struct Heard {
    /// Losses as zeros.
    pub(crate) sound: Vec<i16>,
    pub(crate) told: Vec<Told>,
    /// After each read, how long it had been listened, and how much of that was not heard yet, in seconds.
    behind: Vec<(f64, f64)>,
}

impl Heard {
    /// How much longer the recording is than it took by the server's clock, losses that were told in it, in seconds.
    fn longer_s(&self, host: Host) -> f64 {
        let end = self.behind.last().map_or(0.0, |&(at, _)| at) - AFTER.as_secs_f64();
        let least = |from: f64, to: f64| {
            let within = self.behind.iter().filter(|(at, _)| (from..to).contains(at));
            within.map(|&(_, behind)| behind).fold(f64::INFINITY, f64::min)
        };
        // A stream finds its pace first.
        least(0.3, BEFORE.as_secs_f64()) - least(end + 0.5, f64::INFINITY) - fast(host) * end
    }

    fn told_samples(&self) -> usize {
        self.told.iter().map(|told| told.samples).sum()
    }
}

/// Listens until it is over, and a bit longer.
pub(crate) fn listen(microphone: &mut Microphone, mut is_over: impl FnMut() -> bool) -> Heard {
    let mut heard = Heard { sound: Vec::new(), told: Vec::new(), behind: Vec::new() };
    let (start, mut frame, mut over) = (Instant::now(), [0i16; 4_800], None);
    while over.is_none_or(|at: Instant| at.elapsed() < AFTER) {
        if over.is_none() && is_over() {
            over = Some(Instant::now());
        }
        match microphone.read(&mut frame, Duration::from_millis(50)) {
            Read::Samples(count) => heard.sound.extend(&frame[..count]),
            Read::Lost(count) => {
                let (at, samples, when) = (heard.sound.len(), count as usize, start.elapsed());
                heard.told.push(Told { at, samples, when });
                heard.sound.extend(std::iter::repeat_n(0, samples));
                continue;
            }
            Read::Gone(error) => panic!("{error}"),
            _ => continue,
        }
        let at = start.elapsed().as_secs_f64();
        heard.behind.push((at, at - heard.sound.len() as f64 / f64::from(RATE)));
    }
    heard
}

/// How far a length may be off, in samples: three times what is promised.
fn allowed(host: Host) -> usize {
    let promised_ms = if host == Host::Alsa { 20 } else { 10 };
    3 * promised_ms * RATE as usize / 1_000
}

/// By how much the server's clock is fast. PulseAudio's null sink counts whole microseconds for each piece that it gives; ALSA's plugin
/// has it give 319 samples at a time, which are 6,645.8 µs.
fn fast(host: Host) -> f64 {
    let piece_us = 319.0 / f64::from(RATE) * 1e6;
    if host == Host::Alsa { piece_us / piece_us.floor() - 1.0 } else { 0.0 }
}

fn assert_time_is_true(host: Host, heard: &Heard, figures: &str) {
    let off = (heard.longer_s(host) * f64::from(RATE)).abs();
    assert!(off <= allowed(host) as f64, "{figures}: {:?}", heard.told);
}

/// Two players, one after the other: nothing is missing, and nothing is told.
pub(crate) fn players(server: &Server) -> String {
    let host = server.host();
    let noise = known_noise(3 * RATE as usize / 2);
    let mut microphone = Microphone::open(&host.choice()).unwrap();
    let (start, mut player, mut played) = (Instant::now(), None::<Child>, 0);
    let heard = listen(&mut microphone, || {
        if player.as_mut().is_some_and(|player| player.try_wait().expect("the player").is_some()) {
            (player, played) = (None, played + 1);
        }
        if player.is_none() && played < 2 && start.elapsed() > BEFORE + played * 2 * BEFORE {
            player = Some(server.play(&noise));
        }
        played == 2
    });
    let figures = format!("{:.1} ms too long, {} told", 1e3 * heard.longer_s(host), heard.told_samples());
    assert_time_is_true(host, &heard, &figures);
    assert!(heard.told.is_empty(), "{figures}: {:?}", heard.told);
    figures
}

/// Our callback is held up once, and the server has nowhere to put what it hears.
pub(crate) fn held_up(server: &Server) -> String {
    const HELD_UP: Duration = Duration::from_millis(1_500);
    let host = server.host();
    let noise = known_noise(6 * RATE as usize);
    let mut microphone = Microphone::open(&host.choice()).unwrap();
    let (start, mut player, mut held) = (Instant::now(), None::<Child>, None);
    let heard = listen(&mut microphone, || {
        if player.is_none() && start.elapsed() > BEFORE {
            player = Some(server.play(&noise));
        }
        if held.is_none() && start.elapsed() > 2 * BEFORE {
            proof::hold_up_a_callback(HELD_UP);
            held = Some(start.elapsed() + HELD_UP);
        }
        player.as_mut().is_some_and(|player| player.try_wait().expect("the player").is_some())
    });
    let flaws = flaws(&noise, &heard.sound);
    let lost: usize = flaws.iter().map(|flaw| flaw.lost).sum();
    let found = heard.told.last().zip(held).map(|(told, held)| told.when.saturating_sub(held));
    let figures = format!(
        "{lost} lost, {} told, after {found:?}, {:.1} ms too long",
        heard.told_samples(),
        1e3 * heard.longer_s(host)
    );
    assert_time_is_true(host, &heard, &figures);
    assert!(heard.told_samples().abs_diff(lost) <= allowed(host), "{figures}: {flaws:?}");
    assert!(found.is_none_or(|after| after < Duration::from_secs(3)), "{figures}");
    figures
}

/// Ten seconds while other programs take what they can get.
pub(crate) fn busy(server: &Server) -> String {
    compared(server, 10.0)
}

/// So many minutes of noise: nothing is lost, or each loss is found.
pub(crate) fn soak(server: &Server) -> String {
    let minutes: f64 = std::env::var(SOAK).expect("minutes").parse().expect("minutes");
    compared(server, 60.0 * minutes)
}

/// Records noise, and has another program record it, too: what both recordings lack, the player or the server did not give. What ours
/// alone lacks must have been told.
fn compared(server: &Server, seconds: f64) -> String {
    let host = server.host();
    let noise = known_noise((seconds * f64::from(RATE)) as usize);
    let mut microphone = Microphone::open(&host.choice()).unwrap();
    let (start, mut player, mut beside) = (Instant::now(), None::<Child>, None);
    if host != Host::Jack {
        beside = Some(server.listen_beside());
    }
    let heard = listen(&mut microphone, || {
        if player.is_none() && start.elapsed() > BEFORE {
            player = Some(server.play(&noise));
            // It takes a while until the player has a port.
            beside.get_or_insert_with(|| server.listen_beside());
        }
        player.as_mut().is_some_and(|player| player.try_wait().expect("the player").is_some())
    });
    let theirs = flaws(&noise, &beside.expect("who records beside us").heard());
    let flaws = flaws(&noise, &heard.sound);
    println!("ours {flaws:?}\ntheirs {theirs:?}\ntold {:?}", heard.told);
    let (shared, ours): (Vec<Flaw>, Vec<Flaw>) = flaws
        .iter()
        .filter_map(|flaw| heard.untold(flaw))
        .partition(|flaw| theirs.iter().any(|t| is_same(flaw, t)));
    let sum = |flaws: &[Flaw], of: fn(&Flaw) -> usize| flaws.iter().map(of).sum::<usize>();
    let (lost, foreign) = (sum(&ours, |flaw| flaw.lost), sum(&ours, |flaw| flaw.foreign));
    let places: Vec<_> = ours.iter().map(|flaw| (flaw.at, flaw.lost, flaw.foreign)).collect();
    let told: Vec<_> = heard.told.iter().map(|told| (told.at, told.samples)).collect();
    let figures = format!(
        "{} samples; the player's or the server's doing: {} lost, {} foreign; ours alone: {lost} lost, {foreign} foreign {places:?}; \
         {} told {told:?}; {:.1} ms too long",
        noise.len(),
        sum(&shared, |flaw| flaw.lost),
        sum(&shared, |flaw| flaw.foreign),
        heard.told_samples(),
        1e3 * heard.longer_s(host)
    );
    for flaw in &ours {
        // What comes late is held back for a second at most; so far off its place a loss may be told.
        let is_told = heard.told.iter().any(|told| told.at.abs_diff(flaw.at) < 3 * RATE as usize / 2);
        assert!(is_told || flaw.lost <= allowed(host), "{figures}: nobody told of {flaw:?}");
        assert!(flaw.foreign <= allowed(host), "{figures}: nobody played what is at {flaw:?}");
    }
    assert_time_is_true(host, &heard, &figures);
    figures
}

impl Heard {
    /// The flaw without the silence that was told in it; none where time passed at the server, and nothing that was played is missing.
    fn untold(&self, flaw: &Flaw) -> Option<Flaw> {
        let within = self.told.iter().filter(|told| (flaw.at..=flaw.at + flaw.foreign).contains(&told.at));
        let silence: usize = within.map(|told| told.samples).sum();
        let foreign = flaw.foreign.saturating_sub(silence);
        (flaw.lost + foreign > 0).then_some(Flaw { foreign, ..*flaw })
    }
}

/// Whether two recordings lack the same of the noise, at the same place of it, and have as much in its stead.
fn is_same(ours: &Flaw, theirs: &Flaw) -> bool {
    (ours.place, ours.lost, ours.foreign) == (theirs.place, theirs.lost, theirs.foreign)
}

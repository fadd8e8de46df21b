//! What is asked for is what leaves the loudspeaker, sample by sample.

use std::thread;
use std::time::{Duration, Instant};

use afterbeep::{Beep, SampleRate, resampler};
use afterbeep_capture::{Loudspeaker, Notice};

use crate::rig::{Arrival, RATE, Server, flaws, known_noise};

/// How soon a barge-in silences the loudspeaker.
const BARGE_IN: Duration = Duration::from_millis(60);

fn open(server: &Server, rate: SampleRate) -> Loudspeaker {
    let loudspeaker = Loudspeaker::open(&server.host().choice(), rate).unwrap();
    assert_eq!(loudspeaker.host(), server.host().id());
    loudspeaker
}

/// Writes all of it as there is room, and no faster.
fn write(loudspeaker: &mut Loudspeaker, sound: &[i16]) {
    let (mut rest, mut since) = (sound, Instant::now());
    while !rest.is_empty() {
        let written = loudspeaker.write(rest);
        rest = &rest[written..];
        if written > 0 {
            since = Instant::now();
        }
        assert!(since.elapsed() < Duration::from_secs(5), "it takes no more: {:?}", loudspeaker.gone());
        thread::sleep(Duration::from_millis(10));
    }
}

/// Five seconds of noise, to the last sample.
pub(crate) fn every_sample(server: &Server) -> String {
    let noise = known_noise(5 * RATE as usize);
    let mut loudspeaker = open(server, SampleRate::HZ_48000);
    let listener = server.listen();
    write(&mut loudspeaker, &noise);
    let latency = loudspeaker.latency();
    assert!(loudspeaker.drain(Duration::from_secs(5)), "not drained");
    let underruns = loudspeaker.underruns();
    drop(loudspeaker);
    let flaws = flaws(&noise, &listener.heard());
    let figures = format!("{} samples, {underruns} underruns, last latency {latency:?}", noise.len());
    assert!(flaws.is_empty() && underruns == 0, "{figures}: {:?}", &flaws[..flaws.len().min(20)]);
    figures
}

/// A prompt and a beep at 16 kHz: they leave at the device's rate, as our own converter makes them.
pub(crate) fn prompt_and_beep(server: &Server) -> String {
    let rate = SampleRate::HZ_16000;
    let prompt = (0..24_000i32).map(|n| {
        // A sweep with soft edges.
        let edge = f64::from(n.min(23_999 - n)).min(800.0) / 800.0;
        let t = f64::from(n) / 16_000.0;
        (edge * 9_000.0 * (t * (900.0 + 1_500.0 * t)).sin()).round() as i16
    });
    let sound: Vec<i16> = prompt.chain(Beep::default().samples(rate)).collect();
    let mut loudspeaker = open(server, rate);
    let listener = server.listen();
    write(&mut loudspeaker, &sound);
    assert!(loudspeaker.drain(Duration::from_secs(5)), "not drained");
    let (device_hz, underruns) = (loudspeaker.device_rate_hz(), loudspeaker.underruns());
    drop(loudspeaker);
    let heard = listener.heard();
    let asked = resampler::convert(&sound, 16_000, RATE).unwrap();
    let (place, worst) = best_fit(&asked, &heard);
    let around =
        heard[..place].iter().chain(&heard[place + asked.len()..]).filter(|&&sample| sample != 0).count();
    let figures = format!(
        "{} samples at {device_hz} Hz, none differs by more than {worst}, {around} around them, {underruns} underruns",
        asked.len()
    );
    // Where ALSA is opened at the stream's rate, the server converts: near is near enough, and no click is.
    let allowed = if device_hz == RATE { 0 } else { 400 };
    assert!(worst <= allowed && underruns == 0, "{figures}");
    assert!(around <= allowed as usize, "{figures}");
    figures
}

/// Where `asked` is in `heard`, and the largest difference there.
fn best_fit(asked: &[i16], heard: &[i16]) -> (usize, u32) {
    let first = heard.iter().position(|&sample| sample != 0).expect("nothing was heard");
    let worst = |place: usize| {
        let pairs = asked.iter().zip(&heard[place..]);
        pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).max().unwrap_or(u32::MAX)
    };
    let places = first.saturating_sub(400)..=(first + 400).min(heard.len() - asked.len());
    places.map(|place| (place, worst(place))).min_by_key(|&(_, worst)| worst).expect("a place")
}

/// Between which two times a sample that somebody else heard sounded, by the clock of this process and the samples' own, without the
/// word of any host. Each piece of a recording says that its first sample cannot have sounded later than the piece came, and that its
/// last one was under way by then; the pieces that waited least say it best, for all samples near them.
fn sounded(sample: usize, arrivals: &[Arrival], near: Instant) -> (Instant, Instant) {
    let near = near - Duration::from_millis(300)..near + Duration::from_millis(500);
    let at_rate = |samples: usize| Duration::from_secs_f64(samples as f64 / f64::from(RATE));
    let of = |arrival: &Arrival, counted: usize| match sample.checked_sub(counted) {
        Some(later) => arrival.at + at_rate(later),
        None => arrival.at - at_rate(counted - sample),
    };
    let arrived = || arrivals.iter().filter(|arrival| near.contains(&arrival.at));
    let earliest = arrived().map(|arrival| of(arrival, arrival.samples.end)).min();
    let latest = arrived().map(|arrival| of(arrival, arrival.samples.start)).min();
    (earliest.expect("pieces"), latest.expect("pieces"))
}

/// A cut silences the loudspeaker soon, and what is said afterwards is heard.
pub(crate) fn barge_in(server: &Server) -> String {
    let noise = known_noise(2 * RATE as usize);
    let mut loudspeaker = open(server, SampleRate::HZ_48000);
    let listener = server.listen_in_pieces(Duration::from_millis(10));
    let start = Instant::now();
    // 300 ms are always ahead, as much as anybody has there.
    let (mut rest, mut cut_at) = (&noise[..], 0);
    while start.elapsed() < Duration::from_secs(1) {
        if loudspeaker.latency() < Duration::from_millis(300) {
            let piece = rest.len().min(480);
            rest = &rest[loudspeaker.write(&rest[..piece])..];
            cut_at = noise.len() - rest.len();
        }
        thread::sleep(Duration::from_millis(2));
    }
    let ahead = loudspeaker.latency();
    let cut = Instant::now();
    loudspeaker.cut();
    assert!(loudspeaker.drain(Duration::from_secs(2)));
    let drained = cut.elapsed();
    // What follows comes at once, and is exact.
    let after = known_noise(RATE as usize / 10);
    let after: Vec<i16> = after.iter().map(|sample| (sample / 4) | 1).collect();
    let gap_end = cut.elapsed();
    write(&mut loudspeaker, &after);
    assert!(loudspeaker.drain(Duration::from_secs(2)));
    drop(loudspeaker);
    let (heard, arrivals) = listener.heard_with_times();
    let first = heard.iter().position(|&sample| sample != 0).expect("nothing was heard");
    let noise_end = first + heard[first..].iter().zip(&noise).take_while(|(a, b)| a == b).count();
    let unheard = cut_at.saturating_sub(noise_end - first);
    let next =
        heard[noise_end..].iter().position(|&sample| sample != 0).expect("nothing followed") + noise_end;
    assert!(heard[next..].starts_with(&after), "what followed is not what was said");
    let (earliest, latest) = sounded(noise_end, &arrivals, cut);
    let [earliest, latest] = [earliest, latest].map(|at| at.saturating_duration_since(cut).as_millis());
    // Nothing sounds before it was written: so the clock of who listens is not too fast.
    let (_, begun) = sounded(first, &arrivals, start);
    assert!(begun >= start, "heard {:?} before it was written", start - begun);
    // And by what the host says of itself: of `ahead` so much was not heard.
    let stopped = ahead.saturating_sub(Duration::from_secs_f64(unheard as f64 / f64::from(RATE)));
    let figures = format!(
        "{ahead:?} ahead, {} ms of it unheard; silent {earliest}–{latest} ms after the cut, by who listens, {} by the host's word \
         ({BARGE_IN:?} at most); drained after {drained:?}",
        unheard * 1_000 / RATE as usize,
        stopped.as_millis()
    );
    println!("said again after {gap_end:?}");
    assert!(stopped.as_millis().max(latest) < 3 * BARGE_IN.as_millis(), "{figures}");
    figures
}

/// A writer that is late: the silence is counted, and nothing of the sound is lost.
pub(crate) fn underrun(server: &Server) -> String {
    let noise = known_noise(2 * RATE as usize);
    let (before, after) = noise.split_at(RATE as usize);
    let mut loudspeaker = open(server, SampleRate::HZ_48000);
    let listener = server.listen();
    write(&mut loudspeaker, before);
    let ahead = loudspeaker.latency();
    let late = Duration::from_millis(300);
    thread::sleep(ahead + late);
    write(&mut loudspeaker, after);
    assert!(loudspeaker.drain(Duration::from_secs(5)), "not drained");
    let underruns = loudspeaker.underruns() as usize;
    drop(loudspeaker);
    let flaws = flaws(&noise, &listener.heard());
    let lost: usize = flaws.iter().map(|flaw| flaw.lost).sum();
    let silence: usize = flaws.iter().map(|flaw| flaw.foreign).sum();
    let figures =
        format!("late by about {late:?}: {underruns} counted, {silence} samples of silence, {lost} lost");
    assert_eq!((lost, silence), (0, underruns), "{figures}: {flaws:?}");
    assert!(underruns > RATE as usize / 5, "{figures}");
    figures
}

/// The server is killed while it plays, and started again after a second: what was not played yet follows, to the last sample.
pub(crate) fn killed_and_back(server: &Server) -> String {
    let noise = known_noise(6 * RATE as usize);
    let mut loudspeaker = open(server, SampleRate::HZ_48000);
    let listener = server.listen();
    let (mut rest, start) = (&noise[..], Instant::now());
    play_for(&mut loudspeaker, &mut rest, Duration::from_millis(1_500), |_| false);
    let fault = Instant::now();
    server.signal("KILL");
    let broken = play_for(&mut loudspeaker, &mut rest, Duration::from_secs(1), |notice| {
        matches!(notice, Notice::Broken(_))
    });
    let before = listener.heard();
    let _server = server.restarted();
    let restored = play_for(&mut loudspeaker, &mut rest, Duration::from_secs(6), |notice| {
        matches!(notice, Notice::Restored { .. })
    });
    let away = fault.elapsed();
    let listener = server.listen();
    write(&mut loudspeaker, rest);
    let drained = loudspeaker.drain(Duration::from_secs(5));
    let took = start.elapsed().as_secs_f64();
    let underruns = loudspeaker.underruns() as f64 / f64::from(RATE);
    let gone = loudspeaker.gone();
    drop(loudspeaker);
    let after = listener.heard();
    let first = before.iter().position(|&sample| sample != 0).unwrap_or(before.len());
    let heard = before[first..].iter().zip(&noise).take_while(|(a, b)| a == b).count();
    let flaws = flaws(&noise, &after);
    let off = took - noise.len() as f64 / f64::from(RATE) - underruns;
    let figures = format!(
        "told after {broken:?}, back after {restored:?}, {underruns:.2} s of underrun, time off by {off:.2} s; {heard} samples were \
         heard before, and from {:?} on to the last",
        flaws.first().map(|flaw| flaw.lost)
    );
    assert!(drained && broken.is_some() && restored.is_some() && gone.is_none(), "{figures}");
    // Who listens begins later than who plays: that is the one place.
    assert!(matches!(*flaws, [flaw] if flaw.foreign == 0 && flaw.lost >= heard), "{figures}: {flaws:?}");
    assert!((underruns - away.as_secs_f64()).abs() < 0.5 && off.abs() < 0.5, "{figures}");
    figures
}

/// Writes as there is room for so long, or until it is told what is wanted: after how long that was.
fn play_for(
    loudspeaker: &mut Loudspeaker,
    rest: &mut &[i16],
    duration: Duration,
    is_wanted: impl Fn(&Notice) -> bool,
) -> Option<Duration> {
    let start = Instant::now();
    while start.elapsed() < duration {
        *rest = &rest[loudspeaker.write(rest)..];
        while let Some(notice) = loudspeaker.notice() {
            assert!(notice.to_string().contains(loudspeaker.host()), "{notice}");
            if is_wanted(&notice) {
                return Some(start.elapsed());
            }
        }
        thread::sleep(Duration::from_millis(10));
    }
    None
}

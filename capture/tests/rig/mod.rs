//! Private sound servers with a microphone that hears what is played, and known noise to play.

mod daemons;
mod disk;
mod host;
pub(crate) mod metronome;
mod noise;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use daemons::{Daemons, environment};
pub(crate) use disk::Disk;
pub(crate) use host::Host;
pub(crate) use noise::{Compared, Flaw, compare, flaws, known_noise};

/// Rate of the microphone and the loudspeaker, in Hz.
pub(crate) const RATE: u32 = 48_000;

/// Set, to the server's process, in the child processes in which tests run.
const INSIDE: &str = "AFTERBEEP_TEST_SERVER_PID";

/// Whether this is the process in which a test runs, beside its server.
#[allow(dead_code, reason = "for programs that do more than test")]
pub(crate) fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Runs `test` with a sound server of its own, in a child process whose environment knows no other one.
///
/// `name` is the calling test's. Without PulseAudio's programs the test is skipped, loudly.
pub(crate) fn with_server(name: &str, test: impl FnOnce(Server)) {
    with_host(Host::PulseAudio, name, test);
}

/// The same for tests that reach the server by way of ALSA.
pub(crate) fn with_alsa(name: &str, test: impl FnOnce(Server)) {
    with_host(Host::Alsa, name, test);
}

/// The same for any host.
pub(crate) fn with_host(host: Host, name: &str, test: impl FnOnce(Server)) {
    if let Some(server) = Server::inside(host) {
        return test(server);
    }
    if let Some(reason) = host.missing() {
        eprintln!("SKIPPED: {name}: {reason}");
        return;
    }
    let mut running = Running::start(host);
    let mut command = running.command();
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    let mut process = command.spawn().expect("the test's own process");
    let status = loop {
        running.bury();
        match process.try_wait().expect("a status") {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    assert!(status.success(), "{name} failed; see above");
}

/// The sound server, seen from a test.
pub(crate) struct Server {
    pid: u32,
    host: Host,
}

impl Server {
    /// The server that this process was started for.
    pub(crate) fn inside(host: Host) -> Option<Self> {
        let pid = std::env::var(INSIDE).ok()?;
        Some(Self { pid: pid.parse().expect("a process id"), host })
    }

    /// The host by which it is reached.
    pub(crate) fn host(&self) -> Host {
        self.host
    }

    /// Sends a signal (`STOP`, `CONT`, `KILL`) to the server.
    pub(crate) fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.pid.to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Tells the server something.
    pub(crate) fn tell(&self, words: &[&str]) -> String {
        let answer = Command::new("pactl").args(words).output().expect("pactl");
        assert!(answer.status.success(), "{words:?}: {}", String::from_utf8_lossy(&answer.stderr));
        String::from_utf8_lossy(&answer.stdout).trim().to_owned()
    }

    /// Takes a sink away, and its monitor with it.
    pub(crate) fn unplug(&self, sink: &str) {
        let modules = self.tell(&["list", "short", "modules"]);
        let is_wanted = |line: &&str| line.contains(&format!("sink_name={sink} "));
        let module = modules.lines().find(is_wanted).and_then(|line| line.split_whitespace().next());
        self.tell(&["unload-module", module.expect("the sink's module")]);
    }

    /// Brings a sink, and its monitor with it.
    pub(crate) fn plug_in(&self, sink: &str) {
        let (name, rate) = (format!("sink_name={sink}"), format!("rate={RATE}"));
        let words = ["load-module", "module-null-sink", &name, &rate, "channels=1"];
        let rest: &[&str] = match self.host {
            Host::PipeWire => &["channel_map=mono"],
            _ => &["format=s16le", "norewinds=1"],
        };
        self.tell(&[&words, rest].concat());
    }

    /// Makes the microphone give exact zeros; to JACK's, which nothing mutes, nobody is connected any more.
    pub(crate) fn mute(&self) {
        if self.host != Host::Jack {
            self.tell(&["set-source-mute", "caller.monitor", "1"]);
            return;
        }
        let ours = jack_port("_in:in_0");
        let list = Command::new("jack_lsp").args(["-c", &ours]).output().expect("jack_lsp").stdout;
        let list = String::from_utf8(list).expect("names");
        for other in list.lines().filter_map(|line| line.strip_prefix("   ")) {
            let done = Command::new("jack_disconnect").args([other, &ours]).status();
            assert!(done.expect("jack_disconnect").success());
        }
    }

    /// Starts the server again in the place of one that was killed.
    pub(crate) fn restarted(&self) -> Daemons {
        Daemons::start(self.host, &folder())
    }

    /// A disk that can stand still, in the server's folder; none where this user may not have one.
    pub(crate) fn disk(&self) -> Option<Disk> {
        Disk::make(&folder())
    }

    /// Starts to play raw samples to the microphone; on JACK to whoever records, who must be there before.
    pub(crate) fn play(&self, samples: &[i16]) -> Child {
        self.play_to("caller", samples)
    }

    /// The same to any sink, which JACK has not.
    pub(crate) fn play_to(&self, sink: &str, samples: &[i16]) -> Child {
        let path = folder().join(format!("noise-{}.raw", std::process::id()));
        // ALSA's plugin for JACK does not play its last period to the end: let that be silence.
        let after = if self.host == Host::Jack { RATE as usize / 2 } else { 0 };
        let silence = std::iter::repeat_n(&0, after);
        let bytes: Vec<u8> = samples.iter().chain(silence).flat_map(|sample| sample.to_le_bytes()).collect();
        std::fs::write(&path, bytes).expect("the noise's file");
        let mut command = match self.host {
            Host::Jack => {
                let port = jack_port("_in:in_0");
                through_alsa("aplay", &format!("playback_ports {{ 0 \"{port}\" }}"))
            }
            _ => {
                let mut command = through_pulse("paplay", sink);
                command.arg("--latency-msec=500");
                command
            }
        };
        command.arg(path).spawn().expect("paplay, aplay")
    }

    /// Connects JACK's ports whose names end so.
    pub(crate) fn connect(&self, from: &str, to: &str) {
        let status = Command::new("jack_connect").args([from, to].map(jack_port)).status();
        assert!(status.expect("jack_connect").success());
    }

    /// Starts to record what the loudspeaker plays, and returns when it does; on JACK it must be open before.
    pub(crate) fn listen(&self) -> Listener {
        self.listen_in_pieces(Duration::from_millis(200))
    }

    /// The same in pieces so long at most, where that can be asked for. Short ones tell more exactly when, and are lost more easily.
    pub(crate) fn listen_in_pieces(&self, piece: Duration) -> Listener {
        self.listen_to("speaker.monitor", "_out:out_0", piece)
    }

    /// Starts to record what the microphone hears, by other people's programs; on JACK the player must run before.
    pub(crate) fn listen_beside(&self) -> Listener {
        self.listen_to("caller.monitor", ":out_000", Duration::from_millis(200))
    }

    fn listen_to(&self, source: &str, port: &str, piece: Duration) -> Listener {
        let mut command = match self.host {
            Host::Jack => {
                let port = jack_port(port);
                let mut command = through_alsa("arecord", &format!("capture_ports {{ 0 \"{port}\" }}"));
                let times = [("--period-time", piece), ("--buffer-time", 8 * piece)];
                command.args(times.map(|(option, time)| format!("{option}={}", time.as_micros())));
                command
            }
            _ => {
                let mut command = through_pulse("parec", source);
                command.arg(format!("--latency-msec={}", piece.as_millis()));
                command
            }
        };
        let mut process = command.stdout(Stdio::piped()).spawn().expect("parec, arecord");
        let mut heard = process.stdout.take().expect("its standard output");
        let mut bytes = vec![0; 2];
        heard.read_exact(&mut bytes).expect("the first sample");
        let listening = std::thread::spawn(move || {
            let (mut arrivals, mut piece) = (Vec::new(), vec![0; 1 << 16]);
            loop {
                match heard.read(&mut piece).expect("the other samples") {
                    0 => return (bytes, arrivals),
                    count => {
                        let first = bytes.len() / 2;
                        bytes.extend(&piece[..count]);
                        arrivals.push(Arrival { at: Instant::now(), samples: first..bytes.len() / 2 });
                    }
                }
            }
        });
        Listener { process, listening }
    }
}

/// When samples of what the loudspeaker plays arrived.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) at: Instant,
    pub(crate) samples: std::ops::Range<usize>,
}

/// Who records what the loudspeaker plays.
pub(crate) struct Listener {
    process: Child,
    listening: JoinHandle<(Vec<u8>, Vec<Arrival>)>,
}

impl Listener {
    /// Lets what is under way arrive, and gives all that was heard.
    pub(crate) fn heard(self) -> Vec<i16> {
        self.heard_with_times().0
    }

    /// The same, and when each piece of it came.
    pub(crate) fn heard_with_times(mut self) -> (Vec<i16>, Vec<Arrival>) {
        std::thread::sleep(Duration::from_millis(700));
        self.process.kill().expect("parec, arecord");
        self.process.wait().expect("parec, arecord");
        let (bytes, arrivals) = self.listening.join().expect("the listening thread");
        (bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect(), arrivals)
    }
}

/// The server's folder, in the process of a test.
fn folder() -> PathBuf {
    std::env::var_os("XDG_RUNTIME_DIR").expect("the server's folder").into()
}

fn through_pulse(program: &str, device: &str) -> Command {
    let mut command = Command::new("nice");
    command.args(["-n", "-11", program, "--raw", "--format=s16le", "--channels=1"]);
    command.arg(format!("--rate={RATE}")).arg(format!("--device={device}")).stderr(Stdio::null());
    command
}

/// A program of ALSA's that is connected to the ports of a JACK client.
fn through_alsa(program: &str, ports: &str) -> Command {
    let path = folder().join(format!("{program}.conf"));
    let configuration = format!(
        "</usr/share/alsa/alsa.conf>\npcm.rig_ports {{ type jack {ports} }}\n\
         pcm.rig {{ type plug slave.pcm \"rig_ports\" }}\n"
    );
    std::fs::write(&path, configuration).expect("ALSA's configuration");
    let mut command = Command::new("nice");
    command.args(["-n", "-11", program, "-q", "-D", "rig", "-t", "raw", "-f", "S16_LE", "-c", "1"]);
    command.arg("-r").arg(RATE.to_string()).env("ALSA_CONFIG_PATH", path).stderr(Stdio::null());
    command
}

/// The port of a JACK client whose name ends so, which may just be starting.
fn jack_port(end: &str) -> String {
    let start = Instant::now();
    loop {
        let ports = Command::new("jack_lsp").output().expect("jack_lsp").stdout;
        let ports = String::from_utf8(ports).expect("names");
        if let Some(port) = ports.lines().find(|port| port.ends_with(end)) {
            return port.to_owned();
        }
        assert!(start.elapsed() < Duration::from_secs(2), "no port ends with {end}: {ports}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Servers, and a folder, until this is dropped.
pub(crate) struct Running {
    host: Host,
    daemons: Daemons,
    folder: tempfile::TempDir,
}

impl Running {
    pub(crate) fn start(host: Host) -> Self {
        let folder = tempfile::Builder::new().prefix("ab").tempdir_in("/tmp").expect("a folder");
        Self { host, daemons: Daemons::start(host, folder.path()), folder }
    }

    /// This program once more, as a process that knows these servers only.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.env(INSIDE, self.daemons.pid().to_string());
        command.envs(environment(self.host, self.folder.path()));
        command
    }

    /// Lets servers that ended be gone.
    pub(crate) fn bury(&mut self) {
        self.daemons.bury();
    }

    /// Where the servers keep their things.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

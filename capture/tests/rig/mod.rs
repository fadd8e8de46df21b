//! A private PulseAudio with a microphone that hears what is played, and known noise to play.

pub(crate) mod metronome;
mod noise;

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub(crate) use noise::{Compared, compare, known_noise};

/// Rate of the microphone and the loudspeaker, in Hz.
pub(crate) const RATE: u32 = 48_000;

/// ALSA's default device is the sound server.
const ALSA: &str = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";

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
    if let Ok(pid) = std::env::var(INSIDE) {
        return test(Server { pid: pid.parse().expect("a process id") });
    }
    for program in ["pulseaudio", "pactl", "paplay", "parec"] {
        if Command::new(program).arg("--version").stdout(Stdio::null()).status().is_err() {
            eprintln!(
                "SKIPPED: {name}: {program} is missing (Debian: apt-get install pulseaudio pulseaudio-utils)"
            );
            return;
        }
    }
    let server = Running::start();
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, server.process.id().to_string())
        .envs(server.environment())
        .status()
        .expect("the test's own process");
    assert!(status.success(), "{name} failed; see above");
}

/// The same for tests that reach the server by way of ALSA.
pub(crate) fn with_alsa(name: &str, test: impl FnOnce(Server)) {
    let mut folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    if folders.any(|folder| folder.path().join("alsa-lib/libasound_module_pcm_pulse.so").exists()) {
        with_server(name, test);
    } else {
        eprintln!("SKIPPED: {name}: ALSA's plugin for PulseAudio is missing (Debian: libasound2-plugins)");
    }
}

/// The sound server, seen from a test.
pub(crate) struct Server {
    pid: u32,
}

impl Server {
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
        let name = format!("sink_name={sink}");
        let rate = format!("rate={RATE}");
        let words =
            ["load-module", "module-null-sink", &name, &rate, "channels=1", "format=s16le", "norewinds=1"];
        self.tell(&words);
    }

    /// Starts the server again in the place of one that was killed.
    pub(crate) fn restarted(self) -> Restarted {
        let folder = PathBuf::from(std::env::var_os("PULSE_RUNTIME_PATH").expect("its folder"));
        let process = daemon(&folder.join("daemon.pa")).spawn().expect("pulseaudio");
        Restarted { process }
    }

    /// Starts to play raw samples to the microphone.
    pub(crate) fn play(&self, samples: &[i16]) -> Child {
        self.play_to("caller", samples)
    }

    /// The same to any sink.
    pub(crate) fn play_to(&self, sink: &str, samples: &[i16]) -> Child {
        let path = std::env::temp_dir().join(format!("afterbeep-noise-{}.raw", std::process::id()));
        let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        std::fs::write(&path, bytes).expect("the noise's file");
        raw("paplay", sink).arg("--latency-msec=500").arg(path).spawn().expect("paplay")
    }

    /// Starts to record what the loudspeaker plays, and returns when it does.
    pub(crate) fn listen(&self) -> Listener {
        let mut command = raw("parec", "speaker.monitor");
        let mut process = command.arg("--latency-msec=200").stdout(Stdio::piped()).spawn().expect("parec");
        let mut heard = process.stdout.take().expect("its standard output");
        let mut bytes = vec![0; 2];
        heard.read_exact(&mut bytes).expect("the first sample");
        let listening = std::thread::spawn(move || {
            heard.read_to_end(&mut bytes).expect("the other samples");
            bytes
        });
        Listener { process, listening }
    }
}

/// A server that was started again, until this is dropped.
pub(crate) struct Restarted {
    process: Child,
}

impl Drop for Restarted {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Who records what the loudspeaker plays.
pub(crate) struct Listener {
    process: Child,
    listening: JoinHandle<Vec<u8>>,
}

impl Listener {
    /// Lets what is under way arrive, and gives all that was heard.
    pub(crate) fn heard(mut self) -> Vec<i16> {
        std::thread::sleep(Duration::from_millis(500));
        self.process.kill().expect("parec");
        self.process.wait().expect("parec");
        let bytes = self.listening.join().expect("the listening thread");
        bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }
}

fn raw(program: &str, device: &str) -> Command {
    let mut command = Command::new(program);
    command.args(["--raw", "--format=s16le", "--channels=1"]);
    command.arg(format!("--rate={RATE}")).arg(format!("--device={device}"));
    command
}

struct Running {
    process: Child,
    folder: tempfile::TempDir,
}

impl Running {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("ab").tempdir_in("/tmp").expect("a folder");
        let script = folder.path().join("daemon.pa");
        std::fs::write(folder.path().join("asound.conf"), ALSA).expect("ALSA's configuration");
        std::fs::write(&script, daemon_script(&folder.path().join("native"))).expect("the server's script");
        let process = daemon(&script).envs(environment(&folder)).spawn();
        let running = Self { process: process.expect("pulseaudio"), folder };
        running.wait();
        running
    }

    fn wait(&self) {
        let start = Instant::now();
        let answers = || Command::new("pactl").arg("info").envs(self.environment()).output();
        while !answers().is_ok_and(|answer| answer.status.success()) {
            assert!(start.elapsed() < Duration::from_secs(10), "PulseAudio did not come up");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        environment(&self.folder)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn daemon(script: &std::path::Path) -> Command {
    // It ends by itself, should this process be killed.
    let arguments =
        ["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=20", "--high-priority=yes"];
    let mut command = Command::new("pulseaudio");
    command
        .args(arguments)
        .args(["--realtime=yes", "--disallow-exit=no", "--log-level=error", "-F"])
        .arg(script);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

fn environment(folder: &tempfile::TempDir) -> Vec<(&'static str, PathBuf)> {
    let folder = folder.path();
    let mut server = std::ffi::OsString::from("unix:");
    server.push(folder.join("native"));
    vec![
        ("PULSE_SERVER", server.into()),
        ("PULSE_RUNTIME_PATH", folder.into()),
        ("PULSE_STATE_PATH", folder.into()),
        ("PULSE_COOKIE", folder.join("cookie")),
        ("XDG_RUNTIME_DIR", folder.into()),
        ("ALSA_CONFIG_PATH", folder.join("asound.conf")),
    ]
}

fn daemon_script(socket: &std::path::Path) -> String {
    let sink = |name: &str| {
        format!(
            "load-module module-null-sink sink_name={name} rate={RATE} channels=1 format=s16le norewinds=1 \
             sink_properties=device.description={name}\n"
        )
    };
    let socket = socket.display();
    format!(
        ".fail\nload-module module-native-protocol-unix socket={socket} auth-anonymous=1\n{}{}\
         set-default-source caller.monitor\nset-default-sink speaker\n",
        sink("caller"),
        sink("speaker")
    )
}

//! Private sound servers, each with a microphone that hears what is played, in a folder of their own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Host, RATE};

/// ALSA's default device is the sound server.
const ALSA: &str = "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n";

/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(15);

/// Servers that run until this is dropped.
pub(crate) struct Daemons {
    /// In the order of their start.
    processes: Vec<Child>,
    /// Which of them is the one that faults are done to.
    server: usize,
    host: Host,
    folder: PathBuf,
}

impl Daemons {
    /// Starts what the host needs, in a folder whose path is short: a socket's name holds 107 bytes.
    pub(crate) fn start(host: Host, folder: &Path) -> Self {
        let mut daemons = Self { processes: Vec::new(), server: 0, host, folder: folder.to_owned() };
        match host {
            Host::PulseAudio | Host::Alsa => daemons.start_pulse(host, folder),
            Host::PipeWire => daemons.start_pipewire(host, folder),
            Host::Jack => daemons.start_jack(host, folder),
        }
        daemons
    }

    /// The server's process.
    pub(crate) fn pid(&self) -> u32 {
        self.processes[self.server].id()
    }

    /// Lets servers that ended be gone: to JACK one that nobody has asked for its status is still there.
    pub(crate) fn bury(&mut self) {
        for process in &mut self.processes {
            let _ = process.try_wait();
        }
    }

    fn spawn(&mut self, host: Host, folder: &Path, program: &str, arguments: &[&str]) {
        // It is asked to end with the test's program, should that be killed; and it runs ahead of programs, where that is
        // allowed, as on a desktop: else a busy machine makes the server itself lose samples.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM", "nice", "-n", "-11", program]).args(arguments);
        command.envs(environment(host, folder));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.processes.push(command.spawn().expect("setpriv, of util-linux"));
    }

    fn start_pulse(&mut self, host: Host, folder: &Path) {
        let script = folder.join("daemon.pa");
        std::fs::write(folder.join("asound.conf"), ALSA).expect("ALSA's configuration");
        std::fs::write(&script, pulse_script(&folder.join("native"))).expect("the server's script");
        let script = script.to_str().expect("a plain path");
        let arguments = [
            "-n",
            "--daemonize=no",
            "--use-pid-file=no",
            "--exit-idle-time=-1",
            "--high-priority=yes",
            "--realtime=yes",
            "--disallow-exit=no",
            "--log-level=error",
            "-F",
            script,
        ];
        self.spawn(host, folder, "pulseaudio", &arguments);
        wait("PulseAudio", || answers(host, folder, "pactl", &["info"]));
    }

    fn start_pipewire(&mut self, host: Host, folder: &Path) {
        for folder in ["state", "config"].map(|name| folder.join(name)) {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        let address = format!("--address=unix:path={}", folder.join("bus").display());
        self.spawn(host, folder, "dbus-daemon", &["--session", "--nofork", "--nopidfile", &address]);
        wait("D-Bus", || folder.join("bus").exists());
        // It looks for the bus once, when it starts.
        self.spawn(host, folder, "pipewire", &[]);
        wait("PipeWire", || folder.join("pipewire-0").exists());
        self.server = 1;
        self.spawn(host, folder, "wireplumber", &[]);
        self.spawn(host, folder, "pipewire-pulse", &[]);
        wait("pipewire-pulse", || answers(host, folder, "pactl", &["info"]));
        for name in ["caller", "speaker"] {
            let (name, rate) = (format!("sink_name={name}"), format!("rate={RATE}"));
            let words = ["load-module", "module-null-sink", &name, &rate, "channels=1", "channel_map=mono"];
            assert!(answers(host, folder, "pactl", &words), "PipeWire has no null sink");
        }
        for words in [["set-default-sink", "speaker"], ["set-default-source", "caller.monitor"]] {
            wait("the null sinks", || answers(host, folder, "pactl", &words));
        }
    }

    fn start_jack(&mut self, host: Host, folder: &Path) {
        let (rate, period) = (RATE.to_string(), (RATE / 100).to_string());
        let realtime = if may_be_real_time() { "--realtime" } else { "--no-realtime" };
        let name = jack_name(folder);
        let arguments = [realtime, "-n", &name, "-d", "dummy", "-r", &rate, "-p", &period, "-C1", "-P1"];
        self.spawn(host, folder, "jackd", &arguments);
        wait("JACK (should eight that were killed fill its list: rm /dev/shm/jack*)", || {
            answers(host, folder, "jack_lsp", &[])
        });
    }
}

impl Drop for Daemons {
    fn drop(&mut self) {
        // JACK keeps a list of eight servers. One that was killed stays in it, until one of its name ends by itself.
        let was_killed = |server: &mut Child| matches!(server.try_wait(), Ok(Some(_)));
        if self.host == Host::Jack && self.processes.first_mut().is_some_and(was_killed) {
            let (host, folder) = (self.host, self.folder.clone());
            self.start_jack(host, &folder);
        }
        for process in self.processes.iter_mut().rev() {
            end(process);
        }
    }
}

/// Asks a server to end, and ends it if it does not.
fn end(process: &mut Child) {
    let has_ended = |process: &mut Child| !matches!(process.try_wait(), Ok(None));
    let pid = process.id().to_string();
    for signal in ["-CONT", "-TERM"] {
        if !has_ended(process) {
            let _ = Command::new("kill").args([signal, &pid]).stderr(Stdio::null()).status();
        }
    }
    let asked = Instant::now();
    while asked.elapsed() < Duration::from_secs(6) && !has_ended(process) {
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = process.kill();
    let _ = process.wait();
}

/// What programs have to know to find the servers in the folder, and no others.
pub(crate) fn environment(host: Host, folder: &Path) -> Vec<(&'static str, OsString)> {
    let at = |name: &str| folder.join(name).into_os_string();
    let prefixed = |prefix: &str, name: &str| {
        let mut address = OsString::from(prefix);
        address.push(folder.join(name));
        address
    };
    let socket = if host == Host::PipeWire { "pulse/native" } else { "native" };
    vec![
        ("PULSE_SERVER", prefixed("unix:", socket)),
        ("PULSE_RUNTIME_PATH", if host == Host::PipeWire { at("pulse") } else { folder.into() }),
        ("PULSE_STATE_PATH", folder.into()),
        ("PULSE_COOKIE", at("cookie")),
        ("XDG_RUNTIME_DIR", folder.into()),
        ("PIPEWIRE_RUNTIME_DIR", folder.into()),
        ("XDG_STATE_HOME", at("state")),
        ("XDG_CONFIG_HOME", at("config")),
        ("DBUS_SESSION_BUS_ADDRESS", prefixed("unix:path=", "bus")),
        ("ALSA_CONFIG_PATH", at("asound.conf")),
        ("JACK_DEFAULT_SERVER", jack_name(folder).into()),
        ("JACK_NO_START_SERVER", "1".into()),
    ]
}

/// A JACK server is found by its name: the folder's.
fn jack_name(folder: &Path) -> String {
    folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn may_be_real_time() -> bool {
    Command::new("chrt").args(["-f", "5", "true"]).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn answers(host: Host, folder: &Path, program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).envs(environment(host, folder)).stdin(Stdio::null());
    command.output().is_ok_and(|answer| answer.status.success())
}

fn wait(what: &str, is_up: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_up() {
        assert!(start.elapsed() < PATIENCE, "{what} did not come up");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn pulse_script(socket: &Path) -> String {
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

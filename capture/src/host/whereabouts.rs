//! Which source a stream is on, asked of the PulseAudio server itself: it moves streams when a device is removed, and neither it nor
//! `cpal` says so.
//!
//! A connection of its own, whose every answer has a deadline: a server that hangs cannot hang who asks, and one that dies ends the
//! connection at once. It serves ALSA as well where ALSA's plugin leads to the server. PipeWire's PulseAudio server answers too,
//! and knows PipeWire's own streams.

use std::ffi::{CStr, CString};
use std::io::{self, BufReader};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use pulseaudio::protocol::{
    AuthParams, AuthReply, Command, CommandReply, GetSinkInfo, GetSourceInfo, MAX_VERSION, Prop, Props,
    ProtocolError, PulseError, ServerInfo, SetClientNameReply, SinkInfo, SourceInfo, SourceOutputInfo,
    SourceOutputInfoList, read_reply_message, write_command_message,
};

use super::Direction;
use crate::limits::SETTLES;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where a stream is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Where it was when it was opened, or nobody can tell.
    Same,
    /// On the source of this name now.
    On(String),
    /// The server that had it is gone, or has it no more.
    Nowhere,
}

/// Knows where a stream of this process was when it was opened.
pub(crate) struct Whereabouts {
    server: Option<Server>,
    /// Recording streams of this process that were there before.
    others: Vec<u32>,
    /// Until when the server may take to know the stream.
    known_until: Instant,
    stream: Option<u32>,
    source_index: u32,
    source: Option<String>,
    default: Option<String>,
}

impl Whereabouts {
    /// To be called before a stream is opened.
    pub(crate) fn before_opening() -> Self {
        let mut server = Server::connect().ok();
        let others = server.as_mut().and_then(|server| server.our_streams().ok()).unwrap_or_default();
        let others = others.iter().map(|stream| stream.index).collect();
        Self { server, others, ..Self::of_nothing() }
    }

    /// Of a stream that nobody asks after.
    pub(crate) fn of_nothing() -> Self {
        let (server, stream, source, default) = (None, None, None, None);
        let (others, known_until) = (Vec::new(), Instant::now());
        Self { server, others, known_until, stream, source_index: 0, source, default }
    }

    /// To be called when it is open on this host: looks which source it is on, if the server knows the stream.
    pub(crate) fn opened(&mut self, host: &str) {
        match host {
            "pulseaudio" | "alsa" => self.find(),
            // It tells its PulseAudio server some time later.
            "pipewire" => self.known_until = Instant::now() + SETTLES,
            _ => {}
        }
    }

    fn find(&mut self) {
        let Some(server) = self.server.as_mut() else { return };
        let streams = server.our_streams().unwrap_or_default();
        let new = streams.iter().filter(|stream| !self.others.contains(&stream.index));
        let Some(ours) = new.max_by_key(|stream| stream.index) else { return };
        self.stream = Some(ours.index);
        self.source_index = ours.source_index;
        self.source = server.name_of(ours.source_index).ok();
        self.default = server.default_source();
    }

    /// The source that the stream was on when it was opened.
    pub(crate) fn source(&self) -> Option<&str> {
        self.source.as_deref()
    }

    /// Where the stream is now.
    pub(crate) fn look(&mut self) -> Seen {
        if self.stream.is_none() && Instant::now() < self.known_until {
            self.find();
        }
        let (Some(stream), Some(source)) = (self.stream, &self.source) else { return Seen::Same };
        let server = match reconnected(&mut self.server) {
            Ok(server) => server,
            Err(error) if is_refusal(&error) => return Seen::Nowhere,
            Err(_) => return Seen::Same,
        };
        let answer = server.stream(stream);
        let named = answer.and_then(|info| match info.source_index {
            same if same == self.source_index => Ok((same, None)),
            other => server.name_of(other).map(|name| (other, Some(name))),
        });
        match named {
            Ok((_, None)) => Seen::Same,
            // The same device, plugged in again.
            Ok((index, Some(name))) if name == *source => {
                self.source_index = index;
                Seen::Same
            }
            Ok((_, Some(name))) => Seen::On(name),
            Err(ProtocolError::ServerError(PulseError::NoEntity)) => Seen::Nowhere,
            Err(_) => {
                // An answer may still come, and must not be taken for the next one.
                self.server = None;
                Seen::Same
            }
        }
    }

    /// What the server has in the place of the source that the stream was on, if that is there no more.
    pub(crate) fn instead(&mut self) -> Seen {
        let Some(source) = self.source.as_deref() else { return Seen::Nowhere };
        let Ok(server) = reconnected(&mut self.server) else { return Seen::Nowhere };
        match server.has(source) {
            Ok(true) => Seen::Same,
            Ok(false) => server.default_source().filter(|now| now != source).map_or(Seen::Same, Seen::On),
            Err(_) => {
                self.server = None;
                Seen::Nowhere
            }
        }
    }

    /// The source that is heard where none is named.
    pub(crate) fn default_source(&mut self) -> Option<String> {
        self.server.as_mut()?.default_source()
    }

    /// The default source, if it is another one than it was when the stream was opened.
    pub(crate) fn new_default(&mut self) -> Option<String> {
        let (Some(_), Some(before)) = (self.stream, &self.default) else { return None };
        let server = reconnected(&mut self.server).ok()?;
        server.default_source().filter(|now| now != before)
    }
}

fn reconnected(server: &mut Option<Server>) -> Result<&mut Server, ProtocolError> {
    if server.is_none() {
        *server = Some(Server::connect()?);
    }
    server.as_mut().ok_or(ProtocolError::Timeout)
}

/// Whether nobody listens at the server's place any more; one that hangs lets itself be called, and does not answer.
fn is_refusal(error: &ProtocolError) -> bool {
    let is_refusal = |kind| matches!(kind, io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound);
    matches!(error, ProtocolError::Io(error) if is_refusal(error.kind()))
}

/// A connection to the server.
struct Server {
    socket: BufReader<UnixStream>,
    version: u16,
    sequence: u32,
}

impl Server {
    fn connect() -> Result<Self, ProtocolError> {
        let path =
            pulseaudio::socket_path_from_env().ok_or(io::ErrorKind::NotFound).map_err(io::Error::from)?;
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let mut server = Self { socket: BufReader::new(socket), version: MAX_VERSION, sequence: 0 };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let auth = AuthParams {
            version: MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie: cookie.unwrap_or_default(),
        };
        let reply: AuthReply = server.ask(&Command::Auth(auth))?;
        server.version = MAX_VERSION.min(reply.version);
        let mut properties = Props::new();
        properties.set(Prop::ApplicationName, c"afterbeep");
        let _: SetClientNameReply = server.ask(&Command::SetClientName(properties))?;
        Ok(server)
    }

    fn ask<R: CommandReply>(&mut self, command: &Command) -> Result<R, ProtocolError> {
        self.sequence += 1;
        write_command_message(self.socket.get_mut(), self.sequence, command, self.version)?;
        read_reply_message(&mut self.socket, self.version).map(|(_, reply)| reply)
    }

    fn our_streams(&mut self) -> Result<Vec<SourceOutputInfo>, ProtocolError> {
        let pid = std::process::id();
        // PipeWire's own streams say their process in the name that `cpal` gives them.
        let marks =
            [(Prop::ApplicationProcessId, pid.to_string()), (Prop::MediaName, format!("cpal-capture-{pid}"))];
        let all: SourceOutputInfoList = self.ask(&Command::GetSourceOutputInfoList)?;
        let is_ours = |stream: &SourceOutputInfo| {
            marks.iter().any(|(property, mark)| {
                let said = stream.props.get(*property).and_then(|said| said.strip_suffix(b"\0"));
                said == Some(mark.as_bytes())
            })
        };
        Ok(all.into_iter().filter(is_ours).collect())
    }

    fn stream(&mut self, index: u32) -> Result<SourceOutputInfo, ProtocolError> {
        self.ask(&Command::GetSourceOutputInfo(index))
    }

    fn name_of(&mut self, source: u32) -> Result<String, ProtocolError> {
        let asked = GetSourceInfo { index: Some(source), name: None };
        let info: SourceInfo = self.ask(&Command::GetSourceInfo(asked))?;
        Ok(text(&info.name))
    }

    fn has(&mut self, source: &str) -> Result<bool, ProtocolError> {
        let asked = GetSourceInfo { index: None, name: CString::new(source).ok() };
        match self.ask::<SourceInfo>(&Command::GetSourceInfo(asked)) {
            Ok(_) => Ok(true),
            Err(ProtocolError::ServerError(PulseError::NoEntity)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn default_source(&mut self) -> Option<String> {
        let info: ServerInfo = self.ask(&Command::GetServerInfo).ok()?;
        info.default_source_name.as_deref().map(text)
    }
}

/// How many channels PipeWire's default source or sink has, by its PulseAudio server: `cpal` says two of every one.
pub(crate) fn channels_of_pipewires_default(way: Direction) -> Option<u16> {
    let mut server = Server::connect().ok()?;
    let info: ServerInfo = server.ask(&Command::GetServerInfo).ok()?;
    // Another server may answer, which knows other devices.
    info.server_name.as_deref().filter(|name| text(name).contains("PipeWire"))?;
    let spec = match way {
        Direction::Input => {
            let asked = GetSourceInfo { index: None, name: info.default_source_name };
            server.ask::<SourceInfo>(&Command::GetSourceInfo(asked)).ok()?.sample_spec
        }
        Direction::Output => {
            let asked = GetSinkInfo { index: None, name: info.default_sink_name };
            server.ask::<SinkInfo>(&Command::GetSinkInfo(asked)).ok()?.sample_spec
        }
    };
    Some(u16::from(spec.channels))
}

fn text(name: &CStr) -> String {
    name.to_string_lossy().into_owned()
}

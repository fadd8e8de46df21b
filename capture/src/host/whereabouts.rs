//! Which source a stream is on, asked of the PulseAudio server itself: it moves streams when a device is removed, and neither it nor
//! `cpal` says so.
//!
//! A connection of its own, whose every answer has a deadline: a server that hangs cannot hang who asks. It serves ALSA as well
//! where ALSA's plugin leads to the server. PipeWire's PulseAudio server answers too.

use std::ffi::{CStr, CString};
use std::io::{self, BufReader};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use pulseaudio::protocol::{
    AuthParams, AuthReply, Command, CommandReply, GetSinkInfo, GetSourceInfo, MAX_VERSION, Prop, Props,
    ProtocolError, PulseError, ServerInfo, SetClientNameReply, SinkInfo, SourceInfo, SourceOutputInfo,
    SourceOutputInfoList, read_reply_message, write_command_message,
};

use super::Direction;

/// How long the server may take to answer.
const PATIENCE: Duration = Duration::from_millis(100);

/// Where a stream is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Where it was when it was opened, or nobody can tell.
    Same,
    /// On the source of this name now.
    On(String),
}

/// Knows where a stream of this process was when it was opened.
pub(crate) struct Whereabouts {
    server: Option<Server>,
    /// Recording streams of this process that were there before.
    others: Vec<u32>,
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
        Self { server, others, stream: None, source_index: 0, source: None, default: None }
    }

    /// To be called when it is open: the source that it is on, if the server knows the stream.
    pub(crate) fn opened(&mut self) -> Option<&str> {
        let server = self.server.as_mut()?;
        let streams = server.our_streams().ok()?;
        let ours =
            streams.iter().filter(|stream| !self.others.contains(&stream.index)).max_by_key(|s| s.index)?;
        self.stream = Some(ours.index);
        self.source_index = ours.source_index;
        self.source = server.name_of(ours.source_index).ok();
        self.default = server.default_source();
        self.source.as_deref()
    }

    /// Where the stream is now.
    pub(crate) fn look(&mut self) -> Seen {
        let (Some(stream), Some(source)) = (self.stream, &self.source) else { return Seen::Same };
        let Ok(server) = reconnected(&mut self.server) else { return Seen::Same };
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
            Err(ProtocolError::ServerError(PulseError::NoEntity)) => Seen::Same,
            Err(_) => {
                // An answer may still come, and must not be taken for the next one.
                self.server = None;
                Seen::Same
            }
        }
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
        let pid = CString::new(std::process::id().to_string()).unwrap_or_default();
        let all: SourceOutputInfoList = self.ask(&Command::GetSourceOutputInfoList)?;
        let is_ours = |stream: &SourceOutputInfo| {
            stream.props.get(Prop::ApplicationProcessId).is_some_and(|id| id == pid.to_bytes_with_nul())
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

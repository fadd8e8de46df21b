//! Without a PulseAudio client in the build nobody can tell where a stream is.

/// Where a stream is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Where it was when it was opened, or nobody can tell.
    Same,
    /// On the source of this name now.
    #[expect(dead_code, reason = "nobody can tell")]
    On(String),
    /// The server that had it is gone, or has it no more.
    Nowhere,
}

/// Knows nothing.
pub(crate) struct Whereabouts;

impl Whereabouts {
    pub(crate) fn before_opening() -> Self {
        Self
    }

    pub(crate) fn of_nothing() -> Self {
        Self
    }

    pub(crate) fn opened(&mut self, _: &str) {}

    pub(crate) fn source(&self) -> Option<&str> {
        None
    }

    pub(crate) fn look(&mut self) -> Seen {
        Seen::Same
    }

    pub(crate) fn instead(&mut self) -> Seen {
        Seen::Nowhere
    }

    pub(crate) fn default_source(&mut self) -> Option<String> {
        None
    }

    pub(crate) fn new_default(&mut self) -> Option<String> {
        None
    }
}

/// How many channels PipeWire's default source or sink has.
pub(crate) fn channels_of_pipewires_default(_: super::Direction) -> Option<u16> {
    None
}

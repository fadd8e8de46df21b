//! Without a PulseAudio client in the build nobody can tell where a stream is.

/// Where a stream is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Where it was when it was opened, or nobody can tell.
    Same,
    /// On the source of this name now.
    #[expect(dead_code, reason = "nobody can tell")]
    On(String),
}

/// Knows nothing.
pub(crate) struct Whereabouts;

impl Whereabouts {
    pub(crate) fn before_opening() -> Self {
        Self
    }

    pub(crate) fn opened(&mut self) -> Option<&str> {
        None
    }

    pub(crate) fn look(&mut self) -> Seen {
        Seen::Same
    }

    pub(crate) fn new_default(&mut self) -> Option<String> {
        None
    }
}

/// How many channels PipeWire's default source or sink has.
pub(crate) fn channels_of_pipewires_default(_: super::Direction) -> Option<u16> {
    None
}

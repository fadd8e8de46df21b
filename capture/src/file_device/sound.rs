//! What a file gives: its samples, and what follows them.

use afterbeep::{AudioFile, AudioFileError, Channel, Resampler};

use super::name::{Named, Then};

/// A file's samples at the rate at which it is heard.
pub(super) struct Sound {
    file: AudioFile,
    copy: Option<Resampler>,
    named: Named,
    channel: Channel,
    piece: Vec<i16>,
    ready: Vec<i16>,
    at: usize,
    /// Samples that the file gave since it was opened.
    given: u64,
    ended: bool,
}

impl Sound {
    pub(super) fn new(file: AudioFile, copy: Option<Resampler>, named: Named, channel: Channel) -> Self {
        let (piece, ready) = (Vec::new(), Vec::new());
        Self { file, copy, named, channel, piece, ready, at: 0, given: 0, ended: false }
    }

    /// Fills the block and says how far; 0 if nothing follows any more.
    pub(super) fn fill(&mut self, block: &mut [i16]) -> Result<usize, AudioFileError> {
        let mut filled = 0;
        while filled < block.len() && self.make_ready()? {
            let count = (self.ready.len() - self.at).min(block.len() - filled);
            block[filled..filled + count].copy_from_slice(&self.ready[self.at..self.at + count]);
            self.at += count;
            filled += count;
        }
        if self.ended && self.named.then != Then::Gone {
            block[filled..].fill(0);
            filled = block.len();
        }
        Ok(filled)
    }

    /// Whether there are samples, read from the file where they are not.
    fn make_ready(&mut self) -> Result<bool, AudioFileError> {
        while self.at == self.ready.len() && !self.ended {
            self.ready.clear();
            self.piece.clear();
            self.at = 0;
            let count = self.file.read(&mut self.piece)?;
            self.given += count as u64;
            match &mut self.copy {
                None => self.ready.extend_from_slice(&self.piece),
                Some(copy) if count == 0 => copy.finish(&mut self.ready),
                Some(copy) => copy.process(&self.piece, &mut self.ready),
            }
            if count == 0 {
                self.at_the_end()?;
            }
        }
        Ok(self.at < self.ready.len())
    }

    fn at_the_end(&mut self) -> Result<(), AudioFileError> {
        // A file without samples would be read again for ever.
        if self.named.then == Then::Again && self.given > 0 {
            self.file = AudioFile::open(&self.named.path)?.with_channel(self.channel)?;
            self.given = 0;
        } else {
            self.ended = true;
        }
        Ok(())
    }
}

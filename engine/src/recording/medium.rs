//! What a WAV file is written on.

use std::{fs::File, io};

/// What a WAV file is written on: a file, or in tests something that fails.
pub trait Medium: Send {
    /// Writes all of `bytes` at byte `offset`.
    ///
    /// # Errors
    /// Whatever the system says; some of the bytes may have been written.
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Sets the length to `bytes`; what that adds reads as zeros.
    ///
    /// # Errors
    /// Whatever the system says.
    fn set_len(&mut self, bytes: u64) -> io::Result<()>;
    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// Whatever the system says.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    #[cfg(unix)]
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, offset)
    }

    #[cfg(not(unix))]
    fn write_all_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        use std::io::{Seek, SeekFrom, Write};
        self.seek(SeekFrom::Start(offset))?;
        self.write_all(bytes)
    }

    fn set_len(&mut self, bytes: u64) -> io::Result<()> {
        Self::set_len(self, bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        // With the length, which is all of the metadata that a reader needs.
        self.sync_data()
    }
}

//! Formats that are known by their first bytes, and not read here: an error that names one helps more than a shrug.

/// How a format is known: what stands where.
type Mark = (usize, &'static [u8]);

/// Name and marks; all of a line's marks must fit.
const FORMATS: &[(&str, &[Mark])] = &[
    ("Ogg Opus", &[(0, b"OggS"), (28, b"OpusHead")]),
    ("Ogg Speex", &[(0, b"OggS"), (28, b"Speex   ")]),
    ("Ogg Theora", &[(0, b"OggS"), (28, b"\x80theora")]),
    ("MP4 or M4A", &[(4, b"ftyp")]),
    ("AIFF", &[(0, b"FORM"), (8, b"AIFF")]),
    ("AIFF-C", &[(0, b"FORM"), (8, b"AIFC")]),
    ("CAF", &[(0, b"caff")]),
    ("AU", &[(0, b".snd")]),
    ("RF64", &[(0, b"RF64")]),
    ("BW64", &[(0, b"BW64")]),
    ("Wave64", &[(0, b"riff\x2e\x91\xcf\x11")]),
    ("AVI", &[(0, b"RIFF"), (8, b"AVI ")]),
    ("Matroska or WebM", &[(0, b"\x1a\x45\xdf\xa3")]),
    ("WMA", &[(0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")]),
    ("AMR", &[(0, b"#!AMR")]),
    ("WavPack", &[(0, b"wvpk")]),
    ("Monkey's Audio", &[(0, b"MAC ")]),
    ("DSF", &[(0, b"DSD ")]),
    ("MIDI", &[(0, b"MThd")]),
    ("AAC", &[(0, b"ADIF")]),
    ("AAC", &[(0, b"\xff\xf1")]),
    ("AAC", &[(0, b"\xff\xf9")]),
    ("AC-3", &[(0, b"\x0b\x77")]),
];

/// The name of the format of a file that starts so, if it is one of those that are not read.
pub(crate) fn name(start: &[u8]) -> Option<&'static str> {
    let stands = |&(at, bytes): &Mark| start.get(at..).is_some_and(|from| from.starts_with(bytes));
    FORMATS.iter().find(|(_, marks)| marks.iter().all(stands)).map(|&(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_read_has_a_name() {
        assert_eq!(name(b"\0\0\0\x1cftypM4A \0\0\x02\0"), Some("MP4 or M4A"));
        let mut ogg = [0; 44];
        ogg[..4].copy_from_slice(b"OggS");
        ogg[28..36].copy_from_slice(b"OpusHead");
        assert_eq!(name(&ogg), Some("Ogg Opus"));
    }

    #[test]
    fn what_is_read_and_what_nobody_knows_has_none() {
        let mut vorbis = [0; 44];
        vorbis[..4].copy_from_slice(b"OggS");
        vorbis[28..35].copy_from_slice(b"\x01vorbis");
        for start in
            [&vorbis[..], b"RIFF\x24\0\0\0WAVEfmt ", b"fLaC", b"ID3\x04", b"\xff\xfb\x90", b"", b"hello"]
        {
            assert_eq!(name(start), None);
        }
    }
}

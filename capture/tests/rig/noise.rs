//! Noise in which every place is recognisable.

/// Samples by which a place is recognised.
const MARK: usize = 24;

/// How many samples further a place is looked for: a minute and a bit.
const REACH: usize = 3_000_000;

/// How many places in a row may be unknown before all that follows is.
const TRIES: usize = 2_000;

/// Noise without a zero, the same each time.
pub(crate) fn known_noise(samples: usize) -> Vec<i16> {
    let mut state = 0x1234_5678u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 16) as i16 | 1
    })
    .take(samples)
    .collect()
}

/// How a recording of the noise differs from it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// Samples of the noise that are not in the recording.
    pub(crate) lost: usize,
    /// Samples of the recording, between its first and last of the noise, that are not of the noise.
    pub(crate) foreign: usize,
}

/// A place of a recording at which something of the noise is missing, or something stands that is not of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// Where, in samples of the recording.
    pub(crate) at: usize,
    /// The same in samples of the noise.
    pub(crate) place: usize,
    /// Samples that are missing.
    pub(crate) lost: usize,
    /// Samples that stand in their place.
    pub(crate) foreign: usize,
}

/// Finds every piece of `noise` in `recorded`, in order. The silence around the noise does not count.
pub(crate) fn compare(noise: &[i16], recorded: &[i16]) -> Compared {
    let flaws = flaws(noise, recorded);
    let sum = |of: fn(&Flaw) -> usize| flaws.iter().map(of).sum();
    Compared { lost: sum(|flaw| flaw.lost), foreign: sum(|flaw| flaw.foreign) }
}

/// The same, place by place.
pub(crate) fn flaws(noise: &[i16], recorded: &[i16]) -> Vec<Flaw> {
    let start = recorded.iter().position(|&sample| sample != 0).unwrap_or(recorded.len());
    let end = recorded.iter().rposition(|&sample| sample != 0).map_or(start, |last| last + 1);
    let (mut here, mut there, mut flaws) = (start, 0, Vec::new());
    while here < end && there < noise.len() {
        if recorded[here] == noise[there] {
            (here, there) = (here + 1, there + 1);
            continue;
        }
        let (foreign, lost) = way_back(&noise[there..], &recorded[here..end]);
        flaws.push(Flaw { at: here, place: there, lost, foreign });
        (here, there) = (here + foreign, there + lost);
    }
    if there < noise.len() || here < end {
        flaws.push(Flaw { at: here, place: there, lost: noise.len() - there, foreign: end - here });
    }
    flaws
}

/// How much of a recording to leave out, and how much of the noise, until they are the same again.
fn way_back(noise: &[i16], recorded: &[i16]) -> (usize, usize) {
    let within = &noise[..noise.len().min(REACH)];
    let mut tried = 0;
    for foreign in 0..recorded.len() {
        // Silence is of no noise.
        if recorded[foreign] == 0 {
            continue;
        }
        tried += 1;
        if tried > TRIES {
            break;
        }
        let mark = &recorded[foreign..recorded.len().min(foreign + MARK)];
        if let Some(lost) = within.windows(mark.len()).position(|window| window == mark) {
            return (foreign, lost);
        }
    }
    (recorded.len(), noise.len())
}

#[test]
fn the_comparison_finds_what_is_missing_and_what_does_not_belong() {
    let noise = known_noise(5_000);
    let recorded =
        [&[0; 99], &noise[..1_000], &noise[1_480..3_000], &[0; 10], &noise[3_000..4_900], &[0; 7]].concat();
    assert_eq!(compare(&noise, &recorded), Compared { lost: 580, foreign: 10 });
    let places = [(1_099, 1_000, 480, 0), (2_619, 3_000, 0, 10), (4_529, 4_900, 100, 0)];
    let expected = places.map(|(at, place, lost, foreign)| Flaw { at, place, lost, foreign });
    assert_eq!(flaws(&noise, &recorded), expected);
    assert_eq!(compare(&noise, &noise), Compared::default());
    assert_eq!(compare(&noise, &[]), Compared { lost: 5_000, foreign: 0 });
}

//! Noise in which every place is recognisable.

/// Samples by which a place is recognised.
const MARK: usize = 24;

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

/// Finds every piece of `noise` in `recorded`, in order. The silence around the noise does not count.
pub(crate) fn compare(noise: &[i16], recorded: &[i16]) -> Compared {
    let mut compared = Compared::default();
    let start = recorded.iter().position(|&sample| sample != 0).unwrap_or(recorded.len());
    let end = recorded.iter().rposition(|&sample| sample != 0).map_or(start, |last| last + 1);
    let (mut here, mut there) = (start, 0);
    while here < end && there < noise.len() {
        if recorded[here] == noise[there] {
            (here, there) = (here + 1, there + 1);
            continue;
        }
        let mark = &recorded[here..end.min(here + MARK)];
        match noise[there..].windows(mark.len()).position(|window| window == mark) {
            Some(skipped) => {
                compared.lost += skipped;
                there += skipped;
            }
            None => {
                compared.foreign += 1;
                here += 1;
            }
        }
    }
    compared.lost += noise.len() - there;
    compared.foreign += end - here;
    compared
}

#[test]
fn the_comparison_finds_what_is_missing_and_what_does_not_belong() {
    let noise = known_noise(5_000);
    let recorded =
        [&[0; 99], &noise[..1_000], &noise[1_480..3_000], &[0; 10], &noise[3_000..4_900], &[0; 7]].concat();
    assert_eq!(compare(&noise, &recorded), Compared { lost: 580, foreign: 10 });
    assert_eq!(compare(&noise, &noise), Compared::default());
    assert_eq!(compare(&noise, &[]), Compared { lost: 5_000, foreign: 0 });
}

//! The ring of samples.

use crate::engine::ring::Ring;

#[test]
fn what_is_written_anywhere_is_read_and_nothing_beside_it_is_touched() {
    for room in [1, 4, 7, 20] {
        let ring = Ring::new(room);
        let lanes = ring.lanes();
        assert!((room..room + 4).contains(&lanes));
        for at in 0..3 * lanes as u64 {
            for length in 0..=lanes {
                let before: Vec<i16> = (0..lanes as i16).map(|n| -1 - n).collect();
                ring.write(0, &before);
                let written: Vec<i16> = (1..=length as i16).map(|n| 257 * n).collect();
                ring.write(at, &written);
                let mut read = vec![0; lanes];
                ring.read(at, &mut read);
                let kept = (length..lanes).map(|n| before[ring.lane(at + n as u64)]);
                assert!(read.iter().copied().eq(written.into_iter().chain(kept)), "{room} {at} {length}");
            }
        }
    }
}

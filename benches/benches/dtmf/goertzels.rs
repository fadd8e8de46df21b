//! The eight powers alone, without any decision, by two crates: in the textbooks' blocks.

use super::buffers::{Buffer, TEXTBOOK};
use std::{f64::consts::PI, hint::black_box};

const TONES_HZ: [f32; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];
/// The bins of the eight tones in such blocks.
const BINS: [usize; 8] = [18, 20, 22, 24, 31, 34, 38, 42];

pub(crate) fn hear_goertzel(buffer: &Buffer) -> Option<usize> {
    let tones = TONES_HZ.map(|hz| goertzel::Parameters::new(hz, 8_000, TEXTBOOK));
    for block in buffer.words.chunks_exact(TEXTBOOK) {
        black_box(tones.map(|tone| tone.start().add(block).finish_mag()));
    }
    None
}

/// It allocates a vector per call: that is its API, not a fault of this bench.
pub(crate) fn hear_goertzel_filter(buffer: &Buffer) -> Option<usize> {
    let tones = BINS.map(linear_frequency);
    for block in &buffer.blocks {
        black_box(tones.map(|tone| goertzel_filter::dft_power(block, tone)));
    }
    None
}

/// What `goertzel-filter` calls the linear frequency of a bin: its definition turns 2π twice. It prints a line for every
/// frequency that is not a bin's to the last bit, which not every bin has: then the next one's is taken, at the same cost.
fn linear_frequency(bin: usize) -> f64 {
    let bins = (0..10).flat_map(|off| [bin + off, bin - off]);
    bins.into_iter().find_map(exact_frequency).expect("one of twenty bins has an exact frequency")
}

fn exact_frequency(bin: usize) -> Option<f64> {
    let exact = |frequency: &f64| frequency / 2.0 / PI * TEXTBOOK as f64 / 2.0 / PI == bin as f64;
    let near = bin as f64 * 4.0 * PI * PI / TEXTBOOK as f64;
    (-8i64..=8).map(|ulps| f64::from_bits(near.to_bits().wrapping_add_signed(ulps))).find(exact)
}

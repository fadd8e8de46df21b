//! Our DTMF detector and other people's on the same three buffers at 8 kHz, in one table at the end.
//!
//! `cargo bench -p afterbeep-benches --bench dtmf`, with `--features spandsp` where libspandsp is. The table has the least
//! of criterion's samples: what else the machine does is nobody's cost.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a panic is the report")]

mod buffers;
mod goertzels;
mod ours;
mod peer_crate;
#[cfg(feature = "spandsp")]
mod spandsp;
mod table;

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use afterbeep_benches::PerSample;
use buffers::Buffer;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use table::{Cell, Table};

/// The length of a block in samples: 20 ms, a packet.
const BLOCK: usize = 160;

/// Somebody who hears a buffer from its first sample to its last.
struct Peer {
    name: &'static str,
    /// Hears all of it; how many digits were told, if digits are told at all.
    hear: fn(&Buffer) -> Option<usize>,
}

fn peers() -> Vec<Peer> {
    vec![
        #[cfg(feature = "spandsp")]
        Peer { name: "spandsp dtmf_rx (C)", hear: |buffer| Some(spandsp::hear(&buffer.words)) },
        Peer { name: "afterbeep-dtmf", hear: ours::hear },
        Peer { name: "crate dtmf 0.1.5", hear: peer_crate::hear },
        Peer { name: "crate goertzel, powers only", hear: goertzels::hear_goertzel },
        Peer { name: "crate goertzel-filter, powers only", hear: goertzels::hear_goertzel_filter },
    ]
}

fn all(bench: &mut Criterion<PerSample>) {
    let mut table = Table::default();
    for buffer in buffers::all() {
        let mut group = bench.benchmark_group(format!("dtmf-peers/{}", buffer.name));
        group.throughput(Throughput::Elements(buffer.words.len() as u64));
        for peer in peers() {
            let mut least = Duration::MAX;
            group.bench_function(peer.name, |bench| {
                bench.iter_custom(|passes| {
                    let took = time(passes, || (peer.hear)(&buffer));
                    least = least.min(took / passes as u32);
                    took
                });
            });
            let nanoseconds = least.as_secs_f64() * 1e9 / buffer.words.len() as f64;
            let digits = (peer.hear)(&buffer);
            // Nothing was measured where a filter on the command line leaves the pair out.
            if least < Duration::MAX {
                table.note(peer.name, buffer.name, Cell { nanoseconds, digits });
            }
        }
        group.finish();
    }
    print!("{table}");
}

fn time<T>(passes: u64, mut pass: impl FnMut() -> T) -> Duration {
    let began = Instant::now();
    (0..passes).for_each(|_| drop(black_box(pass())));
    began.elapsed()
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .with_measurement(PerSample::default())
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    targets = all
}
criterion_main!(benches);

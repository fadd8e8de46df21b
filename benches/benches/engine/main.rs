//! What a call costs among many, what the audio thread waits for, and how soon an end is told: three tables.
//!
//! `cargo bench -p afterbeep-benches --bench engine`, with `-- --scale`, `-- --push` or `-- --latency` for one of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

mod calls;
mod latency;
mod push;
mod scale;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let is_said = |word: &str| words.iter().any(|said| said == word);
    if is_said("--test") || is_said("--list") {
        return;
    }
    let one = ["--scale", "--push", "--latency"].into_iter().any(is_said);
    if !one || is_said("--push") {
        push::compare();
    }
    if !one || is_said("--latency") {
        latency::measure();
    }
    if !one || is_said("--scale") {
        scale::measure();
    }
}

//! What a callback takes beside other people's rings; what listening costs, and how late it is, at a real sound server.
//!
//! `cargo bench -p afterbeep-benches --bench capture`. Not criterion's: it looks for means, and here the slowest one of ten
//! thousand counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

mod peers;
mod pushes;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests")]
#[path = "../../../capture/tests/rig/mod.rs"]
mod rig;
mod server;

fn main() {
    // The server's part runs in a process of its own, which the rig starts.
    if !rig::is_inside() {
        pushes::compare();
    }
    rig::with_server("capture at a sound server", |_| server::measure());
}

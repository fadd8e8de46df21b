//! What a callback takes beside other people's rings; what listening costs, and how late it is, at a real sound server.
//!
//! `cargo bench -p afterbeep-benches --bench capture`, with `-- --servers` for the second part alone. Not criterion's: it looks for means, and here the slowest one of ten
//! thousand counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is the report")]

mod peers;
mod pushes;
#[allow(dead_code, unused_imports, reason = "the rig serves the capture crate's tests")]
#[path = "../../../capture/tests/rig/mod.rs"]
mod rig;
mod server;

use rig::Host;

fn main() {
    // Each server's part runs in a process of its own, which the rig starts with the host's name.
    if !rig::is_inside() {
        if !std::env::args().any(|word| word == "--servers") {
            pushes::compare();
        }
        server::head();
    }
    let is_asked = |host: &Host| !rig::is_inside() || std::env::args().any(|word| word == host.id());
    for host in Host::ALL.into_iter().filter(is_asked) {
        rig::with_host(host, host.id(), |server| server::measure(&server));
    }
}

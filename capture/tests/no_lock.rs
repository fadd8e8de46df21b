//! No lock in the audio thread's part: the lint refuses each one by name, and this test tries them all.
//!
//! A lock that nobody holds makes no system call and does not allocate, so that no trap sees it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a panic is a test's report")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// The rules, as clippy reads them.
const RULES: &str = include_str!("../clippy.toml");

/// Every type and method that the rules name, in order.
fn refused(kind: &str) -> Vec<&'static str> {
    let list = RULES.split_once(&format!("{kind} = [")).unwrap().1.split_once("\n]").unwrap().0;
    list.lines().filter_map(|line| line.split('"').nth(1)).collect()
}

/// Code that uses each type and each method once; the types by the names under which people import them.
fn snippet(types: &[&str], methods: &[&str]) -> String {
    let mut code = String::from(
        "#![allow(unused_imports)]\n#![deny(clippy::disallowed_types, clippy::disallowed_methods)]\n",
    );
    for path in types {
        code += &format!("mod {} {{ pub use {path}; }}\n", path.replace("::", "_").to_lowercase());
    }
    for path in methods {
        let name = path.replace("::", "_").to_lowercase();
        let (owner, method) = path.rsplit_once("::").unwrap();
        // To wait names what the lock guards.
        let guarded = if method == "wait" { "::<u8>" } else { "" };
        // As the library declares them: a lock of `lock_api` has the kind of lock as its first parameter.
        let owner = match owner {
            "lock_api::Mutex" => "lock_api::Mutex::<parking_lot::RawMutex, u8>".to_owned(),
            "lock_api::RwLock" => "lock_api::RwLock::<parking_lot::RawRwLock, u8>".to_owned(),
            "std::sync::Mutex" | "std::sync::RwLock" => format!("{owner}::<u8>"),
            _ => owner.to_owned(),
        };
        code += &format!("pub fn {name}() {{ let _ = {owner}::{method}{guarded}; }}\n");
    }
    code
}

/// Where this build has its crates.
fn crates() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The newest build of a crate that the engine is built with.
fn library(name: &str) -> PathBuf {
    let prefix = format!("lib{name}-");
    let built = crates().read_dir().unwrap().map(|entry| entry.unwrap());
    let ours = built.filter(|entry| {
        let file = entry.file_name().into_string().unwrap();
        file.starts_with(&prefix) && file.ends_with(".rlib")
    });
    ours.max_by_key(|entry| entry.metadata().unwrap().modified().unwrap()).unwrap().path()
}

/// What clippy says about `code`.
fn said_about(code: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("locks.rs");
    std::fs::write(&file, code).unwrap();
    let library = |name: &str| format!("{name}={}", library(name).display());
    let got = Command::new("clippy-driver")
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--color=never", "--out-dir"])
        .arg(folder.path())
        .args(["--extern", &library("parking_lot"), "--extern", &library("lock_api")])
        .arg(format!("-Ldependency={}", crates().display()))
        .arg(&file)
        .env("CLIPPY_CONF_DIR", Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .unwrap();
    String::from_utf8_lossy(&got.stderr).into_owned()
}

#[test]
fn every_lock_of_the_rules_is_refused() {
    if Command::new("clippy-driver").arg("--version").output().is_err() {
        eprintln!(
            "SKIPPED: every_lock_of_the_rules_is_refused: clippy is missing (rustup component add clippy)"
        );
        return;
    }
    let (types, methods) = (refused("disallowed-types"), refused("disallowed-methods"));
    assert!(types.len() > 10 && methods.len() >= 10, "{types:?} {methods:?}");
    let said = said_about(&snippet(&types, &methods));
    for path in types {
        assert!(said.contains(&format!("use of a disallowed type `{path}`")), "{path} passes:\n{said}");
    }
    for path in methods {
        assert!(said.contains(&format!("use of a disallowed method `{path}`")), "{path} passes:\n{said}");
    }
    let harmless =
        "#![deny(clippy::disallowed_types)]\npub mod free { pub use std::sync::atomic::AtomicU64; }\n";
    assert_eq!(said_about(harmless), "", "what is no lock passes");
}

#[test]
fn the_audio_threads_module_forbids_them_so_that_nothing_allows_them() {
    let module = include_str!("../src/callback.rs");
    assert!(module.contains("\n#![forbid(clippy::disallowed_types, clippy::disallowed_methods)]\n"));
}

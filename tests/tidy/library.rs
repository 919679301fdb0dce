//! The libraries that the workspace asks for itself: each has a reason, and few are there twice.

use std::collections::BTreeSet;

use crate::arrow::{packages, text};
use crate::document::section;
use crate::file::{self, report};

/// What ARCHITECTURE.md gives reasons for beside libraries of Rust.
const PROGRAMS: &[&str] = &[
    "Lighthouse",
    "Playwright",
    "Schemathesis",
    "aiosmtpd",
    "axe",
    "cargo-deny",
    "focus-data-toolkit",
    "libFuzzer",
    "oidc-provider",
    "wasm-split-cli",
];

/// Versions in Cargo.lock beyond the first of their library. Lower it when there are fewer.
const TWICE: usize = 17;

#[test]
fn every_library_has_a_reason() {
    let packages = packages();
    let ours: Vec<&str> = packages.iter().map(|package| text(package, "name")).collect();
    let used: BTreeSet<&str> = packages
        .iter()
        .flat_map(|package| package["dependencies"].as_array().expect("dependencies"))
        .map(|dependency| text(dependency, "name"))
        .filter(|name| !ours.contains(name))
        .collect();
    assert!(used.len() > 20, "the workspace uses {used:?}");
    let table = section(&file::at("ARCHITECTURE.md").text, "## Libraries, and why");
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let reasoned: BTreeSet<&str> = rows
        .filter_map(|row| row.trim_start_matches("| ").split(" |").next())
        .flat_map(|names| names.split(", "))
        .filter_map(|name| name.split(' ').next())
        .collect();
    let mut findings: Vec<String> =
        used.difference(&reasoned).map(|name| format!("no reason for {name}")).collect();
    let gone = reasoned.difference(&used).filter(|name| !PROGRAMS.contains(*name));
    findings.extend(gone.map(|name| format!("nothing uses {name}")));
    report("ARCHITECTURE.md says why for every library, and for none that is gone.", findings);
}

#[test]
fn no_more_libraries_are_there_twice() {
    let lock = &file::at("Cargo.lock").text;
    let names: Vec<&str> =
        lock.split("[[package]]\nname = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.len() > 100, "Cargo.lock names {} packages", names.len());
    let different: BTreeSet<&str> = names.iter().copied().collect();
    let twice = names.len() - different.len();
    assert!(twice <= TWICE, "{twice} libraries are there in a further version: look at `cargo tree -d`");
}

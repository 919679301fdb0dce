//! What is checked in.

use std::process::Command;

use crate::file::{self, report};

#[test]
fn nothing_that_git_ignores_is_tracked() {
    // An unpacked archive has no history to look at.
    if !file::root().join(".git").exists() {
        return;
    }
    let git = |arguments: &[&str]| {
        let output =
            Command::new("git").args(arguments).current_dir(file::root()).output().expect("git runs");
        String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!git(&["ls-files"]).is_empty(), "git tracks files");
    report(
        "A file is either tracked or ignored.",
        git(&["ls-files", "--cached", "--ignored", "--exclude-standard"]),
    );
}

#[test]
fn no_file_knows_one_machine() {
    // Written in parts, so that this file does not find itself.
    let machine = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/wo", "rk/"),
        concat!("registry.npm", "js"),
        concat!("pypi.org", "/simple"),
        concat!("index.crates", ".io"),
    ];
    let mut findings = Vec::new();
    for file in file::matching("any file", |_| true) {
        for (number, line) in file.text.lines().enumerate() {
            for found in machine.iter().filter(|path| line.contains(**path)) {
                findings.push(format!("{}:{} {found}", file.path, number + 1));
            }
        }
    }
    report("No path of one machine and no registry's host is checked in.", findings);
}

#[test]
fn versions_that_must_agree_do() {
    let lock = &file::at("Cargo.lock").text;
    let (_, after) =
        lock.split_once("name = \"wasm-bindgen\"\nversion = \"").expect("Cargo.lock names wasm-bindgen");
    let locked = after.split('"').next().expect("a version");
    let trunk = &file::at("Trunk.toml").text;
    assert!(
        trunk.contains(&format!("wasm_bindgen = \"{locked}\"")),
        "Trunk.toml asks for wasm-bindgen {locked}"
    );
}
